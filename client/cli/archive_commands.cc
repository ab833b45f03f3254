#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/code_word.h"
#include "client/cli/commands.h"
#include "client/cli/entry_state.h"
#include "client/cli/selection.h"
#include "client/cli/shown_value.h"
#include "domain/record/field_path.h"
#include "domain/record/field_values.h"
#include "domain/record/mask.h"
#include "domain/rules/label.h"

namespace bangfu::client {
namespace {

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

// The number; that of the paper archive in brackets while it is not confirmed.
std::string NumberOf(const LocalRecord& record, const v1::Archive& archive) {
  if (!record.number.empty()) return record.number;
  return archive.existing_number().empty() ? "-"
                                           : absl::StrCat("(", archive.existing_number(), ")");
}

}  // namespace

absl::StatusOr<ExitStatus> ListArchives(Session& session, const ListOptions& options) {
  if (!options.org.empty()) {
    if (absl::Status status = session.CheckOrgInScope(options.org); !status.ok()) return status;
  }
  auto reader = session.Signed();
  if (!reader.ok()) return reader.status();
  RecordFilter filter;
  filter.org = options.org;
  filter.limit = options.limit;
  if (!options.status.empty()) {
    auto status = ReadCodeWord(*v1::ArchiveStatus_descriptor(), options.status);
    if (!status.ok()) return status.status();
    filter.status = static_cast<v1::ArchiveStatus>(*status);
  }
  auto records = session.replica().ListRecords(filter);
  if (!records.ok()) return records.status();
  Table table(session.out().english()
                  ? std::vector<std::string>{"number", "name", "unit", "status", "category", "id"}
                  : std::vector<std::string>{"编号", "姓名", "单位", "状态", "类别", "标识"});
  Json document = Json::array();
  absl::Status refusal;
  for (const LocalRecord& record : *records) {
    auto archive = ArchiveOf(record);
    if (!archive.ok()) return archive.status();
    const ActedUpon place{record.org, archive->tier()};
    if (absl::Status may = CheckMayAct(session, reader->person, v1::ACTION_LIST, place);
        !may.ok()) {
      refusal = std::move(may);
      continue;
    }
    const v1::HardshipCategory category = archive->determined_category() != 0
                                              ? archive->determined_category()
                                              : archive->claimed_category();
    table.Add(
        {NumberOf(record, *archive), MaskedName(*archive), UnitName(session, record.org),
         session.out().Say(domain::ValueLabel(*v1::ArchiveStatus_descriptor(), record.status)),
         session.out().Say(domain::ValueLabel(*v1::HardshipCategory_descriptor(), category)),
         record.id});
    v1::Archive masked = *archive;
    domain::MaskRecord(masked, session.today());
    Json entry = ToJson(masked);
    entry["revision"] = record.base_revision;
    document.push_back(std::move(entry));
  }
  // Somebody who may see none hears why.
  if (document.empty() && !refusal.ok()) return refusal;
  session.out().Print(table);
  session.out().Line(
      {absl::StrCat("共 ", document.size(), " 件。"), absl::StrCat(document.size(), " archives.")});
  session.out().Print(document);
  return kDone;
}

absl::StatusOr<ExitStatus> ShowArchive(Session& session, const ShowOptions& options) {
  auto record = session.FindArchive(options.archive);
  if (!record.ok()) return record.status();
  auto archive = ArchiveOf(*record);
  if (!archive.ok()) return archive.status();
  absl::Status admitted =
      AdmitReader(session, options.sight,
                  {v1::RECORD_TYPE_ARCHIVE, record->id, {record->org, archive->tier()}});
  if (!admitted.ok()) return admitted;
  const bool unmask = options.sight.unmask;
  v1::Archive shown = *archive;
  if (!unmask) domain::MaskRecord(shown, session.today());
  const domain::FieldValues values = domain::ReadFields(*archive);
  const domain::FieldValues shown_values = domain::ReadFields(shown);
  // What is hidden altogether (of minors) is not shown by its first characters either.
  const auto hidden = [&shown_values](const std::string& path) {
    const auto value = shown_values.find(path);
    return value != shown_values.end() && value->second == domain::kHiddenText;
  };
  std::vector<std::pair<std::string, std::string>> fields(values.begin(), values.end());
  std::stable_sort(fields.begin(), fields.end(), [](const auto& a, const auto& b) {
    return PlaceOf(a.first) < PlaceOf(b.first);
  });
  Table table(session.out().english() ? std::vector<std::string>{"field", "value"}
                                      : std::vector<std::string>{"栏目", "内容"});
  for (const auto& [path, value] : fields) {
    table.Add({domain::LabelOfPath(*v1::Archive::descriptor(), path, session.out().language()),
               hidden(path)
                   ? domain::kHiddenText
                   : ShownValue(session, *v1::Archive::descriptor(), path, value, unmask)});
  }
  session.out().Print(table);
  auto history = session.replica().History(record->id);
  if (!history.ok()) return history.status();
  if (const Text open = OpenChanges(*history); !open.zh.empty()) {
    session.out().Line({absl::StrCat("本机录入的变更：", open.zh, "；详见 bangfu status。"),
                        absl::StrCat("Changes entered here: ", open.en, "; see bangfu status.")});
  }
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

}  // namespace bangfu::client
