#include "client/replica/outbox_rows.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "client/replica/replica_fixture.h"

namespace bangfu::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class OutboxRowsTest : public ReplicaTest {
 protected:
  v1::Change AppendOne(const v1::Change& change) {
    Append({change});
    return replica_->GetEntry(change.change_id())->change;
  }
  v1::Outcome AnswerAt(const v1::Change& change, v1::Verdict verdict, int64_t seconds) {
    v1::Outcome outcome = Answer(change, verdict, 1);
    outcome.mutable_answered_time()->set_seconds(seconds);
    return outcome;
  }
  bool HasContent(int change) {
    return !replica_->GetEntry(ChangeId(change))->change.put().record().empty();
  }
  static v1::Receipt Receipt(int change, bool settled) {
    v1::Receipt receipt;
    receipt.set_change_id(ChangeId(change));
    receipt.add_hops()->set_node("fuyang-1");
    receipt.set_settled(settled);
    return receipt;
  }
};

TEST_F(OutboxRowsTest, AFullOutboxTakesNothingMore) {
  Append({Creation(1, Archive(1))});
  SQLite::Database(path_, SQLite::OPEN_READWRITE)
      .exec(
          absl::StrCat("WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ",
                       limits::kMaxOutbox - 1,
                       ") INSERT INTO outbox (change_id, record_id, state, change)"
                       " SELECT 'c' || i, 'r', 1, x'' FROM n"));
  const absl::Status two = replica_->Append({Creation(2, Archive(2)), Creation(3, Archive(3))});
  EXPECT_EQ(two.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(two), v1::ERROR_REASON_OUTBOX_FULL);
  EXPECT_THAT(TextOf(two).zh, HasSubstr("请先同步"));
  EXPECT_THAT(TextOf(two).en, HasSubstr("sync first"));
  EXPECT_FALSE(Has(2));
  Append({Creation(2, Archive(2))});
  EXPECT_EQ(ReasonOf(replica_->Append({Creation(3, Archive(3))})), v1::ERROR_REASON_OUTBOX_FULL);
}

TEST_F(OutboxRowsTest, SaysWhatWaitsAndSinceWhen) {
  EXPECT_EQ(replica_->GetBacklog()->oldest, absl::InfiniteFuture());
  EXPECT_THAT(*replica_->PendingRecords(9), IsEmpty());
  v1::Change second = Edit(2, Archive(1, "13800000002"));
  second.mutable_entry_time()->set_seconds(1394000500);
  Append({Creation(1, Archive(1)), second, Creation(3, Archive(2))});
  EXPECT_THAT(*replica_->PendingRecords(9), ElementsAre(RecordId(1), RecordId(2)));
  EXPECT_EQ(replica_->PendingRecords(1)->size(), 1u);
  EXPECT_EQ(replica_->GetBacklog()->oldest, absl::FromUnixSeconds(1394000000));
  const v1::Change first = PendingChange(0);
  Apply(first, Answer(first, v1::VERDICT_ACCEPTED, 1));
  EXPECT_EQ(replica_->GetBacklog()->oldest, absl::FromUnixSeconds(1394000500));
}

TEST_F(OutboxRowsTest, ContentIsKeptForAsLongAsItMayHaveToBeSentAgain) {
  Pulled(Batch({Wire(Archive(9), 1)}, "c1"));
  const v1::Change accepted = AppendOne(Creation(1, Archive(1)));
  const v1::Change later = AppendOne(Creation(2, Archive(2)));
  const v1::Change refused = AppendOne(Creation(3, Archive(3)));
  const v1::Change conflict = AppendOne(Edit(4, Archive(9, "13800000004")));
  const v1::Change waiting = AppendOne(Creation(5, Archive(5)));
  Apply(accepted, AnswerAt(accepted, v1::VERDICT_ACCEPTED, 100));
  Apply(later, AnswerAt(later, v1::VERDICT_MERGED, 200));
  Apply(refused, AnswerAt(refused, v1::VERDICT_REFUSED, 100));
  Apply(conflict, AnswerAt(conflict, v1::VERDICT_CONFLICT, 100));
  for (int i = 1; i <= 5; ++i) EXPECT_TRUE(HasContent(i)) << i;
  ASSERT_TRUE(replica_->PurgeAnswered(absl::FromUnixSeconds(150)).ok());
  EXPECT_FALSE(HasContent(1));
  for (int i = 2; i <= 5; ++i) EXPECT_TRUE(HasContent(i)) << i;
  EXPECT_EQ(replica_->GetEntry(ChangeId(1))->change.actor().person_id(), "u1");
  EXPECT_EQ(replica_->GetEntry(ChangeId(1))->outcome.revision(), 1);
  // What was put away keeps nothing, but for what the parent has taken a part of.
  ASSERT_TRUE(replica_->Dismiss(ChangeId(3)).ok());
  ASSERT_TRUE(replica_->Dismiss(ChangeId(4)).ok());
  EXPECT_FALSE(HasContent(3));
  EXPECT_TRUE(HasContent(4));
  ASSERT_TRUE(replica_->PurgeAnswered(absl::FromUnixSeconds(150)).ok());
  EXPECT_FALSE(HasContent(4));
  EXPECT_EQ(waiting.change_id(), PendingChange(0).change_id());
}

TEST_F(OutboxRowsTest, WhatGoesOnAboveTheParentIsAskedForUntilItIsSettled) {
  const v1::Change first = AppendOne(Creation(1, Archive(1)));
  const v1::Change second = AppendOne(Creation(2, Archive(2)));
  const v1::Change refused = AppendOne(Creation(3, Archive(3)));
  AppendOne(Creation(4, Archive(4)));
  EXPECT_THAT(*replica_->UnsettledChanges(9), IsEmpty());
  Apply(first, AnswerAt(first, v1::VERDICT_ACCEPTED, 100));
  Apply(second, AnswerAt(second, v1::VERDICT_MERGED, 100));
  Apply(refused, AnswerAt(refused, v1::VERDICT_REFUSED, 100));
  EXPECT_THAT(*replica_->UnsettledChanges(9), ElementsAre(ChangeId(1), ChangeId(2)));
  EXPECT_THAT(*replica_->UnsettledChanges(1), ElementsAre(ChangeId(1)));
  ASSERT_TRUE(
      replica_->SaveReceipts({Receipt(1, true), Receipt(2, false), Receipt(77, true)}).ok());
  EXPECT_THAT(*replica_->UnsettledChanges(9), ElementsAre(ChangeId(2)));
  Reopen();
  EXPECT_EQ(replica_->GetEntry(ChangeId(2))->receipt.hops(0).node(), "fuyang-1");
  EXPECT_FALSE(replica_->GetEntry(ChangeId(2))->receipt.settled());
  EXPECT_TRUE(replica_->GetEntry(ChangeId(1))->receipt.settled());
  EXPECT_EQ(replica_->GetEntry(ChangeId(3))->receipt.hops_size(), 0);
  // Nobody asks for ever.
  ASSERT_TRUE(replica_->PurgeAnswered(absl::FromUnixSeconds(150)).ok());
  EXPECT_THAT(*replica_->UnsettledChanges(9), IsEmpty());
}

}  // namespace
}  // namespace bangfu::client
