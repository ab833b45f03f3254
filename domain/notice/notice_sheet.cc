#include "domain/notice/notice_sheet.h"

#include <tuple>

#include "absl/strings/string_view.h"
#include "domain/notice/house_number.h"
#include "domain/notice/public_notice.h"
#include "domain/policy/income.h"
#include "domain/record/mask.h"
#include "domain/rules/elements.h"
#include "domain/rules/label.h"
#include "domain/text/civil_date.h"
#include "domain/text/identity_number.h"
#include "domain/text/normalize.h"

namespace bangfu::domain {
namespace {

using absl::CivilDay;
using v1::Archive;
using v1::Member;
using v1::Posting;

std::optional<int> AgeOf(absl::string_view identity_number, CivilDay day) {
  const auto number = ParseIdentityNumber(identity_number);
  if (!number.ok()) return std::nullopt;
  return AgeOn(number->birth_date, day);
}

v1::YesNo IsEmployed(const Archive& archive) {
  switch (archive.work_status()) {
    case v1::WORK_STATUS_ON_POST:
    case v1::WORK_STATUS_SICK_LEAVE:
      return v1::YES_NO_YES;
    case v1::WORK_STATUS_UNSPECIFIED:
      return archive.worker_type() == v1::WORKER_TYPE_MIGRANT ? v1::YES_NO_YES
                                                              : v1::YES_NO_UNSPECIFIED;
    default:
      return v1::YES_NO_NO;
  }
}

NoticeRow WorkerRow(const Archive& archive, absl::string_view unit_name, CivilDay first_day) {
  NoticeRow row;
  row.name = NormalizeText(archive.name());
  row.relation = Text{"本人", "the worker"};
  row.sex = archive.sex();
  row.age = AgeOf(archive.identity_number(), first_day);
  row.employed = IsEmployed(archive);
  row.employer = std::string(unit_name);
  if (archive.has_monthly_income_fen()) row.monthly_income_fen = archive.monthly_income_fen();
  return row;
}

NoticeRow MemberRow(const Member& member, const NoticeOptions& options, CivilDay first_day) {
  NoticeRow row;
  row.member_id = member.id();
  row.name = NormalizeText(member.name());
  row.relation = ValueLabel(*v1::Relation_descriptor(), member.relation());
  row.sex = member.sex();
  row.age = AgeOf(member.identity_number(), first_day);
  row.name_masked = !options.show_children_names && row.age.value_or(0) < kShownNameAge;
  if (row.name_masked) row.name = MaskText(v1::FORMAT_PERSON_NAME, row.name);
  row.employed = member.employed();
  row.employer = NormalizeText(member.employer());
  if (member.has_monthly_income_fen()) row.monthly_income_fen = member.monthly_income_fen();
  return row;
}

void AddMonthsOfIncome(const Archive& archive, NoticeSheet& sheet) {
  const std::optional<CivilDay> filed = ParseIsoDate(archive.filed_on());
  if (!filed) return;
  const CivilDay month(filed->year(), filed->month(), 1);
  sheet.months_from = AddMonths(month, -kNoticeMonths);
  sheet.months_until = AddDays(month, -1);
}

void AddAmounts(const Archive& archive, NoticeSheet& sheet) {
  sheet.yearly_wages_fen = YearlyWagesFen(archive);
  sheet.other_yearly_income_fen = archive.other_yearly_income_fen();
  sheet.yearly_income_fen = YearlyHouseholdIncomeFen(archive);
  sheet.monthly_income_per_person_fen = MonthlyIncomePerPersonFen(archive);
  if (archive.has_tuition_expense_fen()) sheet.tuition_expense_fen = archive.tuition_expense_fen();
  if (archive.has_medical_expense_fen()) sheet.medical_expense_fen = archive.medical_expense_fen();
  if (archive.has_other_expense_fen()) sheet.other_expense_fen = archive.other_expense_fen();
  sheet.other_expense_note = NormalizeText(archive.other_expense_note());
}

void AddPosting(const Archive& archive, CivilDay first_day, NoticeSheet& sheet) {
  sheet.posted_from = first_day;
  sheet.posted_until = AddDays(first_day, kMinPostingDays - 1);
  const Posting* recorded = nullptr;
  // Of several of that day the same as in MayIssueCertificate.
  for (const Posting& posting : archive.postings()) {
    if (ParseIsoDate(posting.posted_from()) != first_day) continue;
    if (recorded == nullptr || std::tie(posting.posted_until(), posting.id()) >
                                   std::tie(recorded->posted_until(), recorded->id())) {
      recorded = &posting;
    }
  }
  if (recorded == nullptr) return;
  sheet.posting_id = recorded->id();
  sheet.unit_phone = NormalizeText(recorded->unit_phone());
  sheet.posted_until = ParseIsoDate(recorded->posted_until()).value_or(sheet.posted_until);
}

void AddOrgs(const Archive& archive, const OrgTree& orgs, NoticeSheet& sheet) {
  const v1::Org* unit = orgs.Find(archive.unit());
  if (unit != nullptr) {
    sheet.unit_name = unit->name();
    if (sheet.unit_phone.empty()) sheet.unit_phone = unit->phone();
  }
  const v1::Org* city = orgs.City();
  sheet.city_phone = city == nullptr || city->phone().empty() ? kCityUnionPhone : city->phone();
}

}  // namespace

NoticeSheet DeriveNoticeSheet(const Archive& archive, const OrgTree& orgs,
                              const NoticeOptions& options, CivilDay first_day) {
  NoticeSheet sheet;
  AddPosting(archive, first_day, sheet);
  AddOrgs(archive, orgs, sheet);
  sheet.worker_name = NormalizeText(archive.name());
  sheet.address = options.show_house_numbers ? NormalizeText(archive.address())
                                             : HideHouseNumbers(archive.address());
  sheet.household_size = HouseholdSize(archive);
  sheet.rows.push_back(WorkerRow(archive, sheet.unit_name, first_day));
  for (const Member* member : InOrderOfId(archive.members())) {
    sheet.rows.push_back(MemberRow(*member, options, first_day));
  }
  AddMonthsOfIncome(archive, sheet);
  AddAmounts(archive, sheet);
  if (options.show_children_names) sheet.switches.push_back(NoticeSwitch::kChildrenNames);
  if (options.show_house_numbers) sheet.switches.push_back(NoticeSwitch::kHouseNumbers);
  return sheet;
}

}  // namespace bangfu::domain
