#include "client/transport/server_link.h"

#include "base/error.h"

namespace bangfu::client {

absl::Status ServerIsTooOld() {
  return UserError(absl::StatusCode::kUnimplemented,
                   {"上级节点的版本较旧，不支持该操作；请升级上级节点。",
                    "The server's program is too old for this; update the server."});
}

absl::Status ServerLink::Watch(absl::string_view, absl::FunctionRef<absl::Status()>) {
  return ServerIsTooOld();
}

absl::StatusOr<v1::GetDigestResponse> ServerLink::GetDigest(const v1::GetDigestRequest&) {
  return ServerIsTooOld();
}

absl::StatusOr<v1::GetRecordsResponse> ServerLink::GetRecords(const std::vector<std::string>&) {
  return ServerIsTooOld();
}

absl::StatusOr<std::vector<v1::Receipt>> ServerLink::GetReceipts(const std::vector<std::string>&) {
  return ServerIsTooOld();
}

absl::StatusOr<v1::GetNodeStatusResponse> ServerLink::GetNodeStatus() { return ServerIsTooOld(); }

absl::StatusOr<v1::PreviewMoveResponse> ServerLink::PreviewMove(const v1::PreviewMoveRequest&) {
  return ServerIsTooOld();
}

absl::StatusOr<std::optional<v1::Directory>> ServerLink::GetDirectory(int64_t) {
  return ServerIsTooOld();
}

}  // namespace bangfu::client
