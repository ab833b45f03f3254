#include "server/identity/enrollment_errors.h"

namespace bangfu::server {

absl::Status BadEnrollmentCode() {
  return ErrorBuilder(absl::StatusCode::kPermissionDenied, v1::ERROR_REASON_BAD_ENROLLMENT_CODE,
                      {"入网码无效、已用过或已过期；请向上级管理员要新的邀请。",
                       "The code is unknown, used up or too old; ask the administrator above for a "
                       "new invitation."})
      .Build();
}

absl::Status NodeExists() {
  return ErrorBuilder(absl::StatusCode::kAlreadyExists, v1::ERROR_REASON_ALREADY_EXISTS,
                      {"该节点已有邀请、申请或有效证书；请先撤回或吊销。",
                       "The node has an invitation, a request or a certificate already; take it "
                       "back or revoke it first."})
      .Build();
}

absl::Status NoSuchEnrollment() {
  return ErrorBuilder(absl::StatusCode::kNotFound, v1::ERROR_REASON_NOT_FOUND,
                      {"在您的管理范围内没有这条入网记录。", "No such enrollment in your scope."})
      .Build();
}

absl::Status BadPageOfEnrollments() {
  return ErrorBuilder(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_BAD_PAGE_TOKEN,
                      {"翻页标记无效；请从第一页开始。",
                       "The page token is not one of this method; start at the first page."})
      .Build();
}

absl::Status BadEnrollmentField(absl::string_view field, const Text& text) {
  return ErrorBuilder(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_BAD_REQUEST, text)
      .Field(field, text.en)
      .Build();
}

}  // namespace bangfu::server
