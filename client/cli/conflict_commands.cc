#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "client/cli/commands.h"
#include "domain/record/field_values.h"
#include "domain/record/mask.h"
#include "domain/record/record_type.h"
#include "domain/text/civil_date.h"

namespace bangfu::client {
namespace {

constexpr int kMaxListedConflicts = 1000;  // entries of one listing

Text KindText(v1::ConflictKind kind) {
  switch (kind) {
    case v1::CONFLICT_KIND_MERGED:
      return {"已合并", "merged"};
    case v1::CONFLICT_KIND_FIELDS:
      return {"字段冲突", "fields"};
    case v1::CONFLICT_KIND_FIELD_NOT_OWNED:
      return {"越权字段", "field not owned"};
    case v1::CONFLICT_KIND_DUPLICATE_PERSON:
      return {"一人两档", "duplicate person"};
    case v1::CONFLICT_KIND_ENDED:
      return {"档案已结束", "archive ended"};
    case v1::CONFLICT_KIND_REFUSED_UPSTREAM:
      return {"上级未接受", "refused upstream"};
    case v1::CONFLICT_KIND_MOVED:
      return {"档案已转出", "record moved"};
    case v1::CONFLICT_KIND_UNREADABLE:
      return {"记录无法读取", "unreadable record"};
    default:
      return {"其他", "other"};
  }
}

Text StateText(v1::ConflictState state) {
  switch (state) {
    case v1::CONFLICT_STATE_OPEN:
      return {"待处理", "open"};
    case v1::CONFLICT_STATE_RESOLVED:
      return {"已裁定", "resolved"};
    default:
      return {"备查", "for information"};
  }
}

Text DecisionText(v1::ConflictDecision decision) {
  switch (decision) {
    case v1::CONFLICT_DECISION_KEEP_OURS:
      return {"保留现值", "our values stay"};
    case v1::CONFLICT_DECISION_TAKE_THEIRS:
      return {"采用对方", "theirs were taken"};
    case v1::CONFLICT_DECISION_WRITE_VALUES:
      return {"另行填写", "values were written"};
    default:
      return {"其他", "other"};
  }
}

std::string When(const google::protobuf::Timestamp& timestamp) {
  if (timestamp.seconds() == 0) return "";
  return absl::FormatTime("%Y-%m-%d %H:%M", absl::FromUnixSeconds(timestamp.seconds()),
                          domain::ShanghaiTimeZone());
}

std::string Label(const Output& out, const v1::Conflict& conflict, const std::string& path) {
  const auto record = domain::NewRecord(conflict.record_type());
  if (record == nullptr) return path;
  return domain::LabelOfPath(*record->GetDescriptor(), path, out.language());
}

std::string Labels(const Output& out, const v1::Conflict& conflict) {
  std::vector<std::string> labels;
  for (const v1::FieldConflict& field : conflict.fields())
    labels.push_back(Label(out, conflict, field.field()));
  return absl::StrJoin(labels, out.english() ? ", " : "、");
}

// A value for people. What kind of record it is of decides what has to be masked; of an unknown one
// everything.
std::string Shown(const v1::Conflict& conflict, const std::string& path, const std::string& value,
                  bool unmask, domain::Language language) {
  const auto record = domain::NewRecord(conflict.record_type());
  if (record == nullptr) return unmask ? value : domain::kHiddenText;
  return domain::DisplayValue(*record->GetDescriptor(), path, value, !unmask, language);
}

// Replaces the values by what may be shown of them, as the server does in its lists.
void MaskFields(v1::Conflict& conflict) {
  const auto masked = [&](const std::string& path, const std::string& value) {
    return Shown(conflict, path, value, false, domain::Language::kChinese);
  };
  for (v1::FieldConflict& field : *conflict.mutable_fields()) {
    if (field.has_base()) field.set_base(masked(field.field(), field.base()));
    if (field.has_ours()) field.set_ours(masked(field.field(), field.ours()));
    if (field.has_theirs()) field.set_theirs(masked(field.field(), field.theirs()));
  }
  if (!conflict.has_resolution()) return;
  for (v1::DecidedField& field : *conflict.mutable_resolution()->mutable_fields()) {
    if (field.has_value()) field.set_value(masked(field.field(), field.value()));
  }
}

// What a listing shows of an entry: never the record, sensitive values masked.
void HideValues(v1::Conflict& conflict) {
  MaskFields(conflict);
  if (conflict.change().has_put()) conflict.mutable_change()->mutable_put()->clear_record();
  if (conflict.change().has_resolve_conflict())
    conflict.mutable_change()->mutable_resolve_conflict()->clear_fields();
}

std::string Who(const Output& out, const v1::Actor& actor) {
  if (actor.person_id().empty()) return "";
  return out.Say({absl::StrCat(actor.person_name(), "（", actor.org(), "）"),
                  absl::StrCat(actor.person_name(), " (", actor.org(), ")")});
}

// Who wrote the value that does not stay, and when.
const v1::Actor& TheirActor(const v1::Conflict& conflict) {
  return conflict.has_theirs_actor() ? conflict.theirs_actor() : conflict.change().actor();
}
const google::protobuf::Timestamp& TheirTime(const v1::Conflict& conflict) {
  return conflict.has_theirs_entry_time() ? conflict.theirs_entry_time()
                                          : conflict.change().entry_time();
}

void PrintSides(const Output& out, const v1::Conflict& conflict) {
  const std::string ours =
      absl::StrCat(Who(out, conflict.ours_actor()), " ", When(conflict.ours_entry_time()));
  const std::string theirs =
      absl::StrCat(Who(out, TheirActor(conflict)), " ", When(TheirTime(conflict)));
  out.Line({absl::StrCat("现值（保留）：", ours), absl::StrCat("ours (stays): ", ours)});
  out.Line({absl::StrCat("对方：", theirs, "，经由 ", conflict.pushed_by()),
            absl::StrCat("theirs: ", theirs, ", by ", conflict.pushed_by())});
  out.Line({absl::StrCat("依据：", conflict.policy(), "；记录节点 ", conflict.logged_by(), " ",
                         When(conflict.logged_time())),
            absl::StrCat("policy: ", conflict.policy(), "; logged by ", conflict.logged_by(), " ",
                         When(conflict.logged_time()))});
}

void PrintResolution(const Output& out, const v1::Conflict& conflict) {
  if (!conflict.has_resolution()) return;
  const v1::Resolution& resolution = conflict.resolution();
  const std::string who =
      absl::StrCat(Who(out, resolution.actor()), " ", When(resolution.entry_time()));
  const Text decision = DecisionText(resolution.decision());
  out.Line({absl::StrCat("裁定：", decision.zh, "，", who),
            absl::StrCat("decided: ", decision.en, ", ", who)});
}

}  // namespace

absl::StatusOr<ExitStatus> ListConflicts(Session& session, bool open_only,
                                         const std::string& archive) {
  std::string record_id;
  if (!archive.empty()) {
    auto record = session.FindArchive(archive);
    if (!record.ok()) return record.status();
    record_id = record->id;
  }
  auto reader = session.Signed();
  if (!reader.ok()) return reader.status();
  auto conflicts = session.replica().ListConflicts(
      record_id, open_only ? v1::CONFLICT_STATE_OPEN : v1::CONFLICT_STATE_UNSPECIFIED,
      kMaxListedConflicts);
  if (!conflicts.ok()) return conflicts.status();
  Table table(session.out().english() ? std::vector<std::string>{"time", "state", "kind", "fields",
                                                                 "record", "ours", "theirs", "id"}
                                      : std::vector<std::string>{"时间", "状态", "种类", "栏目",
                                                                 "档案", "现值", "对方", "标识"});
  Json document = Json::array();
  absl::Status refusal;
  for (v1::Conflict& conflict : *conflicts) {
    if (absl::Status may = CheckMayAct(session, reader->person, v1::ACTION_LIST, {conflict.org()});
        !may.ok()) {
      refusal = std::move(may);
      continue;
    }
    table.Add({When(conflict.logged_time()), session.out().Say(StateText(conflict.state())),
               session.out().Say(KindText(conflict.kind())), Labels(session.out(), conflict),
               conflict.record_id(), Who(session.out(), conflict.ours_actor()),
               Who(session.out(), TheirActor(conflict)), conflict.id()});
    HideValues(conflict);
    document.push_back(ToJson(conflict));
  }
  // Somebody who may see none hears why.
  if (document.empty() && !refusal.ok()) return refusal;
  session.out().Print(table);
  session.out().Line(
      {absl::StrCat("共 ", document.size(), " 条。"), absl::StrCat(document.size(), " entries.")});
  session.out().Print(document);
  return kDone;
}

absl::StatusOr<ExitStatus> ShowConflict(Session& session, const std::string& id,
                                        const Sight& sight) {
  auto conflict = session.replica().GetConflict(id);
  if (!conflict.ok()) return conflict.status();
  absl::Status admitted =
      AdmitReader(session, sight, {v1::RECORD_TYPE_UNSPECIFIED, conflict->id(), {conflict->org()}});
  if (!admitted.ok()) return admitted;
  const bool unmask = sight.unmask;
  const Output& out = session.out();
  Table table(out.english()
                  ? std::vector<std::string>{"field", "before (base)", "ours (stays)", "theirs"}
                  : std::vector<std::string>{"栏目", "双方改动前", "现值（保留）", "对方的值"});
  for (const v1::FieldConflict& field : conflict->fields()) {
    const auto shown = [&](bool has, const std::string& value) {
      return has ? Shown(*conflict, field.field(), value, unmask, out.language())
                 : std::string("-");
    };
    table.Add({Label(out, *conflict, field.field()), shown(field.has_base(), field.base()),
               shown(field.has_ours(), field.ours()), shown(field.has_theirs(), field.theirs())});
  }
  const Text kind = KindText(conflict->kind());
  const Text state = StateText(conflict->state());
  session.out().Line({absl::StrCat("冲突 ", conflict->id(), "：", kind.zh, "，", state.zh,
                                   "，档案 ", conflict->record_id()),
                      absl::StrCat("Conflict ", conflict->id(), ": ", kind.en, ", ", state.en,
                                   ", record ", conflict->record_id())});
  session.out().Print(table);
  PrintSides(out, *conflict);
  PrintResolution(out, *conflict);
  for (const v1::Finding& finding : conflict->findings()) {
    const std::string text = session.out().FindingText(finding);
    session.out().Line({text, text});
  }
  if (!unmask) HideValues(*conflict);
  if (conflict->change().has_put()) conflict->mutable_change()->mutable_put()->clear_record();
  session.out().Print(ToJson(*conflict));
  return kDone;
}

}  // namespace bangfu::client
