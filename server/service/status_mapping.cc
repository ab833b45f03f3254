#include "server/service/status_mapping.h"

#include <map>
#include <string>
#include <utility>

#include "absl/strings/cord.h"
#include "base/error.h"
#include "google/rpc/error_details.pb.h"

namespace bangfu::server {

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  absl::Status detailed = status;
  if (ReasonOf(status) == v1::ERROR_REASON_UNSPECIFIED) {
    detailed = ErrorBuilder(status.code(), v1::ERROR_REASON_INTERNAL, TextOf(status)).Build();
  }
  google::rpc::Status details;
  details.set_code(static_cast<int>(detailed.code()));
  details.set_message(std::string(detailed.message()));
  // In a fixed order (absl's is random), so that equal errors are equal bytes.
  std::map<std::string, std::string> payloads;
  detailed.ForEachPayload([&](absl::string_view type_url, const absl::Cord& payload) {
    payloads.emplace(std::string(type_url), std::string(payload));
  });
  for (auto& [type_url, payload] : payloads) {
    auto* any = details.add_details();
    any->set_type_url(type_url);
    any->set_value(std::move(payload));
  }
  return grpc::Status(static_cast<grpc::StatusCode>(detailed.code()),
                      std::string(detailed.message()), details.SerializeAsString());
}

}  // namespace bangfu::server
