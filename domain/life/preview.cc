#include "domain/life/preview.h"

#include <algorithm>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "domain/life/entry_time.h"
#include "domain/life/lifecycle.h"
#include "domain/life/step.h"
#include "domain/record/field_values.h"
#include "domain/record/record_type.h"
#include "domain/rules/cause_decision.h"

namespace bangfu::domain {
namespace {

using google::protobuf::Message;
using v1::Archive;
using v1::Change;

absl::Status DoesNotFit(const Text& text) {
  return UserError(absl::StatusCode::kInvalidArgument, text);
}

absl::Status PreviewPut(Message& record, const Change& change) {
  const absl::StatusOr<std::unique_ptr<Message>> put =
      ParseRecord(change.record_type(), change.put().record());
  if (!put.ok()) return put.status();
  const FieldValues values = ReadFields(**put);
  FieldEdits edits;
  if (change.put().changed_fields_size() == 0) {
    edits = Difference(FieldValues(), values);
  } else {
    edits = Select(values,
                   {change.put().changed_fields().begin(), change.put().changed_fields().end()});
  }
  // A failed write leaves its record half written, so it works on a copy.
  const std::unique_ptr<Message> written(record.New());
  written->CopyFrom(record);
  if (absl::Status status = WriteFields(*written, edits); !status.ok()) return status;
  if (IdOf(record).empty()) {
    SetId(*written, change.record_id());
    SetEnteredTime(*written, change.entry_time());
  }
  record.GetReflection()->Swap(&record, written.get());
  return absl::OkStatus();
}

bool WaitsForDecision(const Archive& archive, const Change& change) {
  const auto& reports = archive.cause_reports();
  return std::any_of(reports.begin(), reports.end(), [&](const v1::CauseReport& report) {
    return report.id() == change.decide_cause().cause_report_id() && IsUndecided(report);
  });
}

absl::Status PreviewStep(Message& record, const Change& change, absl::CivilDay today) {
  auto* archive = google::protobuf::DynamicCastToGenerated<Archive>(&record);
  if (archive == nullptr || !StatusAllows(*archive, change) ||
      (change.has_decide_cause() && !WaitsForDecision(*archive, change))) {
    const Text step = StepLabel(change);
    return DoesNotFit(Text{
        absl::StrCat("这条记录目前不能", step.zh, "，请刷新后再办理"),
        absl::StrCat("no ", step.en, " is possible on this record now, refresh and try again")});
  }
  if (!change.has_approve()) TakeStep(*archive, change, today);
  return absl::OkStatus();
}

}  // namespace

absl::Status Preview(Message& record, const Change& change, absl::CivilDay today) {
  const std::unique_ptr<Message> type = NewRecord(change.record_type());
  const std::string id = IdOf(record);
  if (type == nullptr || type->GetDescriptor() != record.GetDescriptor() ||
      (!id.empty() && id != change.record_id())) {
    return DoesNotFit(Text{"这项变更属于另一条记录，请重新同步",
                           "the change is about another record, sync again"});
  }
  if (change.has_put()) return PreviewPut(record, change);
  if (change.has_resolve_conflict()) return absl::OkStatus();
  if (IsStep(change)) return PreviewStep(record, change, today);
  return DoesNotFit(
      Text{"这项变更没有内容，请重新填写", "the change does nothing, enter it again"});
}

}  // namespace bangfu::domain
