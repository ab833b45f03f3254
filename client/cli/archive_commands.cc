#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/cli/commands.h"
#include "client/cli/entry_state.h"
#include "client/cli/field_owners.h"
#include "client/cli/selection.h"
#include "client/import/cell_value.h"
#include "domain/codes/code_list.h"
#include "domain/codes/field_spec.h"
#include "domain/record/field_path.h"
#include "domain/record/field_values.h"
#include "domain/record/mask.h"
#include "domain/record/record_type.h"
#include "domain/rules/finding.h"
#include "domain/rules/form.h"
#include "domain/rules/label.h"
#include "domain/rules/materials.h"
#include "domain/rules/policy.h"
#include "domain/rules/step_check.h"
#include "domain/text/civil_date.h"

namespace bangfu::client {
namespace {

using domain::Findings;

// The value of a code list that a user means by a word of the form or by the English name
// ("submitted").
std::optional<int> CodeOf(const google::protobuf::EnumDescriptor& list, const std::string& word) {
  if (const auto match = domain::FindCode(list, word)) return match->number;
  const std::string name = absl::AsciiStrToUpper(word);
  for (int i = 0; i < list.value_count(); ++i) {
    const google::protobuf::EnumValueDescriptor& value = *list.value(i);
    if (value.number() != 0 && absl::EndsWith(value.name(), absl::StrCat("_", name)))
      return value.number();
  }
  return std::nullopt;
}

absl::Status UnknownWord(const google::protobuf::EnumDescriptor& list, const std::string& word) {
  const std::string words = domain::CodeLabels(list);
  return UserError(absl::StatusCode::kInvalidArgument,
                   {absl::StrCat("“", word, "”不在可用的词中：", words, "。"),
                    absl::StrCat("\"", word, "\" is none of: ", words, ".")});
}

// Reads `text` into a field as the importer reads a cell; an empty text clears it.
Findings SetField(const Session& session, const google::protobuf::FieldDescriptor& field,
                  const std::string& text, v1::Archive& archive) {
  Cell cell;
  cell.kind = Cell::Kind::kText;
  cell.text = text;
  archive.GetReflection()->ClearField(&archive, &field);
  if (IsBlank(cell)) return {};
  const v1::FieldSpec& spec = domain::SpecOf(field);
  Findings findings;
  for (const domain::ValueProblem& problem :
       ReadCell(cell, field, CellContext{session.orgs(), session.identity().org}, archive)) {
    v1::Finding finding = domain::Error(spec.rule(), problem.code, field.name(),
                                        {absl::StrCat(spec.label_zh(), "：", problem.text.zh),
                                         absl::StrCat(spec.label_en(), ": ", problem.text.en)});
    finding.set_severity(problem.severity);
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::string UnitName(const Session& session, const std::string& org) {
  const v1::Org* unit = session.orgs().Find(org);
  return unit == nullptr ? org : unit->name();
}

// What is entered here about an archive and not settled, in words; empty when nothing is.
Text OpenChanges(const std::vector<OutboxEntry>& history) {
  Text text;
  for (const EntryState state :
       {EntryState::kPending, EntryState::kRefused, EntryState::kParked, EntryState::kConflict}) {
    const auto count = std::count_if(history.begin(), history.end(), [&](const OutboxEntry& entry) {
      return entry.state == state;
    });
    if (count == 0) continue;
    const Text word = StateText(state);
    absl::StrAppend(&text.zh, text.zh.empty() ? "" : "，", word.zh, " ", count, " 项");
    absl::StrAppend(&text.en, text.en.empty() ? "" : ", ", word.en, " ", count);
  }
  return text;
}

// Paths of an archive in the order of its form, elements of a list one after the other.
using FormPlace = std::vector<std::pair<int, std::string>>;

FormPlace PlaceOf(const std::string& path) {
  FormPlace place;
  if (const auto steps = domain::ParsePath(*v1::Archive::descriptor(), path)) {
    for (const domain::PathStep& step : *steps)
      place.emplace_back(step.field->number(), step.key.value_or(""));
  }
  return place;
}

// A value of an archive for people, units by their names.
std::string Shown(const Session& session, const std::string& path, const std::string& value,
                  bool unmask) {
  const auto& archive = *v1::Archive::descriptor();
  const v1::FieldSpec* spec = domain::SpecOfPath(archive, path);
  const std::string shown =
      domain::DisplayValue(archive, path, value, !unmask, session.out().language());
  const bool is_org = spec != nullptr && spec->format() == v1::FORMAT_ORG && shown == value;
  return is_org ? UnitName(session, value) : shown;
}

// The number; that of the paper archive in brackets while it is not confirmed.
std::string NumberOf(const LocalRecord& record, const v1::Archive& archive) {
  if (!record.number.empty()) return record.number;
  return archive.existing_number().empty() ? "-"
                                           : absl::StrCat("(", archive.existing_number(), ")");
}

// Archives whose approval was entered here and is not answered yet: the step stays invisible until
// then.
absl::StatusOr<std::set<std::string>> AwaitingApproval(Session& session) {
  auto pending = session.replica().Outbox({EntryState::kPending});
  if (!pending.ok()) return pending.status();
  std::set<std::string> ids;
  for (const OutboxEntry& entry : *pending) {
    if (entry.change.has_approve()) ids.insert(entry.change.record_id());
  }
  return ids;
}

absl::Status AwaitingError() {
  return UserError(
      absl::StatusCode::kFailedPrecondition,
      {"审批尚未上送或答复；请先同步。", "The approval is not answered yet; sync first."});
}

// Takes the same step on the chosen archives; each is checked here first, so that what the server
// would refuse is said at once, also without a line.
absl::StatusOr<ExitStatus> TakeSteps(
    Session& session, const StepOptions& options, const std::set<v1::ArchiveStatus>& from,
    const Text& done, absl::FunctionRef<void(const v1::Archive&, v1::Change&)> fill) {
  auto actor = session.Actor();
  if (!actor.ok()) return actor.status();
  auto chosen = Choose(session, options.selection, from);
  if (!chosen.ok()) return chosen.status();
  auto awaiting = AwaitingApproval(session);
  if (!awaiting.ok()) return awaiting.status();
  const domain::PolicyBook policy;
  StepReport report(session);
  absl::Status status;
  for (const Chosen& one : *chosen) {
    if (awaiting->count(one.record.id) > 0) {
      if (one.named) report.Refused(one, AwaitingError());
      continue;
    }
    v1::Change change = session.NewChange(v1::RECORD_TYPE_ARCHIVE, one.record.id, *actor);
    fill(one.archive, change);
    domain::Case c;
    c.archive = &one.archive;
    const Findings findings =
        domain::CheckStep(c, change, {session.orgs(), policy, session.today()});
    if (domain::HasErrors(findings)) {
      report.Refused(one, findings);
      continue;
    }
    status = report.Enter(one, change, findings);
    if (!status.ok()) break;
  }
  return report.Print(done, status);
}

}  // namespace

absl::StatusOr<ExitStatus> ListArchives(Session& session, const ListOptions& options) {
  if (!options.org.empty()) {
    if (absl::Status status = session.CheckOrgInScope(options.org); !status.ok()) return status;
  }
  RecordFilter filter;
  filter.org = options.org;
  filter.limit = options.limit;
  if (!options.status.empty()) {
    const auto status = CodeOf(*v1::ArchiveStatus_descriptor(), options.status);
    if (!status) return UnknownWord(*v1::ArchiveStatus_descriptor(), options.status);
    filter.status = static_cast<v1::ArchiveStatus>(*status);
  }
  auto records = session.replica().ListRecords(filter);
  if (!records.ok()) return records.status();
  Table table(session.out().english()
                  ? std::vector<std::string>{"number", "name", "unit", "status", "category", "id"}
                  : std::vector<std::string>{"编号", "姓名", "单位", "状态", "类别", "标识"});
  Json document = Json::array();
  for (const LocalRecord& record : *records) {
    auto archive = ArchiveOf(record);
    if (!archive.ok()) return archive.status();
    const v1::HardshipCategory category = archive->determined_category() != 0
                                              ? archive->determined_category()
                                              : archive->claimed_category();
    table.Add(
        {NumberOf(record, *archive), MaskedName(*archive), UnitName(session, record.org),
         session.out().Say(domain::ValueLabel(*v1::ArchiveStatus_descriptor(), record.status)),
         session.out().Say(domain::ValueLabel(*v1::HardshipCategory_descriptor(), category)),
         record.id});
    v1::Archive masked = *archive;
    domain::MaskRecord(masked);
    Json entry = ToJson(masked);
    entry["revision"] = record.base_revision;
    document.push_back(std::move(entry));
  }
  session.out().Print(table);
  session.out().Line(
      {absl::StrCat("共 ", records->size(), " 件。"), absl::StrCat(records->size(), " archives.")});
  session.out().Print(document);
  return kDone;
}

absl::StatusOr<ExitStatus> ShowArchive(Session& session, const ShowOptions& options) {
  auto record = session.FindArchive(options.archive);
  if (!record.ok()) return record.status();
  auto archive = ArchiveOf(*record);
  if (!archive.ok()) return archive.status();
  const domain::FieldValues values = domain::ReadFields(*archive);
  std::vector<std::pair<std::string, std::string>> fields(values.begin(), values.end());
  std::stable_sort(fields.begin(), fields.end(), [](const auto& a, const auto& b) {
    return PlaceOf(a.first) < PlaceOf(b.first);
  });
  Table table(session.out().english() ? std::vector<std::string>{"field", "value"}
                                      : std::vector<std::string>{"栏目", "内容"});
  for (const auto& [path, value] : fields) {
    const std::string shown = Shown(session, path, value, options.unmask);
    table.Add(
        {domain::LabelOfPath(*v1::Archive::descriptor(), path, session.out().language()), shown});
  }
  session.out().Print(table);
  auto history = session.replica().History(record->id);
  if (!history.ok()) return history.status();
  if (const Text open = OpenChanges(*history); !open.zh.empty()) {
    session.out().Line({absl::StrCat("本机录入的变更：", open.zh, "；详见 bangfu status。"),
                        absl::StrCat("Changes entered here: ", open.en, "; see bangfu status.")});
  }
  v1::Archive shown = *archive;
  if (!options.unmask) domain::MaskRecord(shown);
  Json document = ToJson(shown);
  document["revision"] = record->base_revision;
  Json changes = Json::array();
  for (const OutboxEntry& entry : *history) {
    changes.push_back(
        {{"change_id", entry.change.change_id()}, {"state", StateText(entry.state).en}});
  }
  document["changes_entered_here"] = std::move(changes);
  session.out().Print(document);
  return kDone;
}

absl::StatusOr<ExitStatus> EditArchive(Session& session, const EditOptions& options) {
  auto actor = session.Actor();
  if (!actor.ok()) return actor.status();
  auto record = session.FindArchive(options.archive);
  if (!record.ok()) return record.status();
  auto before = ArchiveOf(*record);
  if (!before.ok()) return before.status();
  v1::Archive after = *before;
  Findings findings;
  for (const std::string& assignment : options.assignments) {
    if (assignment.find('=') == std::string::npos) {
      // Not quoted: without the "=" it may be a value.
      return UserError(absl::StatusCode::kInvalidArgument,
                       {"--set 缺少“=”；写法：--set 联系电话=内容，清空写作 --set 联系电话=。",
                        "--set lacks its \"=\"; write --set phone=value, or --set phone= to "
                        "clear it."});
    }
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(assignment, absl::MaxSplits('=', 1));
    const auto* field = v1::Archive::descriptor()->FindFieldByName(parts.first);
    if (field == nullptr) field = domain::FindColumn(*v1::Archive::descriptor(), parts.first);
    if (field == nullptr) {
      return UserError(absl::StatusCode::kInvalidArgument,
                       {absl::StrCat("没有栏目“", parts.first, "”；请用登记表的栏目名。"),
                        absl::StrCat("There is no field \"", parts.first,
                                     "\"; use the column names of the register.")});
    }
    domain::Append(findings, SetField(session, *field, parts.second, after));
  }
  domain::Append(findings, domain::CheckValues(after, session.today()));
  v1::Change change =
      session.NewPut(v1::RECORD_TYPE_ARCHIVE, &*before, after, *actor, options.reason);
  domain::Append(findings, CheckOwners(session, *record, *before, change));
  if (domain::HasErrors(findings)) {
    StepReport report(session);
    report.Refused({*record, *before, true}, findings);
    return report.Print({"已录入修改", "edited"});
  }
  if (change.put().changed_fields().empty()) {
    session.out().Line({"内容与现有一致，没有修改。", "Nothing changed."});
    session.out().Print(Json{{"change_id", ""}});
    return kDone;
  }
  change.set_base_revision(record->base_revision);
  if (absl::Status status = session.replica().Append({change}); !status.ok()) return status;
  session.out().Line(
      {absl::StrCat("已录入修改 ", change.change_id(), "，同步时上送。"),
       absl::StrCat("Entered as ", change.change_id(), "; goes up with the next sync.")});
  session.out().Print(Json{{"change_id", change.change_id()}});
  return kDone;
}

absl::StatusOr<ExitStatus> Submit(Session& session, const StepOptions& options) {
  return TakeSteps(session, options, {v1::ARCHIVE_STATUS_DRAFT, v1::ARCHIVE_STATUS_RETURNED},
                   {"已提交", "submitted"}, [&](const v1::Archive&, v1::Change& change) {
                     change.mutable_submit()->set_opinion(options.opinion);
                   });
}

absl::StatusOr<ExitStatus> Review(Session& session, const StepOptions& options) {
  return TakeSteps(session, options, {v1::ARCHIVE_STATUS_SUBMITTED}, {"已审核", "reviewed"},
                   [&](const v1::Archive&, v1::Change& change) {
                     change.mutable_review()->set_opinion(options.opinion);
                   });
}

absl::StatusOr<ExitStatus> Approve(Session& session, const StepOptions& options) {
  v1::HardshipCategory category = v1::HARDSHIP_CATEGORY_UNSPECIFIED;
  if (!options.category.empty()) {
    const auto code = CodeOf(*v1::HardshipCategory_descriptor(), options.category);
    if (!code) return UnknownWord(*v1::HardshipCategory_descriptor(), options.category);
    category = static_cast<v1::HardshipCategory>(*code);
  }
  return TakeSteps(
      session, options, {v1::ARCHIVE_STATUS_REVIEWED}, {"已审批", "approved"},
      [&](const v1::Archive& archive, v1::Change& change) {
        v1::Approve& approve = *change.mutable_approve();
        approve.set_determined_category(category != 0 ? category : archive.claimed_category());
        approve.set_opinion(options.opinion);
      });
}

absl::StatusOr<ExitStatus> Return(Session& session, const StepOptions& options) {
  return TakeSteps(session, options, {v1::ARCHIVE_STATUS_SUBMITTED, v1::ARCHIVE_STATUS_REVIEWED},
                   {"已退回", "returned"}, [&](const v1::Archive&, v1::Change& change) {
                     change.mutable_return_()->set_reason(options.opinion);
                   });
}

}  // namespace bangfu::client
