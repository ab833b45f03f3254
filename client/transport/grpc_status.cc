#include "client/transport/grpc_status.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "google/rpc/error_details.pb.h"

namespace bangfu::client {
namespace {

Text TextsFor(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      return {"服务器暂时不可用；请稍后重试", "the server is not available; try again later"};
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return {"服务器没有在规定时间内应答；请检查网络后重试",
              "the server did not answer in time; check the network and try again"};
    case grpc::StatusCode::UNIMPLEMENTED:
      return {"服务器不认识该请求：可能不是帮扶系统的服务器，或其程序版本较旧；请检查地址和版本",
              "the server does not know this call: it may be no bangfu server or an older one; "
              "check its address and version"};
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return {"消息超过允许的大小；请升级两端程序",
              "a message was too large; update both programs"};
    case grpc::StatusCode::CANCELLED:
      return {"请求已取消", "the call was cancelled"};
    default:
      return {absl::StrCat("服务器出错（", static_cast<int>(status.error_code()), "）；请稍后重试"),
              absl::StrCat("the server failed (", static_cast<int>(status.error_code()),
                           "); try again later")};
  }
}

bool ParseDetails(const grpc::Status& status, google::rpc::Status& details) {
  return !status.error_details().empty() && details.ParseFromString(status.error_details()) &&
         details.code() == static_cast<int>(status.error_code());
}

}  // namespace

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  // Both enums are google.rpc.Code; a number from outside it becomes UNKNOWN.
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  google::rpc::Status details;
  if (!ParseDetails(status, details)) return UserError(code, TextsFor(status));
  absl::Status result(code, details.message());
  for (const auto& detail : details.details()) {
    result.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
  return result;
}

bool IsFromServer(const grpc::Status& status) {
  google::rpc::Status details;
  return ParseDetails(status, details);
}

}  // namespace bangfu::client
