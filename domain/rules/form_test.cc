#include "domain/rules/form.h"

#include <string>

#include "bangfu/v1/aid_event.pb.h"
#include "bangfu/v1/visit.pb.h"
#include "base/limits.h"
#include "domain/rules/sample_archive.h"
#include "domain/text/money.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using sample::kToday;
using sample::Short;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// An edit of a good archive and the findings it must give.
struct Case {
  const char* what;
  void (*edit)(v1::Archive&);
  std::vector<std::string> findings;
};

TEST(CheckValuesTest, GoodArchivesPass) {
  EXPECT_THAT(Short(CheckValues(sample::Staff(), kToday)), IsEmpty());
  EXPECT_THAT(Short(CheckValues(sample::Migrant(), kToday)), IsEmpty());
}

TEST(CheckValuesTest, EmptyDraftPasses) {
  EXPECT_THAT(Short(CheckValues(v1::Archive(), kToday)), IsEmpty());
  v1::Archive blanks;
  blanks.set_phone("  ");
  blanks.set_identity_number("　");
  EXPECT_THAT(Short(CheckValues(blanks, kToday)), IsEmpty());
}

TEST(CheckValuesTest, IdentityNumbers) {
  struct NumberCase {
    const char* text;
    const char* finding;  // empty: passes
    const char* says;     // part of the English text
  };
  // The standard's own examples are in the first two lines.
  const NumberCase cases[] = {
      {"11010519491231002X", "", ""},
      {"440524188001010014", "", ""},
      {"１１０１０５１９４９１２３１００２ｘ", "", ""},
      {"110105194912310021", "E BAD_IDENTITY_NUMBER identity_number R63", "check digit"},
      {"1101051949123100", "E BAD_IDENTITY_NUMBER identity_number R63", "18 characters"},
      {"110105491231002", "E BAD_IDENTITY_NUMBER identity_number R63", "15 digits"},
      {"1101051949123100AX", "E BAD_IDENTITY_NUMBER identity_number R63", "17 digits"},
      {"110105194902300021", "E BAD_IDENTITY_NUMBER identity_number R63", "real day"},
      {"330104197903035000", "E NUMERIC_DAMAGE identity_number R63", "spreadsheet"},
      {"3.30104E+17", "E NUMERIC_DAMAGE identity_number R63", "spreadsheet"},
  };
  for (const NumberCase& c : cases) {
    v1::Archive archive;
    archive.set_identity_number(c.text);
    const Findings findings = CheckValues(archive, kToday);
    if (*c.finding == '\0') {
      EXPECT_THAT(Short(findings), IsEmpty()) << c.text;
      continue;
    }
    ASSERT_THAT(Short(findings), ElementsAre(c.finding)) << c.text;
    EXPECT_THAT(findings[0].message_en(), HasSubstr(c.says)) << c.text;
    EXPECT_THAT(findings[0].message_en(), HasSubstr("identity number: ")) << c.text;
    EXPECT_THAT(findings[0].message_zh(), HasSubstr("身份证号：")) << c.text;
    EXPECT_THAT(findings[0].message_zh() + findings[0].message_en(), Not(HasSubstr(c.text)));
  }
}

TEST(CheckValuesTest, DivisionsOfIdentityNumbersAreWarnings) {
  const struct {
    const char* first17;
    bool warns;
  } cases[] = {
      {"33018319700501001", false},                               // 富阳 until 2014
      {"33018520140301001", false}, {"33011219700501001", true},  // 临安区, from 2017
      {"33012519950101001", true},                                // 余杭县, until 1994
      {"33019919700501001", true},  {"33130119700501001", true}, {"51010319700501001", false},
  };
  for (const auto& c : cases) {
    v1::Archive archive = sample::Staff();
    archive.set_identity_number(sample::Number(c.first17));
    const std::vector<std::string> none;
    const std::vector<std::string> warning = {"W UNKNOWN_DIVISION identity_number R63"};
    EXPECT_EQ(Short(CheckValues(archive, kToday)), c.warns ? warning : none) << c.first17;
  }
  v1::Archive archive = sample::Staff();
  archive.set_identity_number(sample::Number("33011219700501001"));
  EXPECT_THAT(Short(CheckValues(archive, absl::CivilDay(2017, 1, 1))), IsEmpty());
  // A province that there is not is a mistake.
  archive.set_identity_number(sample::Number("99010119700501001"));
  EXPECT_THAT(Short(CheckValues(archive, kToday)),
              ElementsAre("E BAD_IDENTITY_NUMBER identity_number R63"));
}

TEST(CheckValuesTest, DatesTellWhatIsLeftOut) {
  v1::Archive archive;
  archive.set_filed_on("2014-03");
  archive.set_work_started_on("90-07-12");
  const Findings findings = CheckValues(archive, kToday);
  ASSERT_THAT(Short(findings),
              ElementsAre("E BAD_DATE work_started_on R73", "E BAD_DATE filed_on R11"));
  EXPECT_THAT(findings[0].message_zh(), HasSubstr("四位年份"));
  EXPECT_THAT(findings[1].message_zh(), HasSubstr("没有写到日"));
}

TEST(CheckValuesTest, NumbersOfMonthsAndRows) {
  const struct {
    int months;
    bool passes;
  } cases[] = {{-1, false}, {0, false}, {1, true}, {600, true}, {601, false}};
  for (const auto& c : cases) {
    v1::Archive archive;
    archive.set_contract_months(c.months);
    const std::vector<std::string> none;
    EXPECT_EQ(Short(CheckValues(archive, kToday)),
              c.passes ? none : std::vector<std::string>{"E MALFORMED contract_months R74"})
        << c.months;
  }
  v1::Archive archive;
  v1::PaperValue& value = *archive.add_paper_values();
  value.set_id(sample::Uuid(1));
  value.set_member_row(limits::kMaxMembers);
  EXPECT_THAT(Short(CheckValues(archive, kToday)), IsEmpty());
  for (const int row : {-1, limits::kMaxMembers + 1}) {
    value.set_member_row(row);
    EXPECT_THAT(Short(CheckValues(archive, kToday)),
                ElementsAre("E MALFORMED paper_values[" + value.id() + "].member_row R31"));
  }
}

TEST(CheckValuesTest, SaysWhoseTurnItIsAndNamesTheMember) {
  v1::Archive archive = sample::Staff();
  archive.mutable_members(0)->set_identity_number("330102200403010031");
  archive.mutable_members(1)->set_id("son");
  archive.set_filed_on("2014-13-01");
  archive.set_established_on("2014-03-11");
  const Findings findings = CheckValues(archive, kToday);
  ASSERT_THAT(Short(findings),
              ElementsAre(std::string("E BAD_IDENTITY_NUMBER members[") + sample::kWifeId +
                              "].identity_number R83",
                          "E MALFORMED members[].id R83", "E BAD_DATE filed_on R11",
                          "E DATE_IN_FUTURE established_on R24"));
  EXPECT_EQ(findings[0].member(), sample::kWifeId);
  EXPECT_EQ(findings[0].next_action(), v1::NEXT_ACTION_CORRECT);
  EXPECT_EQ(findings[1].member(), "");
  EXPECT_EQ(findings[2].member(), "");
  EXPECT_EQ(findings[2].next_action(), v1::NEXT_ACTION_CORRECT);
  EXPECT_EQ(findings[3].next_action(), v1::NEXT_ACTION_LOOK_INTO);
}

TEST(CheckValuesTest, NobodyIsBornTomorrow) {
  v1::Archive archive;
  archive.set_identity_number(sample::Number("33010220140310001"));
  EXPECT_THAT(Short(CheckValues(archive, kToday)), IsEmpty());
  archive.set_identity_number(sample::Number("33010220140311001"));
  EXPECT_THAT(Short(CheckValues(archive, kToday)),
              ElementsAre("E BAD_IDENTITY_NUMBER identity_number R63"));
}

TEST(CheckValuesTest, OneFieldWrong) {
  const Case cases[] = {
      {"date of no month",
       [](v1::Archive& a) { a.set_filed_on("2014-13-01"); },
       {"E BAD_DATE filed_on R11"}},
      {"date in the writing of the register",
       [](v1::Archive& a) { a.set_work_started_on("1990.7.12"); },
       {"E BAD_DATE work_started_on R73"}},
      {"today", [](v1::Archive& a) { a.set_filed_on("2014-03-10"); }, {}},
      {"tomorrow",
       [](v1::Archive& a) { a.set_filed_on("2014-03-11"); },
       {"E DATE_IN_FUTURE filed_on R11"}},
      {"day of the server tomorrow",
       [](v1::Archive& a) { a.set_established_on("2014-03-11"); },
       {"E DATE_IN_FUTURE established_on R24"}},
      {"no income", [](v1::Archive& a) { a.set_monthly_income_fen(0); }, {}},
      {"negative income",
       [](v1::Archive& a) { a.set_monthly_income_fen(-1); },
       {"E BAD_MONEY monthly_income_fen R80"}},
      {"largest amount", [](v1::Archive& a) { a.set_hardship_expense_fen(kMaxAmountFen); }, {}},
      {"above the largest",
       [](v1::Archive& a) { a.set_hardship_expense_fen(kMaxAmountFen + 1); },
       {"E BAD_MONEY hardship_expense_fen R82"}},
      {"landline", [](v1::Archive& a) { a.set_phone("0571-86762610"); }, {}},
      {"phone too short",
       [](v1::Archive& a) { a.set_phone("1380571000"); },
       {"E BAD_PHONE phone R76"}},
      {"phone in words",
       [](v1::Archive& a) { a.set_phone("邻居家电话"); },
       {"E BAD_PHONE phone R76"}},
      {"phone from a numeric cell",
       [](v1::Archive& a) { a.set_phone("1.38E+10"); },
       {"E NUMERIC_DAMAGE phone R76"}},
      {"card without check digit",
       [](v1::Archive& a) { a.set_bank_card("4111111111111112"); },
       {"W BAD_BANK_CARD bank_card R87"}},
      {"card of letters",
       [](v1::Archive& a) { a.set_bank_card("4111A11111111111"); },
       {"E BAD_BANK_CARD bank_card R87"}},
      {"card too short",
       [](v1::Archive& a) { a.set_bank_card("41111111111"); },
       {"E BAD_BANK_CARD bank_card R87"}},
      {"card too long",
       [](v1::Archive& a) { a.set_bank_card("41111111111111111111"); },
       {"E BAD_BANK_CARD bank_card R87"}},
      {"card from a numeric cell",
       [](v1::Archive& a) { a.set_bank_card("4.11111E+15"); },
       {"E NUMERIC_DAMAGE bank_card R87"}},
      {"id in capitals",
       [](v1::Archive& a) { a.set_id("01900000-0000-7000-8000-00000000000A"); },
       {"E MALFORMED id R28"}},
      {"unit by its name",
       [](v1::Archive& a) { a.set_unit("橡胶集团"); },
       {"E MALFORMED unit R58"}},
      {"existing number", [](v1::Archive& a) { a.set_existing_number("工业橡胶20130006"); }, {}},
      {"existing number of another kind",
       [](v1::Archive& a) { a.set_existing_number("2013第6号"); },
       {"E BAD_NUMBER existing_number R24"}},
      {"code of a newer version",
       [](v1::Archive& a) { a.set_housing_type(static_cast<v1::HousingType>(99)); },
       {"E UNKNOWN_CODE housing_type R66"}},
      {"negative code",
       [](v1::Archive& a) { a.set_ethnicity(static_cast<v1::Ethnicity>(-1)); },
       {"E UNKNOWN_CODE ethnicity R61"}},
      {"cause that is none",
       [](v1::Archive& a) { a.add_secondary_causes(v1::HARDSHIP_CAUSE_UNSPECIFIED); },
       {"E UNKNOWN_CODE secondary_causes R85"}},
      {"control character",
       [](v1::Archive& a) { a.set_address(std::string("a\0b", 3)); },
       {"E MALFORMED address R79"}},
      {"description of two lines",
       [](v1::Archive& a) { a.set_hardship_description("一\n二"); },
       {}},
      {"opinion of a sign-off",
       [](v1::Archive& a) { a.mutable_approval()->set_org("City Union"); },
       {"E MALFORMED approval.org R89"}},
  };
  for (const Case& c : cases) {
    v1::Archive archive = sample::Staff();
    c.edit(archive);
    EXPECT_EQ(Short(CheckValues(archive, kToday)), c.findings) << c.what;
  }
}

TEST(CheckValuesTest, LengthIsCountedInCharacters) {
  const auto characters = [](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "困";
    return text;
  };
  v1::Archive archive;
  archive.set_name(characters(50));
  archive.set_hardship_description(characters(2000));
  archive.mutable_handling()->set_person_name(characters(limits::kMaxCharactersOfText));
  EXPECT_THAT(Short(CheckValues(archive, kToday)), IsEmpty());
  archive.set_name(characters(51));
  archive.set_hardship_description(characters(2001));
  archive.mutable_handling()->set_person_name(characters(limits::kMaxCharactersOfText + 1));
  EXPECT_THAT(Short(CheckValues(archive, kToday)),
              ElementsAre("E TOO_LONG name R60", "E TOO_LONG hardship_description R86",
                          "E TOO_LONG handling.person_name R89"));
}

TEST(CheckValuesTest, ValidityOfPapersMayLieInTheFuture) {
  v1::Archive archive;
  v1::Material& material =
      sample::AddMaterial(archive, {v1::MATERIAL_KIND_LABOUR_CONTRACT, sample::kArchiveId});
  material.set_valid_from("2014-04-01");
  material.set_valid_until("2016-03-31");
  EXPECT_THAT(Short(CheckValues(archive, kToday)), IsEmpty());
  material.set_received_on("2014-03-11");
  EXPECT_THAT(Short(CheckValues(archive, kToday)),
              ElementsAre("E DATE_IN_FUTURE materials[" + material.id() + "].received_on R14"));
}

TEST(CheckValuesTest, MembersAreNamedMaskedAndByKey) {
  v1::Archive archive = sample::Staff();
  archive.mutable_members(1)->set_identity_number("330102200403010031");
  const Findings findings = CheckValues(archive, kToday);
  ASSERT_THAT(Short(findings), ElementsAre(std::string("E BAD_IDENTITY_NUMBER members[") +
                                           sample::kSonId + "].identity_number R83"));
  EXPECT_THAT(findings[0].message_zh(), HasSubstr("家庭成员（陈"));
  EXPECT_THAT(findings[0].message_zh(), Not(HasSubstr("陈阿大")));
  EXPECT_THAT(findings[0].message_en(), Not(HasSubstr("陈阿大")));
}

TEST(CheckValuesTest, KeysOfListsAreThereDistinctAndUuids) {
  v1::Archive archive = sample::Staff();
  archive.mutable_members(0)->clear_id();
  EXPECT_THAT(Short(CheckValues(archive, kToday)), ElementsAre("E MALFORMED members[] R83"));
  archive.mutable_members(0)->set_id(sample::kSonId);
  EXPECT_THAT(Short(CheckValues(archive, kToday)),
              ElementsAre(std::string("E MALFORMED members[") + sample::kSonId + "] R83"));
  archive.mutable_members(0)->set_id("wife");
  EXPECT_THAT(Short(CheckValues(archive, kToday)), ElementsAre("E MALFORMED members[].id R83"));
}

TEST(CheckValuesTest, NumberOfMembersAndPapersIsLimited) {
  v1::Archive archive;
  for (int i = 0; i < limits::kMaxMembers; ++i) archive.add_members()->set_id(sample::Uuid(i));
  for (int i = 0; i < limits::kMaxMaterials; ++i) {
    archive.add_materials()->set_id(sample::Uuid(i));
  }
  EXPECT_THAT(Short(CheckValues(archive, kToday)), IsEmpty());
  archive.add_members()->set_id(sample::Uuid(10000));
  archive.add_materials()->set_id(sample::Uuid(10000));
  EXPECT_THAT(Short(CheckValues(archive, kToday)),
              ElementsAre("E TOO_LARGE members R83", "E TOO_LARGE materials R14"));
}

TEST(CheckValuesTest, NumberOfElementsOfTheOtherListsIsLimited) {
  const auto too_large = [](int postings, int objections, int reports, int values) {
    v1::Archive archive;
    for (int i = 0; i < postings; ++i) archive.add_postings()->set_id(sample::Uuid(i));
    for (int i = 0; i < objections; ++i) archive.add_objections()->set_id(sample::Uuid(i));
    for (int i = 0; i < reports; ++i) archive.add_cause_reports()->set_id(sample::Uuid(i));
    for (int i = 0; i < values; ++i) archive.add_paper_values()->set_id(sample::Uuid(i));
    return Short(CheckValues(archive, kToday));
  };
  EXPECT_THAT(too_large(20, 100, 100, 500), IsEmpty());
  EXPECT_THAT(too_large(21, 101, 101, 501),
              ElementsAre("E TOO_LARGE postings R91", "E TOO_LARGE objections R92",
                          "E TOO_LARGE cause_reports R52", "E TOO_LARGE paper_values R31"));
}

TEST(CheckValuesTest, OtherRecordsAreCheckedBySameRules) {
  v1::AidEvent event;
  event.set_archive_id("x");
  event.set_aided_on("2014-03-11");
  event.set_amount_fen(-5);
  EXPECT_THAT(Short(CheckValues(event, kToday)),
              ElementsAre("E MALFORMED archive_id R48", "E DATE_IN_FUTURE aided_on R48",
                          "E BAD_MONEY amount_fen R48"));
  v1::Visit visit;
  visit.set_visited_on("2014-02-29");
  EXPECT_THAT(Short(CheckValues(visit, kToday)), ElementsAre("E BAD_DATE visited_on R47"));
}

TEST(CheckRequiredTest, GoodArchivesPass) {
  EXPECT_THAT(Short(CheckRequired(sample::Staff())), IsEmpty());
  EXPECT_THAT(Short(CheckRequired(sample::Migrant())), IsEmpty());
}

TEST(CheckRequiredTest, StarsOfAnnex1InTheOrderOfTheForm) {
  EXPECT_THAT(
      Short(CheckRequired(v1::Archive())),
      ElementsAre("E REQUIRED_MISSING unit R58", "E REQUIRED_MISSING worker_type R57",
                  "E REQUIRED_MISSING name R60", "E REQUIRED_MISSING ethnicity R61",
                  "E REQUIRED_MISSING sex R62", "E REQUIRED_MISSING identity_number R63",
                  "E REQUIRED_MISSING political_status R64",
                  "E REQUIRED_MISSING marital_status R65", "E REQUIRED_MISSING housing_type R66",
                  "E REQUIRED_MISSING health_status R67", "E REQUIRED_MISSING hukou_type R68",
                  "E REQUIRED_MISSING medical_insurance R69",
                  "E REQUIRED_MISSING hukou_location R70", "E REQUIRED_MISSING work_started_on R73",
                  "E REQUIRED_MISSING phone R76", "E REQUIRED_MISSING address R79",
                  "E REQUIRED_MISSING monthly_income_fen R80",
                  "E REQUIRED_MISSING other_yearly_income_fen R81",
                  "E REQUIRED_MISSING hardship_expense_fen R82",
                  "E REQUIRED_MISSING main_cause R84", "E REQUIRED_MISSING bank R87",
                  "E REQUIRED_MISSING bank_branch R87", "E REQUIRED_MISSING bank_card R87",
                  "E REQUIRED_MISSING claimed_category R88", "E REQUIRED_MISSING filed_on R11"));
}

TEST(CheckRequiredTest, Note10OverridesTheStars) {
  const Case cases[] = {
      {"staff without work status and model worker type",
       [](v1::Archive& a) {
         a.clear_work_status();
         a.clear_model_worker_type();
       },
       {"E REQUIRED_MISSING work_status R71", "E REQUIRED_MISSING model_worker_type R72"}},
      {"migrant with the fields of staff only",
       [](v1::Archive& a) { a.set_worker_type(v1::WORKER_TYPE_MIGRANT); },
       {"E REQUIRED_MISSING contract_term R74", "E REQUIRED_MISSING contract_signed_on R75"}},
      {"worker type not stated",
       [](v1::Archive& a) {
         a.clear_worker_type();
         a.clear_work_status();
       },
       {"E REQUIRED_MISSING worker_type R57"}},
      {"nothing but blanks",
       [](v1::Archive& a) { a.set_bank(" 　"); },
       {"E REQUIRED_MISSING bank R87"}},
      {"an income of zero is stated", [](v1::Archive& a) { a.set_monthly_income_fen(0); }, {}},
      {"an income that is not stated",
       [](v1::Archive& a) { a.clear_monthly_income_fen(); },
       {"E REQUIRED_MISSING monthly_income_fen R80"}},
      {"nobody else in the household", [](v1::Archive& a) { a.clear_members(); }, {}},
      {"what the server and the center write",
       [](v1::Archive& a) {
         a.clear_id();
         a.clear_number();
         a.clear_determined_category();
         a.mutable_handling();
       },
       {}},
  };
  for (const Case& c : cases) {
    v1::Archive archive = sample::Staff();
    c.edit(archive);
    EXPECT_EQ(Short(CheckRequired(archive)), c.findings) << c.what;
  }
}

TEST(CheckRequiredTest, MembersAndPapers) {
  v1::Archive archive = sample::Staff();
  v1::Member& member = *archive.add_members();
  member.set_id(sample::Uuid(99));
  v1::Material& material = *archive.add_materials();
  material.set_id(sample::Uuid(98));
  const std::string m = "members[" + member.id() + "]";
  const std::string p = "materials[" + material.id() + "]";
  EXPECT_THAT(Short(CheckRequired(archive)),
              ElementsAre("E REQUIRED_MISSING " + m + ".name R83",
                          "E REQUIRED_MISSING " + m + ".relation R83",
                          "E REQUIRED_MISSING " + m + ".sex R83",
                          "E REQUIRED_MISSING " + m + ".identity_number R83",
                          "E REQUIRED_MISSING " + m + ".monthly_income_fen R83",
                          "E REQUIRED_MISSING " + p + ".kind R14",
                          "E REQUIRED_MISSING " + p + ".received_on R14"));
}

TEST(CheckRequiredTest, SaysWhoseFieldItIs) {
  v1::Archive archive = sample::Migrant();
  archive.clear_contract_term();
  const Findings findings = CheckRequired(archive);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_THAT(findings[0].message_zh(), HasSubstr("合同期限：农民工必填"));
  EXPECT_THAT(findings[0].message_zh(), HasSubstr("无固定期限"));
  EXPECT_THAT(findings[0].message_en(), HasSubstr("contract term: is required of migrant workers"));
  EXPECT_THAT(findings[0].message_en(), HasSubstr("43 to 54 months, 55 to 120 months"));
}

TEST(CheckRequiredTest, SaysWhoseTurnItIsAndNamesTheMember) {
  v1::Archive archive = sample::Staff();
  archive.clear_phone();
  archive.mutable_members(0)->clear_name();
  const Findings findings = CheckRequired(archive);
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].member(), "");
  EXPECT_EQ(findings[1].member(), sample::kWifeId);
  for (const v1::Finding& finding : findings) {
    EXPECT_EQ(finding.next_action(), v1::NEXT_ACTION_CORRECT);
  }
}

TEST(CheckRequiredTest, OtherRecords) {
  EXPECT_THAT(Short(CheckRequired(v1::AidEvent())),
              ElementsAre("E REQUIRED_MISSING archive_id R48", "E REQUIRED_MISSING aided_on R48",
                          "E REQUIRED_MISSING kind R48", "E REQUIRED_MISSING amount_fen R48"));
  EXPECT_THAT(Short(CheckRequired(v1::Visit())),
              ElementsAre("E REQUIRED_MISSING archive_id R47", "E REQUIRED_MISSING visited_on R47",
                          "E REQUIRED_MISSING visitors R47"));
}

}  // namespace
}  // namespace bangfu::domain
