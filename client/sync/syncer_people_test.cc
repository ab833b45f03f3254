#include <set>
#include <string>
#include <vector>

#include "client/sync/syncer_fixture.h"

namespace bangfu::client {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

class SyncerPeopleTest : public SyncerTest {
 protected:
  void SetUp() override {
    SyncerTest::SetUp();
    server_.SetCapabilities({v1::CAPABILITY_PEOPLE});
  }
  void SignIn(const std::string& id, absl::Duration left = absl::Hours(8),
              int64_t sessions_version = 1) {
    DeskSession session;
    session.person.set_id(id);
    session.person.set_sessions_version(sessions_version);
    session.token = "token of " + id;
    session.expires = clock_.Now() + left;
    session.signed_in = clock_.Now();
    ASSERT_TRUE(replica_->SaveSession(session).ok());
  }
  static v1::Change By(const std::string& person, v1::Change change) {
    change.mutable_actor()->set_person_id(person);
    return change;
  }
  std::vector<std::string> Seen() {
    std::vector<std::string> ids;
    for (const v1::Change& change : server_.seen) ids.push_back(change.change_id());
    return ids;
  }
  void NoteRead(int number) {
    v1::AuditEntry entry;
    entry.set_report_id(ChangeId(5000 + number));
    entry.set_person_id("li");
    ASSERT_TRUE(replica_->NoteRead(entry).ok());
  }
};

TEST_F(SyncerPeopleTest, SendsTheSessionsOfThoseWhoMadeTheChanges) {
  SignIn("li");
  SignIn("wang");
  SignIn("zhang");
  Append({By("li", Creation(1, Archive(1))), By("wang", Creation(2, Archive(2))),
          By("li", Creation(3, Archive(3)))});
  SyncOk();
  EXPECT_EQ(report_.accepted, 3);
  EXPECT_THAT(report_.held_back, IsEmpty());
  ASSERT_EQ(server_.notes.size(), 1u);
  EXPECT_THAT(server_.notes[0].sessions, UnorderedElementsAre("token of li", "token of wang"));
}

TEST_F(SyncerPeopleTest, ChangesOfSomebodyWithoutAGoodSessionWaitAndOthersGoOn) {
  SignIn("li", absl::Hours(-1));
  SignIn("wang");
  Append({By("li", Creation(1, Archive(1))), By("wang", Creation(2, Archive(2))),
          By("nobody", Creation(3, Archive(3))), By("wang", Edit(4, Archive(1, "13800000001")))});
  SyncOk();
  EXPECT_THAT(Seen(), ElementsAre(ChangeId(2)));
  EXPECT_THAT(report_.held_back, ElementsAre(Pair("li", 2), Pair("nobody", 1)));
  EXPECT_EQ(report_.refused, 0);
  EXPECT_EQ(PendingCount(), 3);
  SignIn("li");
  SyncOk();
  EXPECT_THAT(Seen(), ElementsAre(ChangeId(2), ChangeId(1), ChangeId(4)));
  EXPECT_THAT(report_.held_back, ElementsAre(Pair("nobody", 1)));
}

TEST_F(SyncerPeopleTest, ASessionThatTheServerDoesNotTakeLosesNothing) {
  SignIn("li");
  SignIn("wang");
  server_.strangers = {"li"};
  Append({By("li", Creation(1, Archive(1))), By("wang", Creation(2, Archive(2)))});
  SyncOk();
  EXPECT_EQ(report_.accepted, 1);
  EXPECT_EQ(report_.refused, 0);
  EXPECT_THAT(report_.held_back, ElementsAre(Pair("li", 1)));
  EXPECT_EQ(PendingChanges().front().change_id(), ChangeId(1));
  server_.strangers.clear();
  SyncOk();
  EXPECT_EQ(report_.accepted, 1);
  EXPECT_EQ(PendingCount(), 0);
}

TEST_F(SyncerPeopleTest, OnePushHasNoMoreSessionsThanItMay) {
  std::vector<v1::Change> changes;
  for (int i = 1; i <= limits::kMaxSessionsPerPush + 3; ++i) {
    const std::string person = absl::StrCat("p", i);
    SignIn(person);
    changes.push_back(By(person, Creation(i, Archive(i))));
  }
  Append(changes);
  SyncOk();
  EXPECT_EQ(report_.accepted, limits::kMaxSessionsPerPush + 3);
  ASSERT_EQ(server_.notes.size(), 2u);
  EXPECT_EQ(server_.notes[0].sessions.size(), static_cast<size_t>(limits::kMaxSessionsPerPush));
  EXPECT_EQ(server_.notes[1].sessions.size(), 3u);
}

TEST_F(SyncerPeopleTest, AServerWithoutAccountsGetsEverything) {
  server_.SetCapabilities({});
  Append({By("li", Creation(1, Archive(1)))});
  NoteRead(1);
  SyncOk();
  EXPECT_EQ(report_.accepted, 1);
  EXPECT_EQ(server_.asked_directory, 0);
  EXPECT_TRUE(people_.reports.empty());
}

TEST_F(SyncerPeopleTest, TheDirectoryComesBeforeAnythingIsSentAndEndsSessions) {
  SignIn("li");
  Append({By("li", Creation(1, Archive(1)))});
  server_.directory.set_version(4);
  v1::Person& li = *server_.directory.add_people();
  li.set_id("li");
  li.set_sessions_version(2);
  SyncOk();
  EXPECT_EQ(*replica_->DirectoryVersion(), 4);
  EXPECT_THAT(Seen(), IsEmpty());
  EXPECT_THAT(report_.held_back, ElementsAre(Pair("li", 1)));
  SignIn("li", absl::Hours(8), 2);
  SyncOk();
  EXPECT_EQ(report_.accepted, 1);
  EXPECT_EQ(server_.asked_directory, 1) << "asked for only when it is another";
}

TEST_F(SyncerPeopleTest, ReadsAreReportedOnceInPartsThatTheServerTakes) {
  for (int i = 0; i < limits::kMaxReportedReads + 2; ++i) NoteRead(i);
  people_.reachable = false;
  EXPECT_FALSE(Sync().ok());
  people_.reachable = true;
  SyncOk();
  SyncOk();
  ASSERT_EQ(people_.reports.size(), 2u);
  EXPECT_EQ(people_.reports[0].entries_size(), limits::kMaxReportedReads);
  EXPECT_EQ(people_.reports[1].entries_size(), 2);
  EXPECT_TRUE(replica_->UnreportedReads(1)->empty());
}

TEST_F(SyncerPeopleTest, TheConflictLogIsComparedByWhoeverMayReadIt) {
  server_.SetCapabilities({v1::CAPABILITY_PEOPLE, v1::CAPABILITY_CONFLICT_FEED});
  v1::Conflict& open = people_.conflicts["c1"];
  open.set_id("c1");
  open.set_org(kUnit);
  open.set_state(v1::CONFLICT_STATE_OPEN);
  const auto verify = [this] {
    report_ = SyncReport();
    return Syncer(*replica_, server_, clock_, {}, {&people_, nullptr})
        .Verify(ReconcileMode::kRepair, report_)
        .status();
  };
  ASSERT_TRUE(verify().ok());
  EXPECT_TRUE(report_.conflicts_not_compared);
  EXPECT_FALSE(replica_->GetConflict("c1").ok());
  SignIn("li");
  SignIn("wang");
  people_.reader = "token of wang";
  ASSERT_TRUE(verify().ok());
  EXPECT_FALSE(report_.conflicts_not_compared);
  EXPECT_TRUE(replica_->GetConflict("c1").ok());
  ASSERT_EQ(people_.reasons.size(), 1u);
  EXPECT_FALSE(people_.reasons[0].empty()) << "masked values are not for a replica";
}

}  // namespace
}  // namespace bangfu::client
