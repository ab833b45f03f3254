#include "domain/rules/finding.h"

#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

TEST(FindingTest, KeepsWhatItIsGiven) {
  const v1::Finding finding = Error("R63", v1::FINDING_CODE_BAD_IDENTITY_NUMBER, "identity_number",
                                    Text{"位数不对", "wrong length"});
  EXPECT_EQ(finding.rule(), "R63");
  EXPECT_EQ(finding.code(), v1::FINDING_CODE_BAD_IDENTITY_NUMBER);
  EXPECT_EQ(finding.severity(), v1::SEVERITY_ERROR);
  EXPECT_EQ(finding.field(), "identity_number");
  EXPECT_EQ(finding.message_zh(), "位数不对");
  EXPECT_EQ(finding.message_en(), "wrong length");
}

TEST(FindingTest, OnlyErrorsCountAsErrors) {
  const Text text{"一", "one"};
  Findings findings;
  EXPECT_FALSE(HasErrors(findings));
  findings.push_back(Warning("R87", v1::FINDING_CODE_BAD_BANK_CARD, "bank_card", text));
  EXPECT_FALSE(HasErrors(findings));
  findings.push_back(Error("R63", v1::FINDING_CODE_BAD_IDENTITY_NUMBER, "", text));
  EXPECT_TRUE(HasErrors(findings));
}

TEST(FindingTest, AppendKeepsTheOrder) {
  Findings findings = {Error("1", v1::FINDING_CODE_LOGIC, "", Text{})};
  Append(findings, {Warning("2", v1::FINDING_CODE_LOGIC, "", Text{}),
                    Error("3", v1::FINDING_CODE_LOGIC, "", Text{})});
  ASSERT_EQ(findings.size(), 3u);
  EXPECT_EQ(findings[0].rule(), "1");
  EXPECT_EQ(findings[1].rule(), "2");
  EXPECT_EQ(findings[2].rule(), "3");
}

}  // namespace
}  // namespace bangfu::domain
