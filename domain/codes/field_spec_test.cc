#include "domain/codes/field_spec.h"

#include <gtest/gtest.h>

#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/change.pb.h"

namespace bangfu::domain {
namespace {

const google::protobuf::FieldDescriptor& ArchiveField(const char* name) {
  return *v1::Archive::descriptor()->FindFieldByName(name);
}

TEST(SpecOfTest, ReadsTheOption) {
  const v1::FieldSpec& spec = SpecOf(ArchiveField("identity_number"));
  EXPECT_EQ(spec.label_zh(), "身份证号");
  EXPECT_EQ(spec.rule(), "R63");
  EXPECT_EQ(spec.owner(), v1::OWNER_FILING);
  EXPECT_EQ(spec.sensitivity(), v1::SENSITIVITY_SECRET);
  EXPECT_EQ(spec.format(), v1::FORMAT_IDENTITY_NUMBER);
}

TEST(SpecOfTest, ClosesAFieldWithoutTheOption) {
  const auto& field = *v1::Actor::descriptor()->FindFieldByName("person_name");
  ASSERT_FALSE(field.options().HasExtension(v1::spec));
  EXPECT_EQ(SpecOf(field).owner(), v1::OWNER_SERVER);
  EXPECT_EQ(SpecOf(field).sensitivity(), v1::SENSITIVITY_SECRET);
  EXPECT_EQ(&SpecOf(field), &SpecOf(field)) << "kept, so that callers may keep the reference";
}

TEST(FindColumnTest, FindsLabelsAndAliases) {
  const auto& archive = *v1::Archive::descriptor();
  EXPECT_EQ(FindColumn(archive, "联系电话"), &ArchiveField("phone"));
  EXPECT_EQ(FindColumn(archive, "手机"), &ArchiveField("phone"));
  EXPECT_EQ(FindColumn(archive, "职工/农民工"), &ArchiveField("worker_type"));
}

TEST(FindColumnTest, IgnoresBlanksAndWidth) {
  const auto& archive = *v1::Archive::descriptor();
  EXPECT_EQ(FindColumn(archive, " 本人月收入(元)　"), &ArchiveField("monthly_income_fen"));
  EXPECT_EQ(FindColumn(archive, "姓　　名"), &ArchiveField("name"));
  EXPECT_EQ(FindColumn(archive, "职工／农民工"), &ArchiveField("worker_type"));
}

TEST(FindColumnTest, FindsNothingElse) {
  const auto& archive = *v1::Archive::descriptor();
  EXPECT_EQ(FindColumn(archive, ""), nullptr);
  EXPECT_EQ(FindColumn(archive, " "), nullptr);
  EXPECT_EQ(FindColumn(archive, "血型"), nullptr);
  EXPECT_EQ(FindColumn(archive, "phone"), nullptr);
}

TEST(FindColumnTest, LeavesOutNestedMessages) {
  EXPECT_EQ(FindColumn(*v1::Archive::descriptor(), "成员姓名"), nullptr);
  EXPECT_EQ(FindColumn(*v1::Archive::descriptor(), "家庭成员"), nullptr);
  EXPECT_EQ(FindColumn(*v1::Member::descriptor(), "成员姓名"),
            v1::Member::descriptor()->FindFieldByName("name"));
}

}  // namespace
}  // namespace bangfu::domain
