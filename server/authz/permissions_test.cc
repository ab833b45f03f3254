#include "server/authz/permissions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/authz/orgs_fixture.h"

namespace bangfu::server {
namespace {

class PermissionsTest : public testing::Test {
 protected:
  const domain::OrgTree orgs_ = HangzhouOrgs();
};

TEST_F(PermissionsTest, FieldsByRelationAndOwner) {
  const FieldPermission kYes = FieldPermission::kAllowed;
  const FieldPermission kReason = FieldPermission::kAllowedWithReason;
  const FieldPermission kNo = FieldPermission::kDenied;
  const struct {
    Relation relation;
    FieldPermission unspecified, filing, center, server;
  } kTable[] = {
      {Relation::kFilingSide, kNo, kYes, kNo, kNo},
      {Relation::kServiceCenter, kNo, kReason, kYes, kNo},
      {Relation::kCityOffice, kNo, kNo, kNo, kNo},
      {Relation::kOther, kNo, kNo, kNo, kNo},
  };
  for (const auto& row : kTable) {
    SCOPED_TRACE(static_cast<int>(row.relation));
    EXPECT_EQ(MayWriteField(row.relation, v1::OWNER_UNSPECIFIED), row.unspecified);
    EXPECT_EQ(MayWriteField(row.relation, v1::OWNER_FILING), row.filing);
    EXPECT_EQ(MayWriteField(row.relation, v1::OWNER_CENTER), row.center);
    EXPECT_EQ(MayWriteField(row.relation, v1::OWNER_SERVER), row.server);
  }
  // A new owner needs a column here.
  EXPECT_EQ(v1::Owner_descriptor()->value_count(), 4);
}

TEST_F(PermissionsTest, RelationOfActorToRecord) {
  const struct {
    const char* actor;
    const char* record;
    Relation relation;
  } kCases[] = {
      {kUnitOrg, kUnitOrg, Relation::kFilingSide},
      {kUnionOrg, kUnitOrg, Relation::kFilingSide},
      {kUnionOrg, kUnionOrg, Relation::kFilingSide},
      {kUnitOrg, kUnionOrg, Relation::kOther},  // nobody writes upwards
      {kSiblingOrg, kUnitOrg, Relation::kOther},
      {kOtherUnionOrg, kUnitOrg, Relation::kOther},
      {"hz.fuyang", "hz.fuyangx.unit", Relation::kOther},
      {kCenterOrg, kUnitOrg, Relation::kServiceCenter},
      {kCityOrg, kUnitOrg, Relation::kCityOffice},
      {kDepartmentOrg, kUnitOrg, Relation::kCityOffice},
      {"hz.unknown", "hz.unknown", Relation::kOther},
      {"", kUnitOrg, Relation::kOther},
      {"", "", Relation::kOther},
  };
  for (const auto& [actor, record, relation] : kCases) {
    EXPECT_EQ(RelationOf(orgs_, actor, record), relation) << actor << " -> " << record;
  }
}

TEST_F(PermissionsTest, ANodeReachesItsSubtreeAndTheCitysOfficesTheCity) {
  const struct {
    const char* node;
    const char* record;
    bool access, speak;
  } kCases[] = {
      {kUnionOrg, kUnionOrg, true, true},
      {kUnionOrg, kUnitOrg, true, true},
      {kUnitOrg, kUnionOrg, false, false},
      {kUnitOrg, kSiblingOrg, false, false},
      {kUnionOrg, kOtherUnitOrg, false, false},
      {kUnionOrg, kCenterOrg, false, false},  // no district can forge an approval of the center
      {kUnionOrg, kCityOrg, false, false},
      {kUnionOrg, "", false, false},
      {kCenterOrg, kUnitOrg, true, false},  // reads the city, speaks for itself
      {kCenterOrg, kCenterOrg, true, true},
      {kDepartmentOrg, kUnitOrg, true, false},
      {kDepartmentOrg, kCenterOrg, true, false},
      {kCityOrg, kUnitOrg, true, true},
      {kCityOrg, kCenterOrg, true, true},
      {"hz.unknown", kUnitOrg, false, false},
      {"hz.unknown", "hz.unknown", false, false},
      {"", kUnitOrg, false, false},
      {"", "", false, false},
  };
  for (const auto& [node, record, access, speak] : kCases) {
    EXPECT_EQ(MayAccess(orgs_, NodeOf(node), record), access) << node << " reads " << record;
    EXPECT_EQ(MaySpeakFor(orgs_, NodeOf(node), record), speak) << node << " speaks for " << record;
  }
}

// A path that only begins like another is no part of its subtree.
TEST_F(PermissionsTest, APrefixOfTheTextIsNotASubtree) {
  v1::OrgTree tree = orgs_.proto();
  v1::Org& sibling = *tree.add_orgs();
  sibling.set_id("hz.fuyangx");
  sibling.set_name("富阳新区总工会");
  sibling.set_kind(v1::ORG_KIND_DISTRICT);
  const auto orgs = domain::OrgTree::Build(tree);
  ASSERT_TRUE(orgs.ok()) << orgs.status();
  EXPECT_FALSE(MayAccess(*orgs, NodeOf("hz.fuyang"), "hz.fuyangx"));
  EXPECT_FALSE(MaySpeakFor(*orgs, NodeOf("hz.fuyang"), "hz.fuyangx"));
  EXPECT_FALSE(MayAccess(*orgs, NodeOf("hz.fuyangx"), "hz.fuyang.fuchun"));
  EXPECT_EQ(RelationOf(*orgs, "hz.fuyang", "hz.fuyangx"), Relation::kOther);
  EXPECT_TRUE(MayAccess(*orgs, NodeOf("hz.fuyangx"), "hz.fuyangx"));
}

// A record may be of a unit that the dictionary no longer has; an actor or node may not.
TEST_F(PermissionsTest, UnknownOrgs) {
  EXPECT_TRUE(MayAccess(orgs_, NodeOf(kUnionOrg), "hz.gongye.closed"));
  EXPECT_FALSE(MaySpeakFor(orgs_, NodeOf(kUnionOrg), "hz.gongye.closed"));
  EXPECT_FALSE(MayAccess(domain::OrgTree(), NodeOf(kCityOrg), kUnitOrg));
  EXPECT_FALSE(MaySpeakFor(domain::OrgTree(), NodeOf(kCityOrg), kCityOrg));
}

TEST(PrincipalTest, KeyTellsNodesOfOneNameApart) {
  EXPECT_EQ((Principal{"desktop", kUnionOrg}).Key(), "hz.gongye/desktop");
  EXPECT_NE((Principal{"desktop", kUnionOrg}).Key(), (Principal{"desktop", kUnitOrg}).Key());
}

}  // namespace
}  // namespace bangfu::server
