#include "domain/record/mask.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/change.pb.h"
#include "domain/text/identity_number.h"
#include "google/protobuf/unknown_field_set.h"

namespace bangfu::domain {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(MaskTextTest, KeepsWhatTheFormatAllows) {
  EXPECT_EQ(MaskText(v1::FORMAT_IDENTITY_NUMBER, "11010519491231002X"), "110*************2X");
  EXPECT_EQ(MaskText(v1::FORMAT_PHONE, "13800000000"), "138****0000");
  EXPECT_EQ(MaskText(v1::FORMAT_BANK_CARD, "6222021234567890128"), "***************0128");
  EXPECT_EQ(MaskText(v1::FORMAT_PERSON_NAME, "王某"), "王*");
  EXPECT_EQ(MaskText(v1::FORMAT_PERSON_NAME, "欧阳某某"), "欧***");
  EXPECT_EQ(MaskText(v1::FORMAT_PERSON_NAME, "𠀀某"), "𠀀*");
}

TEST(MaskTextTest, HidesTheRest) {
  EXPECT_EQ(MaskText(v1::FORMAT_PERSON_NAME, "王"), kHiddenText);
  EXPECT_EQ(MaskText(v1::FORMAT_TEXT, "某路1号"), kHiddenText);
  EXPECT_EQ(MaskText(v1::FORMAT_UNSPECIFIED, "x"), kHiddenText);
  EXPECT_EQ(MaskText(v1::FORMAT_TEXT, ""), "");
  EXPECT_EQ(MaskText(v1::FORMAT_PERSON_NAME, ""), "");
}

constexpr absl::CivilDay kToday(2014, 3, 10);

v1::Archive Filled() {
  v1::Archive archive;
  archive.set_id("a1");
  archive.set_unit("hz.gongye.xiangjiao");
  archive.set_name("王某");
  archive.set_identity_number("11010519491231002X");
  archive.set_health_status(v1::HealthStatus(1));
  archive.set_address("某路1号");
  archive.set_monthly_income_fen(147000);
  archive.add_secondary_causes(v1::HardshipCause(3));
  v1::Member& member = *archive.add_members();
  member.set_id("m1");
  member.set_name("李某");
  member.set_identity_number("440524188001010014");
  archive.mutable_approval()->set_person_id("u1");
  archive.mutable_approval()->mutable_signed_time()->set_seconds(5);
  return archive;
}

TEST(MaskRecordTest, MasksSensitiveFieldsOnAllLevels) {
  v1::Archive archive = Filled();
  MaskRecord(archive, kToday);
  EXPECT_EQ(archive.name(), "王*");
  EXPECT_EQ(archive.identity_number(), "110*************2X");
  EXPECT_EQ(archive.address(), kHiddenText);
  EXPECT_EQ(archive.health_status(), v1::HEALTH_STATUS_UNSPECIFIED);
  EXPECT_EQ(archive.members(0).name(), "李*");
  EXPECT_EQ(archive.members(0).identity_number(), "440*************14");
}

TEST(MaskRecordTest, LeavesPlainFieldsAndSetsNothing) {
  v1::Archive archive = Filled();
  MaskRecord(archive, kToday);
  EXPECT_EQ(archive.id(), "a1");
  EXPECT_EQ(archive.unit(), "hz.gongye.xiangjiao");
  EXPECT_EQ(archive.monthly_income_fen(), 147000);
  EXPECT_EQ(archive.secondary_causes_size(), 1);
  EXPECT_EQ(archive.members(0).id(), "m1");
  EXPECT_EQ(archive.approval().person_id(), "u1");
  EXPECT_EQ(archive.approval().signed_time().seconds(), 5);
  EXPECT_EQ(archive.phone(), "");
  v1::Archive empty;
  MaskRecord(empty, kToday);
  EXPECT_EQ(empty.ByteSizeLong(), 0u);
}

std::string MemberNameMasked(const std::string& identity_number, absl::CivilDay day) {
  v1::Member member;
  member.set_name("李某");
  member.set_identity_number(identity_number);
  MaskRecord(member, day);
  return member.name();
}

TEST(MaskRecordTest, HidesMoreOfMinors) {
  v1::Archive archive = Filled();
  v1::Member& child = *archive.mutable_members(0);
  const std::string digits = "44052420000311001";
  child.set_identity_number(digits + ComputeCheckDigit(digits));
  child.set_student(v1::YES_NO_YES);
  child.set_monthly_income_fen(0);
  v1::Member& grown = *archive.add_members();
  grown.set_name("李某");
  grown.set_identity_number("440524188001010014");
  grown.set_student(v1::YES_NO_YES);
  MaskRecord(archive, kToday);
  EXPECT_EQ(archive.members(0).name(), kHiddenText);
  EXPECT_EQ(archive.members(0).student(), v1::YES_NO_UNSPECIFIED);
  EXPECT_TRUE(archive.members(0).has_monthly_income_fen());
  EXPECT_EQ(archive.members(1).name(), "李*");
  EXPECT_EQ(archive.members(1).student(), v1::YES_NO_YES);
}

TEST(MaskRecordTest, AMinorIsWhoMayBeOne) {
  const std::string digits = "44052420000311001";
  const std::string born_2000_03_11 = digits + ComputeCheckDigit(digits);
  EXPECT_EQ(MemberNameMasked(born_2000_03_11, absl::CivilDay(2018, 3, 10)), kHiddenText);
  EXPECT_EQ(MemberNameMasked(born_2000_03_11, absl::CivilDay(2018, 3, 11)), "李*");
  EXPECT_EQ(MemberNameMasked(born_2000_03_11, absl::CivilDay(1999, 1, 1)), kHiddenText);
  EXPECT_EQ(MemberNameMasked("", kToday), kHiddenText);
  EXPECT_EQ(MemberNameMasked("44052418800101001", kToday), kHiddenText);
  EXPECT_EQ(MemberNameMasked("440524188001010015", kToday), kHiddenText);  // check digit
  EXPECT_EQ(MemberNameMasked("４４０５２４188001010014", kToday), "李*");
  v1::Member nameless;
  MaskRecord(nameless, kToday);
  EXPECT_EQ(nameless.ByteSizeLong(), 0u);
}

TEST(MaskRecordTest, MasksFieldsWithoutOptionsAndAllWithinThem) {
  v1::Conflict conflict;
  conflict.set_org("hz");
  conflict.mutable_ours_actor()->set_person_name("王某");
  conflict.mutable_logged_time()->set_seconds(5);
  conflict.add_fields()->set_ours("13800000000");
  MaskRecord(conflict, kToday);
  EXPECT_EQ(conflict.org(), kHiddenText);
  EXPECT_EQ(conflict.ours_actor().person_name(), kHiddenText);
  EXPECT_FALSE(conflict.has_logged_time());
  EXPECT_EQ(conflict.fields(0).ours(), kHiddenText);
}

TEST(MaskRecordTest, RemovesUnknownFieldsOnAllLevels) {
  v1::Archive archive = Filled();
  const auto add_unknown = [](google::protobuf::Message* message) {
    message->GetReflection()->MutableUnknownFields(message)->AddLengthDelimited(900, "newer");
  };
  add_unknown(&archive);
  add_unknown(archive.mutable_members(0));
  add_unknown(archive.mutable_approval());
  add_unknown(archive.mutable_approval()->mutable_signed_time());
  ASSERT_THAT(archive.SerializeAsString(), HasSubstr("newer"));
  MaskRecord(archive, kToday);
  EXPECT_THAT(archive.SerializeAsString(), Not(HasSubstr("newer")));
}

}  // namespace
}  // namespace bangfu::domain
