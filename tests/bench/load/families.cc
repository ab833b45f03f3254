#include "tests/bench/load/families.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "domain/rules/sample_archive.h"
#include "domain/text/civil_date.h"
#include "tests/bench/person.h"
#include "tests/scenario/households.h"

namespace bangfu::bench {
namespace {

constexpr int kFenPerYuan = 100;
constexpr int kMaterialsStored = 4;  // an archive of 1.5 KB

// UUIDs that grow with the number, as those of version 7 grow with time.
std::string Id(int number, int part) {
  return absl::StrFormat("0190%04x-%04x-7000-8000-%012x", number >> 16, number & 0xffff, part);
}

void AddMember(v1::Archive& archive, int number, v1::Relation relation, v1::Sex sex, int year,
               int name) {
  v1::Member& member = *archive.add_members();
  member.set_id(Id(number, archive.members_size()));
  member.set_name(Name(number + name));
  member.set_relation(relation);
  member.set_sex(sex);
  member.set_political_status(v1::POLITICAL_STATUS_MASSES);
  member.set_identity_number(IdentityNumber(number, year, sex == v1::SEX_MALE));
  member.set_monthly_income_fen(number % 50 * kFenPerYuan);
}

v1::Change ChangeOf(scenario::World& world, v1::RecordType type, const std::string& id,
                    const google::protobuf::Message& record, const std::string& unit) {
  v1::Change change = scenario::NewChange(world, unit, id);
  change.set_record_type(type);
  change.mutable_put()->set_record(record.SerializeAsString());
  return change;
}

v1::AidEvent Aid(int number, int which) {
  v1::AidEvent aid;
  aid.set_id(Id(number, 0x100 + which));
  aid.set_archive_id(Id(number, 0));
  aid.set_aided_on(domain::FormatDate(absl::CivilDay(2014, 1, 10) + 12 * which));
  aid.set_kind(v1::AID_KIND_LIVING);
  aid.set_amount_fen((500 + number % 500) * kFenPerYuan);
  aid.set_content("春节送温暖生活补助");
  aid.set_provider("hz");
  return aid;
}

v1::Visit VisitOf(int number, int which) {
  v1::Visit visit;
  visit.set_id(Id(number, 0x200 + which));
  visit.set_archive_id(Id(number, 0));
  visit.set_visited_on(domain::FormatDate(absl::CivilDay(2014, 1, 15) + 30 * which));
  visit.set_visitors("李某、周某");
  visit.set_notes("上门走访，生活稳定，儿子在校读书，母亲身体尚可。");
  visit.set_still_eligible(v1::YES_NO_YES);
  return visit;
}

}  // namespace

v1::Archive Family(int number, const std::string& unit) {
  v1::Archive archive = domain::sample::Staff();
  archive.clear_members();
  archive.set_id(Id(number, 0));
  archive.set_unit(unit);
  archive.set_name(Name(number));
  archive.set_identity_number(IdentityNumber(number, 1960, /*male=*/true));
  archive.set_work_started_on("1993-07-12");
  archive.set_phone(scenario::PhoneOf(number));
  archive.set_address(absl::StrCat("杭州市富阳区富春街道迎宾路", number % 900 + 1, "号",
                                   number % 30 + 1, "幢", number % 6 + 1, "0", number % 4 + 1,
                                   "室"));
  archive.set_bank_card(BankCard(number));
  archive.set_monthly_income_fen((1200 + number % 400) * kFenPerYuan);
  archive.set_hardship_expense_fen((20'000 + number % 10'000) * kFenPerYuan);
  archive.set_hardship_description(
      "本人在岗，收入较低，母亲年迈多病，需长期服药，儿子在杭州上大学，学费和生活费全靠工资，"
      "家庭生活困难，申请帮扶。");
  AddMember(archive, number, v1::RELATION_WIFE, v1::SEX_FEMALE, 1962, 1);
  AddMember(archive, number, v1::RELATION_SON, v1::SEX_MALE, 1986, 20);
  AddMember(archive, number, v1::RELATION_MOTHER, v1::SEX_FEMALE, 1934, 41);
  for (const domain::DueMaterial& due : domain::DueMaterials(archive, archive.claimed_category())) {
    if (archive.materials_size() == kMaterialsStored) break;
    domain::sample::AddMaterial(archive, due).set_id(Id(number, 0x10 + archive.materials_size()));
  }
  return archive;
}

std::vector<v1::Change> Filings(scenario::World& world, int first, int count,
                                const std::string& unit) {
  std::vector<v1::Change> changes;
  changes.reserve(count);
  for (int number = first; number < first + count; ++number) {
    changes.push_back(scenario::Filing(world, Family(number, unit)));
  }
  return changes;
}

std::vector<v1::Change> WholeFilings(scenario::World& world, int first, int count,
                                     const std::string& unit) {
  std::vector<v1::Change> changes;
  changes.reserve(static_cast<size_t>(count) * (1 + kAidEventsPerFamily + kVisitsPerFamily));
  for (int number = first; number < first + count; ++number) {
    changes.push_back(scenario::Filing(world, Family(number, unit)));
    for (int i = 0; i < kAidEventsPerFamily; ++i) {
      const v1::AidEvent aid = Aid(number, i);
      changes.push_back(ChangeOf(world, v1::RECORD_TYPE_AID_EVENT, aid.id(), aid, unit));
    }
    for (int i = 0; i < kVisitsPerFamily; ++i) {
      const v1::Visit visit = VisitOf(number, i);
      changes.push_back(ChangeOf(world, v1::RECORD_TYPE_VISIT, visit.id(), visit, unit));
    }
  }
  return changes;
}

v1::Change PhoneEdit(scenario::World& world, int number, const std::string& unit,
                     int64_t base_revision, int edit) {
  v1::Archive archive = Family(number, unit);
  archive.set_phone(scenario::PhoneOf(50'000'000 + edit));
  return scenario::Edit(world, unit, archive, base_revision, {"phone"});
}

}  // namespace bangfu::bench
