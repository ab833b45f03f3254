#include "bangfu/v1/visit.pb.h"
#include "client/replica/replica_fixture.h"

namespace bangfu::client {
namespace {

using ::testing::ElementsAre;

// A parent that began anew (RequeueAnswered).
class ReofferTest : public ReplicaTest {
 protected:
  void SetUp() override {
    ReplicaTest::SetUp();
    ASSERT_TRUE(replica_->FollowFeed("e1", kUnit).ok());
  }

  // Enters the change and has it answered.
  void Enter(const v1::Change& change, v1::Verdict verdict, int64_t revision = 0,
             const std::optional<v1::Record>& record = std::nullopt) {
    Append({change});
    AnswerIt(change.change_id(), verdict, revision, record);
  }
  void AnswerIt(const std::string& change_id, v1::Verdict verdict, int64_t revision,
                const std::optional<v1::Record>& record = std::nullopt) {
    const v1::Change change = replica_->GetEntry(change_id)->change;
    v1::Outcome outcome = Answer(change, verdict, revision);
    if (record.has_value()) *outcome.mutable_record() = *record;
    Apply(change, outcome);
  }
  // A new epoch in which the parent has these records and has lost those.
  void BeginEpoch(const std::string& epoch, const std::vector<v1::Record>& records,
                  const std::vector<std::string>& lost = {}) {
    ASSERT_TRUE(replica_->FollowFeed(epoch, kUnit).ok());
    ASSERT_TRUE(replica_->ApplyRepair(records, {}).ok());
    ASSERT_TRUE(replica_->ConfirmAllBut(lost).ok());
    ASSERT_TRUE(replica_->RequeueAnswered().ok());
    ASSERT_TRUE(replica_->SetCursor("d1").ok());
  }
  static std::string Offered(int change) { return absl::StrCat(ChangeId(change), "!"); }
  // Changes in line, reoffers with an exclamation mark.
  std::vector<std::string> Line() {
    std::vector<std::string> line;
    const std::vector<client::PendingChange> pending = *replica_->Pending(100);
    for (const client::PendingChange& each : pending) {
      line.push_back(absl::StrCat(each.change.change_id(), each.reoffer.has_value() ? "!" : ""));
    }
    return line;
  }
};

TEST_F(ReofferTest, WhatTheParentTookWaitsAgainInItsFirstOrderBeforeAllOthers) {
  Enter(Creation(1, Archive(1)), v1::VERDICT_ACCEPTED, 1);
  Enter(Creation(2, Archive(2)), v1::VERDICT_REFUSED);
  Enter(Edit(3, Archive(1, "13800000003")), v1::VERDICT_MERGED, 2,
        Wire(Archive(1, "13800000003"), 2));
  Enter(Creation(4, Archive(4)), v1::VERDICT_PARKED);
  Enter(Edit(5, Archive(1, "13800000005")), v1::VERDICT_CONFLICT, 3,
        Wire(Archive(1, "13800000003"), 3));
  Append({Edit(6, Archive(1, "13800000006"))});
  ASSERT_TRUE(replica_->FollowFeed("e2", kUnit).ok());
  EXPECT_EQ(*replica_->RequeueAnswered(), 4);
  EXPECT_THAT(Line(), ElementsAre(Offered(1), Offered(3), Offered(4), Offered(5), ChangeId(6)));
  EXPECT_EQ(StateOf(2), EntryState::kRefused);
  EXPECT_EQ(Parse(PendingChange(0).put().record()).phone(), "13800000000");
  EXPECT_EQ((*replica_->Pending(1))[0].reoffer->change_id(), ChangeId(1));
  // Again changes nothing, also after some were answered in the new epoch.
  EXPECT_EQ(*replica_->RequeueAnswered(), 0);
  AnswerIt(ChangeId(1), v1::VERDICT_ACCEPTED, 1);
  EXPECT_EQ(StateOf(1), EntryState::kAccepted);
  EXPECT_EQ(*replica_->RequeueAnswered(), 0);
  Reopen();
  EXPECT_THAT(Line(), ElementsAre(Offered(3), Offered(4), Offered(5), ChangeId(6)));
  // The next epoch asks for it once more.
  ASSERT_TRUE(replica_->FollowFeed("e3", kUnit).ok());
  EXPECT_EQ(*replica_->RequeueAnswered(), 1);
}

TEST_F(ReofferTest, WhatWasForgottenCannotBeOffered) {
  Append({Creation(1, Archive(1)), Creation(2, Archive(2))});
  for (int i = 1; i <= 2; ++i) {
    const v1::Change change = PendingChange(0);
    v1::Outcome outcome = Answer(change, v1::VERDICT_ACCEPTED, 1);
    outcome.mutable_answered_time()->set_seconds(i * 100);
    Apply(change, outcome);
  }
  ASSERT_TRUE(replica_->PurgeAnswered(absl::FromUnixSeconds(150)).ok());
  ASSERT_TRUE(replica_->FollowFeed("e2", kUnit).ok());
  EXPECT_EQ(*replica_->RequeueAnswered(), 1);
  EXPECT_THAT(Line(), ElementsAre(Offered(2)));
}

TEST_F(ReofferTest, TheNumberThatAnApprovalGaveGoesWithIt) {
  v1::Archive archive = Archive(1);
  archive.set_status(v1::ARCHIVE_STATUS_REVIEWED);
  Pulled(Batch({Wire(archive, 3)}, "c1"));
  v1::Change approval = Change(1, RecordId(1));
  approval.mutable_approve()->set_opinion("同意");
  archive.set_status(v1::ARCHIVE_STATUS_ESTABLISHED);
  archive.set_number("富阳富春20130125");
  Enter(approval, v1::VERDICT_ACCEPTED, 4, Wire(archive, 4));
  BeginEpoch("e2", {Wire(archive, 4)});
  const std::vector<client::PendingChange> pending = *replica_->Pending(1);
  ASSERT_EQ(pending.size(), 1u);
  ASSERT_TRUE(pending[0].reoffer.has_value());
  EXPECT_EQ(pending[0].reoffer->number(), "富阳富春20130125");
}

TEST_F(ReofferTest, PeopleSeeWhatTheParentLostOnTopOfItsOlderVersion) {
  Pulled(Batch({Wire(Archive(1), 3), Wire(Archive(2), 3)}, "c1"));
  Enter(Edit(1, Archive(1, "13800000001")), v1::VERDICT_ACCEPTED, 4);
  Enter(Edit(2, Archive(2, "13800000002")), v1::VERDICT_ACCEPTED, 4);
  // Somebody else has written over the second one since.
  Pulled(Batch({Wire(Archive(2, "13900000000"), 5)}, "c2"));
  BeginEpoch("e2", {Wire(Archive(1), 3)});
  EXPECT_EQ(Seen(1).phone(), "13800000001");
  EXPECT_EQ(Seen(2).phone(), "13900000000");
  EXPECT_EQ(Line().size(), 2u);
}

TEST_F(ReofferTest, AReofferSpeaksOfTheOldRevisionsAndWhatFollowsHasSeenItsAnswer) {
  Pulled(Batch({Wire(Archive(1), 7)}, "c1"));
  Enter(Edit(1, Archive(1, "13800000001")), v1::VERDICT_ACCEPTED, 8);
  Enter(Edit(2, Archive(1, "13800000002")), v1::VERDICT_ACCEPTED, 9);
  Append({Edit(3, Archive(1, "13800000003"))});
  BeginEpoch("e2", {Wire(Archive(1), 5)});
  EXPECT_EQ(PendingChange(0).base_revision(), 7);
  EXPECT_EQ(PendingChange(1).base_revision(), 8);
  EXPECT_EQ(PendingChange(2).base_revision(), 1);
  AnswerIt(ChangeId(1), v1::VERDICT_ACCEPTED, 6);
  EXPECT_EQ(PendingChange(0).base_revision(), 8);
  EXPECT_EQ(PendingChange(1).base_revision(), 6);
  EXPECT_EQ(Seen(1).phone(), "13800000003");
  // What is entered now has seen what the parent has now.
  Append({Edit(4, Archive(1, "13800000004"))});
  EXPECT_EQ(PendingChange(2).base_revision(), 6);
}

TEST_F(ReofferTest, ARecordThatTheParentLostIsBroughtBackByWhoMadeIt) {
  Enter(Creation(1, Archive(1)), v1::VERDICT_ACCEPTED, 1);
  Enter(Edit(2, Archive(1, "13800000002")), v1::VERDICT_ACCEPTED, 2);
  BeginEpoch("e2", {}, {RecordId(1)});
  EXPECT_TRUE(Get(1).unconfirmed);
  EXPECT_EQ(Seen(1).phone(), "13800000002");
  EXPECT_THAT(Line(), ElementsAre(Offered(1), Offered(2)));
  AnswerIt(ChangeId(1), v1::VERDICT_ACCEPTED, 1);
  EXPECT_FALSE(Get(1).unconfirmed);
  EXPECT_EQ(Parse(*Get(1).base_body).phone(), "13800000000");
  EXPECT_EQ(Seen(1).phone(), "13800000002");
  EXPECT_THAT(Line(), ElementsAre(Offered(2)));
  AnswerIt(ChangeId(2), v1::VERDICT_ACCEPTED, 2);
  EXPECT_EQ(Parse(*Get(1).base_body).phone(), "13800000002");
}

// A refusal because the record is not there would lose what the parent had taken.
TEST_F(ReofferTest, WhatIsAboutARecordThatOthersMadeWaitsForThem) {
  Pulled(Batch({Wire(Archive(1), 1), Wire(Archive(2), 1)}, "c1"));
  Enter(Edit(1, Archive(1, "13800000001")), v1::VERDICT_ACCEPTED, 2);
  Enter(Edit(2, Archive(2, "13800000002")), v1::VERDICT_ACCEPTED, 2);
  v1::Visit visit;
  visit.set_id(RecordId(11));
  visit.set_archive_id(RecordId(1));
  v1::Change creation = Change(3, visit.id());
  creation.set_record_type(v1::RECORD_TYPE_VISIT);
  creation.mutable_put()->set_record(visit.SerializeAsString());
  Append({creation});
  BeginEpoch("e2", {Wire(Archive(2), 1)}, {RecordId(1)});
  EXPECT_THAT(Line(), ElementsAre(Offered(2)));
  EXPECT_EQ(replica_->GetBacklog()->pending, 3);
  Pulled(Batch({Wire(Archive(1), 1)}, "d2"));
  EXPECT_THAT(Line(), ElementsAre(Offered(1), Offered(2), ChangeId(3)));
}

TEST_F(ReofferTest, AConflictThatTheUserHasSeenIsNotNamedAgain) {
  Pulled(Batch({Wire(Archive(1), 1)}, "c1"));
  Enter(Edit(1, Archive(1, "13800000001")), v1::VERDICT_CONFLICT, 2, Wire(Archive(1), 2));
  ASSERT_TRUE(replica_->Dismiss(ChangeId(1)).ok());
  BeginEpoch("e2", {Wire(Archive(1), 1)});
  EXPECT_THAT(Line(), ElementsAre(Offered(1)));
  AnswerIt(ChangeId(1), v1::VERDICT_CONFLICT, 2, Wire(Archive(1), 2));
  EXPECT_EQ(StateOf(1), EntryState::kDismissed);
}

// It lies only in the log of the parent, which may have lost it.
TEST_F(ReofferTest, WhatWasParkedIsOfferedAgainUntilTheUserPutsItAway) {
  for (int i = 1; i <= 3; ++i) Enter(Creation(i, Archive(i)), v1::VERDICT_PARKED);
  ASSERT_TRUE(replica_->Dismiss(ChangeId(3)).ok());
  BeginEpoch("e2", {});
  EXPECT_THAT(Line(), ElementsAre(Offered(1), Offered(2)));
  EXPECT_EQ(replica_->GetBacklog()->pending, 2);
  EXPECT_EQ(replica_->GetBacklog()->parked, 0);
  EXPECT_EQ(Seen(1).phone(), "13800000000");
  // The parent still knows of the first and has lost what stood in the way of the second.
  AnswerIt(ChangeId(1), v1::VERDICT_PARKED, 0);
  AnswerIt(ChangeId(2), v1::VERDICT_ACCEPTED, 1);
  EXPECT_EQ(StateOf(1), EntryState::kParked);
  EXPECT_EQ(StateOf(2), EntryState::kAccepted);
  EXPECT_EQ(replica_->GetBacklog()->pending, 0);
  EXPECT_EQ(replica_->GetBacklog()->parked, 1);
  EXPECT_EQ(Seen(1).phone(), "13800000000");
  BeginEpoch("e3", {Wire(Archive(2), 1)});
  EXPECT_THAT(Line(), ElementsAre(Offered(1), Offered(2)));
}

TEST_F(ReofferTest, WhatWasParkedIsNotShownWhileItWaitsAgain) {
  Pulled(Batch({Wire(Archive(1), 7)}, "c1"));
  Enter(Edit(1, Archive(1, "13800000001")), v1::VERDICT_PARKED, 7, Wire(Archive(1), 7));
  ASSERT_EQ(Seen(1).phone(), "13800000000");
  BeginEpoch("e2", {Wire(Archive(1), 5)});
  EXPECT_THAT(Line(), ElementsAre(Offered(1)));
  EXPECT_EQ(Seen(1).phone(), "13800000000");
}

TEST_F(ReofferTest, ARecordThatCameBackStaysWhenTheOldAnswerSaysThatItHadMoved) {
  Pulled(Batch({Wire(Archive(1), 1)}, "c1"));
  Append({Edit(1, Archive(1, "13800000001"))});
  v1::Outcome moved = Answer(PendingChange(0), v1::VERDICT_PARKED);
  moved.add_findings()->set_code(v1::FINDING_CODE_RECORD_MOVED);
  Apply(PendingChange(0), moved);
  ASSERT_FALSE(replica_->GetRecord(RecordId(1)).ok());
  BeginEpoch("e2", {Wire(Archive(1), 3)});
  *moved.mutable_record() = Wire(Archive(1), 3);
  Apply(PendingChange(0), moved);
  EXPECT_EQ(StateOf(1), EntryState::kParked);
  EXPECT_EQ(Seen(1).phone(), "13800000000");
  EXPECT_FALSE(Get(1).left_scope);
}

}  // namespace
}  // namespace bangfu::client
