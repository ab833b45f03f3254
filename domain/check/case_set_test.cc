#include "domain/check/case_set.h"

#include <algorithm>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "domain/policy/policy.h"
#include "domain/rules/org_tree.h"
#include "domain/rules/sample_archive.h"
#include "domain/text/civil_date.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using sample::Number;
using sample::Uuid;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kStreet[] = "hz.fuyang.fuchun";
constexpr char kFactory[] = "hz.gongye.xiangjiao";
constexpr char kLi[] = "33010219700501001";  // first 17 digits
constexpr char kWang[] = "33010219720601002";

OrgTree Orgs() {
  v1::OrgTree tree;
  const auto add = [&tree](const char* id, const char* name, v1::OrgKind kind, const char* short_) {
    v1::Org& org = *tree.add_orgs();
    org.set_id(id);
    org.set_name(name);
    org.set_kind(kind);
    org.set_abbreviation(short_);
  };
  add("hz", "杭州市总工会", v1::ORG_KIND_CITY, "杭州");
  add("hz.fuyang", "富阳市总工会", v1::ORG_KIND_DISTRICT, "富阳");
  add("hz.fuyang.fuchun", "富春街道", v1::ORG_KIND_STREET, "富春");
  add("hz.gongye", "工业工会", v1::ORG_KIND_INDUSTRY, "工业");
  add("hz.gongye.xiangjiao", "橡胶集团", v1::ORG_KIND_ENTERPRISE, "橡胶");
  return OrgTree::Build(tree).value();
}

PolicyBook Policies(int percent, int least) {
  v1::PolicySet set;
  set.set_version(1);
  v1::Policy& policy = *set.add_policies();
  policy.set_org("hz");
  policy.set_effective_from("2012-01-01");
  policy.set_source("试行办法");
  policy.set_december_share_percent(percent);
  policy.set_december_min_filings(least);
  return PolicyBook::Build(set, Orgs()).value();
}

// A set of archives that grows by the rows of a test.
class CaseSetTest : public ::testing::Test {
 protected:
  v1::Archive& Add(const char* unit, const std::string& first17 = "") {
    v1::Archive& archive = archives_.emplace_back();
    archive.set_id(Uuid(static_cast<int>(archives_.size())));
    archive.set_unit(unit);
    archive.set_name("李建国");
    if (!first17.empty()) archive.set_identity_number(Number(first17));
    return archive;
  }

  void File(const char* unit, const char* day, int count) {
    for (int i = 0; i < count; ++i) Add(unit).set_filed_on(day);
  }

  std::vector<Case> Cases() const {
    std::vector<Case> cases;
    for (const v1::Archive& archive : archives_) cases.push_back({&archive, {}, {}});
    return cases;
  }

  std::vector<SetFinding> Check(const std::vector<Case>& cases) const {
    return CheckCaseSet(cases, {orgs_, policy_, today_});
  }

  // "1 E DUPLICATE_PERSON identity_number R28", with the place of the archive, or the unit's path.
  std::vector<std::string> Found() const {
    std::vector<std::string> lines;
    for (const SetFinding& found : Check(Cases())) {
      const auto at = std::find_if(archives_.begin(), archives_.end(),
                                   [&](const v1::Archive& a) { return &a == found.archive; });
      lines.push_back(absl::StrCat(
          at == archives_.end() ? found.unit : absl::StrCat(at - archives_.begin() + 1), " ",
          sample::Short(found.finding)));
    }
    return lines;
  }

  std::deque<v1::Archive> archives_;
  OrgTree orgs_ = Orgs();
  PolicyBook policy_ = Policies(30, 5);
  absl::CivilDay today_{2014, 3, 10};
};

TEST_F(CaseSetTest, NothingAboutOneArchiveOrNone) {
  EXPECT_THAT(Found(), IsEmpty());
  Add(kStreet, kLi);
  EXPECT_THAT(Found(), IsEmpty());
}

TEST_F(CaseSetTest, APersonInTwoArchivesIsReportedOnEachSide) {
  Add(kStreet, kLi);
  Add(kStreet, kWang);
  v1::Archive& third = Add(kFactory);
  v1::Member& member =
      sample::AddMember(third, sample::kWifeId, v1::RELATION_FATHER, v1::SEX_MALE, kLi);
  EXPECT_THAT(Found(), ElementsAre("1 E DUPLICATE_PERSON identity_number R28",
                                   absl::StrCat("3 E DUPLICATE_PERSON members[", sample::kWifeId,
                                                "].identity_number R28")));
  const auto found = Check(Cases());
  EXPECT_EQ(found[0].finding.member(), "");
  EXPECT_EQ(found[1].finding.member(), sample::kWifeId);
  EXPECT_EQ(found[0].finding.next_action(), v1::NEXT_ACTION_LOOK_INTO);
  // Each side learns the other's union and nothing that tells who it is.
  EXPECT_THAT(found[0].finding.message_zh(), HasSubstr("工业工会"));
  EXPECT_THAT(found[1].finding.message_zh(), HasSubstr("富阳市总工会"));
  EXPECT_THAT(found[1].finding.message_en(), HasSubstr("富阳市总工会"));
  for (const SetFinding& one : found) {
    for (const std::string& text : {one.finding.message_zh(), one.finding.message_en()}) {
      EXPECT_THAT(text, AllOf(HasSubstr("330*"), Not(HasSubstr(Number(kLi))),
                              Not(HasSubstr("李建国")), Not(HasSubstr(member.name())),
                              Not(HasSubstr(Uuid(1))), Not(HasSubstr(Uuid(3)))));
    }
  }
}

TEST_F(CaseSetTest, NumbersAreComparedNormalised) {
  Add(kStreet).set_identity_number("11010519491231002X");
  Add(kFactory).set_identity_number(" １１０１０５19491231002x");
  EXPECT_THAT(Found(), ElementsAre("1 E DUPLICATE_PERSON identity_number R28",
                                   "2 E DUPLICATE_PERSON identity_number R28"));
}

TEST_F(CaseSetTest, InvalidNumbersIdentifyNobody) {
  Add(kStreet).set_identity_number("110105194912310021");
  Add(kFactory).set_identity_number("110105194912310021");
  Add(kStreet);
  Add(kFactory);
  EXPECT_THAT(Found(), IsEmpty());
}

TEST_F(CaseSetTest, TwiceInOneHouseholdIsNotTwoArchives) {
  v1::Archive& archive = Add(kStreet, kLi);
  sample::AddMember(archive, sample::kWifeId, v1::RELATION_WIFE, v1::SEX_FEMALE, kLi);
  EXPECT_THAT(Found(), IsEmpty());
  Add(kFactory, kLi);  // said once, at the first place
  EXPECT_THAT(Found(), ElementsAre("1 E DUPLICATE_PERSON identity_number R28",
                                   "2 E DUPLICATE_PERSON identity_number R28"));
}

TEST_F(CaseSetTest, EndedArchivesDoNotCountFromTheirLastDayOn) {
  for (const auto status :
       {v1::ARCHIVE_STATUS_WITHDRAWN, v1::ARCHIVE_STATUS_DEREGISTERED, v1::ARCHIVE_STATUS_MERGED}) {
    archives_.clear();
    v1::Archive& ended = Add(kStreet, kLi);
    ended.set_status(status);
    Add(kFactory, kLi);
    EXPECT_THAT(Found(), IsEmpty()) << status;
    ended.set_ended_on("2014-03-10");
    EXPECT_THAT(Found(), IsEmpty()) << status;
    ended.set_ended_on("2014-03-11");
    EXPECT_EQ(Found().size(), 2u) << status;
  }
}

TEST_F(CaseSetTest, ManyOthersAreCountedAndAFewNamed) {
  for (int i = 0; i < 5; ++i) Add(kStreet, kLi);
  Add("hz.unknown", kLi);
  const auto found = Check(Cases());
  ASSERT_EQ(found.size(), 6u);
  EXPECT_THAT(found[5].finding.message_zh(),
              HasSubstr("富阳市总工会、富阳市总工会、富阳市总工会 等（共 5 份）"));
  EXPECT_THAT(found[5].finding.message_en(), HasSubstr("and others (5 archives)"));
  EXPECT_THAT(found[0].finding.message_zh(), HasSubstr("（共 5 份）"));
}

TEST_F(CaseSetTest, WithoutOrgsTheOtherIsNamedByItsPath) {
  orgs_ = OrgTree();
  Add(kStreet, kLi);
  Add(kFactory, kLi);
  EXPECT_THAT(Check(Cases())[0].finding.message_en(), HasSubstr(kFactory));
}

TEST_F(CaseSetTest, WhatIsNoPathOfAUnitIsNotShown) {
  Add("李建国 13805710000", kLi).set_number("旧名旧厂20130002");
  Add(kFactory, kLi);
  const auto found = Check(Cases());
  ASSERT_EQ(found.size(), 3u);
  EXPECT_THAT(found[1].finding.message_zh(), HasSubstr("单位不明"));
  EXPECT_EQ(found[2].unit, "");
  for (const SetFinding& one : found) {
    EXPECT_THAT(one.finding.message_zh(), Not(HasSubstr("13805710000")));
    EXPECT_THAT(one.finding.message_en(), Not(HasSubstr("13805710000")));
  }
}

TEST_F(CaseSetTest, ManyThatShareANumberAreComparedQuickly) {
  constexpr int kMany = 20000;  // a minute and more when each is held against each
  constexpr absl::Duration kEnough = absl::Seconds(20);
  for (int i = 0; i < kMany; ++i) Add(kStreet, kLi).set_number("富阳富春20130001");
  const absl::Time start = absl::Now();
  EXPECT_EQ(Check(Cases()).size(), 2u * kMany);
  EXPECT_LT(absl::Now() - start, kEnough);
}

TEST_F(CaseSetTest, RecordsWithTheSameIdAreOneArchiveTwice) {
  Add(kStreet, kLi);
  Add(kStreet, kLi).set_id(Uuid(1));
  EXPECT_THAT(Found(), ElementsAre("1 E MALFORMED id R28", "2 E MALFORMED id R28"));
  // Records without an id are told apart.
  archives_[0].clear_id();
  archives_[1].clear_id();
  EXPECT_THAT(Found(), ElementsAre("1 E DUPLICATE_PERSON identity_number R28",
                                   "2 E DUPLICATE_PERSON identity_number R28"));
}

TEST_F(CaseSetTest, ANumberIsUsedOnce) {
  Add(kFactory).set_number("工业橡胶20130001");
  Add(kStreet).set_existing_number("工业橡胶2013０００1");
  v1::Archive& both = Add(kFactory);
  both.set_number("工业橡胶20130002");
  both.set_existing_number("工业橡胶20130002");
  EXPECT_THAT(Found(), ElementsAre("1 E NUMBER_REPEATED number R26",
                                   "2 E NUMBER_REPEATED existing_number R26"));
  EXPECT_THAT(Check(Cases())[0].finding.message_zh(),
              AllOf(HasSubstr("工业橡胶20130001"), HasSubstr("富阳市总工会")));
}

TEST_F(CaseSetTest, ANumberStaysUsedWhenItsArchiveEnded) {
  v1::Archive& ended = Add(kFactory);
  ended.set_status(v1::ARCHIVE_STATUS_WITHDRAWN);
  Add(kFactory).set_number("工业橡胶20130001");
  ended.set_existing_number("工业橡胶20130001");  // a claim that came to nothing
  EXPECT_THAT(Found(), IsEmpty());
  ended.set_number("工业橡胶20130001");
  EXPECT_EQ(Found().size(), 2u);
}

TEST_F(CaseSetTest, GapsBeginAtOneAndEndAtTheHighest) {
  struct Row {
    std::vector<int> numbers;
    std::string listed;  // empty: no gap
  };
  const std::vector<Row> rows = {
      {{}, ""},
      {{1}, ""},
      {{3, 1, 2}, ""},
      {{1, 1, 2}, ""},  // a repetition is no gap
      {{2}, "缺 0001，共 1 个"},
      {{1, 3}, "缺 0002，共 1 个"},
      {{4, 1}, "缺 0002–0003，共 2 个"},
      {{9999}, "缺 0001–9998，共 9998 个"},
      {{2, 4, 6, 8, 10}, "缺 0001、0003、0005、0007、0009，共 5 个"},
      {{2, 4, 6, 8, 10, 13}, "缺 0001、0003、0005、0007、0009 等，共 7 个"},
  };
  for (const Row& row : rows) {
    archives_.clear();
    for (const int number : row.numbers) {
      Add(kStreet).set_number(absl::StrCat("富阳富春2013", absl::Dec(number, absl::kZeroPad4)));
    }
    std::string said;
    for (const SetFinding& found : Check(Cases())) {
      if (found.finding.code() != v1::FINDING_CODE_NUMBER_GAP) continue;
      EXPECT_EQ(found.unit, kStreet);
      EXPECT_EQ(found.archive, nullptr);
      said += found.finding.message_zh();
    }
    if (row.listed.empty()) {
      EXPECT_EQ(said, "");
    } else {
      EXPECT_THAT(said, HasSubstr(row.listed));
    }
  }
}

TEST_F(CaseSetTest, EachYearAndPrefixHasItsOwnSequence) {
  Add(kStreet).set_number("富阳富春20120002");
  Add(kStreet).set_number("富阳富春20130001");
  Add(kFactory).set_existing_number("工业橡胶20130003");
  // The prefix is nobody's: the unit of the highest number answers for it.
  Add(kFactory).set_number("旧名旧厂20130002");
  EXPECT_THAT(Found(), ElementsAre("hz.fuyang.fuchun W NUMBER_GAP number R26",
                                   "hz.gongye.xiangjiao W NUMBER_GAP number R26",
                                   "hz.gongye.xiangjiao W NUMBER_GAP number R26"));
}

TEST_F(CaseSetTest, DecemberShareFromThePercentageOn) {
  struct Row {
    int before;
    int in_december;
    bool flagged;
  };
  // 30 %, at least 5 filings.
  for (const Row& row : std::vector<Row>{{7, 3, true},
                                         {71, 29, false},
                                         {70, 30, true},
                                         {0, 5, true},
                                         {0, 4, false},
                                         {3, 2, true},
                                         {2, 2, false},
                                         {20, 0, false}}) {
    archives_.clear();
    File(kStreet, "2013-11-30", row.before);
    File(kStreet, "2013-12-01", row.in_december);
    const std::vector<std::string> expected(row.flagged ? 1 : 0,
                                            "hz.fuyang.fuchun W DECEMBER_RUSH filed_on R46");
    EXPECT_EQ(Found(), expected) << row.before << " + " << row.in_december;
  }
}

TEST_F(CaseSetTest, DecemberCountsTheYearsThatAreOverAndARunningDecember) {
  File(kStreet, "2013-12-05", 4);
  File(kStreet, "2013-12-31", 1);
  File(kStreet, "2014-01-01", 20);  // another year
  struct Row {
    const char* today;
    bool flagged;
  };
  for (const Row& row : std::vector<Row>{{"2013-11-30", false},
                                         {"2013-12-05", false},  // four
                                         {"2013-12-30", false},  // the last one lies ahead
                                         {"2013-12-31", true},
                                         {"2014-01-01", true},
                                         {"2014-12-01", true}}) {
    today_ = *ParseIsoDate(row.today);
    EXPECT_EQ(Found().size(), row.flagged ? 1u : 0u) << row.today;
  }
}

TEST_F(CaseSetTest, DecemberIsCountedByUnit) {
  File(kStreet, "2013-12-05", 4);
  File(kFactory, "2013-12-05", 4);
  File("", "2013-12-05", 9);
  File("李建国 13805710000", "2013-12-05", 9);  // what is no path is no unit, and never shown
  EXPECT_THAT(Found(), IsEmpty());
  File(kFactory, "2013-12-06", 1);
  EXPECT_THAT(Found(), ElementsAre("hz.gongye.xiangjiao W DECEMBER_RUSH filed_on R46"));
  const v1::Finding finding = Check(Cases())[0].finding;
  EXPECT_THAT(finding.message_zh(), AllOf(HasSubstr("橡胶集团 2013 年共填报 5 份"),
                                          HasSubstr("100%"), HasSubstr("试行办法")));
}

TEST_F(CaseSetTest, DecemberIsJudgedByThePolicyOfThatYear) {
  v1::PolicySet set = policy_.proto();
  v1::Policy& later = *set.add_policies();
  later.set_org("hz");
  later.set_effective_from("2014-01-01");
  later.set_source("新办法");
  later.set_december_share_percent(90);
  later.set_assumed(true);
  policy_ = PolicyBook::Build(set, orgs_).value();
  for (const char* year : {"2013", "2014"}) {
    File(kStreet, absl::StrCat(year, "-06-01").c_str(), 5);
    File(kStreet, absl::StrCat(year, "-12-01").c_str(), 5);
  }
  today_ = absl::CivilDay(2015, 1, 1);
  auto found = Check(Cases());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_THAT(found[0].finding.message_zh(), AllOf(HasSubstr("2013 年"), HasSubstr("30%")));
  File(kStreet, "2014-12-02", 40);
  found = Check(Cases());
  ASSERT_EQ(found.size(), 2u);
  EXPECT_THAT(found[1].finding.message_zh(), HasSubstr("假定"));
  EXPECT_THAT(found[1].finding.message_en(), HasSubstr("assumed"));
}

TEST_F(CaseSetTest, WithoutPolicyDecemberIsNotJudged) {
  policy_ = PolicyBook();
  File(kStreet, "2013-12-05", 50);
  EXPECT_THAT(Found(), IsEmpty());
}

TEST_F(CaseSetTest, TheOrderOfTheCasesChangesOnlyTheOrder) {
  Add(kStreet, kLi).set_number("富阳富春20130003");
  Add(kFactory, kLi).set_number("富阳富春20130003");
  Add(kFactory, kWang).set_existing_number("工业橡胶20130002");
  sample::AddMember(Add("hz.unknown", kWang), sample::kSonId, v1::RELATION_SON, v1::SEX_MALE, kLi);
  File(kStreet, "2013-12-05", 6);
  const auto sorted = [](const std::vector<SetFinding>& found) {
    std::vector<std::string> texts;
    for (const SetFinding& one : found) {
      texts.push_back(absl::StrCat(one.archive == nullptr ? "" : one.archive->id(), one.unit,
                                   one.finding.SerializeAsString()));
    }
    std::sort(texts.begin(), texts.end());
    return texts;
  };
  std::vector<Case> cases = Cases();
  const auto expected = sorted(Check(cases));
  ASSERT_EQ(expected.size(), 10u);
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 20; ++i) {
    std::shuffle(cases.begin(), cases.end(), random);
    EXPECT_EQ(sorted(Check(cases)), expected);
  }
}

}  // namespace
}  // namespace bangfu::domain
