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

TEST(FindCodeTest, SpellingsOfRegisters) {
  const struct {
    const google::protobuf::EnumDescriptor& list;
    const char* word;
    int number;
  } cases[] = {
      {*v1::WorkStatus_descriptor(), "下岗（待岗）", v1::WORK_STATUS_LAID_OFF},
      {*v1::WorkStatus_descriptor(), "失(无)业", v1::WORK_STATUS_UNEMPLOYED},
      {*v1::MedicalInsurance_descriptor(), "城镇职工基本医疗保险",
       v1::MEDICAL_INSURANCE_URBAN_EMPLOYEE},
      {*v1::MedicalInsurance_descriptor(), "新型农村合作医疗保险",
       v1::MEDICAL_INSURANCE_RURAL_COOPERATIVE},
      {*v1::PoliticalStatus_descriptor(), "中共党员(预备)", v1::POLITICAL_STATUS_CPC_PROBATIONARY},
      {*v1::PoliticalStatus_descriptor(), "群众(现称普通公民)", v1::POLITICAL_STATUS_MASSES},
      {*v1::HukouType_descriptor(), "非农业家庭户", v1::HUKOU_TYPE_NON_AGRICULTURAL},
      {*v1::HukouType_descriptor(), "农业家庭户", v1::HUKOU_TYPE_AGRICULTURAL},
      {*v1::HealthStatus_descriptor(), "健康或良好", v1::HEALTH_STATUS_GOOD},
      {*v1::HealthStatus_descriptor(), "一般或较弱", v1::HEALTH_STATUS_FAIR},
      {*v1::HealthStatus_descriptor(), "肢体残疾", v1::HEALTH_STATUS_DISABLED},
      {*v1::MaritalStatus_descriptor(), "再婚", v1::MARITAL_STATUS_MARRIED},
      {*v1::HardshipCause_descriptor(), "下岗、失业", v1::HARDSHIP_CAUSE_UNEMPLOYMENT},
      {*v1::YesNo_descriptor(), "yes", v1::YES_NO_YES},
      {*v1::Relation_descriptor(), "独生女", v1::RELATION_DAUGHTER},
  };
  for (const auto& c : cases) EXPECT_EQ(NumberOf(c.list, c.word), c.number) << c.word;
}

TEST(FindCodeTest, DoesNotGuess) {
  EXPECT_FALSE(FindCode(*v1::PoliticalStatus_descriptor(), "民主党派").has_value());
  EXPECT_FALSE(FindCode(*v1::HukouType_descriptor(), "居民户口").has_value());
  EXPECT_FALSE(FindCode(*v1::MaritalStatus_descriptor(), "单身").has_value());
  EXPECT_FALSE(FindCode(*v1::Relation_descriptor(), "子女").has_value());
  EXPECT_FALSE(FindCode(*v1::HardshipCause_descriptor(), "大病").has_value());
}

TEST(FindCodeTest, FindsNationalCodes) {
  const auto& ethnicity = *v1::Ethnicity_descriptor();
  for (const char* word : {"01", "1", "汉族(01)", "汉族（01）", "汉族01", "01汉族", "01 汉",
                           "01-汉族", "01、汉族", "1.汉族", "汉族(1)"}) {
    EXPECT_EQ(NumberOf(ethnicity, word), v1::ETHNICITY_HAN) << word;
  }
  EXPECT_EQ(NumberOf(ethnicity, "56"), v1::ETHNICITY_JINO);
  EXPECT_EQ(NumberOf(*v1::MaritalStatus_descriptor(), "30"), v1::MARITAL_STATUS_WIDOWED);
  EXPECT_EQ(NumberOf(*v1::HealthStatus_descriptor(), "37"), v1::HEALTH_STATUS_DIABETES);
  EXPECT_EQ(NumberOf(*v1::HealthStatus_descriptor(), "38"), v1::HEALTH_STATUS_MENTAL);
  EXPECT_EQ(NumberOf(*v1::PoliticalStatus_descriptor(), "13"), v1::POLITICAL_STATUS_MASSES);
  for (const char* word :
       {"汉族(02)", "02汉族", "00", "57", "汉族(01", "汉族01)", "汉族()", "()", "01-", "(01)汉族",
        "汉族(01)(01)", "0101", "01(01)", "(", "-", "汉族汉族"}) {
    EXPECT_FALSE(FindCode(ethnicity, word).has_value()) << word;
  }
}

TEST(FindCodeTest, TellsWordsThatNeedNotMeanTheValue) {
  const auto match = FindCode(*v1::MedicalInsurance_descriptor(), "城乡居民医保");
  ASSERT_TRUE(match.has_value());
  EXPECT_TRUE(match->misprint);
  EXPECT_EQ(match->number, v1::MEDICAL_INSURANCE_URBAN_RESIDENT);
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
