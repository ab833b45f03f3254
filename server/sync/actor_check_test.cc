#include "server/sync/actor_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "server/authz/orgs_fixture.h"
#include "tests/support/people.h"

namespace bangfu::server {
namespace {

class ActorCheckTest : public testing::Test {
 protected:
  static v1::Change By(const std::string& office, const std::string& org) {
    v1::Change change;
    change.mutable_actor()->set_person_id(AccountOf(office, org));
    change.mutable_actor()->set_person_name("办理人");
    change.mutable_actor()->set_org(org);
    change.mutable_put()->set_record("-");
    return change;
  }
  static v1::Change Submission(const std::string& office, const std::string& org) {
    v1::Change change = By(office, org);
    change.mutable_submit();
    return change;
  }
  v1::Person& PersonOf(const v1::Change& change) {
    for (v1::Person& person : *directory_.mutable_people()) {
      if (person.id() == change.actor().person_id()) return person;
    }
    ADD_FAILURE() << "no such account";
    return *directory_.add_people();
  }
  // The word of the problem; empty for none.
  std::string Problem(const Principal& principal, const v1::Change& change) const {
    const PeopleBook people(directory_);
    const ActorCheck check = CheckActor(*orgs_, principal, people, change);
    if (!check.problem) return "";
    EXPECT_FALSE(check.problem->message_zh().empty());
    EXPECT_FALSE(check.problem->message_en().empty());
    return v1::FindingCode_Name(check.problem->code()).substr(sizeof("FINDING_CODE_") - 1);
  }
  static Principal Desk(const std::string& org, std::vector<std::string> signed_in) {
    Principal desk = NodeOf(org);
    desk.kind = v1::NODE_KIND_DESK;
    desk.signed_in = std::move(signed_in);
    return desk;
  }

  absl::StatusOr<domain::OrgTree> orgs_ = HangzhouOrgs();
  v1::Directory directory_ = DirectoryOf(orgs_->proto());
};

TEST_F(ActorCheckTest, AServerVouchesForThePeopleOfItsSubtree) {
  EXPECT_EQ(Problem(NodeOf(kUnionOrg), By("handler", kUnitOrg)), "");
  EXPECT_EQ(Problem(NodeOf(kUnionOrg), By("handler", kOtherUnitOrg)), "NOT_PERMITTED");
  v1::Change approval = By("approver", kCenterOrg);
  approval.mutable_approve();
  EXPECT_EQ(Problem(NodeOf(kUnionOrg), approval), "NOT_PERMITTED") << "forged by a district";
  EXPECT_EQ(Problem(NodeOf(kCityOrg), approval), "");
}

TEST_F(ActorCheckTest, ADeskVouchesForNobody) {
  const v1::Change change = By("handler", kUnitOrg);
  const std::string id = change.actor().person_id();
  EXPECT_EQ(Problem(Desk(kUnitOrg, {id}), change), "");
  EXPECT_EQ(Problem(Desk(kUnitOrg, {}), change), "NOT_SIGNED_IN");
  EXPECT_EQ(Problem(Desk(kUnitOrg, {AccountOf("clerk", kUnitOrg)}), change), "NOT_SIGNED_IN");
  // It is not told whether there is such an account.
  v1::Change nobody = change;
  nobody.mutable_actor()->set_person_id("nobody");
  EXPECT_EQ(Problem(Desk(kUnitOrg, {}), nobody), "NOT_SIGNED_IN");
  Principal unknown = Desk(kUnitOrg, {});
  unknown.kind = v1::NODE_KIND_UNSPECIFIED;
  EXPECT_EQ(Problem(unknown, change), "NOT_SIGNED_IN");
}

TEST_F(ActorCheckTest, OnlyAccountsOfTheOrgThatCanBeUsed) {
  v1::Change change = By("handler", kUnitOrg);
  PersonOf(change).set_disabled(true);
  EXPECT_EQ(Problem(NodeOf(kUnionOrg), change), "UNKNOWN_PERSON");
  PersonOf(change).set_disabled(false);
  change.mutable_actor()->set_person_id("nobody");
  EXPECT_EQ(Problem(NodeOf(kUnionOrg), change), "UNKNOWN_PERSON");
  // Of the sibling unit, and of the union above.
  change.mutable_actor()->set_person_id(AccountOf("handler", kSiblingOrg));
  EXPECT_EQ(Problem(NodeOf(kUnionOrg), change), "UNKNOWN_PERSON");
  change.mutable_actor()->set_person_id(AccountOf("handler", kUnionOrg));
  EXPECT_EQ(Problem(NodeOf(kUnionOrg), change), "UNKNOWN_PERSON");
}

TEST_F(ActorCheckTest, AnAccountThatWasRenamedIsStillTheSame) {
  v1::Change change = By("handler", kUnitOrg);
  PersonOf(change).set_name("改名后的人");
  EXPECT_EQ(Problem(NodeOf(kUnionOrg), change), "");
}

TEST_F(ActorCheckTest, AnOrgThatWasRezonedIsTheOneThatItHasBecome) {
  constexpr char kNewOrg[] = "hz.gongye.luntai";
  v1::OrgTree next = orgs_->proto();
  next.set_version(next.version() + 1);
  for (v1::Org& org : *next.mutable_orgs()) {
    if (org.id() != kUnitOrg) continue;
    org.set_id(kNewOrg);
    org.add_former_ids(kUnitOrg);
  }
  orgs_ = domain::OrgTree::Build(next);
  ASSERT_TRUE(orgs_.ok()) << orgs_.status();
  const v1::Change waiting = By("handler", kUnitOrg);
  EXPECT_EQ(Problem(NodeOf(kUnionOrg), waiting), "") << "the account has not moved yet";
  PersonOf(waiting).set_org(kNewOrg);
  EXPECT_EQ(Problem(NodeOf(kUnionOrg), waiting), "");
  const PeopleBook people(directory_);
  EXPECT_EQ(CheckActor(*orgs_, NodeOf(kUnionOrg), people, waiting).rights.org(), kNewOrg);
  PersonOf(waiting).set_org(kSiblingOrg);
  EXPECT_EQ(Problem(NodeOf(kUnionOrg), waiting), "UNKNOWN_PERSON");
}

TEST_F(ActorCheckTest, WhoeverHasNoRoleForItAnywhereIsToldSo) {
  for (const char* office : {"auditor", "administrator", "reporter", "reviewer"}) {
    EXPECT_EQ(Problem(NodeOf(kUnionOrg), By(office, kUnitOrg)), "ROLE_MISSING") << office;
    EXPECT_EQ(Problem(NodeOf(kUnionOrg), Submission(office, kUnitOrg)), "ROLE_MISSING") << office;
  }
  EXPECT_EQ(Problem(NodeOf(kUnionOrg), Submission("approver", kUnitOrg)), "ROLE_MISSING");
  EXPECT_EQ(Problem(NodeOf(kUnionOrg), Submission("all", kUnitOrg)), "");
}

TEST_F(ActorCheckTest, ForEveryStepTheRoleThatTheTableNames) {
  const struct {
    v1::Action action;
    const char* org;
    v1::Tier tier;
    const char* office;  // who may
  } kCases[] = {
      {v1::ACTION_SUBMIT, kUnitOrg, v1::TIER_A, "handler"},
      {v1::ACTION_REVIEW, kUnionOrg, v1::TIER_A, "reviewer"},
      {v1::ACTION_APPROVE, kCenterOrg, v1::TIER_A, "approver"},
      {v1::ACTION_APPROVE, kUnionOrg, v1::TIER_B, "approver"},
      {v1::ACTION_APPROVE, kUnitOrg, v1::TIER_C, "approver"},
      {v1::ACTION_REPORT, kCenterOrg, v1::TIER_A, "reporter"},
      {v1::ACTION_WITHDRAW, kCenterOrg, v1::TIER_A, "approver"},
      {v1::ACTION_DEREGISTER, kUnitOrg, v1::TIER_A, "handler"},
      {v1::ACTION_MERGE, kCenterOrg, v1::TIER_A, "approver"},
      {v1::ACTION_DECIDE_CAUSE, kCenterOrg, v1::TIER_A, "approver"},
      {v1::ACTION_CREATE, kUnitOrg, v1::TIER_A, "handler"},
  };
  const PeopleBook people(directory_);
  for (const auto& one : kCases) {
    for (const char* office : {"handler", "reviewer", "approver", "reporter", "auditor"}) {
      SCOPED_TRACE(v1::Action_Name(one.action) + " by " + office + " of " + one.org);
      const ActorRights actor =
          ActorRights::OfPerson(*orgs_, *people.Find(AccountOf(office, one.org)), one.org);
      const auto missing = FindMissingRole(actor, one.action, kUnitOrg, one.tier);
      EXPECT_EQ(missing.has_value(), std::string(office) != one.office);
      if (missing) {
        EXPECT_EQ(missing->code(), v1::FINDING_CODE_ROLE_MISSING);
      }
    }
  }
  // Nobody of the union approves tier A: that is not for want of a role.
  const ActorRights head =
      ActorRights::OfPerson(*orgs_, *people.Find(AccountOf("head", kUnionOrg)), kUnionOrg);
  EXPECT_FALSE(FindMissingRole(head, v1::ACTION_APPROVE, kUnitOrg, v1::TIER_A).has_value());
  EXPECT_EQ(head.May(v1::ACTION_APPROVE, kUnitOrg, v1::TIER_A), domain::Permission::kDenied);
}

TEST_F(ActorCheckTest, WhatIsNoneOfTheActorsBusinessIsHiddenFromADesk) {
  const ActorRights sibling = ActorRights::OfOrg(*orgs_, kSiblingOrg);
  EXPECT_TRUE(IsHidden(Desk(kUnionOrg, {}), sibling, kUnitOrg));
  EXPECT_FALSE(IsHidden(Desk(kUnionOrg, {}), sibling, kSiblingOrg));
  EXPECT_FALSE(IsHidden(NodeOf(kUnionOrg), sibling, kUnitOrg)) << "a server has it itself";
  EXPECT_FALSE(IsHidden(Desk(kUnionOrg, {}), ActorRights::OfOrg(*orgs_, kUnionOrg), kUnitOrg));
}

}  // namespace
}  // namespace bangfu::server
