#include "domain/paper/paper_comparison.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "domain/codes/field_spec.h"
#include "domain/rules/sample_archive.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using sample::kSonId;
using sample::kWifeId;
using sample::Short;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr PaperVerdict kNotTranscribed = PaperVerdict::kNotTranscribed;
constexpr PaperVerdict kAgrees = PaperVerdict::kAgrees;
constexpr PaperVerdict kDiffers = PaperVerdict::kDiffers;

constexpr int kWifeRow = 1;
constexpr int kSonRow = 2;

void Write(v1::Archive& archive, int row, const char* field, const std::string& text) {
  v1::PaperValue& value = *archive.add_paper_values();
  value.set_id(sample::Uuid(100 + archive.paper_values_size()));
  value.set_member_row(row);
  value.set_field(field);
  value.set_text(text);
}

// The value written to `field` of `row`.
v1::PaperValue& Value(v1::Archive& archive, int row, absl::string_view field) {
  for (v1::PaperValue& value : *archive.mutable_paper_values()) {
    if (value.member_row() == row && value.field() == field) return value;
  }
  ADD_FAILURE() << row << field;
  return *archive.add_paper_values();
}

std::string PathOf(v1::Archive& archive, int row, absl::string_view field) {
  return absl::StrCat("paper_values[", Value(archive, row, field).id(), "].text");
}

void Remove(v1::Archive& archive, int row, absl::string_view field) {
  auto& values = *archive.mutable_paper_values();
  for (int i = values.size() - 1; i >= 0; --i) {
    if (values[i].member_row() == row && (field.empty() || values[i].field() == field)) {
      values.DeleteSubrange(i, 1);
    }
  }
}

// The sample archive with a wife 王某芳 and a son 陈小明, not transcribed.
v1::Archive Electronic() {
  v1::Archive archive = sample::Staff();
  archive.mutable_members(0)->set_name("王某芳");
  archive.mutable_members(1)->set_name("陈小明");
  return archive;
}

// The same with a paper that says the same in other words.
v1::Archive Transcribed() {
  v1::Archive archive = Electronic();
  Write(archive, 0, "monthly_income_fen", "1,625元");
  Write(archive, 0, "other_yearly_income_fen", "０");
  Write(archive, 0, "hardship_expense_fen", "30000.00");
  Write(archive, 0, "main_cause", " 子女上学");
  Write(archive, 0, "secondary_causes", "收入低");
  for (const int row : {kWifeRow, kSonRow}) {
    const v1::Member& member = archive.members(row - 1);
    Write(archive, row, "name", member.name());
    Write(archive, row, "relation", row == kWifeRow ? "妻子" : "长子");
    Write(archive, row, "sex", row == kWifeRow ? "女" : "男性");
    Write(archive, row, "political_status", "群众");
    Write(archive, row, "identity_number", member.identity_number());
    Write(archive, row, "monthly_income_fen", "0");
  }
  return archive;
}

// The verdicts of family, income and causes.
std::vector<PaperVerdict> Verdicts(const v1::Archive& archive) {
  std::vector<PaperVerdict> verdicts;
  for (const PaperGroupVerdict& group : ComparePaper(archive)) verdicts.push_back(group.verdict);
  return verdicts;
}

std::vector<std::string> Lines(const v1::Archive& archive) { return Short(CheckPaper(archive)); }

std::string Member(const char* id, const char* field) {
  return absl::StrCat("members[", id, "].", field);
}

TEST(ComparePaperTest, GroupsInTheirOrder) {
  const std::vector<PaperGroupVerdict> groups = ComparePaper(Electronic());
  ASSERT_EQ(groups.size(), 3);
  EXPECT_EQ(groups[0].group, v1::PAPER_GROUP_FAMILY);
  EXPECT_EQ(groups[1].group, v1::PAPER_GROUP_INCOME);
  EXPECT_EQ(groups[2].group, v1::PAPER_GROUP_CAUSES);
}

// A field that joins a group must be of a kind that is read from paper.
TEST(ComparePaperTest, EveryFieldOfAGroupCanBeRead) {
  for (const auto* record : {v1::Archive::descriptor(), v1::Member::descriptor()}) {
    for (int i = 0; i < record->field_count(); ++i) {
      const auto& field = *record->field(i);
      if (SpecOf(field).paper_group() == v1::PAPER_GROUP_UNSPECIFIED) continue;
      const v1::Format format = SpecOf(field).format();
      EXPECT_TRUE(field.enum_type() != nullptr || format == v1::FORMAT_MONEY ||
                  format == v1::FORMAT_TEXT || format == v1::FORMAT_PERSON_NAME ||
                  format == v1::FORMAT_IDENTITY_NUMBER)
          << field.full_name();
    }
  }
}

TEST(ComparePaperTest, TheSameInOtherWordsAgrees) {
  EXPECT_THAT(Verdicts(Transcribed()), ElementsAre(kAgrees, kAgrees, kAgrees));
  EXPECT_THAT(Lines(Transcribed()), IsEmpty());
}

TEST(ComparePaperTest, NothingTranscribed) {
  EXPECT_THAT(Verdicts(Electronic()),
              ElementsAre(kNotTranscribed, kNotTranscribed, kNotTranscribed));
  const Findings findings = CheckPaper(Electronic());
  EXPECT_THAT(Short(findings), ElementsAre("W PAPER_NOT_TRANSCRIBED paper_values R31"));
  EXPECT_THAT(findings[0].message_zh(), HasSubstr("家庭成员情况、收入情况、致困原因的纸质内容"));
  EXPECT_THAT(findings[0].message_en(), HasSubstr("family members, income, causes of hardship"));
  EXPECT_EQ(findings[0].next_action(), v1::NEXT_ACTION_TRANSCRIBE_PAPER);
}

TEST(ComparePaperTest, HouseholdWithoutMembers) {
  v1::Archive archive = Transcribed();
  archive.clear_members();
  Remove(archive, kWifeRow, "");
  Remove(archive, kSonRow, "");
  EXPECT_THAT(Verdicts(archive), ElementsAre(kNotTranscribed, kAgrees, kAgrees));
  archive.set_paper_checked_on("2014-03-20");
  EXPECT_THAT(Verdicts(archive), ElementsAre(kAgrees, kAgrees, kAgrees));
  // Other groups and households with members were not read because the paper was checked.
  archive = Electronic();
  archive.set_paper_checked_on("2014-03-20");
  EXPECT_THAT(Verdicts(archive), ElementsAre(kNotTranscribed, kNotTranscribed, kNotTranscribed));
}

TEST(ComparePaperTest, TextsThatSayTheSame) {
  struct Example {
    int row;
    const char* field;
    const char* text;
  };
  for (const auto& [row, field, text] : {
           Example{0, "monthly_income_fen", "1625"},
           Example{0, "monthly_income_fen", "1625.0"},
           Example{0, "monthly_income_fen", "１，６２５．００"},
           Example{0, "monthly_income_fen", "￥1,625.00"},
           Example{0, "main_cause", "子女就学"},
           Example{0, "secondary_causes", "低收入"},
           Example{0, "secondary_causes", "收入低、收入低"},
           Example{kWifeRow, "name", "王 某 芳"},
           Example{kWifeRow, "name", "　王某芳 "},
           Example{kWifeRow, "relation", "妻"},
           Example{kWifeRow, "monthly_income_fen", "0.00"},
           Example{kSonRow, "relation", "儿子"},
       }) {
    v1::Archive archive = Transcribed();
    Value(archive, row, field).set_text(text);
    EXPECT_THAT(Lines(archive), IsEmpty()) << field << " " << text;
  }
  v1::Archive archive = Transcribed();
  std::string number = archive.members(0).identity_number();
  Value(archive, kWifeRow, "identity_number")
      .set_text(absl::StrCat(number.substr(0, 6), " ", number.substr(6)));
  EXPECT_THAT(Lines(archive), IsEmpty());
}

TEST(ComparePaperTest, AFenMoreInTheElectronicArchiveDiffers) {
  v1::Archive archive = Transcribed();
  Value(archive, 0, "monthly_income_fen").set_text("1625");
  EXPECT_EQ(Verdicts(archive)[1], kAgrees);
  archive.set_monthly_income_fen(162501);
  EXPECT_EQ(Verdicts(archive)[1], kDiffers);
}

TEST(ComparePaperTest, OrderOfCausesDoesNotMatter) {
  v1::Archive archive = Transcribed();
  archive.add_secondary_causes(v1::HARDSHIP_CAUSE_DISABILITY);
  for (const auto& [text, agrees] :
       {std::pair("收入低、残疾", true), std::pair("残疾，收入低", true), std::pair("残疾", false),
        std::pair("收入低、残疾、自然灾害", false), std::pair("", false)}) {
    Value(archive, 0, "secondary_causes").set_text(text);
    EXPECT_EQ(Verdicts(archive)[2] == kAgrees, agrees) << text;
  }
}

TEST(ComparePaperTest, DifferenceOfEachField) {
  struct Example {
    int row;
    const char* field;
    const char* text;
    int group;
  };
  for (const auto& [row, field, text, group] : {
           Example{0, "monthly_income_fen", "1625.01", 1},
           Example{0, "other_yearly_income_fen", "", 1},
           Example{0, "hardship_expense_fen", "3000", 2},
           Example{0, "main_cause", "残疾", 2},
           Example{0, "secondary_causes", "残疾", 2},
           Example{kWifeRow, "name", "王某方", 0},
           Example{kWifeRow, "relation", "女儿", 0},
           Example{kWifeRow, "sex", "男", 0},
           Example{kWifeRow, "political_status", "团员", 0},
           Example{kWifeRow, "identity_number", "11010519491231002X", 0},
           Example{kWifeRow, "monthly_income_fen", "100", 1},
       }) {
    v1::Archive archive = Transcribed();
    Value(archive, row, field).set_text(text);
    std::vector<PaperVerdict> verdicts = {kAgrees, kAgrees, kAgrees};
    verdicts[static_cast<size_t>(group)] = kDiffers;
    EXPECT_EQ(Verdicts(archive), verdicts) << field;
    const std::string path = row == 0 ? field : Member(kWifeId, field);
    const Findings findings = CheckPaper(archive);
    EXPECT_THAT(Short(findings), ElementsAre(absl::StrCat("E PAPER_DIFFERS ", path, " R31 / ",
                                                          PathOf(archive, row, field))));
    EXPECT_EQ(findings[0].member(), row == 0 ? "" : kWifeId);
    EXPECT_EQ(findings[0].next_action(), v1::NEXT_ACTION_CORRECT);
  }
}

TEST(ComparePaperTest, PlainValuesAreShownOthersNever) {
  v1::Archive archive = Transcribed();
  Value(archive, 0, "monthly_income_fen").set_text("2,300");
  EXPECT_THAT(CheckPaper(archive)[0].message_zh(), HasSubstr("纸质2300.00，电子1625.00"));
  EXPECT_THAT(CheckPaper(archive)[0].message_en(), HasSubstr("paper 2300.00, electronic 1625.00"));

  archive = Transcribed();
  Value(archive, 0, "secondary_causes").set_text("");
  EXPECT_THAT(CheckPaper(archive)[0].message_zh(), HasSubstr("纸质未填，电子收入低"));
  EXPECT_THAT(CheckPaper(archive)[0].message_en(), HasSubstr("paper blank, electronic low income"));

  archive = Transcribed();
  Value(archive, kWifeRow, "name").set_text("王某方");
  Value(archive, kSonRow, "identity_number").set_text("11010519491231002X");
  const Findings findings = CheckPaper(archive);
  ASSERT_EQ(findings.size(), 2);
  for (const v1::Finding& finding : findings) {
    for (const std::string& message : {finding.message_zh(), finding.message_en()}) {
      EXPECT_THAT(message, Not(HasSubstr("某")));
      EXPECT_THAT(message, Not(HasSubstr("小")));
      EXPECT_THAT(message, Not(HasSubstr("1949")));
      EXPECT_THAT(message, Not(HasSubstr(archive.members(1).identity_number())));
    }
  }
}

TEST(ComparePaperTest, UnreadableText) {
  struct Example {
    int row;
    const char* field;
    const char* text;
  };
  for (const auto& [row, field, text] : {
           Example{0, "monthly_income_fen", "约1625"},
           Example{0, "monthly_income_fen", "0.16万元"},
           Example{0, "main_cause", "上学"},
           Example{0, "secondary_causes", "收入低、没有"},
           Example{kWifeRow, "sex", "妇"},
           Example{kWifeRow, "identity_number", "330102197206010024"},
       }) {
    v1::Archive archive = Transcribed();
    Value(archive, row, field).set_text(text);
    const Findings findings = CheckPaper(archive);
    ASSERT_EQ(findings.size(), 1) << text;
    EXPECT_THAT(findings[0].message_zh(), HasSubstr("无法识别")) << text;
    EXPECT_THAT(findings[0].message_zh(), Not(HasSubstr(text)));
    EXPECT_THAT(findings[0].message_en(), HasSubstr("unreadable")) << text;
    EXPECT_EQ(findings[0].next_action(), v1::NEXT_ACTION_TRANSCRIBE_PAPER);
    EXPECT_EQ(findings[0].code(), v1::FINDING_CODE_PAPER_DIFFERS);
  }
}

TEST(ComparePaperTest, RowsInAnyOrder) {
  v1::Archive archive = Transcribed();
  for (v1::PaperValue& value : *archive.mutable_paper_values()) {
    if (value.member_row() > 0) value.set_member_row(7 - 2 * value.member_row());
  }
  EXPECT_THAT(Lines(archive), IsEmpty());
}

TEST(ComparePaperTest, RowsAreMatchedByNumberThenByName) {
  // Both are called the same: the numbers tell them apart, whatever order.
  v1::Archive archive = Transcribed();
  archive.mutable_members(0)->set_name("陈小明");
  Value(archive, kWifeRow, "name").set_text("陈小明");
  for (v1::PaperValue& value : *archive.mutable_paper_values()) {
    if (value.member_row() > 0) value.set_member_row(3 - value.member_row());
  }
  EXPECT_THAT(Lines(archive), IsEmpty());

  // Names alone are enough; each person once.
  archive = Transcribed();
  Value(archive, kWifeRow, "identity_number").set_text("");
  EXPECT_THAT(Lines(archive),
              ElementsAre(absl::StrCat("E PAPER_DIFFERS ", Member(kWifeId, "identity_number"),
                                       " R31 / ", PathOf(archive, kWifeRow, "identity_number"))));
  Value(archive, kWifeRow, "name").set_text("陈小明");
  EXPECT_THAT(Lines(archive),
              ElementsAre(absl::StrCat("E PAPER_DIFFERS members[", kWifeId, "] R31 / paper_values"),
                          absl::StrCat("E PAPER_DIFFERS members R31 / ",
                                       PathOf(archive, kWifeRow, "name"))));
}

TEST(ComparePaperTest, PersonOnOneSideOnly) {
  v1::Archive archive = Transcribed();
  Remove(archive, kSonRow, "");
  Findings findings = CheckPaper(archive);
  EXPECT_THAT(Short(findings), ElementsAre(absl::StrCat("E PAPER_DIFFERS members[", kSonId,
                                                        "] R31 / paper_values")));
  EXPECT_EQ(findings[0].member(), kSonId);
  EXPECT_THAT(findings[0].message_zh(), HasSubstr("儿子（陈**）"));
  EXPECT_THAT(Verdicts(archive), ElementsAre(kDiffers, kAgrees, kAgrees));

  archive = Transcribed();
  archive.mutable_members()->DeleteSubrange(0, 1);
  findings = CheckPaper(archive);
  EXPECT_THAT(Short(findings), ElementsAre(absl::StrCat("E PAPER_DIFFERS members R31 / ",
                                                        PathOf(archive, kWifeRow, "name"))));
  EXPECT_THAT(findings[0].message_zh(), HasSubstr("第1行"));
  EXPECT_THAT(findings[0].message_zh(), Not(HasSubstr("王")));
  EXPECT_THAT(Verdicts(archive), ElementsAre(kDiffers, kAgrees, kAgrees));
}

TEST(ComparePaperTest, RowsOfBlanksAreNoRows) {
  v1::Archive archive = Transcribed();
  Write(archive, 3, "name", "");
  Write(archive, 3, "monthly_income_fen", "　");
  EXPECT_THAT(Lines(archive), IsEmpty());
}

TEST(ComparePaperTest, BlankPaperDiffersFromMembers) {
  v1::Archive archive = Electronic();
  Write(archive, 1, "name", "");
  EXPECT_EQ(Verdicts(archive)[0], kDiffers);
  EXPECT_EQ(ComparePaper(archive)[0].differences.size(), 2);
}

TEST(ComparePaperTest, RowThatIsNobodys) {
  v1::Archive archive = Transcribed();
  Write(archive, 3, "monthly_income_fen", "100");
  const Findings findings = CheckPaper(archive);
  EXPECT_THAT(Short(findings), ElementsAre(absl::StrCat("E PAPER_DIFFERS members R31 / ",
                                                        PathOf(archive, 3, "monthly_income_fen"))));
  EXPECT_EQ(findings[0].next_action(), v1::NEXT_ACTION_TRANSCRIBE_PAPER);
}

TEST(ComparePaperTest, NobodyIsMissedBeforeNamesWereRead) {
  v1::Archive archive = Electronic();
  Write(archive, 1, "monthly_income_fen", "0");
  EXPECT_THAT(Short(ComparePaper(archive)[0].differences),
              ElementsAre(absl::StrCat("E PAPER_DIFFERS members R31 / ",
                                       PathOf(archive, 1, "monthly_income_fen"))));
}

TEST(ComparePaperTest, ColumnReadForOneRowIsBlankInTheOthers) {
  v1::Archive archive = Transcribed();
  Remove(archive, kSonRow, "political_status");
  EXPECT_THAT(Lines(archive),
              ElementsAre(absl::StrCat("E PAPER_DIFFERS ", Member(kSonId, "political_status"),
                                       " R31 / ", PathOf(archive, kSonRow, "name"))));
  archive.mutable_members(1)->clear_political_status();
  EXPECT_THAT(Lines(archive), IsEmpty());
}

TEST(ComparePaperTest, WhatWasNotReadIsNotComparedButMissing) {
  v1::Archive archive = Transcribed();
  Remove(archive, kWifeRow, "political_status");
  Remove(archive, kSonRow, "political_status");
  Remove(archive, 0, "other_yearly_income_fen");
  EXPECT_THAT(Verdicts(archive), ElementsAre(kNotTranscribed, kNotTranscribed, kAgrees));
  const std::vector<PaperGroupVerdict> groups = ComparePaper(archive);
  EXPECT_THAT(groups[0].not_transcribed,
              ElementsAre(v1::Member::descriptor()->FindFieldByName("political_status")));
  EXPECT_THAT(groups[1].not_transcribed,
              ElementsAre(v1::Archive::descriptor()->FindFieldByName("other_yearly_income_fen")));
  EXPECT_THAT(CheckPaper(archive)[1].message_zh(), HasSubstr("：家庭其他年收入。"));
  // A difference is told besides.
  Value(archive, 0, "monthly_income_fen").set_text("1");
  EXPECT_EQ(Verdicts(archive)[1], kDiffers);
  EXPECT_THAT(Lines(archive), ElementsAre("W PAPER_NOT_TRANSCRIBED paper_values R31",
                                          absl::StrCat("E PAPER_DIFFERS monthly_income_fen R31 / ",
                                                       PathOf(archive, 0, "monthly_income_fen")),
                                          "W PAPER_NOT_TRANSCRIBED paper_values R31"));
  // What neither side says is not missing.
  archive = Transcribed();
  Remove(archive, 0, "secondary_causes");
  archive.clear_secondary_causes();
  EXPECT_THAT(Lines(archive), IsEmpty());
}

TEST(CheckPaperTest, ValuesThatAreNone) {
  struct Example {
    int row;
    const char* field;
  };
  for (const auto& [row, field] : {
           Example{0, "phone"},       // in no group
           Example{0, "relation"},    // of members
           Example{1, "main_cause"},  // of the household
           Example{1, "employer"},
           Example{-1, "name"},
           Example{limits::kMaxMembers + 1, "name"},
           Example{0, ""},
           Example{0, "no_such_field"},
           Example{1, "name"},  // a second time
           Example{0, "main_cause"},
       }) {
    v1::Archive archive = Transcribed();
    Write(archive, row, field, "群众");
    EXPECT_THAT(Lines(archive),
                ElementsAre(absl::StrCat("E MALFORMED paper_values[",
                                         archive.paper_values().rbegin()->id(), "].field R31")))
        << row << field;
    EXPECT_THAT(CheckPaper(archive)[0].message_zh(), Not(HasSubstr("群众")));
    EXPECT_THAT(Verdicts(archive), ElementsAre(kAgrees, kAgrees, kAgrees)) << row << field;
  }
}

TEST(CheckPaperTest, OrderOfListsDoesNotMatter) {
  v1::Archive archive = Transcribed();
  Value(archive, kWifeRow, "sex").set_text("男");
  Value(archive, kSonRow, "sex").set_text("女");
  Value(archive, 0, "main_cause").set_text("残疾");
  Write(archive, 5, "name", "某某");
  Write(archive, 4, "name", "某某");
  const std::vector<std::string> lines = Lines(archive);
  EXPECT_EQ(lines.size(), 5);
  std::reverse(archive.mutable_paper_values()->pointer_begin(),
               archive.mutable_paper_values()->pointer_end());
  archive.mutable_members()->SwapElements(0, 1);
  EXPECT_EQ(Lines(archive), lines);
}

}  // namespace
}  // namespace bangfu::domain
