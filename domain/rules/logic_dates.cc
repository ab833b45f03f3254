#include "domain/rules/logic_dates.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "domain/codes/field_spec.h"
#include "domain/rules/elements.h"
#include "domain/rules/label.h"
#include "domain/text/civil_date.h"
#include "google/protobuf/descriptor.h"

namespace bangfu::domain {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using v1::Archive;
using v1::CauseReport;

constexpr char kLogicRule[] = "R28";

// A date field with what it says; `place` is what paths begin with in its message.
struct DateField {
  const Descriptor* type;
  int number;
  absl::string_view place;
  std::optional<absl::CivilDay> day;

  const FieldDescriptor& field() const { return *type->FindFieldByNumber(number); }
};

DateField FieldOf(int number, const std::string& text) {
  return DateField{Archive::descriptor(), number, "", ParseIsoDate(text)};
}

DateField ReportField(int number, const std::string& text, absl::string_view place) {
  return DateField{CauseReport::descriptor(), number, place, ParseIsoDate(text)};
}

// A finding when `later` lies before `earlier`.
void CheckOrder(const DateField& earlier, const DateField& later, v1::Severity severity,
                Findings& findings) {
  if (!earlier.day || !later.day || *earlier.day <= *later.day) return;
  const Text label = FieldLabel(later.field());
  const Text other = FieldLabel(earlier.field());
  const Text text{absl::StrCat(label.zh, "：早于", other.zh, "，请核对这两个日期。"),
                  absl::StrCat(label.en, ": lies before ", other.en, ", check both dates")};
  const std::string path = absl::StrCat(later.place, later.field().name());
  v1::Finding finding = severity == v1::SEVERITY_WARNING
                            ? Warning(kLogicRule, v1::FINDING_CODE_DATE_ORDER, path, text)
                            : Error(kLogicRule, v1::FINDING_CODE_DATE_ORDER, path, text);
  finding.set_other_field(absl::StrCat(earlier.place, earlier.field().name()));
  finding.set_next_action(SpecOf(later.field()).owner() == v1::OWNER_FILING
                              ? v1::NEXT_ACTION_CORRECT
                              : v1::NEXT_ACTION_LOOK_INTO);
  findings.push_back(std::move(finding));
}

}  // namespace

Findings CheckLifeDates(const Archive& archive) {
  Findings findings;
  const DateField filed = FieldOf(Archive::kFiledOnFieldNumber, archive.filed_on());
  const DateField established =
      FieldOf(Archive::kEstablishedOnFieldNumber, archive.established_on());
  if (!archive.cause_reports().empty()) {
    for (const CauseReport* report : InOrderOfId(archive.cause_reports())) {
      const std::string path = absl::StrCat(ElementPath("cause_reports", report->id()), ".");
      const DateField reported =
          ReportField(CauseReport::kReportedOnFieldNumber, report->reported_on(), path);
      CheckOrder(established, reported, v1::SEVERITY_ERROR, findings);
      CheckOrder(reported,
                 ReportField(CauseReport::kDecidedOnFieldNumber, report->decided_on(), path),
                 v1::SEVERITY_ERROR, findings);
    }
  }
  CheckOrder(filed, established, v1::SEVERITY_WARNING, findings);
  CheckOrder(filed, FieldOf(Archive::kPaperCheckedOnFieldNumber, archive.paper_checked_on()),
             v1::SEVERITY_WARNING, findings);
  CheckOrder(established, FieldOf(Archive::kReportedOnFieldNumber, archive.reported_on()),
             v1::SEVERITY_ERROR, findings);
  CheckOrder(established, FieldOf(Archive::kEndedOnFieldNumber, archive.ended_on()),
             v1::SEVERITY_ERROR, findings);
  return findings;
}

}  // namespace bangfu::domain
