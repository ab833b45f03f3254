#include "domain/life/lifecycle.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "domain/life/step.h"
#include "domain/record/field_values.h"
#include "domain/rules/cause_decision.h"
#include "domain/rules/label.h"
#include "domain/rules/materials.h"
#include "domain/text/civil_date.h"

namespace bangfu::domain {
namespace {

using v1::Archive;
using v1::Change;

// Papers that the reason of a return names one by one; the findings name all.
constexpr size_t kMaxPapersInReason = 4;

v1::SignOff SignOffOf(const Change& change) {
  v1::SignOff sign_off;
  sign_off.set_person_id(change.actor().person_id());
  sign_off.set_person_name(change.actor().person_name());
  sign_off.set_org(change.actor().org());
  if (change.has_entry_time()) *sign_off.mutable_signed_time() = change.entry_time();
  sign_off.set_opinion(WordsOf(change));
  return sign_off;
}

// Short enough for the field, however many papers are missing.
std::string ReasonOfMissing(v1::HardshipCategory category, const Findings& findings) {
  std::string reason = absl::StrCat(
      "认定类别为“", ValueLabel(*v1::HardshipCategory_descriptor(), category).zh, "”，材料不齐：");
  for (size_t i = 0; i < std::min(findings.size(), kMaxPapersInReason); ++i) {
    absl::StrAppend(&reason, findings[i].message_zh());
  }
  if (findings.size() > kMaxPapersInReason) {
    absl::StrAppend(&reason, "等，共", findings.size(), "项。");
  }
  return reason;
}

StepResult TakeApproval(Archive& archive, const Change& change, absl::CivilDay today) {
  StepResult result;
  const v1::HardshipCategory category = change.approve().determined_category();
  archive.set_determined_category(category);
  result.findings = CheckMaterials(archive, category);
  if (HasErrors(result.findings)) {
    archive.set_status(v1::ARCHIVE_STATUS_RETURNED);
    archive.set_return_reason(ReasonOfMissing(category, result.findings));
    return result;
  }
  archive.set_status(v1::ARCHIVE_STATUS_ESTABLISHED);
  *archive.mutable_approval() = SignOffOf(change);
  if (archive.established_on().empty()) archive.set_established_on(FormatDate(today));
  result.needs_number = IsTierA(archive) && archive.number().empty();
  return result;
}

void End(Archive& archive, v1::ArchiveStatus status, const Change& change, absl::CivilDay today) {
  archive.set_status(status);
  archive.set_ended_on(FormatDate(today));
  *archive.mutable_ending() = SignOffOf(change);
}

// The cause report that `path` is or lies in, when it is decided.
bool IsInDecidedReport(const Archive& archive, absl::string_view path) {
  for (const v1::CauseReport& report : archive.cause_reports()) {
    if (!IsUndecided(report) && absl::StartsWith(path, ElementPath("cause_reports", report.id())))
      return true;
  }
  return false;
}

}  // namespace

bool IsFixed(const Archive& archive, absl::string_view path) {
  if (absl::StartsWith(path, "cause_reports[")) return IsInDecidedReport(archive, path);
  if (archive.status() == v1::ARCHIVE_STATUS_UNSPECIFIED ||
      archive.status() == v1::ARCHIVE_STATUS_DRAFT ||
      archive.status() == v1::ARCHIVE_STATUS_RETURNED) {
    return false;
  }
  const v1::FieldSpec* spec = SpecOfPath(*v1::Archive::descriptor(), path);
  return spec != nullptr && spec->fixed_by_submission();
}

StepResult TakeStep(Archive& archive, const Change& change, absl::CivilDay today) {
  switch (change.action_case()) {
    case Change::kSubmit:
      archive.set_status(v1::ARCHIVE_STATUS_SUBMITTED);
      *archive.mutable_handling() = SignOffOf(change);
      archive.clear_review();
      archive.clear_approval();
      break;
    case Change::kReview:
      archive.set_status(v1::ARCHIVE_STATUS_REVIEWED);
      *archive.mutable_review() = SignOffOf(change);
      break;
    case Change::kApprove:
      return TakeApproval(archive, change, today);
    case Change::kReturn:
      archive.set_status(v1::ARCHIVE_STATUS_RETURNED);
      archive.set_return_reason(WordsOf(change));
      break;
    case Change::kReport:
      archive.set_status(v1::ARCHIVE_STATUS_REPORTED);
      archive.set_reported_on(FormatDate(today));
      archive.set_report_package(change.report().package());
      break;
    case Change::kWithdraw:
      End(archive, v1::ARCHIVE_STATUS_WITHDRAWN, change, today);
      archive.set_withdrawal_basis(change.withdraw().basis());
      break;
    case Change::kDeregister:
      End(archive, v1::ARCHIVE_STATUS_DEREGISTERED, change, today);
      break;
    case Change::kMergeInto:
      End(archive, v1::ARCHIVE_STATUS_MERGED, change, today);
      archive.set_merged_into(change.merge_into().archive_id());
      break;
    case Change::kDecideCause:
      DecideCause(archive, change.decide_cause(), today);
      break;
    default:
      break;
  }
  return StepResult{};
}

}  // namespace bangfu::domain
