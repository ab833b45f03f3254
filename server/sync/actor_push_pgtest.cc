// What a push answers to people without rights, and what of it is in the audit log.
#include <string>
#include <vector>

#include "server/sync/moves_fixture.h"

namespace bangfu::server {
namespace {

using testing::ElementsAre;

class ActorPushTest : public MovesTest {
 protected:
  static Principal Desk(const std::string& org, const std::vector<v1::Actor>& signed_in) {
    Principal desk = NodeOf(org);
    desk.kind = v1::NODE_KIND_DESK;
    for (const v1::Actor& actor : signed_in) desk.signed_in.push_back(actor.person_id());
    return desk;
  }
};

TEST_F(ActorPushTest, ADeskIsToldTheSameOfARecordAndOfNone) {
  File(1);
  const std::string absent = ArchiveId(2);
  const v1::Actor sibling = Handler(kSiblingOrg);
  for (const auto& [desk, actor] : std::vector<std::pair<Principal, v1::Actor>>{
           {Desk(kUnionOrg, {}), Handler()},
           {Desk(kUnionOrg, {sibling}), sibling},
           {Desk(kUnionOrg, {ActorOf("auditor", kUnionOrg)}), ActorOf("auditor", kUnionOrg)},
           {Desk(kOtherUnionOrg, {}), Handler()}}) {
    v1::Outcome there = node_.PushAs(desk, make_.Submit(actor, ArchiveId(1)));
    v1::Outcome none = node_.PushAs(desk, make_.Submit(actor, absent));
    EXPECT_THAT(there, HasVerdict(v1::VERDICT_REFUSED));
    there.clear_change_id();
    none.clear_change_id();
    EXPECT_EQ(there.SerializeAsString(), none.SerializeAsString()) << there.ShortDebugString();
  }
  EXPECT_EQ(node_.Archive(ArchiveId(1)).status(), v1::ARCHIVE_STATUS_DRAFT);
}

TEST_F(ActorPushTest, WhatADeskSendsTooEarlyIsTakenWhenItsPeopleHaveSignedIn) {
  const v1::Change filing = make_.Put(Handler(), Household(1));
  EXPECT_THAT(Codes(node_.PushAs(Desk(kUnitOrg, {}), filing)),
              ElementsAre("NOT_SIGNED_IN actor.person_id"));
  EXPECT_FALSE(node_.Stored(ArchiveId(1)).has_value());
  const v1::Outcome taken = node_.PushAs(Desk(kUnitOrg, {Handler()}), filing);
  EXPECT_THAT(taken, HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_FALSE(taken.replayed());
}

TEST_F(ActorPushTest, NothingIsWrittenForWhoeverLacksTheRole) {
  File(1);
  const std::vector<v1::Actor> others = {
      ActorOf("reviewer", kUnitOrg), ActorOf("auditor", kUnitOrg),
      ActorOf("administrator", kUnitOrg), ActorOf("approver", kUnitOrg)};
  for (const v1::Actor& actor : others) {
    v1::Archive changed = Household(1);
    changed.set_phone("13805710009");
    EXPECT_THAT(Codes(node_.Push(kUnitOrg, make_.Put(actor, changed, 1, {"phone"}))),
                ElementsAre("ROLE_MISSING actor.person_id"));
    EXPECT_THAT(Codes(node_.Push(kUnitOrg, make_.Put(actor, Household(2)))),
                ElementsAre("ROLE_MISSING actor.person_id"));
  }
  EXPECT_EQ(node_.RevisionOf(ArchiveId(1)), 1);
  EXPECT_EQ(node_.RevisionOf(ArchiveId(2)), 0);
}

TEST_F(ActorPushTest, WhoeverWasDisabledIsRefusedAndAServerGetsTheRecord) {
  File(1);
  v1::Directory directory = node_.people().proto();
  for (v1::Person& person : *directory.mutable_people())
    person.set_disabled(person.id() == Handler().person_id());
  node_.UsePeople(directory);
  const v1::Outcome outcome = node_.Push(kUnionOrg, make_.Submit(Handler(), ArchiveId(1)));
  EXPECT_THAT(Codes(outcome), ElementsAre("UNKNOWN_PERSON actor.person_id"));
  EXPECT_TRUE(outcome.has_record()) << "it takes back what its people see";
  EXPECT_EQ(node_.Archive(ArchiveId(1)).status(), v1::ARCHIVE_STATUS_DRAFT);
}

}  // namespace
}  // namespace bangfu::server
