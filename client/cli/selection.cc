#include "client/cli/selection.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "domain/record/field_values.h"

namespace bangfu::client {
namespace {

// Whether the replica refused one record; anything else (disk full, file damaged) concerns all.
bool ConcernsOneRecord(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsAlreadyExists(status) ||
         absl::IsNotFound(status) || absl::IsFailedPrecondition(status);
}

Json ListOf(const domain::Findings& findings) {
  Json list = Json::array();
  for (const v1::Finding& finding : findings) list.push_back(ToJson(finding));
  return list;
}

}  // namespace

absl::StatusOr<std::vector<Chosen>> Choose(Session& session, const Selection& selection,
                                           const std::set<v1::ArchiveStatus>& statuses) {
  std::vector<Chosen> chosen;
  std::map<std::string, size_t> places;  // by id, in `chosen`
  const auto add = [&](LocalRecord record, bool named) -> absl::Status {
    const auto [place, is_new] = places.emplace(record.id, chosen.size());
    if (!is_new) {
      chosen[place->second].named |= named;
      return absl::OkStatus();
    }
    auto archive = ArchiveOf(record);
    if (!archive.ok()) return archive.status();
    chosen.push_back({std::move(record), std::move(*archive), named});
    return absl::OkStatus();
  };
  if (selection.all) {
    auto listed = session.replica().ListRecords(RecordFilter{});
    if (!listed.ok()) return listed.status();
    for (LocalRecord& record : *listed) {
      if (statuses.count(record.status) == 0) continue;
      if (absl::Status status = add(std::move(record), false); !status.ok()) return status;
    }
  } else if (selection.archives.empty()) {
    return UserError(
        absl::StatusCode::kInvalidArgument,
        {"请给出档案编号或标识，或用 --all。", "Name archives by number or id, or use --all."});
  }
  for (const std::string& reference : selection.archives) {
    auto record = session.FindArchive(reference);
    if (!record.ok()) return record.status();
    if (absl::Status status = add(std::move(*record), true); !status.ok()) return status;
  }
  return chosen;
}

std::string MaskedName(const v1::Archive& archive) {
  return domain::DisplayValue(*v1::Archive::descriptor(), "name", archive.name(), true);
}

std::string NameOf(const LocalRecord& record, const v1::Archive& archive) {
  return absl::StrCat(record.number.empty() ? record.id : record.number, " ", MaskedName(archive));
}

absl::Status StepReport::Enter(const Chosen& chosen, const v1::Change& change,
                               const domain::Findings& findings) {
  if (absl::Status status = session_.replica().Append({change}); !status.ok()) {
    if (!ConcernsOneRecord(status)) return status;
    Refused(chosen, status);
    return absl::OkStatus();
  }
  ++entered_;
  archives_.push_back(
      {{"id", chosen.record.id}, {"entered", true}, {"findings", ListOf(findings)}});
  return absl::OkStatus();
}

void StepReport::Refused(const Chosen& chosen, const domain::Findings& findings) {
  ++refused_;
  for (const v1::Finding& finding : findings) {
    lines_.push_back(absl::StrCat("  ", NameOf(chosen.record, chosen.archive), "  ",
                                  session_.out().FindingText(finding)));
  }
  archives_.push_back(
      {{"id", chosen.record.id}, {"entered", false}, {"findings", ListOf(findings)}});
}

void StepReport::Refused(const Chosen& chosen, const absl::Status& reason) {
  ++refused_;
  lines_.push_back(absl::StrCat("  ", NameOf(chosen.record, chosen.archive), "  ",
                                session_.out().Say(TextOf(reason))));
  archives_.push_back({{"id", chosen.record.id},
                       {"entered", false},
                       {"findings", Json::array()},
                       {"error", ToJson(reason)}});
}

void StepReport::Complete(const Chosen& chosen) {
  ++complete_;
  archives_.push_back({{"id", chosen.record.id},
                       {"entered", false},
                       {"complete", true},
                       {"findings", Json::array()}});
}

ExitStatus StepReport::Print(const Text& done, const absl::Status& ended) const {
  const Output& out = session_.out();
  for (const std::string& line : lines_) out.Line({line, line});
  const Text complete = complete_ == 0 ? Text{"", ""}
                                       : Text{absl::StrCat("，已齐全 ", complete_, " 件"),
                                              absl::StrCat(", complete before: ", complete_)};
  out.Line(
      {absl::StrCat(done.zh, " ", entered_, " 件", complete.zh, "，不予办理 ", refused_, " 件。"),
       absl::StrCat(done.en, ": ", entered_, complete.en, ", not possible: ", refused_, ".")});
  const Json document = {{"entered", entered_},
                         {"refused", refused_},
                         {"complete", complete_},
                         {"archives", archives_}};
  if (!ended.ok()) return out.Fail(ended, document);
  out.Print(document);
  return refused_ > 0 ? kSomeRefused : kDone;
}

}  // namespace bangfu::client
