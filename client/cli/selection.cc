#include "client/cli/selection.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "domain/record/field_values.h"

namespace bangfu::client {

absl::StatusOr<std::vector<Chosen>> Choose(Session& session, const Selection& selection,
                                           const std::set<v1::ArchiveStatus>& statuses) {
  std::vector<LocalRecord> records;
  if (selection.all) {
    auto listed = session.replica().ListRecords(RecordFilter{});
    if (!listed.ok()) return listed.status();
    for (LocalRecord& record : *listed) {
      if (statuses.count(record.status) > 0) records.push_back(std::move(record));
    }
  } else if (selection.archives.empty()) {
    return UserError(
        absl::StatusCode::kInvalidArgument,
        {"请给出档案编号或标识，或用 --all。", "Name archives by number or id, or use --all."});
  }
  for (const std::string& reference : selection.archives) {
    auto record = session.FindArchive(reference);
    if (!record.ok()) return record.status();
    records.push_back(std::move(*record));
  }
  std::vector<Chosen> chosen;
  for (LocalRecord& record : records) {
    auto archive = ArchiveOf(record);
    if (!archive.ok()) return archive.status();
    chosen.push_back({std::move(record), std::move(*archive)});
  }
  return chosen;
}

std::string MaskedName(const v1::Archive& archive) {
  return domain::DisplayValue(*v1::Archive::descriptor(), "name", archive.name(), true);
}

ExitStatus StepReport::Print(const Text& done) const {
  const Output& out = session_.out();
  for (const std::string& line : lines_) out.Line({line, line});
  out.Line({absl::StrCat(done.zh, " ", entered_, " 件，不予办理 ", refused_, " 件。"),
            absl::StrCat(done.en, ": ", entered_, ", not possible: ", refused_, ".")});
  out.Print(Json{{"entered", entered_}, {"refused", refused_}, {"archives", archives_}});
  return refused_ > 0 ? kSomeRefused : kDone;
}

void StepReport::Add(const Chosen& chosen, bool entered, const domain::Findings& findings) {
  (entered ? entered_ : refused_) += 1;
  const std::string name =
      absl::StrCat(chosen.record.number.empty() ? chosen.record.id : chosen.record.number, " ",
                   MaskedName(chosen.archive));
  Json list = Json::array();
  for (const v1::Finding& finding : findings) {
    list.push_back(ToJson(finding));
    if (!entered)
      lines_.push_back(absl::StrCat("  ", name, "  ", session_.out().FindingText(finding)));
  }
  archives_.push_back({{"id", chosen.record.id}, {"entered", entered}, {"findings", list}});
}

}  // namespace bangfu::client
