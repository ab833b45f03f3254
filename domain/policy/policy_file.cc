#include "domain/policy/policy_file.h"

#include <google/protobuf/util/json_util.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "domain/policy/default_policy.h"
#include "domain/policy/policy_json.h"

namespace bangfu::domain {
namespace {

constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";  // U+FEFF in UTF-8

}  // namespace

absl::StatusOr<v1::PolicySet> ParsePolicySet(absl::string_view json) {
  if (json.size() > kMaxPolicyFileBytes) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     Text{absl::StrCat("政策文件过大，最多 ", kMaxPolicyFileBytes, " 字节。"),
                          absl::StrCat("the policy file is too large, it holds at most ",
                                       kMaxPolicyFileBytes, " bytes")});
  }
  absl::ConsumePrefix(&json, kByteOrderMark);
  if (absl::Status status = CheckJson(json); !status.ok()) return status;
  v1::PolicySet set;
  const auto parsed = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(json.data(), json.size()), &set);
  if (!parsed.ok()) {
    const std::string reason = Quote(parsed.message().ToString());
    return UserError(
        absl::StatusCode::kInvalidArgument,
        Text{absl::StrCat("政策文件的内容不符合 bangfu.v1.PolicySet，请按所指位置更正"
                          "字段名或值（金额写成带引号的文字）：",
                          reason),
             absl::StrCat("the policy file is not a bangfu.v1.PolicySet, correct the "
                          "field's name or value there (amounts are texts in quotes): ",
                          reason)});
  }
  return set;
}

const v1::PolicySet& DefaultPolicySet() {
  // Never destroyed, so that it outlives every book that was made of it. The text is part of the
  // program: a test reads it, so it cannot be wrong here.
  static const auto* const set = new v1::PolicySet(ParsePolicySet(DefaultPolicyJson()).value());
  return *set;
}

}  // namespace bangfu::domain
