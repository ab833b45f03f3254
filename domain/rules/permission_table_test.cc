#include "domain/rules/permission_table.h"

#include <initializer_list>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

// Examples; tests/security holds the whole table against the sentences of the notice.
namespace bangfu::domain {
namespace {

constexpr Permission kYes = Permission::kAllowed;
constexpr Permission kWithReason = Permission::kAllowedWithReason;
constexpr Permission kNo = Permission::kDenied;

OrgTree Orgs() {
  v1::OrgTree tree;
  const auto add = [&tree](const char* id, v1::OrgKind kind) {
    v1::Org& org = *tree.add_orgs();
    org.set_id(id);
    org.set_kind(kind);
  };
  add("hz", v1::ORG_KIND_CITY);
  add("hz.fuwu", v1::ORG_KIND_SERVICE_CENTER);
  add("hz.baozhang", v1::ORG_KIND_PROTECTION_DEPARTMENT);
  add("hz.fuyang", v1::ORG_KIND_DISTRICT);
  add("hz.fuyang.fuchun", v1::ORG_KIND_STREET);
  add("hz.fuyang.fuchun.zaozhi", v1::ORG_KIND_ENTERPRISE);
  add("hz.fuyang.xindeng", v1::ORG_KIND_STREET);
  add("hz.gongye", v1::ORG_KIND_INDUSTRY);
  return *OrgTree::Build(tree);
}

v1::Person PersonOf(const std::string& org, std::initializer_list<v1::Role> roles) {
  v1::Person person;
  person.set_org(org);
  for (const v1::Role role : roles) person.add_roles(role);
  return person;
}

TEST(PlaceTest, OfAPersonTowardsARecord) {
  const OrgTree orgs = Orgs();
  const char* const kMill = "hz.fuyang.fuchun.zaozhi";
  EXPECT_EQ(PlaceOf(orgs, kMill, kMill), Place::kUnit);
  EXPECT_EQ(PlaceOf(orgs, "hz.fuyang.fuchun", kMill), Place::kBetween);
  EXPECT_EQ(PlaceOf(orgs, "hz.fuyang", kMill), Place::kUnion);
  EXPECT_EQ(PlaceOf(orgs, "hz.fuwu", kMill), Place::kCenter);
  EXPECT_EQ(PlaceOf(orgs, "hz", kMill), Place::kCityOffice);
  EXPECT_EQ(PlaceOf(orgs, "hz.baozhang", kMill), Place::kCityOffice);
  EXPECT_EQ(PlaceOf(orgs, "hz.fuyang", "hz.fuyang"), Place::kUnion);  // files by itself
  EXPECT_EQ(PlaceOf(orgs, "hz.fuyang", "hz.fuyang.closed"), Place::kUnion);
}

TEST(PlaceTest, OthersAreStrangers) {
  const OrgTree orgs = Orgs();
  const char* const kMill = "hz.fuyang.fuchun.zaozhi";
  EXPECT_EQ(PlaceOf(orgs, "hz.fuyang.xindeng", kMill), Place::kOther);
  EXPECT_EQ(PlaceOf(orgs, "hz.gongye", kMill), Place::kOther);
  EXPECT_EQ(PlaceOf(orgs, kMill, "hz.fuyang.fuchun"), Place::kOther);  // nobody reaches upwards
  EXPECT_EQ(PlaceOf(orgs, "hz.fuyang", "hz.fuyangx"), Place::kOther);
  EXPECT_EQ(PlaceOf(orgs, "hz.fuyang.closed", "hz.fuyang.closed"), Place::kOther);
  EXPECT_EQ(PlaceOf(orgs, "hz.fuyang", "hz.fuwu"), Place::kOther);
  EXPECT_EQ(PlaceOf(orgs, "hz.fuwu", "elsewhere"), Place::kOther);
  EXPECT_EQ(PlaceOf(orgs, "hz.fuwu", ""), Place::kOther);
  EXPECT_EQ(PlaceOf(orgs, "", kMill), Place::kOther);
  EXPECT_EQ(PlaceOf(OrgTree(), "hz", "hz"), Place::kOther);
}

TEST(PermissionTableTest, SignOffsByTier) {
  const auto approves = [](Place place, v1::Tier tier) {
    return MayAct(v1::ACTION_APPROVE, v1::ROLE_APPROVER, place, tier);
  };
  EXPECT_EQ(approves(Place::kCenter, v1::TIER_A), kYes);
  EXPECT_EQ(approves(Place::kCenter, v1::TIER_UNSPECIFIED), kYes);
  EXPECT_EQ(approves(Place::kUnion, v1::TIER_A), kNo);
  EXPECT_EQ(approves(Place::kUnion, v1::TIER_UNSPECIFIED), kNo);
  EXPECT_EQ(approves(Place::kUnion, v1::TIER_B), kYes);
  EXPECT_EQ(approves(Place::kCenter, v1::TIER_B), kNo);
  EXPECT_EQ(approves(Place::kUnit, v1::TIER_C), kYes);
  EXPECT_EQ(approves(Place::kUnion, v1::TIER_C), kNo);
  EXPECT_EQ(approves(Place::kCityOffice, v1::TIER_A), kNo);
  EXPECT_EQ(approves(Place::kCenter, static_cast<v1::Tier>(77)), kNo);
  EXPECT_EQ(MayAct(v1::ACTION_APPROVE, v1::ROLE_REVIEWER, Place::kCenter, v1::TIER_A), kNo);
}

TEST(PermissionTableTest, FieldsByOwner) {
  const auto edits = [](v1::Role role, Place place, v1::Owner owner) {
    return MayAct(v1::ACTION_EDIT, role, place, v1::TIER_A, owner);
  };
  EXPECT_EQ(edits(v1::ROLE_HANDLER, Place::kBetween, v1::OWNER_FILING), kYes);
  EXPECT_EQ(edits(v1::ROLE_HANDLER, Place::kUnion, v1::OWNER_CENTER), kNo);
  EXPECT_EQ(edits(v1::ROLE_HANDLER, Place::kCenter, v1::OWNER_FILING), kWithReason);
  EXPECT_EQ(edits(v1::ROLE_APPROVER, Place::kCenter, v1::OWNER_CENTER), kYes);
  EXPECT_EQ(edits(v1::ROLE_APPROVER, Place::kUnit, v1::OWNER_FILING), kNo);
  EXPECT_EQ(edits(v1::ROLE_HANDLER, Place::kCityOffice, v1::OWNER_FILING), kNo);
  EXPECT_EQ(edits(v1::ROLE_HANDLER, Place::kCenter, v1::OWNER_SERVER), kNo);
  EXPECT_EQ(edits(v1::ROLE_HANDLER, Place::kUnit, v1::OWNER_UNSPECIFIED), kNo);
}

TEST(PermissionTableTest, UnmaskingNeedsAReason) {
  const auto unmasks = [](v1::Role role, Place place) {
    return MayAct(v1::ACTION_UNMASK, role, place, v1::TIER_A);
  };
  EXPECT_EQ(unmasks(v1::ROLE_HANDLER, Place::kUnit), kWithReason);
  EXPECT_EQ(unmasks(v1::ROLE_HANDLER, Place::kCityOffice), kWithReason);
  EXPECT_EQ(unmasks(v1::ROLE_REPORTER, Place::kCenter), kWithReason);
  EXPECT_EQ(unmasks(v1::ROLE_REPORTER, Place::kUnion), kNo);
  EXPECT_EQ(unmasks(v1::ROLE_AUDITOR, Place::kUnit), kNo);
  EXPECT_EQ(unmasks(v1::ROLE_HANDLER, Place::kOther), kNo);
}

TEST(PermissionTableTest, APersonMayWhatAnyRoleAllows) {
  const auto may = [](const v1::Person& person, v1::Action action) {
    return MayAct(action, person, Place::kUnion, v1::TIER_B);
  };
  v1::Person person = PersonOf("hz.fuyang", {v1::ROLE_HANDLER, v1::ROLE_APPROVER});
  EXPECT_EQ(may(person, v1::ACTION_SUBMIT), kYes);
  EXPECT_EQ(may(person, v1::ACTION_APPROVE), kYes);
  EXPECT_EQ(may(person, v1::ACTION_REVIEW), kNo);
  person.set_disabled(true);
  EXPECT_EQ(may(person, v1::ACTION_SUBMIT), kNo);
  EXPECT_EQ(may(PersonOf("hz.fuyang", {}), v1::ACTION_LIST), kNo);
  EXPECT_EQ(may(PersonOf("hz.fuyang", {static_cast<v1::Role>(40)}), v1::ACTION_LIST), kNo);
  EXPECT_EQ(may(PersonOf("hz.fuyang", {static_cast<v1::Role>(-1)}), v1::ACTION_LIST), kNo);
}

TEST(PermissionTableTest, SomebodyMayWhatAnyRoleMay) {
  EXPECT_EQ(SomebodyMay(v1::ACTION_REPORT, Place::kCenter, v1::TIER_A), kYes);
  EXPECT_EQ(SomebodyMay(v1::ACTION_REPORT, Place::kCenter, v1::TIER_B), kNo);
  EXPECT_EQ(SomebodyMay(v1::ACTION_EDIT, Place::kCenter, v1::TIER_A, v1::OWNER_FILING),
            kWithReason);
  EXPECT_EQ(SomebodyMay(v1::ACTION_UNSPECIFIED, Place::kCenter, v1::TIER_A), kNo);
}

TEST(MayManageTest, WithinTheOwnOrg) {
  const OrgTree orgs = Orgs();
  const v1::Person district = PersonOf("hz.fuyang", {v1::ROLE_ADMINISTRATOR, v1::ROLE_AUDITOR});
  for (const v1::Action action :
       {v1::ACTION_READ_AUDIT, v1::ACTION_MANAGE_ACCOUNTS, v1::ACTION_MANAGE_NODES}) {
    EXPECT_TRUE(MayManage(orgs, action, district, "hz.fuyang"));
    EXPECT_TRUE(MayManage(orgs, action, district, "hz.fuyang.fuchun"));
    EXPECT_FALSE(MayManage(orgs, action, district, "hz.gongye"));
    EXPECT_FALSE(MayManage(orgs, action, district, "hz"));
    EXPECT_FALSE(MayManage(orgs, action, district, ""));
  }
  EXPECT_FALSE(MayManage(orgs, v1::ACTION_MANAGE_ORGS, district, "hz.fuyang"));
  EXPECT_FALSE(MayManage(orgs, v1::ACTION_READ, district, "hz.fuyang"));
}

TEST(MayManageTest, RolesAndTheCity) {
  const OrgTree orgs = Orgs();
  v1::Person admin = PersonOf("hz", {v1::ROLE_ADMINISTRATOR});
  EXPECT_TRUE(MayManage(orgs, v1::ACTION_MANAGE_ORGS, admin, "hz"));
  EXPECT_TRUE(MayManage(orgs, v1::ACTION_MANAGE_ACCOUNTS, admin, "hz.fuyang.fuchun"));
  EXPECT_FALSE(MayManage(orgs, v1::ACTION_READ_AUDIT, admin, "hz"));
  EXPECT_FALSE(MayManage(orgs, v1::ACTION_MANAGE_ORGS,
                         PersonOf("hz.fuwu", {v1::ROLE_ADMINISTRATOR}), "hz.fuwu"));
  EXPECT_FALSE(MayManage(orgs, v1::ACTION_MANAGE_NODES, PersonOf("hz", {v1::ROLE_AUDITOR}), "hz"));
  EXPECT_FALSE(MayManage(orgs, v1::ACTION_MANAGE_ACCOUNTS,
                         PersonOf("hz.closed", {v1::ROLE_ADMINISTRATOR}), "hz.closed"));
  admin.set_disabled(true);
  EXPECT_FALSE(MayManage(orgs, v1::ACTION_MANAGE_ORGS, admin, "hz"));
}

}  // namespace
}  // namespace bangfu::domain
