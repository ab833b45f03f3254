#include "server/sync/org_directory.h"
#include "server/sync/sync_fixture.h"

namespace bangfu::server {
namespace {

class OrgDirectoryTest : public testing::Test {
 protected:
  SettableClock clock_;
  ChangeMaker make_;
  TestNode node_{clock_, NodeRole{}};
  OrgDirectory directory_{node_.store()};
  v1::OrgTree tree_ = HangzhouOrgs().proto();
};

TEST_F(OrgDirectoryTest, IsEmptyUntilATreeIsLoaded) {
  ASSERT_TRUE(directory_.Load().ok());
  ASSERT_NE(directory_.Tree(), nullptr);
  EXPECT_EQ(directory_.Tree()->City(), nullptr);
}

TEST_F(OrgDirectoryTest, AHigherVersionReplacesTheTreeAndIsKept) {
  ASSERT_TRUE(directory_.Replace(tree_).ok());
  const auto first = directory_.Tree();
  EXPECT_EQ(first->version(), 1);
  v1::OrgTree next = tree_;
  next.mutable_orgs(0)->set_name("杭州市总工会（新）");
  ASSERT_TRUE(directory_.Replace(next).ok());  // the same version changes nothing
  EXPECT_EQ(directory_.Tree()->City()->name(), "杭州市总工会");
  next.set_version(2);
  ASSERT_TRUE(directory_.Replace(next).ok());
  EXPECT_EQ(directory_.Tree()->City()->name(), "杭州市总工会（新）");
  EXPECT_EQ(first->City()->name(), "杭州市总工会");  // calls that began with it end with it
  OrgDirectory again(node_.store());
  ASSERT_TRUE(again.Load().ok());
  EXPECT_EQ(again.Tree()->version(), 2);
}

TEST_F(OrgDirectoryTest, ATreeThatDoesNotHoldTogetherIsRefused) {
  ASSERT_TRUE(directory_.Replace(tree_).ok());
  v1::OrgTree broken = tree_;
  broken.set_version(2);
  broken.add_orgs()->set_id("hz.nowhere.unit");
  EXPECT_EQ(directory_.Replace(broken).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(directory_.Tree()->version(), 1);
}

TEST_F(OrgDirectoryTest, APrefixInUseStaysWithItsUnit) {  // A4
  ASSERT_TRUE(directory_.Replace(tree_).ok());
  node_.MustPush(kCityOrg, make_.UntilApproved(Household(1)));
  v1::OrgTree next = tree_;
  next.set_version(2);
  for (v1::Org& org : *next.mutable_orgs()) {
    if (org.id() == kUnitOrg) org.set_abbreviation("轮胎");
  }
  EXPECT_EQ(directory_.Replace(next).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(directory_.Tree()->NumberPrefix(kUnitOrg), "工业橡胶");
}

// The unit of the tests goes to another path, with `abbreviation`.
v1::OrgTree Renamed(v1::OrgTree tree, const std::string& path, const std::string& abbreviation) {
  tree.set_version(tree.version() + 1);
  for (v1::Org& org : *tree.mutable_orgs()) {
    if (org.id() != kUnitOrg) continue;
    org.set_id(path);
    org.set_abbreviation(abbreviation);
    org.add_former_ids(kUnitOrg);
  }
  return tree;
}

TEST_F(OrgDirectoryTest, APrefixInUseGoesToTheOrgThatTookOver) {  // A4
  constexpr char kNewPath[] = "hz.gongye.luntai";
  ASSERT_TRUE(directory_.Replace(tree_).ok());
  node_.MustPush(kCityOrg, make_.UntilApproved(Household(1)));
  const absl::Status replaced = directory_.Replace(Renamed(tree_, kNewPath, "橡胶"));
  ASSERT_TRUE(replaced.ok()) << replaced;
  // Numbers go on under its new path.
  PushHandler push(node_.store(), clock_, PersonKeyer("a key for tests"), NodeRole{});
  const auto outcomes =
      push.Push(NodeOf(kCityOrg), *directory_.Tree(), domain::PolicyBook(),
                PeopleOf(directory_.Tree()->proto()), make_.UntilApproved(Household(2, kNewPath)));
  ASSERT_TRUE(outcomes.ok()) << outcomes.status();
  EXPECT_EQ(node_.Archive(ArchiveId(1)).number(), "工业橡胶20140001");
  EXPECT_EQ(node_.Archive(ArchiveId(2)).number(), "工业橡胶20140002");
}

TEST_F(OrgDirectoryTest, APrefixThatIsGivenUpGoesToNobodyElse) {  // A4
  ASSERT_TRUE(directory_.Replace(tree_).ok());
  node_.MustPush(kCityOrg, make_.UntilApproved(Household(1)));
  const v1::OrgTree merged = Renamed(tree_, "hz.fuyang.xiangjiao", "橡胶");  // 富阳橡胶 from now on
  v1::OrgTree taken = merged;
  for (v1::Org& org : *taken.mutable_orgs()) {
    if (org.id() == kSiblingOrg) org.set_abbreviation("橡胶");
  }
  EXPECT_EQ(directory_.Replace(taken).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(directory_.Tree()->version(), tree_.version());
  EXPECT_TRUE(directory_.Replace(merged).ok());
  EXPECT_EQ(directory_.Tree()->NumberPrefix("hz.fuyang.xiangjiao"), "富阳橡胶");
  // Neither later on.
  taken.set_version(taken.version() + 1);
  EXPECT_EQ(directory_.Replace(taken).code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace bangfu::server
