#include "domain/policy/policy_file.h"
#include "server/sync/policy_directory.h"
#include "server/sync/sync_fixture.h"

namespace bangfu::server {
namespace {

constexpr absl::CivilDay kDay(2014, 3, 10);

class PolicyDirectoryTest : public testing::Test {
 protected:
  static v1::PolicySet Set(int64_t version, const std::string& dibao_line_yuan) {
    v1::PolicySet set;
    set.set_version(version);
    v1::Policy& policy = *set.add_policies();
    policy.set_org("hz");
    policy.set_effective_from("2014-01-01");
    policy.set_source("test");
    policy.set_dibao_line_yuan(dibao_line_yuan);
    return set;
  }

  // Dibao line in force in fen; 0 when there is none.
  static int64_t Line(const PolicyDirectory& directory) {
    const auto line = directory.Book()->DibaoLine("hz", kDay);
    return line.has_value() ? line->value : 0;
  }

  SettableClock clock_;
  TestNode node_{clock_, NodeRole{}};
  PolicyDirectory directory_{node_.store()};
  domain::OrgTree orgs_ = HangzhouOrgs();
};

TEST_F(PolicyDirectoryTest, TheProgramsOwnPolicyHoldsUntilOneIsSaved) {
  EXPECT_EQ(Line(directory_), 0);
  ASSERT_TRUE(directory_.Load().ok());
  EXPECT_EQ(directory_.Book()->proto().SerializeAsString(),
            domain::DefaultPolicySet().SerializeAsString());
  EXPECT_GT(Line(directory_), 0);
  EXPECT_EQ(directory_.SavedVersion(), 0);
}

TEST_F(PolicyDirectoryTest, AHigherVersionReplacesThePolicyAndIsKept) {
  ASSERT_TRUE(directory_.Replace(Set(1, "600"), orgs_).ok());
  const auto first = directory_.Book();
  EXPECT_EQ(Line(directory_), 60000);
  ASSERT_TRUE(directory_.Replace(Set(1, "700"), orgs_).ok());  // the same version changes nothing
  EXPECT_EQ(Line(directory_), 60000);
  ASSERT_TRUE(directory_.Replace(Set(3, "700.50"), orgs_).ok());
  ASSERT_TRUE(directory_.Replace(Set(2, "800"), orgs_).ok());
  EXPECT_EQ(Line(directory_), 70050);
  EXPECT_EQ(first->version(), 1);  // calls that began with it end with it
  PolicyDirectory again(node_.store());
  ASSERT_TRUE(again.Load().ok());
  EXPECT_EQ(Line(again), 70050);
  EXPECT_EQ(again.SavedVersion(), 3);
}

TEST_F(PolicyDirectoryTest, APolicyThatCannotBeUsedIsRefused) {
  ASSERT_TRUE(directory_.Replace(Set(1, "600"), orgs_).ok());
  EXPECT_EQ(directory_.Replace(Set(2, "much"), orgs_).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(directory_.Replace(Set(0, "700"), orgs_).code(), absl::StatusCode::kInvalidArgument);
  v1::PolicySet elsewhere = Set(2, "700");
  elsewhere.mutable_policies(0)->set_org("hz.nowhere");
  EXPECT_EQ(directory_.Replace(elsewhere, orgs_).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Line(directory_), 60000);
}

}  // namespace
}  // namespace bangfu::server
