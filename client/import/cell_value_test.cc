#include "client/import/cell_value.h"

#include <string>
#include <vector>

#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/org.pb.h"
#include "domain/rules/org_tree.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

// Cells of one column read into one field, where the reader of whole registers adds nothing.
namespace bangfu::client {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using v1::Archive;

std::vector<domain::ValueProblem> ReadText(const std::string& text, int field, Archive& archive) {
  static const domain::OrgTree* const kOrgs = [] {
    v1::OrgTree tree;
    v1::Org& city = *tree.add_orgs();
    city.set_id("hz");
    city.set_name("杭州市总工会");
    city.set_kind(v1::ORG_KIND_CITY);
    city.set_abbreviation("杭州");
    return new domain::OrgTree(*domain::OrgTree::Build(tree));
  }();
  Cell cell;
  cell.kind = Cell::Kind::kText;
  cell.text = text;
  return ReadCell(cell, *Archive::descriptor()->FindFieldByNumber(field),
                  CellContext{*kOrgs, "hz", false}, archive);
}

TEST(CellValueTest, ContractTermFromItsWordMonthsOrDays) {
  const struct {
    const char* text;
    v1::ContractTerm term;
    int months;  // 0 for not stated
  } cases[] = {
      {"三年", v1::CONTRACT_TERM_THREE_YEARS, 0},
      {"半年至一年", v1::CONTRACT_TERM_HALF_TO_ONE_YEAR, 0},
      {"无固定期限", v1::CONTRACT_TERM_OPEN_ENDED, 0},
      {"无固定期限的劳动合同", v1::CONTRACT_TERM_OPEN_ENDED, 0},
      {"12个月", v1::CONTRACT_TERM_HALF_TO_ONE_YEAR, 12},
      {"36月", v1::CONTRACT_TERM_THREE_YEARS, 36},
      {"一年半", v1::CONTRACT_TERM_HALF_TO_ONE_YEAR, 18},
      {"2013.1.1-2015.12.31", v1::CONTRACT_TERM_THREE_YEARS, 36},
  };
  for (const auto& c : cases) {
    Archive archive;
    EXPECT_THAT(ReadText(c.text, Archive::kContractTermFieldNumber, archive), IsEmpty()) << c.text;
    EXPECT_EQ(archive.contract_term(), c.term) << c.text;
    EXPECT_EQ(archive.contract_months(), c.months) << c.text;
    EXPECT_EQ(archive.has_contract_months(), c.months > 0) << c.text;
  }
}

TEST(CellValueTest, ContractTermThatIsNoneIsRefused) {
  for (const char* text : {"36", "长", "1-3年", "2013.1.1"}) {
    Archive archive;
    const auto problems = ReadText(text, Archive::kContractTermFieldNumber, archive);
    ASSERT_EQ(problems.size(), 1u) << text;
    EXPECT_EQ(problems[0].code, v1::FINDING_CODE_UNKNOWN_CODE) << text;
    EXPECT_EQ(archive.ByteSizeLong(), 0u) << text;
  }
}

TEST(CellValueTest, MonthsInTheirOwnColumnStay) {
  Archive archive;
  EXPECT_THAT(ReadText("24", Archive::kContractMonthsFieldNumber, archive), IsEmpty());
  EXPECT_THAT(ReadText("36个月", Archive::kContractTermFieldNumber, archive), IsEmpty());
  EXPECT_EQ(archive.contract_months(), 24);
  EXPECT_EQ(archive.contract_term(), v1::CONTRACT_TERM_THREE_YEARS);
  EXPECT_THAT(ReadText("30个月", Archive::kContractMonthsFieldNumber, archive), IsEmpty());
  EXPECT_EQ(archive.contract_months(), 30);
  EXPECT_EQ(ReadText("不详", Archive::kContractMonthsFieldNumber, archive).size(), 1u);
}

TEST(CellValueTest, DatesTellWhatIsLeftOut) {
  const struct {
    const char* text;
    const char* message;
  } cases[] = {
      {"1990年7月", "没有写到日"}, {"1990.7", "没有写到日"},   {"90年7月12日", "四位年份"},
      {"90.7.12", "四位年份"},     {"1990-02-30", "不是真实"},
  };
  for (const auto& c : cases) {
    Archive archive;
    const auto problems = ReadText(c.text, Archive::kWorkStartedOnFieldNumber, archive);
    ASSERT_EQ(problems.size(), 1u) << c.text;
    EXPECT_EQ(problems[0].code, v1::FINDING_CODE_BAD_DATE) << c.text;
    EXPECT_THAT(problems[0].text.zh, HasSubstr(c.message)) << c.text;
    EXPECT_THAT(problems[0].text.en, Not(IsEmpty())) << c.text;
    EXPECT_EQ(archive.work_started_on(), "") << c.text;
  }
  Archive archive;
  EXPECT_THAT(ReadText("1990-07-12 00:00:00", Archive::kWorkStartedOnFieldNumber, archive),
              IsEmpty());
  EXPECT_EQ(archive.work_started_on(), "1990-07-12");
}

TEST(CellValueTest, NationalCodesAndWordsThatNeedNotMeanTheValue) {
  Archive archive;
  EXPECT_THAT(ReadText("01", Archive::kEthnicityFieldNumber, archive), IsEmpty());
  EXPECT_EQ(archive.ethnicity(), v1::ETHNICITY_HAN);
  EXPECT_THAT(ReadText("畲族(22)", Archive::kEthnicityFieldNumber, archive), IsEmpty());
  EXPECT_EQ(archive.ethnicity(), v1::ETHNICITY_SHE);
  const auto problems = ReadText("城乡居民医保", Archive::kMedicalInsuranceFieldNumber, archive);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].code, v1::FINDING_CODE_MISPRINT_ACCEPTED);
  EXPECT_EQ(problems[0].severity, v1::SEVERITY_WARNING);
  EXPECT_EQ(archive.medical_insurance(), v1::MEDICAL_INSURANCE_URBAN_RESIDENT);
}

}  // namespace
}  // namespace bangfu::client
