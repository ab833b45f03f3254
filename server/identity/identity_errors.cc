#include "server/identity/identity_errors.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace bangfu::server {
namespace {

// A sign-in takes a fraction of a second; whoever comes back after this finds a place.
constexpr absl::Duration kRetrySignIn = absl::Seconds(1);

// Rounded up: whoever waits that long finds it open.
int64_t WholeUnits(absl::Duration time, absl::Duration unit) {
  return std::max<int64_t>(1, absl::Ceil(time, unit) / unit);
}

}  // namespace

absl::Status NoSession() {
  return ErrorBuilder(absl::StatusCode::kUnauthenticated, v1::ERROR_REASON_SIGN_IN_REQUIRED,
                      {"请先登录；登录已结束时请重新登录。",
                       "Sign in first, or again when the session has ended."})
      .Build();
}

absl::Status WrongCredentials() {
  return ErrorBuilder(absl::StatusCode::kUnauthenticated, v1::ERROR_REASON_WRONG_CREDENTIALS,
                      {"账号、密码或动态码不对，或该账号不能在本终端登录；动态码每个只能用一次。",
                       "Account, password or one-time code is wrong, or the account does not "
                       "belong to this desk; every code works only once."})
      .Build();
}

absl::Status LockedOut(absl::Duration still) {
  const int64_t minutes = WholeUnits(still, absl::Minutes(1));
  return ErrorBuilder(absl::StatusCode::kPermissionDenied, v1::ERROR_REASON_LOCKED_OUT,
                      {absl::StrCat("连续输错次数过多，账号已锁定；请 ", minutes,
                                    " 分钟后再试，或请管理员重置。"),
                       absl::StrCat("Too many wrong tries: the account is locked. Try again in ",
                                    minutes, " minutes, or have an administrator reset it.")})
      .RetryAfter(absl::Seconds(WholeUnits(still, absl::Seconds(1))))
      .Build();
}

absl::Status NewPasswordRequired() {
  return ErrorBuilder(absl::StatusCode::kPermissionDenied, v1::ERROR_REASON_NEW_PASSWORD_REQUIRED,
                      {"初始密码必须先更换；请在登录时同时给出新密码。",
                       "The first password has to be replaced: sign in with a new one beside it."})
      .Build();
}

absl::Status MayNotManage() {
  return ErrorBuilder(absl::StatusCode::kPermissionDenied, v1::ERROR_REASON_NOT_PERMITTED,
                      {"您的角色或本节点无权进行此操作；如有需要请联系管理员。",
                       "Neither your roles nor this node allow this; ask an administrator."})
      .Build();
}

absl::Status TooManySignIns() {
  return ErrorBuilder(absl::StatusCode::kResourceExhausted, v1::ERROR_REASON_QUOTA_EXCEEDED,
                      {"同时登录的人太多；请稍后再试。",
                       "Too many people are signing in at once; try again in a moment."})
      .RetryAfter(kRetrySignIn)
      .Build();
}

absl::Status NoSuchAccount() {
  return ErrorBuilder(
             absl::StatusCode::kNotFound, v1::ERROR_REASON_NOT_FOUND,
             {"在您的管辖范围内没有这个账号或单位。", "No such account or org in your scope."})
      .Build();
}

absl::Status AccountExists() {
  return ErrorBuilder(absl::StatusCode::kAlreadyExists, v1::ERROR_REASON_ALREADY_EXISTS,
                      {"这个账号名已被使用；请换一个。",
                       "This account name is in use in the city; choose another one."})
      .Build();
}

absl::Status ReasonRequired() {
  return ErrorBuilder(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_REASON_REQUIRED,
                      {"请说明理由（不超过 500 字）；它会记入审计。",
                       "Give a reason in words (at most 500 characters); it goes into the audit "
                       "log."})
      .Field("reason", "a reason in words is needed")
      .Build();
}

absl::Status LastAdministrator() {
  return ErrorBuilder(absl::StatusCode::kPermissionDenied, v1::ERROR_REASON_NOT_PERMITTED,
                      {"这是市级最后一个可用的管理员账号；请先设立另一个。",
                       "This is the city's last administrator; make another one first."})
      .Build();
}

absl::Status NotOneself() {
  return ErrorBuilder(absl::StatusCode::kPermissionDenied, v1::ERROR_REASON_NOT_PERMITTED,
                      {"不能更改自己的角色、停用自己或重置自己；请由另一位管理员办理。",
                       "Nobody changes their own roles, disables or resets themselves; ask "
                       "another administrator."})
      .Build();
}

absl::Status BadPageOfAccounts() {
  return ErrorBuilder(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_BAD_PAGE_TOKEN,
                      {"翻页标记无效；请从第一页开始。",
                       "The page token is not one of this method; start at the first page."})
      .Build();
}

absl::Status BadAccountField(absl::string_view field, const Text& text) {
  return ErrorBuilder(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_BAD_REQUEST, text)
      .Field(field, text.en)
      .Build();
}

}  // namespace bangfu::server
