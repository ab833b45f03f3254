#include "client/replica/conflict_rows.h"

#include "client/replica/replica_fixture.h"

namespace bangfu::client {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr v1::ConflictState kAll = v1::CONFLICT_STATE_UNSPECIFIED;

std::string ConflictId(int number) { return Uuid(4, number); }

// Logged at second `number`, about `change`.
v1::Conflict Conflict(int number, const v1::Change& change,
                      v1::ConflictState state = v1::CONFLICT_STATE_OPEN) {
  v1::Conflict conflict;
  conflict.set_id(ConflictId(number));
  conflict.set_record_id(change.record_id());
  conflict.set_org(kUnit);
  conflict.set_state(state);
  conflict.mutable_logged_time()->set_seconds(number);
  *conflict.mutable_change() = change;
  return conflict;
}

v1::PullResponse Entries(const std::vector<v1::Conflict>& conflicts, const std::string& cursor) {
  v1::PullResponse batch = Batch({}, cursor);
  for (const v1::Conflict& conflict : conflicts) *batch.add_conflicts() = conflict;
  return batch;
}

class ConflictRowsTest : public ReplicaTest {
 protected:
  std::vector<std::string> Ids(const std::string& record_id, v1::ConflictState state,
                               int limit = 100) {
    std::vector<std::string> ids;
    const std::vector<v1::Conflict> found = *replica_->ListConflicts(record_id, state, limit);
    for (const v1::Conflict& conflict : found) ids.push_back(conflict.id());
    return ids;
  }

  v1::Outcome Noted(const v1::Change& change, v1::Verdict verdict, int conflict) {
    v1::Outcome outcome = Answer(change, verdict, 1);
    outcome.set_conflict_id(ConflictId(conflict));
    return outcome;
  }
};

TEST_F(ConflictRowsTest, ListsTheParentsLogNewestFirst) {
  const v1::Change one = Change(1, RecordId(1));
  const v1::Change two = Change(2, RecordId(2));
  Pulled(Entries({Conflict(1, one), Conflict(3, two, v1::CONFLICT_STATE_INFORMATION),
                  Conflict(2, one, v1::CONFLICT_STATE_INFORMATION)},
                 "c1"));
  EXPECT_THAT(Ids("", kAll), ElementsAre(ConflictId(3), ConflictId(2), ConflictId(1)));
  EXPECT_THAT(Ids("", kAll, 2), ElementsAre(ConflictId(3), ConflictId(2)));
  EXPECT_THAT(Ids(RecordId(1), kAll), ElementsAre(ConflictId(2), ConflictId(1)));
  EXPECT_THAT(Ids("", v1::CONFLICT_STATE_OPEN), ElementsAre(ConflictId(1)));
  EXPECT_THAT(Ids(RecordId(2), v1::CONFLICT_STATE_OPEN), IsEmpty());
  EXPECT_EQ(replica_->GetConflict(ConflictId(2))->record_id(), RecordId(1));
  EXPECT_EQ(replica_->GetConflict(ConflictId(9)).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(replica_->GetSyncState()->cursor, "c1");
}

TEST_F(ConflictRowsTest, EntriesGoWithTheirRecordAndByThemselves) {
  Pulled(Batch({Wire(Archive(1), 1)}, "c1"));
  Pulled(Entries({Conflict(1, Change(1, RecordId(1))), Conflict(2, Change(2, RecordId(2))),
                  Conflict(3, Change(3, RecordId(3)))},
                 "c2"));
  v1::PullResponse left = Batch({}, "c3");
  left.add_left_record_ids(RecordId(1));
  left.add_left_conflict_ids(ConflictId(2));
  Pulled(left);
  EXPECT_THAT(Ids("", kAll), ElementsAre(ConflictId(3)));
}

TEST_F(ConflictRowsTest, EntriesOutsideANarrowerScopeGo) {
  ASSERT_TRUE(replica_->FollowFeed("e1", "hz.fuyang").ok());
  v1::Conflict other = Conflict(2, Change(2, RecordId(2)));
  other.set_org("hz.fuyang.fuchunx");
  Pulled(Entries({Conflict(1, Change(1, RecordId(1))), other}, "c1"));
  ASSERT_TRUE(replica_->FinishPull(absl::FromUnixSeconds(1)).ok());
  EXPECT_EQ(Ids("", kAll).size(), 2u);
  ASSERT_TRUE(replica_->FollowFeed("e1", kUnit).ok());
  ASSERT_TRUE(replica_->FinishPull(absl::FromUnixSeconds(2)).ok());
  EXPECT_THAT(Ids("", kAll), ElementsAre(ConflictId(1)));
}

TEST_F(ConflictRowsTest, ADecidedEntrySettlesOurChange) {
  Pulled(Batch({Wire(Archive(1), 1)}, "c1"));
  Append({Edit(1, Archive(1, "13800000001")), Edit(2, Archive(1, "13800000002"))});
  const v1::Change first = PendingChange(0);
  const v1::Change second = PendingChange(1);
  Apply(first, Noted(first, v1::VERDICT_CONFLICT, 1));
  Apply(second, Noted(second, v1::VERDICT_PARKED, 2));
  // Another entry about the same change is not what its answer named.
  Pulled(Entries(
      {Conflict(1, first), Conflict(2, second), Conflict(3, first, v1::CONFLICT_STATE_RESOLVED)},
      "c2"));
  EXPECT_EQ(StateOf(1), EntryState::kConflict);
  EXPECT_EQ(StateOf(2), EntryState::kParked);
  Pulled(Entries({Conflict(1, first, v1::CONFLICT_STATE_RESOLVED),
                  Conflict(2, second, v1::CONFLICT_STATE_RESOLVED)},
                 "c3"));
  EXPECT_EQ(StateOf(1), EntryState::kSettled);
  EXPECT_EQ(StateOf(2), EntryState::kSettled);
  EXPECT_EQ(replica_->GetBacklog()->conflicts, 0);
  EXPECT_EQ(replica_->GetBacklog()->parked, 0);
  EXPECT_EQ(replica_->Dismiss(ChangeId(1)).code(), absl::StatusCode::kNotFound);
}

TEST_F(ConflictRowsTest, AnAnswerThatComesAfterTheDecisionIsSettledAtOnce) {
  Pulled(Batch({Wire(Archive(1), 1)}, "c1"));
  Append({Edit(1, Archive(1, "13800000001"))});
  const v1::Change change = PendingChange(0);
  Pulled(Entries({Conflict(1, change, v1::CONFLICT_STATE_RESOLVED)}, "c2"));
  EXPECT_EQ(StateOf(1), EntryState::kPending);
  Apply(change, Noted(change, v1::VERDICT_CONFLICT, 1));
  EXPECT_EQ(StateOf(1), EntryState::kSettled);
}

TEST_F(ConflictRowsTest, ADraftThatSomebodyPutAwayGoes) {
  Append({Creation(1, Archive(1))});
  const v1::Change creation = PendingChange(0);
  Apply(creation, Noted(creation, v1::VERDICT_PARKED, 1));
  EXPECT_TRUE(Has(1));
  Pulled(Entries({Conflict(1, creation, v1::CONFLICT_STATE_RESOLVED)}, "c1"));
  EXPECT_FALSE(Has(1));
  EXPECT_EQ(StateOf(1), EntryState::kSettled);
}

}  // namespace
}  // namespace bangfu::client
