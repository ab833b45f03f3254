#include "domain/check/policy_preview.h"

#include <string>
#include <vector>

#include "domain/policy/policy.h"
#include "domain/rules/org_tree.h"
#include "domain/rules/sample_archive.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using sample::Short;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using v1::Archive;

constexpr char kAbove[] = "W INCOME_ABOVE_STANDARD monthly_income_fen R41 / tier";

// A city with one standard of tier A.
PolicyBook Standard(const char* yuan, const char* source = "市政府〔2013〕1号") {
  v1::PolicySet set;
  set.set_version(1);
  v1::Policy& policy = *set.add_policies();
  policy.set_org("hz");
  policy.set_effective_from("2013-01-01");
  policy.set_source(source);
  policy.set_tier_a_standard_yuan(yuan);
  auto book = PolicyBook::Build(set, OrgTree());
  EXPECT_TRUE(book.ok()) << book.status();
  return *std::move(book);
}

// Income per person and month: 541.67, 1,000.00 and 1,000.00 yuan, the last one with its reason.
std::vector<Archive> Archives() {
  std::vector<Archive> archives(3, sample::Staff());
  archives[1].set_monthly_income_fen(300000);
  archives[2].set_monthly_income_fen(300000);
  archives[2].set_above_standard_reason("家中有重病人");
  return archives;
}

class PreviewPolicyTest : public testing::Test {
 protected:
  std::vector<PolicyEffect> Preview(const PolicyBook& before, const PolicyBook& after) const {
    std::vector<Case> cases;
    for (const Archive& archive : archives_) {
      Case c;
      c.archive = &archive;
      cases.push_back(c);
    }
    return PreviewPolicy(cases, {orgs_, before, sample::kToday}, {orgs_, after, sample::kToday});
  }

  const OrgTree orgs_;
  const std::vector<Archive> archives_ = Archives();
};

TEST_F(PreviewPolicyTest, ListsWhoGetsNewFindings) {
  const auto effects = Preview(Standard("1000"), Standard("999.99"));
  ASSERT_THAT(effects, SizeIs(1));
  EXPECT_EQ(effects[0].archive, &archives_[1]);
  EXPECT_THAT(Short(effects[0].added), ElementsAre(kAbove));
  EXPECT_THAT(Short(effects[0].removed), IsEmpty());
}

TEST_F(PreviewPolicyTest, ListsWhoLosesFindings) {
  const auto effects = Preview(Standard("541.66"), Standard("1000"));
  ASSERT_THAT(effects, SizeIs(2));
  for (size_t i = 0; i < effects.size(); ++i) {
    EXPECT_EQ(effects[i].archive, &archives_[i]);
    EXPECT_THAT(Short(effects[i].added), IsEmpty());
    EXPECT_THAT(Short(effects[i].removed), ElementsAre(kAbove));
  }
}

TEST_F(PreviewPolicyTest, AnotherMessageIsNoDifference) {
  EXPECT_THAT(Preview(Standard("900"), Standard("950")), IsEmpty());
  EXPECT_THAT(Preview(Standard("900"), Standard("900", "市政府〔2014〕1号")), IsEmpty());
}

TEST_F(PreviewPolicyTest, AnotherLastDayIsADifference) {
  const auto days = [](int count) {
    v1::PolicySet set = Standard("1000").proto();
    set.mutable_policies(0)->set_deregistration_days(count);
    return PolicyBook::Build(set, OrgTree()).value();
  };
  v1::CaseFile file;
  *file.mutable_archive() = archives_[0];
  file.mutable_archive()->set_established_on("2014-03-01");
  v1::Visit& visit = *file.add_visits();
  visit.set_id(sample::Uuid(1));
  visit.set_visited_on("2014-03-05");
  visit.set_still_eligible(v1::YES_NO_NO);
  const PolicyBook before = days(10);
  const PolicyBook after = days(11);
  const std::vector<Case> cases = {CaseOf(file)};
  const auto effects =
      PreviewPolicy(cases, {orgs_, before, sample::kToday}, {orgs_, after, sample::kToday});
  ASSERT_THAT(effects, SizeIs(1));
  ASSERT_EQ(effects[0].added.size(), 1u);
  ASSERT_EQ(effects[0].removed.size(), 1u);
  EXPECT_EQ(effects[0].removed[0].last_day(), "2014-03-15");
  EXPECT_EQ(effects[0].added[0].last_day(), "2014-03-16");
}

TEST_F(PreviewPolicyTest, ComparesWithNoPolicyAtAll) {
  EXPECT_THAT(Preview(PolicyBook(), Standard("541.66")), SizeIs(2));
  EXPECT_THAT(Preview(PolicyBook(), PolicyBook()), IsEmpty());
}

}  // namespace
}  // namespace bangfu::domain
