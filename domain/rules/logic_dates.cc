#include "domain/rules/logic_dates.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "domain/codes/field_spec.h"
#include "domain/rules/elements.h"
#include "domain/rules/label.h"
#include "domain/text/civil_date.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace bangfu::domain {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using v1::Archive;
using v1::CauseReport;

constexpr char kLogicRule[] = "R28";

// A date field with what it says; `place` is what paths begin with in its message.
struct DateField {
  const FieldDescriptor& field;
  absl::string_view place;
  std::optional<absl::CivilDay> day;
};

DateField FieldOf(const Message& message, int number, absl::string_view place = "") {
  const FieldDescriptor& field = *message.GetDescriptor()->FindFieldByNumber(number);
  std::string scratch;
  return DateField{
      field, place,
      ParseIsoDate(message.GetReflection()->GetStringReference(message, &field, &scratch))};
}

// A finding when `later` lies before `earlier`.
void CheckOrder(const DateField& earlier, const DateField& later, v1::Severity severity,
                Findings& findings) {
  if (!earlier.day || !later.day || *earlier.day <= *later.day) return;
  const Text label = FieldLabel(later.field);
  const Text other = FieldLabel(earlier.field);
  const Text text{absl::StrCat(label.zh, "：早于", other.zh, "，请核对这两个日期。"),
                  absl::StrCat(label.en, ": lies before ", other.en, ", check both dates")};
  const std::string path = absl::StrCat(later.place, later.field.name());
  v1::Finding finding = severity == v1::SEVERITY_WARNING
                            ? Warning(kLogicRule, v1::FINDING_CODE_DATE_ORDER, path, text)
                            : Error(kLogicRule, v1::FINDING_CODE_DATE_ORDER, path, text);
  finding.set_other_field(absl::StrCat(earlier.place, earlier.field.name()));
  finding.set_next_action(SpecOf(later.field).owner() == v1::OWNER_FILING
                              ? v1::NEXT_ACTION_CORRECT
                              : v1::NEXT_ACTION_LOOK_INTO);
  findings.push_back(std::move(finding));
}

}  // namespace

Findings CheckLifeDates(const Archive& archive) {
  Findings findings;
  const DateField filed = FieldOf(archive, Archive::kFiledOnFieldNumber);
  const DateField established = FieldOf(archive, Archive::kEstablishedOnFieldNumber);
  if (!archive.cause_reports().empty()) {
    for (const CauseReport* report : InOrderOfId(archive.cause_reports())) {
      const std::string path = absl::StrCat(ElementPath("cause_reports", report->id()), ".");
      const DateField reported = FieldOf(*report, CauseReport::kReportedOnFieldNumber, path);
      CheckOrder(established, reported, v1::SEVERITY_ERROR, findings);
      CheckOrder(reported, FieldOf(*report, CauseReport::kDecidedOnFieldNumber, path),
                 v1::SEVERITY_ERROR, findings);
    }
  }
  CheckOrder(filed, established, v1::SEVERITY_WARNING, findings);
  CheckOrder(filed, FieldOf(archive, Archive::kPaperCheckedOnFieldNumber), v1::SEVERITY_WARNING,
             findings);
  CheckOrder(established, FieldOf(archive, Archive::kReportedOnFieldNumber), v1::SEVERITY_ERROR,
             findings);
  CheckOrder(established, FieldOf(archive, Archive::kEndedOnFieldNumber), v1::SEVERITY_ERROR,
             findings);
  return findings;
}

}  // namespace bangfu::domain
