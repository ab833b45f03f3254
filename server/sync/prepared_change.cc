#include "server/sync/prepared_change.h"

#include <openssl/sha.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "domain/record/record_type.h"
#include "domain/rules/form.h"
#include "domain/rules/value_check.h"
#include "domain/text/civil_date.h"
#include "domain/text/normalize.h"
#include "domain/text/uuid.h"

namespace bangfu::server {
namespace {

using domain::Error;

// As many as an archive can have in one conflict: some fields of every member and paper.
constexpr int kMaxDecidedFields = 2000;  // fields of one resolution

std::string Digest(const v1::Change& change) {
  std::string bytes;
  if (change.base_revision() == 0) {
    bytes = change.SerializeAsString();
  } else {
    v1::Change content = change;
    content.clear_base_revision();
    bytes = content.SerializeAsString();
  }
  unsigned char hash[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(hash), sizeof(hash)));
}

// What a google.protobuf.Timestamp may hold: the years 0001 to 9999. The database holds no more.
bool IsTimestamp(const google::protobuf::Timestamp& timestamp) {
  constexpr int64_t kFirstSecond = -62135596800;
  constexpr int64_t kLastSecond = 253402300799;
  return timestamp.seconds() >= kFirstSecond && timestamp.seconds() <= kLastSecond &&
         timestamp.nanos() >= 0 && timestamp.nanos() < 1000000000;
}

v1::Finding Malformed(absl::string_view field, Text text) {
  return Error("R28", v1::FINDING_CODE_MALFORMED, field, text);
}

// Texts beside the record end up in sign-offs and logs: as they are, or not at all.
void CheckText(absl::string_view field, const std::string& text, int max_characters,
               domain::Findings& findings) {
  if (text.empty()) return;
  const auto problem = domain::CheckTextValue(v1::FORMAT_TEXT, text, max_characters,
                                              domain::DateRange::kAny, absl::CivilDay());
  if (problem) findings.push_back(Error("R89", problem->code, field, problem->text));
}

void CheckTexts(const v1::Change& change, domain::Findings& findings) {
  const v1::Actor& actor = change.actor();
  CheckText("actor.person_id", actor.person_id(), limits::kMaxCharactersOfName, findings);
  CheckText("actor.person_name", actor.person_name(), limits::kMaxCharactersOfName, findings);
  CheckText("origin_node", change.origin_node(), limits::kMaxCharactersOfName, findings);
  CheckText("put.correction_reason", change.put().correction_reason(),
            limits::kMaxCharactersOfReason, findings);
  CheckText("submit.opinion", change.submit().opinion(), limits::kMaxCharactersOfReason, findings);
  CheckText("review.opinion", change.review().opinion(), limits::kMaxCharactersOfReason, findings);
  CheckText("approve.opinion", change.approve().opinion(), limits::kMaxCharactersOfReason,
            findings);
  CheckText("return.reason", change.return_().reason(), limits::kMaxCharactersOfReason, findings);
  CheckText("report.package", change.report().package(), limits::kMaxCharactersOfName, findings);
  CheckText("withdraw.reason", change.withdraw().reason(), limits::kMaxCharactersOfReason,
            findings);
  CheckText("deregister.reason", change.deregister().reason(), limits::kMaxCharactersOfReason,
            findings);
  CheckText("merge_into.reason", change.merge_into().reason(), limits::kMaxCharactersOfReason,
            findings);
  CheckText("decide_cause.opinion", change.decide_cause().opinion(), limits::kMaxCharactersOfReason,
            findings);
  CheckText("resolve_conflict.reason", change.resolve_conflict().reason(),
            limits::kMaxCharactersOfReason, findings);
  // "li" and "li " would pass for two of three different people (R89).
  if (actor.person_id() != domain::NormalizeText(actor.person_id())) {
    findings.push_back(
        Malformed("actor.person_id",
                  {"办理人账号含有空格或全角字符；请更正。",
                   "The account of the actor has blanks or full-width characters; correct it."}));
  }
}

void CheckEnvelope(const v1::Change& change, domain::Findings& findings) {
  CheckTexts(change, findings);
  if (!domain::IsUuid(change.record_id())) {
    findings.push_back(
        Malformed("record_id", {"记录标识不是 UUID；请升级客户端后重新录入。",
                                "record_id is not a UUID; update the client and enter it again."}));
  }
  if (change.action_case() == v1::Change::ACTION_NOT_SET) {
    findings.push_back(
        Malformed("action", {"变更没有内容，或由更新版本的程序产生；请升级本节点。",
                             "The change has no action known here; update this node."}));
  }
  if (change.actor().person_id().empty() || change.actor().org().empty()) {
    findings.push_back(
        Malformed("actor", {"变更没有经办人；请用 --user 说明由谁办理。",
                            "The change names no actor; say with --user who did it."}));
  }
  if (!change.has_entry_time() || !IsTimestamp(change.entry_time())) {
    findings.push_back(
        Malformed("entry_time", {"变更没有录入时间，或不是有效的时间；请校准设备时钟后重新录入。",
                                 "The change has no valid entry_time; set the clock of the device "
                                 "and enter it again."}));
  }
}

// Whether what settles an entry of the conflict log is complete. The values are checked with the
// record.
void CheckResolution(const v1::ResolveConflict& resolution, domain::Findings& findings) {
  if (!domain::IsUuid(resolution.conflict_id())) {
    findings.push_back(Malformed("resolve_conflict.conflict_id",
                                 {"冲突标识不是 UUID；请从冲突列表中选择后重新处理。",
                                  "conflict_id is not a UUID; choose one of the list."}));
  }
  const bool writes = resolution.decision() == v1::CONFLICT_DECISION_WRITE_VALUES;
  if (!writes && resolution.decision() != v1::CONFLICT_DECISION_KEEP_OURS &&
      resolution.decision() != v1::CONFLICT_DECISION_TAKE_THEIRS) {
    findings.push_back(Malformed(
        "resolve_conflict.decision",
        {"没有说明如何处理冲突，或由更新版本的程序产生；请说明保留、采用对方还是写入新值。",
         "No decision that is known here; say whether to keep ours, take theirs or write "
         "values."}));
  }
  int64_t bytes = 0;
  std::set<std::string> fields;
  for (const v1::DecidedField& field : resolution.fields()) {
    bytes += static_cast<int64_t>(field.ByteSizeLong());
    fields.insert(field.field());
  }
  if (writes != !fields.empty() || static_cast<int>(fields.size()) != resolution.fields_size()) {
    findings.push_back(Malformed(
        "resolve_conflict.fields",
        {"要写入的字段缺少、重复，或与处理方式不符；请逐项填写一次。",
         "The fields to write are missing, repeated or not asked for; give each of them once."}));
  }
  if (resolution.fields_size() > kMaxDecidedFields || bytes > limits::kMaxRecordBytes) {
    findings.push_back(Error(
        "R28", v1::FINDING_CODE_TOO_LARGE, "resolve_conflict.fields",
        {absl::StrCat("一次最多处理 ", kMaxDecidedFields, " 个字段；请减少。"),
         absl::StrCat("At most ", kMaxDecidedFields, " fields in one decision; give fewer.")}));
  }
}

void PreparePut(const v1::Change& change, absl::CivilDay today, PreparedChange& prepared) {
  const v1::Put& put = change.put();
  if (static_cast<int64_t>(put.record().size()) > limits::kMaxRecordBytes) {
    prepared.findings.push_back(Error(
        "R28", v1::FINDING_CODE_TOO_LARGE, "",
        {"记录超过最大长度；请缩短说明文字。", "The record is too large; shorten its texts."}));
    return;
  }
  auto theirs = domain::ParseRecord(change.record_type(), put.record());
  if (!theirs.ok()) {
    prepared.findings.push_back(Malformed(
        "", {"记录内容无法读取；请重新录入。", "The record cannot be read; enter it again."}));
    return;
  }
  prepared.theirs = std::move(*theirs);
  if (domain::IdOf(*prepared.theirs) != change.record_id()) {
    prepared.findings.push_back(
        Malformed("id", {"记录标识与变更不一致；请重新录入。",
                         "The id in the record is not that of the change; enter it again."}));
  }
  domain::Append(prepared.findings, domain::CheckValues(*prepared.theirs, today));
}

}  // namespace

PreparedChange Prepare(const v1::Change& change, absl::Time received) {
  PreparedChange prepared;
  prepared.change = &change;
  prepared.digest = Digest(change);
  const absl::Time entered = absl::FromUnixSeconds(change.entry_time().seconds()) +
                             absl::Nanoseconds(change.entry_time().nanos());
  prepared.entry_time = std::min(entered, received);
  CheckEnvelope(change, prepared.findings);
  if (entered > received + limits::kMaxEntryTimeAhead) {
    prepared.findings.push_back(domain::Warning(
        "R48", v1::FINDING_CODE_CLOCK_SKEW, "entry_time",
        {"录入设备的时钟快于本节点，按收到时间计算期限；请校准时钟（A23）。",
         "The clock of the device is ahead; the time of receipt counts. Set the clock (A23)."}));
  }
  if (change.has_resolve_conflict()) CheckResolution(change.resolve_conflict(), prepared.findings);
  if (change.has_put() && !domain::HasErrors(prepared.findings)) {
    PreparePut(change, domain::ShanghaiDay(received), prepared);
  }
  return prepared;
}

}  // namespace bangfu::server
