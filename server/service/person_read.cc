#include "server/service/person_read.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/limits.h"
#include "domain/rules/permission_table.h"

namespace bangfu::server {
namespace {

constexpr absl::string_view kIdeographicSpace = "\u3000";

bool HasWords(absl::string_view text) {
  while (!text.empty()) {
    if (absl::ConsumePrefix(&text, kIdeographicSpace)) continue;
    if (!absl::ascii_isspace(static_cast<unsigned char>(text[0]))) return true;
    text.remove_prefix(1);
  }
  return false;
}

int64_t CodePoints(absl::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
}

}  // namespace

bool MayDo(const Call& call, v1::Action action, absl::string_view record_org, v1::Tier tier) {
  if (!call.person) return false;
  const domain::Place place = domain::PlaceOf(*call.orgs, call.person->org(), record_org);
  return domain::MayAct(action, *call.person, place, tier) != domain::Permission::kDenied;
}

absl::Status BeginRead(Call& call, const std::string& unmask_reason) {
  call.read.Clear();
  if (unmask_reason.empty()) {
    call.read.set_action(v1::ACTION_READ);
    return absl::OkStatus();
  }
  if (!HasWords(unmask_reason)) {
    return ErrorBuilder(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_REASON_REQUIRED,
                        {"查看完整信息须写明理由，理由会记入审计日志。",
                         "Say in words why it is to be shown in full; the audit log keeps it."})
        .Field("unmask_reason", "words")
        .Build();
  }
  if (CodePoints(unmask_reason) > limits::kMaxCharactersOfReason) {
    return BadField(
        "unmask_reason", absl::StrCat("理由最多 ", limits::kMaxCharactersOfReason, " 个字。"),
        absl::StrCat("A reason has at most ", limits::kMaxCharactersOfReason, " characters."));
  }
  call.read.set_action(v1::ACTION_UNMASK);
  call.read.set_stated_reason(unmask_reason);
  return absl::OkStatus();
}

absl::Status NotReadable(Call& call) {
  call.read.set_result(v1::AUDIT_RESULT_DENIED);
  return NotFoundInScope();
}

}  // namespace bangfu::server
