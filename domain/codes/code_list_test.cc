#include "domain/codes/code_list.h"

#include <gtest/gtest.h>

#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/codes.pb.h"

namespace bangfu::domain {
namespace {

std::optional<int> NumberOf(const google::protobuf::EnumDescriptor& list, absl::string_view word) {
  const auto match = FindCode(list, word);
  if (!match.has_value()) return std::nullopt;
  EXPECT_FALSE(match->misprint) << word;
  return match->number;
}

TEST(FindCodeTest, FindsLabels) {
  EXPECT_EQ(NumberOf(*v1::Ethnicity_descriptor(), "畲族"), v1::ETHNICITY_SHE);
  EXPECT_EQ(NumberOf(*v1::PoliticalStatus_descriptor(), "群众"), v1::POLITICAL_STATUS_MASSES);
}

TEST(FindCodeTest, FindsAliases) {
  EXPECT_EQ(NumberOf(*v1::Ethnicity_descriptor(), "畲"), v1::ETHNICITY_SHE);
  EXPECT_EQ(NumberOf(*v1::PoliticalStatus_descriptor(), "党员"), v1::POLITICAL_STATUS_CPC_MEMBER);
}

TEST(FindCodeTest, IgnoresBlanksAndWidthOfBrackets) {
  const auto& list = *v1::WorkStatus_descriptor();
  const auto laid_off = NumberOf(list, "下(待)岗");
  ASSERT_TRUE(laid_off.has_value());
  EXPECT_EQ(NumberOf(list, "下（待）岗"), laid_off);
  EXPECT_EQ(NumberOf(list, "　下 （待） 岗 "), laid_off);
}

TEST(FindCodeTest, TellsMisprints) {
  const auto& list = *v1::MedicalInsurance_descriptor();
  const auto match = FindCode(list, "新农舍");  // R69, printed in the notice itself
  ASSERT_TRUE(match.has_value());
  EXPECT_TRUE(match->misprint);
  EXPECT_EQ(match->number, NumberOf(list, "新农合"));
}

TEST(FindCodeTest, FindsNothingForEmptyAndUnknownWords) {
  const auto& list = *v1::Sex_descriptor();
  EXPECT_FALSE(FindCode(list, "").has_value());
  EXPECT_FALSE(FindCode(list, " 　").has_value());
  EXPECT_FALSE(FindCode(list, "男女").has_value());
  EXPECT_FALSE(FindCode(list, "SEX_MALE").has_value());
}

TEST(FindCodeTest, KeepsListsApart) {
  EXPECT_FALSE(FindCode(*v1::Sex_descriptor(), "已婚").has_value());
  EXPECT_FALSE(FindCode(*v1::MaritalStatus_descriptor(), "男").has_value());
}

TEST(CodeLabelTest, NamesKnownUnsetAndUnknownValues) {
  const auto& list = *v1::MaritalStatus_descriptor();
  EXPECT_EQ(CodeLabel(list, v1::MARITAL_STATUS_WIDOWED), "丧偶");
  EXPECT_EQ(CodeLabel(list, v1::MARITAL_STATUS_UNSPECIFIED), "");
  EXPECT_EQ(CodeLabel(list, 77), "#77");
  EXPECT_EQ(CodeLabel(list, -1), "#-1");
}

TEST(CodeLabelsTest, JoinsAllButTheUnsetValue) {
  EXPECT_EQ(CodeLabels(*v1::MaritalStatus_descriptor()), "未婚、已婚、离异、丧偶");
}

TEST(SpecOfCodeTest, HasTheNationalCode) {
  const auto& list = *v1::Ethnicity_descriptor();
  EXPECT_EQ(SpecOfCode(list, v1::ETHNICITY_JINO).code(), "56");  // GB/T 3304
  EXPECT_EQ(SpecOfCode(list, v1::ETHNICITY_UNSPECIFIED).label_zh(), "");
  EXPECT_EQ(SpecOfCode(list, 999).label_zh(), "");
}

}  // namespace
}  // namespace bangfu::domain
