#include "client/replica/people_rows.h"

#include <set>
#include <string>
#include <vector>

#include "bangfu/v1/aid_event.pb.h"
#include "client/replica/replica_fixture.h"

namespace bangfu::client {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

const absl::Time kMorning = absl::FromUnixSeconds(1800000000);

v1::Person Person(const std::string& id, int64_t sessions_version = 1) {
  v1::Person person;
  person.set_id(id);
  person.set_name("name of " + id);
  person.set_org(kUnit);
  person.add_roles(v1::ROLE_HANDLER);
  person.set_sessions_version(sessions_version);
  return person;
}

v1::Change By(const std::string& person, v1::Change change) {
  change.mutable_actor()->set_person_id(person);
  return change;
}

class PeopleRowsTest : public ReplicaTest {
 protected:
  void SignIn(const v1::Person& person, absl::Time now) {
    DeskSession session;
    session.person = person;
    session.token = "token of " + person.id();
    session.expires = now + absl::Hours(8);
    session.signed_in = now;
    ASSERT_TRUE(replica_->SaveSession(session).ok());
  }
  void Publish(int64_t version, const std::vector<v1::Person>& people) {
    v1::Directory directory;
    directory.set_version(version);
    for (const v1::Person& person : people) *directory.add_people() = person;
    ASSERT_TRUE(replica_->SaveDirectory(directory).ok());
  }
  std::vector<std::string> People() {
    std::vector<std::string> people;
    const std::vector<DeskSession> sessions = *replica_->Sessions();
    for (const DeskSession& session : sessions) people.push_back(session.person.id());
    return people;
  }
  std::vector<std::string> Sent(const std::set<std::string>& people, int limit = 100) {
    std::vector<std::string> ids;
    const std::vector<struct PendingChange> changes = *replica_->PendingOf(people, limit);
    for (const auto& pending : changes) ids.push_back(pending.change.change_id());
    return ids;
  }
};

TEST_F(PeopleRowsTest, TheLastWhoSignedInComesFirst) {
  SignIn(Person("li"), kMorning);
  SignIn(Person("wang"), kMorning + absl::Minutes(1));
  EXPECT_THAT(People(), ElementsAre("wang", "li"));
  SignIn(Person("li"), kMorning + absl::Minutes(2));
  EXPECT_THAT(People(), ElementsAre("li", "wang"));
  ASSERT_TRUE(replica_->RemoveSession("li").ok());
  EXPECT_THAT(People(), ElementsAre("wang"));
  Reopen();
  EXPECT_EQ(replica_->Sessions()->front().token, "token of wang");
}

TEST_F(PeopleRowsTest, ASessionEndsByTimeByWordAndByTheDirectory) {
  SignIn(Person("li"), kMorning);
  const auto good = [&](absl::Duration later) {
    return replica_->Sessions()->front().IsGood(kMorning + later);
  };
  EXPECT_TRUE(good(absl::Hours(7)));
  EXPECT_FALSE(good(absl::Hours(8)));
  Publish(1, {Person("li", 1)});
  EXPECT_TRUE(good(absl::Hours(1)));
  Publish(2, {Person("li", 2)});
  EXPECT_FALSE(good(absl::Hours(1)));
  SignIn(Person("li", 3), kMorning);
  EXPECT_TRUE(good(absl::Hours(1))) << "the directory here is from before the sign-in";
  v1::Person disabled = Person("li", 3);
  disabled.set_disabled(true);
  Publish(3, {disabled});
  EXPECT_FALSE(good(absl::Hours(1)));
  SignIn(Person("wang"), kMorning + absl::Minutes(1));
  ASSERT_TRUE(replica_->EndSession("wang").ok());
  EXPECT_FALSE(good(absl::Hours(1)));
  EXPECT_THAT(People(), ElementsAre("wang", "li"));
}

TEST_F(PeopleRowsTest, ThePersonIsAsTheDirectoryHasThem) {
  SignIn(Person("li"), kMorning);
  v1::Person now = Person("li");
  now.set_name("new name");
  now.clear_roles();
  now.add_roles(v1::ROLE_REVIEWER);
  Publish(7, {now, Person("wang")});
  EXPECT_EQ(*replica_->DirectoryVersion(), 7);
  EXPECT_EQ(replica_->Sessions()->front().person.name(), "new name");
  EXPECT_THAT(replica_->Sessions()->front().person.roles(), ElementsAre(v1::ROLE_REVIEWER));
  EXPECT_EQ((*replica_->FindAccount("wang"))->name(), "name of wang");
  Publish(8, {now});
  EXPECT_FALSE(replica_->FindAccount("wang")->has_value());
}

TEST_F(PeopleRowsTest, ChangesOfOthersAreHeldBackWithWhatBuildsUponThem) {
  Pulled(Batch({Wire(Archive(9), 1)}, "c1"));
  Append({By("li", Creation(1, Archive(1))), By("wang", Creation(2, Archive(2))),
          By("wang", Edit(3, Archive(1, "13800000001"))), By("li", Edit(4, Archive(9)))});
  EXPECT_THAT(Sent({"li", "wang"}),
              ElementsAre(ChangeId(1), ChangeId(2), ChangeId(3), ChangeId(4)));
  EXPECT_THAT(Sent({"wang"}), ElementsAre(ChangeId(2)));
  EXPECT_THAT(Sent({"li"}), ElementsAre(ChangeId(1), ChangeId(4)));
  EXPECT_THAT(Sent({"li"}, 1), ElementsAre(ChangeId(1)));
  EXPECT_THAT(Sent({}), IsEmpty());
  EXPECT_THAT(*replica_->HeldBack({"wang"}), UnorderedElementsAre(Pair("li", 3)));
  EXPECT_THAT(*replica_->HeldBack({"li"}), UnorderedElementsAre(Pair("wang", 2)));
  EXPECT_THAT(*replica_->HeldBack({}), UnorderedElementsAre(Pair("li", 3), Pair("wang", 1)));
  EXPECT_THAT(*replica_->HeldBack({"li", "wang"}), IsEmpty());
  EXPECT_EQ(PendingCount(), 4u) << "nothing of it is lost";
}

TEST_F(PeopleRowsTest, AnAidEventWaitsForTheArchiveThatIsNotThereYet) {
  Append({By("li", Creation(1, Archive(1)))});
  v1::AidEvent aid;
  aid.set_id(RecordId(50));
  aid.set_archive_id(RecordId(1));
  v1::Change change = By("wang", Change(2, aid.id()));
  change.set_record_type(v1::RECORD_TYPE_AID_EVENT);
  change.mutable_put()->set_record(aid.SerializeAsString());
  Append({change});
  EXPECT_THAT(Sent({"wang"}), IsEmpty());
  EXPECT_THAT(*replica_->HeldBack({"wang"}), UnorderedElementsAre(Pair("li", 2)));
}

TEST_F(PeopleRowsTest, ReadsStayUntilTheyAreRemoved) {
  for (int i = 1; i <= 3; ++i) {
    v1::AuditEntry entry;
    entry.set_report_id(Uuid(4, i));
    entry.set_person_id("li");
    ASSERT_TRUE(replica_->NoteRead(entry).ok());
  }
  const std::vector<v1::AuditEntry> first = *replica_->UnreportedReads(2);
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].report_id(), Uuid(4, 1));
  ASSERT_TRUE(replica_->RemoveReads(first).ok());
  ASSERT_TRUE(replica_->RemoveReads(first).ok());
  EXPECT_EQ(replica_->UnreportedReads(9)->size(), 1u);
}

}  // namespace
}  // namespace bangfu::client
