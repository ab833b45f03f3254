#include "client/transport/server_link.h"

#include "base/error.h"

namespace bangfu::client {
namespace {

// Of a link that was not made for it.
absl::Status Unsupported() {
  return UserError(absl::StatusCode::kUnimplemented,
                   {"上级节点的版本较旧，不支持该操作；请升级上级节点。",
                    "The server's program is too old for this; update the server."});
}

}  // namespace

absl::Status ServerLink::Watch(absl::string_view, absl::FunctionRef<absl::Status()>) {
  return Unsupported();
}

absl::StatusOr<v1::GetDigestResponse> ServerLink::GetDigest(const v1::GetDigestRequest&) {
  return Unsupported();
}

absl::StatusOr<v1::GetRecordsResponse> ServerLink::GetRecords(const std::vector<std::string>&) {
  return Unsupported();
}

absl::StatusOr<std::vector<v1::Receipt>> ServerLink::GetReceipts(const std::vector<std::string>&) {
  return Unsupported();
}

absl::StatusOr<v1::GetNodeStatusResponse> ServerLink::GetNodeStatus() { return Unsupported(); }

absl::StatusOr<v1::PreviewMoveResponse> ServerLink::PreviewMove(const v1::PreviewMoveRequest&) {
  return Unsupported();
}

}  // namespace bangfu::client
