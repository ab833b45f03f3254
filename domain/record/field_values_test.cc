#include "domain/record/field_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include "bangfu/v1/aid_event.pb.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/change.pb.h"
#include "base/error.h"
#include "google/protobuf/util/message_differencer.h"

namespace bangfu::domain {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

const google::protobuf::Descriptor& Archive() { return *v1::Archive::descriptor(); }

v1::Member& AddMember(v1::Archive& archive, const std::string& id, const std::string& name) {
  v1::Member& member = *archive.add_members();
  member.set_id(id);
  member.set_name(name);
  return member;
}

std::vector<std::string> MemberIds(const v1::Archive& archive) {
  std::vector<std::string> ids;
  for (const v1::Member& member : archive.members()) ids.push_back(member.id());
  return ids;
}

TEST(ReadFieldsTest, ReadsNothingFromAnEmptyRecord) {
  EXPECT_THAT(ReadFields(v1::Archive()), IsEmpty());
}

TEST(ReadFieldsTest, WritesValuesCanonically) {
  v1::Archive archive;
  archive.set_phone("13800000000");
  archive.set_sex(v1::SEX_FEMALE);
  archive.set_other_yearly_income_fen(-5);
  archive.add_secondary_causes(v1::HardshipCause(2));
  archive.add_secondary_causes(v1::HardshipCause(5));
  EXPECT_THAT(
      ReadFields(archive),
      UnorderedElementsAre(Pair("phone", "13800000000"), Pair("sex", "2"),
                           Pair("other_yearly_income_fen", "-5"), Pair("secondary_causes", "2,5")));
}

TEST(ReadFieldsTest, TellsZeroFromUnsetWhereTheFieldDoes) {
  v1::Archive archive;
  archive.set_monthly_income_fen(0);  // optional
  archive.set_phone("");
  archive.set_sex(v1::SEX_UNSPECIFIED);
  EXPECT_THAT(ReadFields(archive), UnorderedElementsAre(Pair("monthly_income_fen", "0")));
}

TEST(ReadFieldsTest, KeepsCodesOfANewerVersionAsNumbers) {
  v1::Archive archive;
  archive.set_sex(static_cast<v1::Sex>(99));
  EXPECT_THAT(ReadFields(archive), UnorderedElementsAre(Pair("sex", "99")));
}

TEST(ReadFieldsTest, ReadsGroupsAndInstants) {
  v1::Archive archive;
  archive.mutable_approval()->set_person_id("u1");
  archive.mutable_approval()->mutable_signed_time()->set_seconds(1394413323);
  archive.mutable_review()->mutable_signed_time()->set_nanos(500000000);
  archive.mutable_handling();  // nothing in it
  EXPECT_THAT(ReadFields(archive),
              UnorderedElementsAre(Pair("approval.person_id", "u1"),
                                   Pair("approval.signed_time", "2014-03-10T01:02:03Z"),
                                   Pair("review.signed_time", "1970-01-01T00:00:00.5Z")));
}

TEST(ReadFieldsTest, ReadsElementsByTheirKey) {
  v1::Archive archive;
  AddMember(archive, "m1", "王某");
  AddMember(archive, "m2", "").set_monthly_income_fen(0);
  EXPECT_THAT(
      ReadFields(archive),
      UnorderedElementsAre(Pair("members[m1]", ""), Pair("members[m1].name", "王某"),
                           Pair("members[m2]", ""), Pair("members[m2].monthly_income_fen", "0")));
}

TEST(ReadFieldsTest, LeavesOutElementsWithoutKeyAndRepetitions) {
  v1::Archive archive;
  AddMember(archive, "", "甲");
  AddMember(archive, "m1", "乙");
  AddMember(archive, "m1", "丙").set_student(v1::YesNo(1));
  EXPECT_THAT(ReadFields(archive),
              UnorderedElementsAre(Pair("members[m1]", ""), Pair("members[m1].name", "乙")));
}

TEST(ReadFieldsTest, NoKeyCanBeTakenForAnotherPath) {
  const std::vector<std::string> keys = {"a].name", "a", "a%5D.name", "[", "%", "%25", "."};
  v1::Archive archive;
  for (const std::string& key : keys) AddMember(archive, key, "甲");
  const FieldValues values = ReadFields(archive);
  EXPECT_EQ(values.size(), 2 * keys.size());
  v1::Archive copy;
  ASSERT_TRUE(WriteFields(copy, Difference({}, values)).ok());
  EXPECT_EQ(ReadFields(copy), values);
  EXPECT_THAT(MemberIds(copy), ::testing::UnorderedElementsAreArray(keys));
}

TEST(ReadFieldsTest, EscapesItemsOfRepeatedTexts) {
  for (const std::vector<std::string>& items : std::vector<std::vector<std::string>>{
           {"a,b"}, {"a", "b"}, {""}, {"", ""}, {"\\0"}, {"\\", ","}, {"a\\,b", ""}}) {
    v1::ValueSpec message;
    for (const std::string& item : items) message.add_aliases(item);
    const FieldValues values = ReadFields(message);
    ASSERT_EQ(values.count("aliases"), 1u);
    v1::ValueSpec copy;
    ASSERT_TRUE(WriteFields(copy, {{"aliases", values.at("aliases")}}).ok());
    EXPECT_TRUE(MessageDifferencer::Equals(copy, message)) << values.at("aliases");
  }
  v1::ValueSpec two;
  two.add_aliases("a");
  two.add_aliases("b");
  v1::ValueSpec one;
  one.add_aliases("a,b");
  EXPECT_NE(ReadFields(one), ReadFields(two));
}

TEST(ReadFieldsTest, SurvivesInstantsOutOfRange) {
  v1::SignOff sign_off;
  sign_off.mutable_signed_time()->set_seconds(std::numeric_limits<int64_t>::max());
  sign_off.mutable_signed_time()->set_nanos(std::numeric_limits<int32_t>::min());
  const FieldValues values = ReadFields(sign_off);
  EXPECT_EQ(values.size(), 1u);
  EXPECT_EQ(WriteFields(sign_off, Difference({}, values)).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(DifferenceTest, SetsChangesAndClears) {
  const FieldValues before = {{"a", "1"}, {"b", "2"}, {"c", "3"}};
  const FieldValues after = {{"b", "2"}, {"c", "4"}, {"d", ""}};
  EXPECT_THAT(Difference(before, after),
              ElementsAre(Pair("a", std::nullopt), Pair("c", "4"), Pair("d", "")));
  EXPECT_THAT(Difference(before, before), IsEmpty());
}

TEST(SelectTest, TakesValuesAndTellsUnsetOnes) {
  const FieldValues values = {{"name", "甲"}, {"phone", "1"}};
  EXPECT_THAT(Select(values, {"phone", "sex", "phone"}),
              ElementsAre(Pair("phone", "1"), Pair("sex", std::nullopt)));
}

TEST(SelectTest, TakesWholeElements) {
  const FieldValues values = {{"members[a]", ""},
                              {"members[a].name", "甲"},
                              {"members[ab]", ""},
                              {"members[ab].name", "乙"},
                              {"members[b].sex", "1"}};
  EXPECT_THAT(Select(values, {"members[a]", "members[x]"}),
              ElementsAre(Pair("members[a]", ""), Pair("members[a].name", "甲"),
                          Pair("members[x]", std::nullopt)));
  EXPECT_THAT(Select(values, {"members[ab].name"}), ElementsAre(Pair("members[ab].name", "乙")));
}

TEST(WriteFieldsTest, SetsAndClears) {
  v1::Archive archive;
  archive.set_name("甲");
  ASSERT_TRUE(WriteFields(archive, {{"name", std::nullopt},
                                    {"phone", "13800000000"},
                                    {"sex", "1"},
                                    {"monthly_income_fen", "0"},
                                    {"secondary_causes", "5,2"},
                                    {"review.signed_time", "2014-03-10T01:02:03.25Z"}})
                  .ok());
  EXPECT_EQ(archive.name(), "");
  EXPECT_EQ(archive.phone(), "13800000000");
  EXPECT_EQ(archive.sex(), v1::SEX_MALE);
  EXPECT_TRUE(archive.has_monthly_income_fen());
  EXPECT_THAT(archive.secondary_causes(), ElementsAre(5, 2));
  EXPECT_EQ(archive.review().signed_time().seconds(), 1394413323);
  EXPECT_EQ(archive.review().signed_time().nanos(), 250000000);
  ASSERT_TRUE(WriteFields(archive, {{"monthly_income_fen", std::nullopt},
                                    {"secondary_causes", std::nullopt}})
                  .ok());
  EXPECT_FALSE(archive.has_monthly_income_fen());
  EXPECT_THAT(archive.secondary_causes(), IsEmpty());
}

TEST(WriteFieldsTest, InstantsBeforeTheEpochAndAtTheEndsOfTheRange) {
  for (const char* text :
       {"1969-12-31T23:59:59.75Z", "1-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z"}) {
    v1::SignOff sign_off;
    ASSERT_TRUE(WriteFields(sign_off, {{"signed_time", text}}).ok()) << text;
    EXPECT_GE(sign_off.signed_time().nanos(), 0);
    EXPECT_EQ(ReadFields(sign_off).at("signed_time"), text);
  }
}

TEST(WriteFieldsTest, AddsElementsInTheOrderOfKeys) {
  v1::Archive archive;
  AddMember(archive, "m5", "戊");
  AddMember(archive, "m2", "乙");
  ASSERT_TRUE(WriteFields(archive, {{"members[m3]", ""}, {"members[m1].name", "甲"}}).ok());
  EXPECT_THAT(MemberIds(archive), ElementsAre("m1", "m2", "m3", "m5"));
  EXPECT_EQ(archive.members(0).name(), "甲");
  EXPECT_EQ(archive.members(3).name(), "戊");
}

TEST(WriteFieldsTest, LeavesListsInPeaceThatItDoesNotWriteTo) {
  v1::Archive archive;
  AddMember(archive, "m2", "乙");
  AddMember(archive, "m1", "甲");
  ASSERT_TRUE(WriteFields(archive, {{"phone", "1"}}).ok());
  EXPECT_THAT(MemberIds(archive), ElementsAre("m2", "m1"));
}

TEST(WriteFieldsTest, RemovesElements) {
  v1::Archive archive;
  AddMember(archive, "m1", "甲");
  AddMember(archive, "m2", "乙");
  ASSERT_TRUE(WriteFields(archive, {{"members[m1]", std::nullopt},
                                    {"members[m1].name", std::nullopt},
                                    {"members[m9]", std::nullopt}})
                  .ok());
  EXPECT_THAT(MemberIds(archive), ElementsAre("m2"));
}

TEST(WriteFieldsTest, RemovalOutweighsFieldsOfTheElement) {
  v1::Archive archive;
  AddMember(archive, "m1", "甲");
  ASSERT_TRUE(WriteFields(archive, {{"members[m1]", std::nullopt},
                                    {"members[m1].name", "乙"},
                                    {"members[m2]", std::nullopt},
                                    {"members[m2].name", "丙"}})
                  .ok());
  EXPECT_THAT(MemberIds(archive), IsEmpty());
}

TEST(WriteFieldsTest, ClearingAddsNothing) {
  v1::Archive archive;
  ASSERT_TRUE(WriteFields(archive, {{"members[m1].name", std::nullopt},
                                    {"approval.person_id", std::nullopt},
                                    {"phone", std::nullopt}})
                  .ok());
  EXPECT_TRUE(archive.SerializeAsString().empty());
}

TEST(WriteFieldsTest, DropsAGroupWithItsLastField) {
  v1::Archive archive;
  archive.mutable_approval()->set_person_id("u1");
  archive.mutable_approval()->set_org("hz");
  ASSERT_TRUE(WriteFields(archive, {{"approval.person_id", std::nullopt}}).ok());
  EXPECT_TRUE(archive.has_approval());
  ASSERT_TRUE(WriteFields(archive, {{"approval.org", std::nullopt}}).ok());
  EXPECT_FALSE(archive.has_approval());
}

TEST(WriteFieldsTest, TheKeyOfAnElementNeverChanges) {
  v1::Archive archive;
  AddMember(archive, "m1", "甲");
  EXPECT_TRUE(WriteFields(archive, {{"members[m1].id", "m1"}}).ok());
  for (const auto& value : {std::optional<std::string>("m2"), std::optional<std::string>()}) {
    EXPECT_EQ(WriteFields(archive, {{"members[m1].id", value}}).code(),
              absl::StatusCode::kInvalidArgument);
  }
  EXPECT_THAT(MemberIds(archive), ElementsAre("m1"));
}

TEST(WriteFieldsTest, RefusesPathsThatDoNotExist) {
  for (const char* path : {"",
                           ".",
                           "nope",
                           "members[",
                           "members[]",
                           "members]",
                           "members[x",
                           "members[x].",
                           "members[x].nope",
                           "members[x]name",
                           "members[x]..name",
                           "members[x][y]",
                           "members[%41]",
                           "members[%5]",
                           "phone.x",
                           "phone.",
                           ".phone",
                           "phone[x]",
                           "members.name",
                           "approval.nope",
                           "approval[x]",
                           "approval.signed_time.seconds",
                           "secondary_causes[0]",
                           "Phone"}) {
    v1::Archive archive;
    EXPECT_EQ(WriteFields(archive, {{path, "1"}}).code(), absl::StatusCode::kInvalidArgument)
        << path;
    EXPECT_EQ(WriteFields(archive, {{path, std::nullopt}}).code(),
              absl::StatusCode::kInvalidArgument)
        << path;
    EXPECT_EQ(SpecOfPath(Archive(), path), nullptr) << path;
    EXPECT_EQ(OwnerOfPath(Archive(), path), v1::OWNER_SERVER) << path;
  }
}

TEST(WriteFieldsTest, RefusesContainersAndFieldsThatAreNoValues) {
  v1::Archive archive;
  for (const char* path : {"members", "approval"}) {
    EXPECT_FALSE(WriteFields(archive, {{path, ""}}).ok()) << path;
    EXPECT_FALSE(WriteFields(archive, {{path, std::nullopt}}).ok()) << path;
  }
  v1::Put put;  // bytes record
  EXPECT_FALSE(WriteFields(put, {{"record", "x"}}).ok());
}

TEST(WriteFieldsTest, RefusesTextsThatAreNoValues) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"sex", "男"},
      {"sex", ""},
      {"sex", "1.0"},
      {"sex", " 1"},
      {"sex", "+1"},
      {"sex", "01"},
      {"sex", "2147483648"},
      {"monthly_income_fen", "9223372036854775808"},
      {"monthly_income_fen", "99999999999999999999999999999999"},
      {"monthly_income_fen", "-0"},
      {"monthly_income_fen", "1e3"},
      {"secondary_causes", "1,"},
      {"secondary_causes", "1,,2"},
      {"secondary_causes", "1, 2"},
      {"secondary_causes", "1\\,2"},
      {"approval.signed_time", "2014-03-10"},
      {"approval.signed_time", "2014-03-10T01:02:03+08:00"},
      {"approval.signed_time", "2014-03-10T01:02:03.50Z"},
      {"approval.signed_time", "10000-01-01T00:00:00Z"},
      {"approval.signed_time", "infinite-future"},
      {"members[m1]", "x"},
      {"name", "\xff"},
      {"members[\xff]", ""},
      {"members[\xff].name", "甲"},
  };
  for (const auto& [path, text] : wrong) {
    v1::Archive archive;
    EXPECT_EQ(WriteFields(archive, {{path, text}}).code(), absl::StatusCode::kInvalidArgument)
        << path << " = " << text;
  }
}

TEST(WriteFieldsTest, AcceptsTheEndsOfTheRanges) {
  v1::Archive archive;
  ASSERT_TRUE(WriteFields(archive, {{"sex", "2147483647"},
                                    {"monthly_income_fen", "9223372036854775807"},
                                    {"other_yearly_income_fen", "-9223372036854775808"}})
                  .ok());
  EXPECT_EQ(static_cast<int>(archive.sex()), 2147483647);
  EXPECT_EQ(archive.monthly_income_fen(), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(archive.other_yearly_income_fen(), std::numeric_limits<int64_t>::min());
}

TEST(WriteFieldsTest, ErrorsNameThePathButNotTheValue) {
  v1::Archive archive;
  const absl::Status status = WriteFields(archive, {{"approval.signed_time", "secret-value"}});
  const Text text = TextOf(status);
  EXPECT_THAT(text.zh, ::testing::HasSubstr("approval.signed_time"));
  EXPECT_THAT(text.en, ::testing::HasSubstr("approval.signed_time"));
  EXPECT_NE(text.zh, text.en);
  EXPECT_THAT(text.zh + text.en, ::testing::Not(::testing::HasSubstr("secret-value")));
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_BAD_REQUEST);
}

TEST(WriteFieldsTest, WorksOnAnArena) {
  google::protobuf::Arena arena;
  auto* archive = google::protobuf::Arena::CreateMessage<v1::Archive>(&arena);
  AddMember(*archive, "m3", "丙");
  AddMember(*archive, "m2", "乙");
  ASSERT_TRUE(
      WriteFields(*archive, {{"members[m1].name", "甲"}, {"members[m3]", std::nullopt}}).ok());
  EXPECT_THAT(MemberIds(*archive), ElementsAre("m1", "m2"));
}

TEST(SpecOfPathTest, FindsFieldsAndContainers) {
  EXPECT_EQ(SpecOfPath(Archive(), "phone")->label_zh(), "联系电话");
  EXPECT_EQ(SpecOfPath(Archive(), "members[x].name")->label_zh(), "成员姓名");
  EXPECT_EQ(SpecOfPath(Archive(), "members[x].id")->label_zh(), "成员标识");
  EXPECT_EQ(SpecOfPath(Archive(), "members[x]")->label_zh(), "家庭成员");
  EXPECT_EQ(SpecOfPath(Archive(), "members")->label_zh(), "家庭成员");
  EXPECT_EQ(SpecOfPath(Archive(), "approval.signed_time")->label_zh(), "签字时间");
}

TEST(OwnerOfPathTest, TellsOwners) {
  EXPECT_EQ(OwnerOfPath(Archive(), "phone"), v1::OWNER_FILING);
  EXPECT_EQ(OwnerOfPath(Archive(), "determined_category"), v1::OWNER_CENTER);
  EXPECT_EQ(OwnerOfPath(Archive(), "number"), v1::OWNER_SERVER);
  EXPECT_EQ(OwnerOfPath(Archive(), "members[x]"), v1::OWNER_FILING);
  EXPECT_EQ(OwnerOfPath(Archive(), "members[x].name"), v1::OWNER_FILING);
  EXPECT_EQ(OwnerOfPath(Archive(), "approval.person_id"), v1::OWNER_SERVER);
}

TEST(SpecOfPathTest, TheOuterFieldWinsWhenItIsStricter) {
  // Conflict.change has no options of its own, so all that is within it is closed.
  const auto& conflict = *v1::Conflict::descriptor();
  const v1::FieldSpec* spec = SpecOfPath(conflict, "change.actor.person_id");
  ASSERT_NE(spec, nullptr);
  EXPECT_EQ(spec->owner(), v1::OWNER_SERVER);
  EXPECT_EQ(spec->sensitivity(), v1::SENSITIVITY_SECRET);
}

TEST(LabelOfPathTest, JoinsTheLabels) {
  EXPECT_EQ(LabelOfPath(Archive(), "phone"), "联系电话");
  EXPECT_EQ(LabelOfPath(Archive(), "members[0190].name"), "家庭成员·成员姓名");
  EXPECT_EQ(LabelOfPath(Archive(), "members[0190]"), "家庭成员");
  EXPECT_EQ(LabelOfPath(Archive(), "approval.signed_time"), "审批·签字时间");
  EXPECT_EQ(LabelOfPath(Archive(), "members[x].nope"), "members[x].nope");
  EXPECT_EQ(LabelOfPath(*v1::Actor::descriptor(), "org"), "org");
}

TEST(DisplayValueTest, ShowsWordsAndYuan) {
  EXPECT_EQ(DisplayValue(Archive(), "sex", "2", false), "女");
  EXPECT_EQ(DisplayValue(Archive(), "sex", "99", false), "#99");
  EXPECT_EQ(DisplayValue(Archive(), "sex", "", false), "");
  EXPECT_EQ(DisplayValue(Archive(), "monthly_income_fen", "147000", false), "1470.00");
  EXPECT_EQ(DisplayValue(Archive(), "secondary_causes", "3,8", false), "残疾、子女上学");
  EXPECT_EQ(DisplayValue(Archive(), "approval.signed_time", "2014-03-10T01:02:03Z", false),
            "2014-03-10 09:02:03");
  EXPECT_EQ(DisplayValue(Archive(), "members[x]", "", true), "有");
  EXPECT_EQ(DisplayValue(Archive(), "nope", "1", false), "1");
  EXPECT_EQ(DisplayValue(Archive(), "monthly_income_fen", "x", false), "x");
}

TEST(DisplayValueTest, SpeaksEnglish) {
  constexpr Language kEnglish = Language::kEnglish;
  EXPECT_EQ(LabelOfPath(Archive(), "phone", kEnglish), "phone");
  EXPECT_EQ(LabelOfPath(Archive(), "members[0190].name", kEnglish),
            "household members · name of the member");
  EXPECT_EQ(LabelOfPath(Archive(), "members[x].nope", kEnglish), "members[x].nope");
  EXPECT_EQ(DisplayValue(Archive(), "sex", "2", false, kEnglish), "female");
  EXPECT_EQ(DisplayValue(Archive(), "sex", "99", false, kEnglish), "#99");
  EXPECT_EQ(DisplayValue(Archive(), "sex", "", false, kEnglish), "");
  EXPECT_EQ(DisplayValue(Archive(), "secondary_causes", "3,8", false, kEnglish),
            "disability, education of children");
  EXPECT_EQ(DisplayValue(Archive(), "members[x]", "", true, kEnglish), "present");
  EXPECT_EQ(DisplayValue(Archive(), "name", "王某某", true, kEnglish), "王**");
}

TEST(DisplayValueTest, MasksBySensitivity) {
  EXPECT_EQ(DisplayValue(Archive(), "bank", "工商银行", true), "工商银行");
  EXPECT_EQ(DisplayValue(Archive(), "name", "王某某", true), "王**");
  EXPECT_EQ(DisplayValue(Archive(), "name", "王某某", false), "王某某");
  EXPECT_EQ(DisplayValue(Archive(), "members[x].identity_number", "11010519491231002X", true),
            "110*************2X");
  EXPECT_EQ(DisplayValue(Archive(), "health_status", "1", true), "***");
  EXPECT_EQ(DisplayValue(Archive(), "address", "某路1号", true), "***");
  EXPECT_EQ(DisplayValue(Archive(), "nope", "1", true), "***");
  EXPECT_EQ(DisplayValue(Archive(), "name", "", true), "");
}

}  // namespace
}  // namespace bangfu::domain
