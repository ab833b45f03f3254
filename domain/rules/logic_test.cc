#include "domain/rules/logic.h"

#include <string>
#include <vector>

#include "domain/rules/sample_archive.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using sample::kSonId;
using sample::kToday;
using sample::kWifeId;
using sample::Short;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct Case {
  const char* what;
  void (*edit)(v1::Archive&);
  std::vector<std::string> findings;
};

void ExpectAll(const v1::Archive& good, const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    v1::Archive archive = good;
    c.edit(archive);
    EXPECT_EQ(Short(CheckLogic(archive, kToday)), c.findings) << c.what;
  }
}

std::string Member(const char* id, const char* field) {
  return std::string("members[") + id + "]." + field;
}

TEST(LogicTest, GoodAndEmptyArchivesPass) {
  EXPECT_THAT(Short(CheckLogic(sample::Staff(), kToday)), IsEmpty());
  EXPECT_THAT(Short(CheckLogic(sample::Migrant(), kToday)), IsEmpty());
  EXPECT_THAT(Short(CheckLogic(v1::Archive(), kToday)), IsEmpty());
}

TEST(LogicTest, SexAgreesWithTheIdentityNumber) {
  ExpectAll(sample::Staff(), {{"worker",
                               [](v1::Archive& a) { a.set_sex(v1::SEX_FEMALE); },
                               {"E SEX_MISMATCH sex R28 / identity_number"}},
                              {"the standard's woman",
                               [](v1::Archive& a) {
                                 a.set_identity_number("11010519491231002X");
                                 a.set_sex(v1::SEX_FEMALE);
                               },
                               {}},
                              {"member",
                               [](v1::Archive& a) { a.mutable_members(0)->set_sex(v1::SEX_MALE); },
                               {"E SEX_MISMATCH " + Member(kWifeId, "sex") + " R28 / " +
                                Member(kWifeId, "identity_number")}},
                              {"not stated", [](v1::Archive& a) { a.clear_sex(); }, {}},
                              {"number that is wrong itself",
                               [](v1::Archive& a) {
                                 a.set_sex(v1::SEX_FEMALE);
                                 a.set_identity_number("110105194912310021");
                               },
                               {}}});
}

TEST(LogicTest, WorkBeginsAtSixteenAndByTheDayOfFiling) {
  // Born on 1970-05-01.
  ExpectAll(sample::Staff(),
            {{"16th birthday", [](v1::Archive& a) { a.set_work_started_on("1986-05-01"); }, {}},
             {"the day before",
              [](v1::Archive& a) { a.set_work_started_on("1986-04-30"); },
              {"E DATE_ORDER work_started_on R28 / identity_number"}},
             {"before birth",
              [](v1::Archive& a) { a.set_work_started_on("1969-01-01"); },
              {"E DATE_ORDER work_started_on R28 / identity_number"}},
             {"day of filing",
              [](v1::Archive& a) {
                a.set_filed_on("2014-03-05");
                a.set_work_started_on("2014-03-05");
              },
              {}},
             {"after the day of filing",
              [](v1::Archive& a) {
                a.set_filed_on("2014-03-05");
                a.set_work_started_on("2014-03-06");
              },
              {"E DATE_ORDER work_started_on R28 / filed_on"}},
             {"filing not stated: today counts",
              [](v1::Archive& a) {
                a.clear_filed_on();
                a.set_work_started_on("2014-03-10");
              },
              {}}});
}

TEST(LogicTest, BornOn29FebruaryTurns16OnTheMonthsLastDay) {
  v1::Archive archive = sample::Staff();
  archive.set_identity_number(sample::Number("33010219680229001"));
  archive.set_work_started_on("1984-02-29");
  EXPECT_THAT(Short(CheckLogic(archive, kToday)), IsEmpty());
  archive.set_work_started_on("1984-02-28");
  EXPECT_EQ(CheckLogic(archive, kToday).size(), 1u);
}

TEST(LogicTest, ContractDates) {
  ExpectAll(sample::Migrant(), {{"before 16",
                                 [](v1::Archive& a) { a.set_contract_signed_on("1986-04-30"); },
                                 {"E DATE_ORDER contract_signed_on R28 / identity_number",
                                  "W DATE_ORDER contract_signed_on R28 / work_started_on"}},
                                {"on the first day of work",
                                 [](v1::Archive& a) { a.set_contract_signed_on("1990-07-12"); },
                                 {}},
                                {"a day before work began",
                                 [](v1::Archive& a) { a.set_contract_signed_on("1990-07-11"); },
                                 {"W DATE_ORDER contract_signed_on R28 / work_started_on"}}});
}

TEST(LogicTest, TheContractIsSignedByTheDayOfFiling) {
  ExpectAll(sample::Migrant(), {{"on the day",
                                 [](v1::Archive& a) {
                                   a.set_filed_on("2014-03-05");
                                   a.set_contract_signed_on("2014-03-05");
                                 },
                                 {}},
                                {"a day later",
                                 [](v1::Archive& a) {
                                   a.set_filed_on("2014-03-05");
                                   a.set_contract_signed_on("2014-03-06");
                                 },
                                 {"E DATE_ORDER contract_signed_on R28 / filed_on"}},
                                {"filing not stated",
                                 [](v1::Archive& a) {
                                   a.clear_filed_on();
                                   a.set_contract_signed_on("2014-03-06");
                                 },
                                 {}}});
}

TEST(LogicTest, ContractTermFitsItsMonths) {
  struct Term {
    v1::ContractTerm term;
    int months;
    bool fits;
  };
  for (const Term& c :
       {Term{v1::CONTRACT_TERM_TWO_YEARS, 18, false}, Term{v1::CONTRACT_TERM_TWO_YEARS, 19, true},
        Term{v1::CONTRACT_TERM_TWO_YEARS, 30, true}, Term{v1::CONTRACT_TERM_TWO_YEARS, 31, false},
        Term{v1::CONTRACT_TERM_UP_TO_HALF_YEAR, 6, true},
        Term{v1::CONTRACT_TERM_UP_TO_HALF_YEAR, 7, false},
        Term{v1::CONTRACT_TERM_OPEN_ENDED, 120, false},
        Term{v1::CONTRACT_TERM_OPEN_ENDED, 121, true},
        // Wrong alone, or not stated: said elsewhere or nothing to say.
        Term{v1::CONTRACT_TERM_OPEN_ENDED, 0, true}, Term{v1::CONTRACT_TERM_TWO_YEARS, 601, true},
        Term{v1::CONTRACT_TERM_UNSPECIFIED, 36, true}}) {
    v1::Archive archive = sample::Migrant();
    archive.set_contract_term(c.term);
    archive.set_contract_months(c.months);
    const std::vector<std::string> none;
    EXPECT_EQ(
        Short(CheckLogic(archive, kToday)),
        c.fits ? none
               : std::vector<
                     std::string>{"E CONTRACT_TERM_MISMATCH contract_term A13 / contract_months"})
        << c.term << " " << c.months;
  }
}

TEST(LogicTest, DaysOfTheCaseAreInTheirOrder) {
  v1::Archive good = sample::Staff();
  good.set_filed_on("2014-01-10");
  good.set_established_on("2014-01-10");
  good.set_paper_checked_on("2014-01-10");
  good.set_reported_on("2014-01-10");
  good.set_ended_on("2014-01-10");
  v1::CauseReport& report = *good.add_cause_reports();
  report.set_id(kSonId);
  report.set_reported_on("2014-01-10");
  report.set_decided_on("2014-01-10");
  const std::string path = std::string("cause_reports[") + kSonId + "]";
  ExpectAll(good,
            {{"all on one day", [](v1::Archive&) {}, {}},
             {"established before it was filed",
              [](v1::Archive& a) { a.set_established_on("2014-01-09"); },
              {"W DATE_ORDER established_on R28 / filed_on"}},
             {"paper checked before it was filed",
              [](v1::Archive& a) { a.set_paper_checked_on("2014-01-09"); },
              {"W DATE_ORDER paper_checked_on R28 / filed_on"}},
             {"reported before it was established",
              [](v1::Archive& a) { a.set_reported_on("2014-01-09"); },
              {"E DATE_ORDER reported_on R28 / established_on"}},
             {"ended before it was established",
              [](v1::Archive& a) { a.set_ended_on("2014-01-09"); },
              {"E DATE_ORDER ended_on R28 / established_on"}},
             {"new cause before it was established",
              [](v1::Archive& a) { a.mutable_cause_reports(0)->set_reported_on("2014-01-09"); },
              {"E DATE_ORDER " + path + ".reported_on R28 / established_on"}},
             {"new cause decided before it was reported",
              [](v1::Archive& a) { a.mutable_cause_reports(0)->set_decided_on("2014-01-09"); },
              {"E DATE_ORDER " + path + ".decided_on R28 / " + path + ".reported_on"}},
             {"days that are none",
              [](v1::Archive& a) {
                a.set_established_on("2014-02-30");
                a.clear_filed_on();
              },
              {}}});
}

TEST(LogicTest, SaysWhoseTurnItIsAndNamesTheMember) {
  v1::Archive archive = sample::Staff();
  archive.mutable_members(0)->set_sex(v1::SEX_MALE);
  archive.set_zero_employment_household(v1::YES_NO_YES);
  archive.set_work_status(v1::WORK_STATUS_RETIRED);
  archive.mutable_members(1)->set_monthly_income_fen(1);
  archive.set_established_on("2014-03-10");
  archive.set_ended_on("2014-03-09");
  const Findings findings = CheckLogic(archive, kToday);
  ASSERT_EQ(findings.size(), 3u);
  EXPECT_EQ(findings[0].member(), kSonId);  // in the second field
  EXPECT_EQ(findings[0].next_action(), v1::NEXT_ACTION_CORRECT);
  EXPECT_EQ(findings[1].member(), kWifeId);
  EXPECT_EQ(findings[2].member(), "");
  EXPECT_EQ(findings[2].next_action(), v1::NEXT_ACTION_LOOK_INTO);
}

TEST(LogicTest, TheMaskedHealthStatusIsNotTold) {
  v1::Archive archive = sample::Staff();
  archive.set_main_cause(v1::HARDSHIP_CAUSE_OWN_ILLNESS);
  const Findings findings = CheckLogic(archive, kToday);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_THAT(findings[0].message_zh(), HasSubstr("健康状况与致困原因“本人大病”不符"));
  EXPECT_THAT(findings[0].message_zh(), Not(HasSubstr("良好")));
  EXPECT_THAT(findings[0].message_en(), Not(HasSubstr("good")));
}

TEST(LogicTest, APersonIsInTheHouseholdOnce) {
  ExpectAll(
      sample::Staff(),
      {{"member is the worker",
        [](v1::Archive& a) { a.mutable_members(1)->set_identity_number(a.identity_number()); },
        {"E MEMBER_REPEATED " + Member(kSonId, "identity_number") + " R28 / identity_number"}},
       {"two members, written differently",
        [](v1::Archive& a) {
          a.mutable_members(0)->set_identity_number("11010519491231002X");
          a.mutable_members(1)->set_identity_number("１１０１０５１９４９１２３１００２ｘ");
          a.mutable_members(1)->set_sex(v1::SEX_FEMALE);
        },
        {"E MEMBER_REPEATED " + Member(kSonId, "identity_number") + " R28 / " +
         Member(kWifeId, "identity_number")}},
       {"two members without number",
        [](v1::Archive& a) {
          a.mutable_members(0)->clear_identity_number();
          a.mutable_members(1)->clear_identity_number();
        },
        {}}});
}

TEST(LogicTest, SecondaryCauses) {
  ExpectAll(sample::Staff(),
            {{"none", [](v1::Archive& a) { a.clear_secondary_causes(); }, {}},
             {"three",
              [](v1::Archive& a) {
                a.add_secondary_causes(v1::HARDSHIP_CAUSE_DISABILITY);
                a.add_secondary_causes(v1::HARDSHIP_CAUSE_ACCIDENT);
              },
              {}},
             {"four, one equal to the main cause",
              [](v1::Archive& a) {
                a.add_secondary_causes(v1::HARDSHIP_CAUSE_CHILD_EDUCATION);
                a.add_secondary_causes(v1::HARDSHIP_CAUSE_DISABILITY);
                a.add_secondary_causes(v1::HARDSHIP_CAUSE_ACCIDENT);
              },
              {"E TOO_MANY_CAUSES secondary_causes R85",
               "E CAUSE_EQUALS_MAIN secondary_causes A15 / main_cause"}},
             {"one three times",
              [](v1::Archive& a) {
                a.add_secondary_causes(v1::HARDSHIP_CAUSE_LOW_INCOME);
                a.add_secondary_causes(v1::HARDSHIP_CAUSE_LOW_INCOME);
              },
              {"E CAUSE_REPEATED secondary_causes A15"}},
             {"main cause not stated", [](v1::Archive& a) { a.clear_main_cause(); }, {}}});
}

TEST(LogicTest, CausesThatNeedAMember) {
  struct Need {
    v1::Relation relation;
    bool child;
    bool lineal;
  };
  const Need needs[] = {
      {v1::RELATION_SON, true, true},
      {v1::RELATION_DAUGHTER, true, true},
      {v1::RELATION_ADOPTED_SON, true, true},
      {v1::RELATION_ADOPTED_DAUGHTER, true, true},
      {v1::RELATION_SON_IN_LAW, false, false},
      {v1::RELATION_DAUGHTER_IN_LAW, false, false},
      {v1::RELATION_GRANDSON, false, true},
      {v1::RELATION_MATERNAL_GRANDDAUGHTER, false, true},
      {v1::RELATION_FATHER, false, true},
      {v1::RELATION_MOTHER, false, true},
      {v1::RELATION_PARENT, false, true},
      {v1::RELATION_STEPMOTHER, false, true},
      {v1::RELATION_GRANDMOTHER, false, true},
      {v1::RELATION_MATERNAL_GRANDFATHER, false, true},
      {v1::RELATION_SPOUSE, false, true},
      {v1::RELATION_HUSBAND, false, true},
      {v1::RELATION_WIFE, false, true},
      {v1::RELATION_FATHER_IN_LAW, false, false},
      {v1::RELATION_MOTHER_IN_LAW_OF_WIFE, false, false},
      {v1::RELATION_ELDER_SISTER, false, false},
      {v1::RELATION_OTHER, false, false},
      {v1::RELATION_UNSPECIFIED, false, false},
  };
  for (const Need& need : needs) {
    v1::Archive archive = sample::Staff();
    archive.clear_marital_status();
    archive.clear_members();
    archive.add_members()->set_relation(need.relation);
    const std::vector<std::string> refused = {"E LOGIC main_cause R28 / members"};
    const std::vector<std::string> passed;
    archive.set_main_cause(v1::HARDSHIP_CAUSE_CHILD_EDUCATION);
    EXPECT_EQ(Short(CheckLogic(archive, kToday)), need.child ? passed : refused)
        << v1::Relation_Name(need.relation);
    archive.set_main_cause(v1::HARDSHIP_CAUSE_RELATIVE_ILLNESS);
    EXPECT_EQ(Short(CheckLogic(archive, kToday)), need.lineal ? passed : refused)
        << v1::Relation_Name(need.relation);
  }
}

TEST(LogicTest, SecondaryCausesNeedNoMember) {
  v1::Archive archive = sample::Staff();
  archive.clear_members();
  archive.clear_marital_status();
  archive.set_main_cause(v1::HARDSHIP_CAUSE_ACCIDENT);
  archive.add_secondary_causes(v1::HARDSHIP_CAUSE_CHILD_EDUCATION);
  archive.add_secondary_causes(v1::HARDSHIP_CAUSE_RELATIVE_ILLNESS);
  EXPECT_THAT(Short(CheckLogic(archive, kToday)), IsEmpty());
}

TEST(LogicTest, Warnings) {
  ExpectAll(sample::Staff(),
            {{"own illness with good health",
              [](v1::Archive& a) { a.set_main_cause(v1::HARDSHIP_CAUSE_OWN_ILLNESS); },
              {"W LOGIC health_status R28 / main_cause"}},
             {"own illness, secondary",
              [](v1::Archive& a) { a.add_secondary_causes(v1::HARDSHIP_CAUSE_OWN_ILLNESS); },
              {"W LOGIC health_status R28 / secondary_causes"}},
             {"own illness with cancer",
              [](v1::Archive& a) {
                a.set_main_cause(v1::HARDSHIP_CAUSE_OWN_ILLNESS);
                a.set_health_status(v1::HEALTH_STATUS_CANCER);
              },
              {}},
             {"lay-off on post",
              [](v1::Archive& a) { a.set_main_cause(v1::HARDSHIP_CAUSE_UNEMPLOYMENT); },
              {"W LOGIC work_status R28 / main_cause"}},
             {"lay-off when laid off",
              [](v1::Archive& a) {
                a.set_main_cause(v1::HARDSHIP_CAUSE_UNEMPLOYMENT);
                a.set_work_status(v1::WORK_STATUS_LAID_OFF);
              },
              {}},
             {"married without spouse",
              [](v1::Archive& a) { a.mutable_members()->DeleteSubrange(0, 1); },
              {"W LOGIC marital_status R28 / members"}},
             {"single with spouse",
              [](v1::Archive& a) { a.set_marital_status(v1::MARITAL_STATUS_SINGLE); },
              {"W LOGIC marital_status R28 / members"}},
             {"divorced with spouse",
              [](v1::Archive& a) { a.set_marital_status(v1::MARITAL_STATUS_DIVORCED); },
              {}},
             {"migrant worker, non-agricultural",
              [](v1::Archive& a) { a.set_worker_type(v1::WORKER_TYPE_MIGRANT); },
              {"W LOGIC hukou_type R28 / worker_type"}},
             {"zero employment on post, with wages of worker and wife",
              [](v1::Archive& a) {
                a.set_zero_employment_household(v1::YES_NO_YES);
                a.mutable_members(0)->set_monthly_income_fen(1);
              },
              {"W LOGIC zero_employment_household R28 / work_status",
               "W LOGIC zero_employment_household R28 / monthly_income_fen",
               "W LOGIC zero_employment_household R28 / " + Member(kWifeId, "monthly_income_fen")}},
             {"zero employment with an employed member, with and without income",
              [](v1::Archive& a) {
                a.set_zero_employment_household(v1::YES_NO_YES);
                a.set_work_status(v1::WORK_STATUS_RETIRED);
                a.mutable_members(0)->set_employed(v1::YES_NO_YES);
                a.mutable_members(1)->set_employed(v1::YES_NO_YES);
                a.mutable_members(1)->set_monthly_income_fen(1);
              },
              {"W LOGIC zero_employment_household R28 / " + Member(kWifeId, "employed"),
               "W LOGIC zero_employment_household R28 / " + Member(kSonId, "employed")}},
             {"zero employment with a member out of work",
              [](v1::Archive& a) {
                a.set_zero_employment_household(v1::YES_NO_YES);
                a.set_work_status(v1::WORK_STATUS_RETIRED);
                a.mutable_members(0)->set_employed(v1::YES_NO_NO);
              },
              {}},
             {"zero employment with a pension",
              [](v1::Archive& a) {
                a.set_zero_employment_household(v1::YES_NO_YES);
                a.set_work_status(v1::WORK_STATUS_RETIRED);
              },
              {}},
             {"zero employment without income",
              [](v1::Archive& a) {
                a.set_zero_employment_household(v1::YES_NO_YES);
                a.set_work_status(v1::WORK_STATUS_UNEMPLOYED);
                a.set_monthly_income_fen(0);
              },
              {}},
             {"no zero-employment household",
              [](v1::Archive& a) { a.set_zero_employment_household(v1::YES_NO_NO); },
              {}}});
}

TEST(LogicTest, ValidityOfPapersEndsAfterItBegins) {
  v1::Archive archive = sample::Migrant();
  v1::Material& contract =
      sample::AddMaterial(archive, {v1::MATERIAL_KIND_LABOUR_CONTRACT, sample::kArchiveId});
  contract.set_valid_from("2014-01-01");
  contract.set_valid_until("2014-01-01");
  EXPECT_THAT(Short(CheckLogic(archive, kToday)), IsEmpty());
  contract.set_valid_until("2013-12-31");
  const std::string path = "materials[" + contract.id() + "]";
  EXPECT_EQ(Short(CheckLogic(archive, kToday)),
            std::vector<std::string>{"E DATE_ORDER " + path + ".valid_until R28 / " + path +
                                     ".valid_from"});
}

TEST(LogicTest, TextsNameNobodyAndNoNumbers) {
  v1::Archive archive = sample::Staff();
  archive.mutable_members(1)->set_identity_number(archive.identity_number());
  const Findings findings = CheckLogic(archive, kToday);
  ASSERT_EQ(findings.size(), 1u);
  for (const std::string& text : {findings[0].message_zh(), findings[0].message_en()}) {
    EXPECT_THAT(text, Not(HasSubstr(archive.identity_number())));
    EXPECT_THAT(text, Not(HasSubstr("陈阿大")));
  }
  EXPECT_THAT(findings[0].message_zh(), HasSubstr("儿子（陈"));
}

}  // namespace
}  // namespace bangfu::domain
