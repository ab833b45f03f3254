#include "domain/notice/notice_sheet.h"

#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "domain/notice/public_notice.h"
#include "domain/rules/sample_archive.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using absl::CivilDay;
using sample::kSonId;
using sample::kWifeId;
using sample::Short;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr CivilDay kFirstDay(2014, 3, 3);

OrgTree Orgs(const char* city_phone = "", const char* unit_phone = "0571-85811111") {
  v1::OrgTree tree;
  const auto add = [&tree](const char* id, v1::OrgKind kind, const char* name, const char* phone) {
    v1::Org& org = *tree.add_orgs();
    org.set_id(id);
    org.set_kind(kind);
    org.set_name(name);
    org.set_phone(phone);
  };
  add("hz", v1::ORG_KIND_CITY, "杭州市总工会", city_phone);
  add("hz.gongye", v1::ORG_KIND_INDUSTRY, "工业工会", "");
  add("hz.gongye.xiangjiao", v1::ORG_KIND_ENTERPRISE, "橡胶集团", unit_phone);
  return *OrgTree::Build(tree);
}

// Worker 陈建国 with a wife of 41 and a son of 10 on the first day.
v1::Archive Archive() {
  v1::Archive archive = sample::Staff();
  archive.mutable_members(0)->set_name("王某芳");
  archive.mutable_members(1)->set_name("陈小明");
  return archive;
}

NoticeSheet Sheet(const v1::Archive& archive, const NoticeOptions& options = {}) {
  return DeriveNoticeSheet(archive, Orgs(), options, kFirstDay);
}

std::vector<std::string> Lines(const NoticeSheet& sheet, const v1::Archive& archive) {
  return Short(CheckNoticeSheet(sheet, archive));
}

TEST(DeriveNoticeSheetTest, WhatAnnexThreeAsksFor) {
  v1::Archive archive = Archive();
  archive.set_other_yearly_income_fen(600000);
  archive.mutable_members(0)->set_monthly_income_fen(100000);
  archive.mutable_members(0)->set_employed(v1::YES_NO_YES);
  archive.mutable_members(0)->set_employer("某某　超市");
  archive.set_tuition_expense_fen(500000);
  archive.set_other_expense_fen(0);
  archive.set_other_expense_note(" 无 ");
  const NoticeSheet sheet = Sheet(archive);

  EXPECT_EQ(sheet.worker_name, "陈建国");
  EXPECT_EQ(sheet.unit_name, "橡胶集团");
  EXPECT_EQ(sheet.address, "杭州市拱墅区某某路**号");
  EXPECT_EQ(sheet.household_size, 3);
  ASSERT_EQ(sheet.rows.size(), 3);
  EXPECT_EQ(sheet.rows[0].member_id, "");
  EXPECT_EQ(sheet.rows[0].name, "陈建国");
  EXPECT_EQ(sheet.rows[0].relation.zh, "本人");
  EXPECT_EQ(sheet.rows[0].sex, v1::SEX_MALE);
  EXPECT_EQ(sheet.rows[0].age, 43);
  EXPECT_EQ(sheet.rows[0].employed, v1::YES_NO_YES);
  EXPECT_EQ(sheet.rows[0].employer, "橡胶集团");
  EXPECT_EQ(sheet.rows[0].monthly_income_fen, 162500);
  EXPECT_EQ(sheet.rows[1].member_id, kWifeId);
  EXPECT_EQ(sheet.rows[1].name, "王某芳");
  EXPECT_EQ(sheet.rows[1].relation.zh, "妻");
  EXPECT_EQ(sheet.rows[1].relation.en, "wife");
  EXPECT_EQ(sheet.rows[1].sex, v1::SEX_FEMALE);
  EXPECT_EQ(sheet.rows[1].age, 41);
  EXPECT_EQ(sheet.rows[1].employed, v1::YES_NO_YES);
  EXPECT_EQ(sheet.rows[1].employer, "某某 超市");
  EXPECT_EQ(sheet.rows[1].monthly_income_fen, 100000);
  EXPECT_EQ(sheet.rows[2].member_id, kSonId);
  EXPECT_EQ(sheet.rows[2].employed, v1::YES_NO_UNSPECIFIED);

  EXPECT_EQ(sheet.yearly_wages_fen, 3150000);  // (1625 + 1000) × 12
  EXPECT_EQ(sheet.other_yearly_income_fen, 600000);
  EXPECT_EQ(sheet.yearly_income_fen, 3750000);
  EXPECT_EQ(sheet.monthly_income_per_person_fen, 104167);  // 37500 / 12 / 3
  EXPECT_EQ(sheet.tuition_expense_fen, 500000);
  EXPECT_EQ(sheet.medical_expense_fen, std::nullopt);
  EXPECT_EQ(sheet.other_expense_fen, 0);
  EXPECT_EQ(sheet.other_expense_note, "无");
  EXPECT_EQ(sheet.posted_from, kFirstDay);
  EXPECT_EQ(sheet.posted_until, CivilDay(2014, 3, 9));
  EXPECT_THAT(sheet.switches, IsEmpty());
  EXPECT_THAT(Lines(sheet, archive), IsEmpty());
}

TEST(DeriveNoticeSheetTest, TwelveMonthsBeforeTheMonthOfApplication) {
  struct Example {
    const char* filed_on;
    CivilDay from;
    CivilDay until;
  };
  for (const auto& [filed_on, from, until] : {
           Example{"2014-03-10", CivilDay(2013, 3, 1), CivilDay(2014, 2, 28)},
           Example{"2014-03-01", CivilDay(2013, 3, 1), CivilDay(2014, 2, 28)},
           Example{"2014-03-31", CivilDay(2013, 3, 1), CivilDay(2014, 2, 28)},
           Example{"2014-04-01", CivilDay(2013, 4, 1), CivilDay(2014, 3, 31)},
           Example{"2012-03-10", CivilDay(2011, 3, 1), CivilDay(2012, 2, 29)},
           Example{"2014-01-01", CivilDay(2013, 1, 1), CivilDay(2013, 12, 31)},
       }) {
    v1::Archive archive = Archive();
    archive.set_filed_on(filed_on);
    const NoticeSheet sheet = Sheet(archive);
    EXPECT_EQ(sheet.months_from, from) << filed_on;
    EXPECT_EQ(sheet.months_until, until) << filed_on;
  }
  v1::Archive archive = Archive();
  archive.clear_filed_on();
  EXPECT_EQ(Sheet(archive).months_from, std::nullopt);
}

TEST(DeriveNoticeSheetTest, NamesOfChildrenUnderFourteenAreMasked) {
  struct Example {
    const char* born;  // first 17 digits of the identity number
    int age;
    const char* name;
  };
  for (const auto& [born, age, name] : {
           Example{"33010220000303003", 14, "陈小明"},  // 14 on the first day
           Example{"33010220000304003", 13, "陈**"},
           Example{"33010220140303003", 0, "陈**"},
           Example{"33010220000302003", 14, "陈小明"},
       }) {
    v1::Archive archive = Archive();
    archive.mutable_members(1)->set_identity_number(sample::Number(born));
    const NoticeSheet sheet = Sheet(archive);
    EXPECT_EQ(sheet.rows[2].age, age) << born;
    EXPECT_EQ(sheet.rows[2].name, name) << born;
    EXPECT_EQ(sheet.rows[2].name_masked, age < kShownNameAge) << born;
    const NoticeSheet shown = Sheet(archive, {.show_children_names = true});
    EXPECT_EQ(shown.rows[2].name, "陈小明");
    EXPECT_FALSE(shown.rows[2].name_masked);
    EXPECT_THAT(shown.switches, ElementsAre(NoticeSwitch::kChildrenNames));
  }
}

TEST(DeriveNoticeSheetTest, AgeThatIsNotKnownCountsAsAChild) {
  v1::Archive archive = Archive();
  archive.mutable_members(0)->clear_identity_number();
  const NoticeSheet sheet = Sheet(archive);
  EXPECT_EQ(sheet.rows[1].age, std::nullopt);
  EXPECT_EQ(sheet.rows[1].name, "王**");
}

TEST(DeriveNoticeSheetTest, HouseNumbersBySwitch) {
  const NoticeSheet sheet = Sheet(Archive(), {.show_house_numbers = true});
  EXPECT_EQ(sheet.address, "杭州市拱墅区某某路1号");
  EXPECT_THAT(sheet.switches, ElementsAre(NoticeSwitch::kHouseNumbers));
}

TEST(DeriveNoticeSheetTest, EmploymentOfTheWorker) {
  v1::Archive archive = Archive();
  for (const auto& [status, employed] : {
           std::pair(v1::WORK_STATUS_ON_POST, v1::YES_NO_YES),
           std::pair(v1::WORK_STATUS_SICK_LEAVE, v1::YES_NO_YES),
           std::pair(v1::WORK_STATUS_LAID_OFF, v1::YES_NO_NO),
           std::pair(v1::WORK_STATUS_UNEMPLOYED, v1::YES_NO_NO),
           std::pair(v1::WORK_STATUS_RETIRED, v1::YES_NO_NO),
           std::pair(v1::WORK_STATUS_EARLY_RETIRED, v1::YES_NO_NO),
           std::pair(v1::WORK_STATUS_UNSPECIFIED, v1::YES_NO_UNSPECIFIED),
       }) {
    archive.set_work_status(status);
    EXPECT_EQ(Sheet(archive).rows[0].employed, employed) << status;
  }
  EXPECT_EQ(Sheet(sample::Migrant()).rows[0].employed, v1::YES_NO_YES);
}

TEST(DeriveNoticeSheetTest, IncomeThatIsNotStated) {
  v1::Archive archive = Archive();
  archive.clear_monthly_income_fen();
  archive.mutable_members(0)->clear_monthly_income_fen();
  const NoticeSheet sheet = Sheet(archive);
  EXPECT_EQ(sheet.rows[0].monthly_income_fen, std::nullopt);
  EXPECT_EQ(sheet.rows[1].monthly_income_fen, std::nullopt);
  EXPECT_EQ(sheet.rows[2].monthly_income_fen, 0);
}

TEST(DeriveNoticeSheetTest, Telephones) {
  v1::Archive archive = Archive();
  EXPECT_EQ(Sheet(archive).unit_phone, "0571-85811111");
  EXPECT_EQ(Sheet(archive).city_phone, "87161079");
  EXPECT_EQ(DeriveNoticeSheet(archive, Orgs("12345678"), {}, kFirstDay).city_phone, "12345678");
  EXPECT_EQ(DeriveNoticeSheet(archive, Orgs("", ""), {}, kFirstDay).unit_phone, "");

  v1::Posting& posting = *archive.add_postings();
  posting.set_id(sample::Uuid(50));
  posting.set_posted_from("2014-03-03");
  posting.set_posted_until("2014-03-12");
  EXPECT_EQ(Sheet(archive).unit_phone, "0571-85811111");
  posting.set_unit_phone("85822222");
  const NoticeSheet sheet = Sheet(archive);
  EXPECT_EQ(sheet.unit_phone, "85822222");
  EXPECT_EQ(sheet.posting_id, sample::Uuid(50));
  EXPECT_EQ(sheet.posted_until, CivilDay(2014, 3, 12));
  // Another posting's.
  const NoticeSheet other = DeriveNoticeSheet(archive, Orgs(), {}, CivilDay(2014, 3, 4));
  EXPECT_EQ(other.unit_phone, "0571-85811111");
  EXPECT_EQ(other.posted_until, CivilDay(2014, 3, 10));
}

TEST(DeriveNoticeSheetTest, OfTwoPostingsOfOneDayTheOneThatCounts) {
  v1::Archive archive = Archive();
  for (const auto& [id, until] :
       {std::pair(50, "2014-03-09"), std::pair(51, "2014-03-12"), std::pair(52, "2014-03-10")}) {
    v1::Posting& posting = *archive.add_postings();
    posting.set_id(sample::Uuid(id));
    posting.set_posted_from("2014-03-03");
    posting.set_posted_until(until);
  }
  EXPECT_EQ(Sheet(archive).posting_id, sample::Uuid(51));
  EXPECT_EQ(Sheet(archive).posted_until, CivilDay(2014, 3, 12));
  EXPECT_EQ(MayIssueCertificate(archive, kFirstDay).posting->id(), sample::Uuid(51));
}

TEST(DeriveNoticeSheetTest, WithoutDictionary) {
  const NoticeSheet sheet = DeriveNoticeSheet(Archive(), OrgTree(), {}, kFirstDay);
  EXPECT_EQ(sheet.unit_name, "");
  EXPECT_EQ(sheet.unit_phone, "");
  EXPECT_EQ(sheet.city_phone, kCityUnionPhone);
}

TEST(CheckNoticeSheetTest, NumbersOfTheFamilyInTheRemark) {
  v1::Archive archive = Archive();
  const std::string own = archive.identity_number();
  const std::string sons = archive.members(1).identity_number();
  const std::string sons_field = std::string("members[") + kSonId + "].identity_number";
  struct Example {
    std::string note;
    std::string other_field;
  };
  for (const auto& [note, other_field] : {
           Example{"电话13805710000", "phone"},
           Example{"电话１３８０５７１００００", "phone"},
           Example{"电话138 0571 0000", "phone"},
           Example{"电话138-0571-0000", "phone"},
           Example{"电话138—0571—0000", "phone"},
           Example{"电话138.0571.0000。", "phone"},
           Example{"电话138\u200B05710000", "phone"},
           Example{"电话+8613805710000", "phone"},
           Example{"身份证" + own, "identity_number"},
           Example{"身份证" + own.substr(0, 6) + " " + own.substr(6), "identity_number"},
           Example{"身份证" + own.substr(0, 6) + own.substr(8, 9), "identity_number"},
           Example{"身份证" + sons, sons_field},
           Example{"卡号4111 1111 1111 1111", "bank_card"},
           Example{"卡号4111-1111-1111-1111，余额不足", "bank_card"},
       }) {
    archive.set_other_expense_note(note);
    EXPECT_THAT(Lines(Sheet(archive), archive),
                ElementsAre("E NOT_FOR_THE_PUBLIC other_expense_note R98 / " + other_field))
        << note;
  }
}

TEST(CheckNoticeSheetTest, NumbersOfOtherPersons) {
  v1::Archive archive = Archive();
  for (const std::string note :
       {"联系人13905719999", "联系人139-0571-9999", "联系人139 0571 9999", "证号11010519491231002X",
        "证号11010519491231002x", "转账到5500000000000004", "联系人13905719999 13905718888",
        "房租1380元 1 13905719999", "13905719999-13905718888", "1-13905719999"}) {
    archive.set_other_expense_note(note);
    EXPECT_THAT(Lines(Sheet(archive), archive),
                ElementsAre("E NOT_FOR_THE_PUBLIC other_expense_note R98"))
        << note;
  }
}

TEST(CheckNoticeSheetTest, AmountsAndDatesAreNoNumbersOfPersons) {
  v1::Archive archive = Archive();
  for (const char* note :
       {"学费5000.00元，房租1380元、057100元", "2013-03-01至2014-02-28", "139,057.10,000",
        "85811111", "1111 1111 1111 1111", "110105194912310021"}) {
    archive.set_other_expense_note(note);
    EXPECT_THAT(Lines(Sheet(archive), archive), IsEmpty()) << note;
  }
}

TEST(CheckNoticeSheetTest, LandlineWithAndWithoutAreaCode) {
  v1::Archive archive = Archive();
  archive.set_phone("0571-86762610");
  for (const char* note : {"86762610", "0571-86762610", "0571 8676 2610", "(0571)86762610"}) {
    archive.set_other_expense_note(note);
    EXPECT_THAT(Lines(Sheet(archive), archive),
                ElementsAre("E NOT_FOR_THE_PUBLIC other_expense_note R98 / phone"))
        << note;
  }
  archive.set_other_expense_note("86762611");
  EXPECT_THAT(Lines(Sheet(archive), archive), IsEmpty());
}

TEST(CheckNoticeSheetTest, EveryTextIsChecked) {
  v1::Archive archive = Archive();
  archive.set_name("陈建国13805710000");
  archive.set_address("某某路 电话13805710000");
  archive.mutable_members(0)->set_name("王某芳13805710000");
  archive.mutable_members(0)->set_employer("超市13805710000");
  archive.set_other_expense_note("13805710000");
  v1::Posting& posting = *archive.add_postings();
  posting.set_id(sample::Uuid(50));
  posting.set_posted_from("2014-03-03");
  posting.set_unit_phone("13805710000");
  const std::string wife = std::string("members[") + kWifeId + "]";
  const Findings findings = CheckNoticeSheet(Sheet(archive, {.show_house_numbers = true}), archive);
  EXPECT_THAT(Short(findings), ElementsAre("E NOT_FOR_THE_PUBLIC name R96 / phone",
                                           "E NOT_FOR_THE_PUBLIC address R94 / phone",
                                           "E NOT_FOR_THE_PUBLIC " + wife + ".name R96 / phone",
                                           "E NOT_FOR_THE_PUBLIC " + wife + ".employer R96 / phone",
                                           "E NOT_FOR_THE_PUBLIC other_expense_note R98 / phone",
                                           "E NOT_FOR_THE_PUBLIC postings[" + sample::Uuid(50) +
                                               "].unit_phone R100 / phone"));
  EXPECT_EQ(findings[2].member(), kWifeId);
  for (const v1::Finding& finding : findings) {
    EXPECT_THAT(finding.message_zh(), Not(HasSubstr("138")));
    EXPECT_THAT(finding.message_en(), Not(HasSubstr("138")));
  }
}

TEST(CheckNoticeSheetTest, ANoticeHasTheTelephoneOfTheUnit) {
  v1::Archive archive = Archive();
  for (const char* phone : {"", " "}) {
    EXPECT_THAT(Lines(DeriveNoticeSheet(archive, Orgs("", phone), {}, kFirstDay), archive),
                ElementsAre("E REQUIRED_MISSING unit R100"));
  }
  v1::Posting& posting = *archive.add_postings();
  posting.set_id(sample::Uuid(50));
  posting.set_posted_from("2014-03-03");
  const NoticeSheet sheet = DeriveNoticeSheet(archive, Orgs("", ""), {}, kFirstDay);
  const Findings findings = CheckNoticeSheet(sheet, archive);
  ASSERT_THAT(Short(findings),
              ElementsAre("E REQUIRED_MISSING postings[" + sample::Uuid(50) + "].unit_phone R100"));
  EXPECT_EQ(findings[0].next_action(), v1::NEXT_ACTION_CORRECT);
  posting.set_unit_phone("85822222");
  EXPECT_THAT(Lines(DeriveNoticeSheet(archive, Orgs("", ""), {}, kFirstDay), archive), IsEmpty());
}

TEST(CheckNoticeSheetTest, AHouseholdOfThousandsIsNotLookedThrough) {
  v1::Archive archive = Archive();
  while (archive.members_size() < limits::kMaxMembers) archive.add_members();
  EXPECT_THAT(Lines(Sheet(archive), archive), IsEmpty());
  archive.add_members();
  EXPECT_THAT(Lines(Sheet(archive), archive), ElementsAre("E TOO_LARGE members R96"));
}

TEST(CheckNoticeSheetTest, AUnitMayHaveAMobile) {
  v1::Archive archive = Archive();
  EXPECT_THAT(Lines(DeriveNoticeSheet(archive, Orgs("", "13905719999"), {}, kFirstDay), archive),
              IsEmpty());
  EXPECT_THAT(Lines(DeriveNoticeSheet(archive, Orgs("", "13805710000"), {}, kFirstDay), archive),
              ElementsAre("E NOT_FOR_THE_PUBLIC unit R100 / phone"));
}

TEST(CheckNoticeSheetTest, MaskedNamesAppearNowhere) {
  v1::Archive archive = Archive();
  archive.set_other_expense_note("陈 小明学费");
  const Findings findings = CheckNoticeSheet(Sheet(archive), archive);
  EXPECT_THAT(Short(findings),
              ElementsAre(std::string("E NOT_FOR_THE_PUBLIC other_expense_note R98 / members[") +
                          kSonId + "].name"));
  EXPECT_EQ(findings[0].member(), kSonId);
  EXPECT_THAT(Lines(Sheet(archive, {.show_children_names = true}), archive), IsEmpty());
  archive.set_other_expense_note("王某芳治病");
  EXPECT_THAT(Lines(Sheet(archive), archive), IsEmpty());
  // A grown-up's name that begins with a child's.
  archive.mutable_members(1)->set_name("陈建");
  EXPECT_THAT(Lines(Sheet(archive), archive), IsEmpty());
}

}  // namespace
}  // namespace bangfu::domain
