#include "server/main/metrics_endpoint.h"

#include <prometheus/exposer.h>

#include <exception>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "client/transport/server_address.h"

namespace bangfu::server {
namespace {

constexpr size_t kThreads = 2;  // a reader that hangs does not keep the next one out

}  // namespace

MetricsEndpoint::MetricsEndpoint(std::unique_ptr<prometheus::Exposer> exposer)
    : exposer_(std::move(exposer)) {}
MetricsEndpoint::~MetricsEndpoint() = default;

absl::StatusOr<std::unique_ptr<MetricsEndpoint>> MetricsEndpoint::Open(const std::string& address,
                                                                       const Metrics& metrics) {
  // A port alone would listen on every interface.
  if (!client::ParseServerAddress(address).ok()) {
    return UserError(
        absl::StatusCode::kInvalidArgument,
        {absl::StrCat("--metrics 须为 主机:端口，如 127.0.0.1:9464：", address),
         absl::StrCat("--metrics takes host:port like 127.0.0.1:9464, not ", address)});
  }
  try {
    auto exposer = std::make_unique<prometheus::Exposer>(address, kThreads);
    exposer->RegisterCollectable(metrics.collectable());
    return std::unique_ptr<MetricsEndpoint>(new MetricsEndpoint(std::move(exposer)));
  } catch (const std::exception&) {
    return UserError(absl::StatusCode::kUnavailable,
                     {absl::StrCat("无法在 ", address, " 提供运行指标；地址有误或端口已被占用。"),
                      absl::StrCat("Cannot serve metrics at ", address,
                                   ": wrong address or the port is taken.")});
  }
}

}  // namespace bangfu::server
