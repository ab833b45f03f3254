#include "client/transport/server_address.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/error.h"

namespace bangfu::client {
namespace {

constexpr int kLastPort = 65535;

}  // namespace

absl::StatusOr<ServerAddress> ParseServerAddress(absl::string_view text) {
  ServerAddress address;
  const size_t colon = text.rfind(':');
  absl::string_view host = text.substr(0, colon);
  const bool bracketed = absl::ConsumePrefix(&host, "[") && absl::ConsumeSuffix(&host, "]");
  const bool well_formed = colon != absl::string_view::npos && !host.empty() &&
                           host.find_first_of("[]/ ") == absl::string_view::npos &&
                           (bracketed || host.find(':') == absl::string_view::npos) &&
                           absl::SimpleAtoi(text.substr(colon + 1), &address.port) &&
                           address.port >= 1 && address.port <= kLastPort;
  if (!well_formed) {
    return UserError(
        absl::StatusCode::kInvalidArgument,
        {absl::StrCat("服务器地址应写成“主机:端口”，例如 city.example:7443，而不是：", text),
         absl::StrCat("a server address is host:port, such as city.example:7443, not: ", text)});
  }
  address.host = std::string(host);
  return address;
}

}  // namespace bangfu::client
