#include "server/upstream/placement.h"

#include <gtest/gtest.h>

#include "server/authz/orgs_fixture.h"

namespace bangfu::server {
namespace {

TEST(PlacementTest, TheCityHasNoParentAndEverybodyElseHasOne) {
  const domain::OrgTree orgs = HangzhouOrgs();
  EXPECT_TRUE(CheckPlacement(NodeOf(kCityOrg), orgs, false).ok());
  EXPECT_TRUE(CheckPlacement(NodeOf(kUnionOrg), orgs, true).ok());
  EXPECT_EQ(CheckPlacement(NodeOf(kCityOrg), orgs, true).code(),
            absl::StatusCode::kFailedPrecondition);
  for (const char* org : {kUnionOrg, kUnitOrg, kCenterOrg, "elsewhere"}) {
    EXPECT_EQ(CheckPlacement(NodeOf(org), orgs, false).code(),
              absl::StatusCode::kFailedPrecondition)
        << org;
  }
}

TEST(PlacementTest, ANodeWithAParentMayStillLackTheTree) {
  EXPECT_TRUE(CheckPlacement(NodeOf(kUnionOrg), domain::OrgTree(), true).ok());
}

v1::HandshakeResponse Answer(const std::string& server_org, const Principal& taken_for) {
  v1::HandshakeResponse answer;
  answer.set_server_org(server_org);
  answer.set_org(taken_for.org);
  answer.set_node(taken_for.node);
  return answer;
}

TEST(CheckParentTest, OnlyANodeAboveIsAParent) {
  const Principal self = NodeOf(kUnionOrg);
  EXPECT_TRUE(CheckParent(self, Answer(kCityOrg, self)).ok());
  for (const char* org : {kUnionOrg, kUnitOrg, kOtherUnionOrg, "hz.gong", ""}) {
    EXPECT_EQ(CheckParent(self, Answer(org, self)).code(), absl::StatusCode::kFailedPrecondition)
        << org;
  }
  EXPECT_FALSE(CheckParent(self, Answer(kCityOrg, NodeOf(kOtherUnionOrg))).ok());
  EXPECT_FALSE(CheckParent(self, Answer(kCityOrg, {"another", kUnionOrg})).ok());
}

}  // namespace
}  // namespace bangfu::server
