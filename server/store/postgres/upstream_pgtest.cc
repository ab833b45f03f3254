#include "server/store/postgres/store_fixture.h"

// The line to the parent: what was answered, what is offered again, and how far up it has got.
namespace bangfu::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

v1::Change ChangeOf(int id, int record) {
  v1::Change change;
  change.set_change_id(Id(id));
  change.set_record_id(Id(record));
  return change;
}

LoggedChange Logged(int id, bool forwarded) {
  LoggedChange logged;
  logged.change_id = Id(id);
  logged.record_id = Id(100 + id);
  logged.pushed_by = "hz.a/desktop";
  logged.outcome.set_change_id(Id(id));
  logged.forwarded = forwarded;
  return logged;
}

v1::Receipt ReceiptOf(int id, bool settled) {
  v1::Receipt receipt;
  receipt.set_change_id(Id(id));
  receipt.add_hops()->set_node("hz/city");
  receipt.set_settled(settled);
  return receipt;
}

class UpstreamTest : public StoreFixture {
 protected:
  void Enqueue(const std::vector<v1::Change>& changes) {
    WriteSet writes;
    writes.upstream = changes;
    ASSERT_TRUE(Write(writes).ok());
  }

  // The changes in the line, those that are offered again with an r behind.
  std::vector<std::string> Line() {
    std::vector<std::string> ids;
    const std::vector<UpstreamChange> line = *store_->ReadUpstream(100);
    for (const UpstreamChange& change : line) {
      ids.push_back(absl::StrCat(change.change.change_id(), change.reoffer ? "r" : ""));
    }
    return ids;
  }

  // Answers the first changes of the line.
  void Answer(int count) {
    WriteSet writes;
    const std::vector<UpstreamChange> line = *store_->ReadUpstream(count);
    for (const UpstreamChange& change : line) {
      writes.upstream_done.push_back(change.position);
    }
    ASSERT_TRUE(Write(writes).ok());
  }

  std::map<std::string, ChangeTrace> Traces(const std::vector<std::string>& ids) {
    const auto traces = store_->TraceChanges(ids);
    EXPECT_TRUE(traces.ok()) << traces.status();
    std::map<std::string, ChangeTrace> by_id;
    if (!traces.ok()) return by_id;
    for (const ChangeTrace& trace : *traces) by_id[trace.logged.change_id] = trace;
    return by_id;
  }
};

// What waited was entered on revisions of the earlier epoch too; what is entered now was not.
TEST_F(UpstreamTest, WhatWasAnsweredIsOfferedAgainBeforeWhatWaits) {
  Enqueue({ChangeOf(5, 100), ChangeOf(3, 101), ChangeOf(4, 100), ChangeOf(1, 100)});
  const std::vector<UpstreamChange> line = *store_->ReadUpstream(100);
  WriteSet refused;
  refused.upstream_refused = {{line[1].position, v1::Outcome()}};
  ASSERT_TRUE(Write(refused).ok());
  Answer(2);
  EXPECT_THAT(Line(), ElementsAre(Id(1)));

  EXPECT_EQ(*store_->RequeueSent(), 2);
  Enqueue({ChangeOf(2, 100)});
  EXPECT_THAT(Line(), ElementsAre(Id(5) + "r", Id(4) + "r", Id(1) + "r", Id(2)));
  EXPECT_EQ(store_->GetUpstreamState()->pending, 4);
  EXPECT_EQ(store_->GetUpstreamState()->refused, 1);
  EXPECT_EQ(store_->GetUpstreamState()->first, line[0].position);
  const absl::Status pending = store_->Transact([](Transaction& transaction) {
    const auto changes = transaction.PendingUpstream({Id(100)}).value();
    std::vector<std::string> ids;
    for (const v1::Change& change : changes.at(Id(100))) ids.push_back(change.change_id());
    EXPECT_THAT(ids, ElementsAre(Id(5), Id(4), Id(1), Id(2)));
    return absl::OkStatus();
  });
  EXPECT_TRUE(pending.ok()) << pending;

  // The parent is lost again while it takes them.
  Answer(3);
  EXPECT_THAT(Line(), ElementsAre(Id(2)));
  EXPECT_EQ(*store_->RequeueSent(), 3);
  Enqueue({ChangeOf(6, 100)});
  EXPECT_THAT(Line(), ElementsAre(Id(5) + "r", Id(4) + "r", Id(1) + "r", Id(2) + "r", Id(6)));
  EXPECT_EQ(*store_->RequeueSent(), 0);
}

// A parent that lost its log has lost them; what it refused was refused for good.
TEST_F(UpstreamTest, WhatWasParkedIsOfferedAgainAtItsPlaceAndWhatWasRefusedIsNot) {
  Enqueue({ChangeOf(4, 100), ChangeOf(3, 101), ChangeOf(2, 100), ChangeOf(1, 100)});
  const std::vector<UpstreamChange> line = *store_->ReadUpstream(100);
  v1::Outcome parked, refused;
  parked.set_verdict(v1::VERDICT_PARKED);
  refused.set_verdict(v1::VERDICT_REFUSED);
  WriteSet answers;
  answers.upstream_done = {line[0].position};
  answers.upstream_refused = {{line[1].position, refused}, {line[2].position, parked}};
  ASSERT_TRUE(Write(answers).ok());
  EXPECT_THAT(Line(), ElementsAre(Id(1)));
  EXPECT_EQ(store_->GetUpstreamState()->refused, 2);

  EXPECT_EQ(*store_->RequeueSent(), 2);
  EXPECT_THAT(Line(), ElementsAre(Id(4) + "r", Id(2) + "r", Id(1) + "r"));
  EXPECT_EQ(store_->GetUpstreamState()->pending, 3);
  EXPECT_EQ(store_->GetUpstreamState()->refused, 1);
  EXPECT_EQ(*store_->RequeueSent(), 0);

  // The parent parks one again and refuses another that it had taken.
  answers.upstream_done.clear();
  answers.upstream_refused = {{line[0].position, refused}, {line[2].position, parked}};
  ASSERT_TRUE(Write(answers).ok());
  EXPECT_THAT(Line(), ElementsAre(Id(1) + "r"));
  EXPECT_EQ(*store_->RequeueSent(), 1);
  EXPECT_THAT(Line(), ElementsAre(Id(2) + "r", Id(1) + "r"));
  // It takes the parked one this time, and is lost once more.
  Answer(1);
  EXPECT_EQ(*store_->RequeueSent(), 1);
  EXPECT_THAT(Line(), ElementsAre(Id(2) + "r", Id(1) + "r"));
  // Refused at last, it stays out.
  answers.upstream_refused = {{line[2].position, refused}};
  ASSERT_TRUE(Write(answers).ok());
  EXPECT_EQ(*store_->RequeueSent(), 0);
  EXPECT_EQ(store_->GetUpstreamState()->refused, 3);
}

TEST_F(UpstreamTest, AnsweredChangesAreForgottenAfterAWhile) {
  Enqueue({ChangeOf(1, 100), ChangeOf(2, 100), ChangeOf(3, 100), ChangeOf(4, 100)});
  Answer(3);
  Sql("UPDATE upstream_sent SET answered_at = '2020-01-01T00:00:00Z' WHERE position <= 2");
  const absl::Time before = absl::FromCivil(absl::CivilDay(2020, 1, 2), absl::UTCTimeZone());
  EXPECT_EQ(*store_->PurgeSent(before, 1), 1);
  EXPECT_EQ(*store_->PurgeSent(before, 10), 1);
  EXPECT_EQ(*store_->PurgeSent(before, 10), 0);
  EXPECT_EQ(*store_->RequeueSent(), 1);
  EXPECT_THAT(Line(), ElementsAre(Id(3) + "r", Id(4) + "r"));
}

TEST_F(UpstreamTest, RecordsThatWaitAreNamedOnce) {
  EXPECT_THAT(*store_->PendingRecords(10), IsEmpty());
  Enqueue({ChangeOf(1, 102), ChangeOf(2, 100), ChangeOf(3, 102), ChangeOf(4, 101)});
  WriteSet refused;
  refused.upstream_refused = {{store_->ReadUpstream(2)->at(1).position, v1::Outcome()}};
  ASSERT_TRUE(Write(refused).ok());
  EXPECT_THAT(*store_->PendingRecords(10), UnorderedElementsAre(Id(101), Id(102)));
  EXPECT_EQ(store_->PendingRecords(1)->size(), 1u);
}

TEST_F(UpstreamTest, TimesOfTheLastSyncAndComparisonAreKept) {
  UpstreamState state = *store_->GetUpstreamState();
  EXPECT_EQ(state.synced, absl::InfinitePast());
  EXPECT_EQ(state.verified, absl::InfinitePast());
  EXPECT_EQ(state.first, 0);
  const absl::Time now = absl::FromUnixMicros(1700000000123456);
  ASSERT_TRUE(store_->NoteUpstreamSync(now).ok());
  ASSERT_TRUE(store_->NoteUpstreamVerified(now + absl::Seconds(1)).ok());
  state = *store_->GetUpstreamState();
  EXPECT_EQ(state.synced, now);
  EXPECT_EQ(state.verified, now + absl::Seconds(1));
}

TEST_F(UpstreamTest, AChangeIsTracedFromTheLineToItsReceipt) {
  WriteSet writes;
  writes.changes = {Logged(1, true), Logged(2, false)};
  writes.upstream = {ChangeOf(1, 101)};
  ASSERT_TRUE(Write(writes).ok());
  auto traces = Traces({Id(1), Id(2), Id(3), "no-uuid"});
  ASSERT_EQ(traces.size(), 2u);
  EXPECT_TRUE(traces[Id(1)].logged.forwarded);
  EXPECT_TRUE(traces[Id(1)].waiting);
  EXPECT_EQ(traces[Id(1)].receipt.hops_size(), 0);
  EXPECT_EQ(traces[Id(1)].logged.pushed_by, "hz.a/desktop");
  EXPECT_EQ(traces[Id(1)].logged.outcome.change_id(), Id(1));
  EXPECT_FALSE(traces[Id(2)].logged.forwarded);
  EXPECT_FALSE(traces[Id(2)].waiting);

  Answer(1);
  WriteSet answered;
  answered.receipts = {ReceiptOf(1, false), ReceiptOf(7, false)};  // nobody knows the second
  answered.receipts.push_back(ReceiptOf(1, false));
  answered.receipts.back().mutable_hops(0)->set_node("hz/last");
  v1::Receipt nameless;
  answered.receipts.push_back(nameless);
  ASSERT_TRUE(Write(answered).ok());
  traces = Traces({Id(1)});
  EXPECT_FALSE(traces[Id(1)].waiting);
  ASSERT_EQ(traces[Id(1)].receipt.hops_size(), 1);
  EXPECT_EQ(traces[Id(1)].receipt.hops(0).node(), "hz/last");
  ASSERT_EQ(*store_->RequeueSent(), 1);
  EXPECT_TRUE(Traces({Id(1)})[Id(1)].waiting);

  const absl::Status found = store_->Transact([](Transaction& transaction) {
    const auto changes = transaction.FindChanges({Id(1), Id(2)}).value();
    EXPECT_TRUE(changes.at(Id(1)).forwarded);
    EXPECT_FALSE(changes.at(Id(2)).forwarded);
    return absl::OkStatus();
  });
  EXPECT_TRUE(found.ok()) << found;
}

TEST_F(UpstreamTest, OnlyAnsweredChangesThatGoOnAreUnsettled) {
  WriteSet writes;
  for (int id = 1; id <= 5; ++id) writes.changes.push_back(Logged(id, id != 5));
  ASSERT_TRUE(Write(writes).ok());
  EXPECT_THAT(*store_->UnsettledChanges(10), IsEmpty());  // the parent has not answered
  WriteSet later;
  later.receipts = {ReceiptOf(3, false)};
  ASSERT_TRUE(Write(later).ok());
  later.receipts = {ReceiptOf(1, false), ReceiptOf(4, true)};
  ASSERT_TRUE(Write(later).ok());
  EXPECT_THAT(*store_->UnsettledChanges(10), ElementsAre(Id(3), Id(1)));
  EXPECT_THAT(*store_->UnsettledChanges(1), ElementsAre(Id(3)));
  // Whoever was asked about last is asked about again after the others.
  later.receipts = {ReceiptOf(3, false)};
  ASSERT_TRUE(Write(later).ok());
  EXPECT_THAT(*store_->UnsettledChanges(10), ElementsAre(Id(1), Id(3)));
  later.receipts = {ReceiptOf(1, true)};
  ASSERT_TRUE(Write(later).ok());
  EXPECT_THAT(*store_->UnsettledChanges(10), ElementsAre(Id(3)));
}

}  // namespace
}  // namespace bangfu::server
