#include <atomic>
#include <map>
#include <set>
#include <thread>
#include <vector>

#include "base/error.h"
#include "server/store/postgres/postgres_sequencer.h"
#include "server/store/postgres/store_fixture.h"

// The feed: nothing is lost, everything in order, everybody only what is theirs.
namespace bangfu::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::vector<std::string> RecordIds(const FeedPage& page) {
  std::vector<std::string> ids;
  for (const v1::Record& record : page.records) ids.push_back(record.id());
  return ids;
}

class FeedTest : public StoreFixture {
 protected:
  FeedPage Read(absl::string_view scope, int64_t after, int limit = 100) {
    const absl::StatusOr<FeedPage> page = store_->ReadFeed(scope, after, limit);
    EXPECT_TRUE(page.ok()) << page.status();
    return page.value_or(FeedPage());
  }
};

TEST_F(FeedTest, IsEmptyAtFirst) {
  const FeedState state = *store_->GetFeedState();
  EXPECT_EQ(state.head, 0);
  EXPECT_EQ(state.epoch.size(), 36u);
  const FeedPage page = Read("hz", 0);
  EXPECT_THAT(page.records, IsEmpty());
  EXPECT_EQ(page.epoch, state.epoch);
  EXPECT_EQ(page.next_seq, 0);
  EXPECT_TRUE(page.caught_up);
}

TEST_F(FeedTest, PagesInOrderAndCatchesUp) {
  WriteSet writes;
  for (const int i : {3, 1, 2}) {
    writes.records.push_back(ArchiveRow(i, "hz.a"));
    writes.queue.push_back(Upsert(writes.records.back()));
  }
  ASSERT_TRUE(Write(writes).ok());
  EXPECT_THAT(Read("hz", 0).records, IsEmpty());  // not sequenced yet
  Sequence();
  const FeedPage first = Read("hz.a", 0, 2);
  EXPECT_THAT(RecordIds(first), ElementsAre(Id(3), Id(1)));
  EXPECT_EQ(first.next_seq, 2);
  EXPECT_FALSE(first.caught_up);
  EXPECT_EQ(first.records[0].body(), "body");
  const FeedPage second = Read("hz.a", first.next_seq, 2);
  EXPECT_THAT(RecordIds(second), ElementsAre(Id(2)));
  EXPECT_EQ(second.next_seq, 3);
  EXPECT_TRUE(second.caught_up);
  // A full page that ends at the head has caught up too.
  EXPECT_TRUE(Read("hz.a", 0, 3).caught_up);
}

TEST_F(FeedTest, EverybodySeesOnlyTheirSubtreeAndStillAdvances) {
  WriteSet writes;
  writes.records = {ArchiveRow(1, "hz.fuyang"), ArchiveRow(2, "hz.fuyang2"),
                    ArchiveRow(3, "hz.fuyang.fuchun"), ArchiveRow(4, "hz.xihu")};
  for (const StoredRecord& record : writes.records) writes.queue.push_back(Upsert(record));
  ASSERT_TRUE(Write(writes).ok());
  Sequence();
  EXPECT_THAT(RecordIds(Read("hz.fuyang", 0)), ElementsAre(Id(1), Id(3)));
  EXPECT_THAT(RecordIds(Read("hz", 0)), ElementsAre(Id(1), Id(2), Id(3), Id(4)));
  for (const char* scope : {"hz.fuyang.fuchun", "hz.nowhere", "", "hz.*"}) {
    const FeedPage page = Read(scope, 0);
    EXPECT_EQ(page.next_seq, 4) << scope;
    EXPECT_TRUE(page.caught_up) << scope;
  }
  EXPECT_THAT(Read("", 0).records, IsEmpty());
}

TEST_F(FeedTest, OnlyThePresentRevisionIsSent) {
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(1, "hz.a", 1))).ok());
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(2, "hz.a", 1))).ok());
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(1, "hz.a", 2, "second"))).ok());
  Sequence();
  const FeedPage page = Read("hz", 0);
  EXPECT_THAT(RecordIds(page), ElementsAre(Id(2), Id(1)));
  EXPECT_EQ(page.records[1].body(), "second");
  EXPECT_EQ(page.next_seq, 3);
  EXPECT_THAT(RecordIds(Read("hz", 0, 1)), IsEmpty());
  // Written but not sequenced: the old row is no longer about the present, the new one will bring
  // it.
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(2, "hz.a", 2))).ok());
  EXPECT_THAT(RecordIds(Read("hz", 0)), ElementsAre(Id(1)));
  Sequence();
  EXPECT_THAT(RecordIds(Read("hz", 3)), ElementsAre(Id(2)));
}

TEST_F(FeedTest, APageIsLimitedInBytesToo) {
  constexpr int kFit = static_cast<int>(kMaxFeedPageBytes / limits::kMaxRecordBytes);
  const std::string largest(limits::kMaxRecordBytes, 'x');
  WriteSet writes;
  for (int i = 1; i <= kFit; ++i) {
    writes.records.push_back(ArchiveRow(i, "hz.a", 1, largest));
    writes.queue.push_back(Upsert(writes.records.back()));
  }
  ASSERT_TRUE(Write(writes).ok());
  Sequence();
  const FeedPage whole = Read("hz", 0);
  EXPECT_EQ(whole.records.size(), kFit);  // exactly the limit
  EXPECT_TRUE(whole.caught_up);
  // A byte more, then a leave, which has none.
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(kFit + 1, "hz.a", 1, "x"))).ok());
  WriteSet removal;
  removal.queue = {Leave(Id(999), 1, "hz.a")};
  ASSERT_TRUE(Write(removal).ok());
  Sequence();
  const FeedPage first = Read("hz", 0);
  EXPECT_EQ(first.records.size(), kFit);
  EXPECT_EQ(first.next_seq, kFit);
  EXPECT_FALSE(first.caught_up);
  const FeedPage rest = Read("hz", first.next_seq);
  EXPECT_THAT(RecordIds(rest), ElementsAre(Id(kFit + 1)));
  EXPECT_THAT(rest.left_record_ids, ElementsAre(Id(999)));
  EXPECT_TRUE(rest.caught_up);
  // Bytes of revisions that are not sent do not count.
  for (int i = 1; i <= kFit; ++i) {
    ASSERT_TRUE(Write(OneRecord(ArchiveRow(i, "hz.a", 2, "small"))).ok());
  }
  Sequence();
  EXPECT_EQ(Read("hz", 0).records.size(), kFit + 1);
}

TEST_F(FeedTest, ARecordLargerThanAPageComesAlone) {
  ASSERT_TRUE(
      Write(OneRecord(ArchiveRow(1, "hz", 1, std::string(kMaxFeedPageBytes + 1, 'x')))).ok());
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(2, "hz"))).ok());
  Sequence();
  const FeedPage first = Read("hz", 0);
  EXPECT_THAT(RecordIds(first), ElementsAre(Id(1)));
  EXPECT_FALSE(first.caught_up);
  EXPECT_THAT(RecordIds(Read("hz", first.next_seq)), ElementsAre(Id(2)));
}

TEST_F(FeedTest, TellsTheHeadWhateverIsRead) {
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(1, "hz.a"))).ok());
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(2, "hz.b"))).ok());
  Sequence();
  for (const char* scope : {"hz", "hz.a", "hz.nowhere", ""}) {
    EXPECT_EQ(Read(scope, 0, 1).head, 2) << scope;
    EXPECT_EQ(Read(scope, 9).head, 2) << scope;
  }
}

TEST_F(FeedTest, AMoveLeavesOneScopeAndEntersTheOther) {
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(1, "hz.a"))).ok());
  WriteSet move = OneRecord(ArchiveRow(1, "hz.b", 2));
  move.queue.insert(move.queue.begin(), Leave(Id(1), 2, "hz.a"));
  ASSERT_TRUE(Write(move).ok());
  Sequence();
  const FeedPage old_scope = Read("hz.a", 1);
  EXPECT_THAT(old_scope.left_record_ids, ElementsAre(Id(1)));
  EXPECT_THAT(old_scope.records, IsEmpty());
  const FeedPage new_scope = Read("hz.b", 1);
  EXPECT_THAT(RecordIds(new_scope), ElementsAre(Id(1)));
  EXPECT_THAT(new_scope.left_record_ids, IsEmpty());
  // Whoever sees both never lost it.
  const FeedPage both = Read("hz", 1);
  EXPECT_THAT(RecordIds(both), ElementsAre(Id(1)));
  EXPECT_THAT(both.left_record_ids, IsEmpty());
  EXPECT_THAT(Read("hz", 1, 1).left_record_ids, IsEmpty());
}

TEST_F(FeedTest, AMoveThereAndBackIsNoLeave) {
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(1, "hz.a"))).ok());
  WriteSet there = OneRecord(ArchiveRow(1, "hz.b", 2));
  there.queue.push_back(Leave(Id(1), 2, "hz.a"));
  ASSERT_TRUE(Write(there).ok());
  WriteSet back = OneRecord(ArchiveRow(1, "hz.a", 3));
  back.queue.push_back(Leave(Id(1), 3, "hz.b"));
  ASSERT_TRUE(Write(back).ok());
  Sequence();
  EXPECT_THAT(RecordIds(Read("hz.a", 0)), ElementsAre(Id(1)));
  EXPECT_THAT(Read("hz.a", 0).left_record_ids, IsEmpty());
  EXPECT_THAT(Read("hz.b", 0).left_record_ids, ElementsAre(Id(1)));
}

TEST_F(FeedTest, ARemovedRecordLeaves) {
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(1, "hz.a"))).ok());
  WriteSet removal;
  removal.removed_records = {Id(1)};
  removal.queue = {Leave(Id(1), 1, "hz.a")};
  ASSERT_TRUE(Write(removal).ok());
  Sequence();
  const FeedPage page = Read("hz", 0);
  EXPECT_THAT(page.records, IsEmpty());
  EXPECT_THAT(page.left_record_ids, ElementsAre(Id(1)));
}

TEST_F(FeedTest, ALongTransactionDelaysNobodyAndIsNotLost) {
  pqxx::connection connection(database_->connection_string());
  pqxx::work slow(connection);
  slow.exec("INSERT INTO change_queue (kind, record_id, revision, org) VALUES (1, '" + Id(1) +
            "', 1, 'hz.a')");
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(2, "hz.a"))).ok());
  WriteSet unsequenced;
  unsequenced.records.push_back(ArchiveRow(1, "hz.a"));
  ASSERT_TRUE(Write(unsequenced).ok());
  Sequence();
  const FeedPage first = Read("hz", 0);
  EXPECT_THAT(RecordIds(first), ElementsAre(Id(2)));
  EXPECT_TRUE(first.caught_up);
  slow.commit();
  Sequence();
  EXPECT_THAT(RecordIds(Read("hz", first.next_seq)), ElementsAre(Id(1)));
}

// A transaction of somebody who left it open, and one that was prepared and forgotten: what others
// write is numbered meanwhile, and what they wrote comes after the cursors of those who read on.
TEST_F(FeedTest, PreparedAndStrayTransactionsHoldNobodyUp) {
  const std::string prepared = "forgotten_" + database_->name();
  const auto insert = [](int number) {
    const std::string id = "'" + Id(number) + "'";
    return "INSERT INTO record (id, type, org, revision, upstream_revision, status, tier, "
           "category, "
           "body, bucket, leaf) VALUES (" +
           id +
           ", 1, 'hz.a', 1, 0, 1, 0, 0, '', 0, 0); "
           "INSERT INTO change_queue (kind, record_id, revision, org) VALUES (1, " +
           id + ", 1, 'hz.a'); ";
  };
  pqxx::connection stray(database_->connection_string());
  pqxx::transaction<pqxx::repeatable_read> open(stray);
  open.exec(insert(1));
  Sql("BEGIN; " + insert(2) + "PREPARE TRANSACTION '" + prepared + "'");
  ASSERT_EQ(Sql("SELECT count(*) FROM pg_prepared_xacts WHERE gid = '" + prepared + "'"), "1");

  int64_t cursor = 0;
  for (int number = 3; number <= 5; ++number) {
    ASSERT_TRUE(Write(OneRecord(ArchiveRow(number, "hz.a"))).ok());
    Sequence();
    const FeedPage page = Read("hz", cursor);
    EXPECT_THAT(RecordIds(page), ElementsAre(Id(number)));
    EXPECT_TRUE(page.caught_up);
    cursor = page.next_seq;
  }
  EXPECT_EQ(store_->GetFeedState()->unsequenced, 0);
  Sql("COMMIT PREPARED '" + prepared + "'");
  EXPECT_EQ(store_->GetFeedState()->unsequenced, 1);
  Sequence();
  FeedPage page = Read("hz", cursor);
  EXPECT_THAT(RecordIds(page), ElementsAre(Id(2)));
  open.commit();
  Sequence();
  page = Read("hz", page.next_seq);
  EXPECT_THAT(RecordIds(page), ElementsAre(Id(1)));
  EXPECT_EQ(page.next_seq, 5);
}

TEST_F(FeedTest, OnlyOneSessionLeadsAndTheLockPassesOn) {
  auto first = *store_->OpenSequencer();
  EXPECT_TRUE(*first->Lead());
  EXPECT_TRUE(*first->Lead());
  const std::unique_ptr<PostgresStore> other_server = OpenStore({.application_name = "other"});
  auto second = *other_server->OpenSequencer();
  EXPECT_FALSE(*second->Lead());
  EXPECT_EQ(second->Sequence(10).status().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(1, "hz"))).ok());
  Kill(absl::StrCat("bangfu-server", kSequencerSuffix));
  EXPECT_EQ(first->Sequence(10).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(first->Lead().status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(first->Wait(absl::ZeroDuration()).code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(*second->Lead());
  EXPECT_EQ(*second->Sequence(10), 1);
  second.reset();
  first = *store_->OpenSequencer();
  bool leads = false;  // as soon as PostgreSQL has noticed that the other is gone
  for (int i = 0; i < 100 && !leads; ++i) {
    leads = *first->Lead();
    if (!leads) absl::SleepFor(absl::Milliseconds(50));
  }
  EXPECT_TRUE(leads);
}

TEST_F(FeedTest, ASessionThatDiesWhileItWaitsSaysSo) {
  auto session = *store_->OpenSequencer();
  std::thread killer([this] { Kill(absl::StrCat("bangfu-server", kSequencerSuffix)); });
  absl::Status status;
  for (int i = 0; i < 100 && status.ok(); ++i) status = session->Wait(absl::Seconds(1));
  killer.join();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
}

TEST_F(FeedTest, WaitEndsWithTheTimeoutOrWithWork) {
  auto session = *store_->OpenSequencer();
  absl::Time start = absl::Now();
  EXPECT_TRUE(session->Wait(absl::Milliseconds(50)).ok());
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(45));
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(1, "hz"))).ok());
  start = absl::Now();
  EXPECT_TRUE(session->Wait(absl::Seconds(60)).ok());
  EXPECT_LT(absl::Now() - start, absl::Seconds(30));
  // What writes no queue rows wakes nobody.
  WriteSet quiet;
  quiet.records.push_back(ArchiveRow(2, "hz"));
  ASSERT_TRUE(Write(quiet).ok());
  start = absl::Now();
  EXPECT_TRUE(session->Wait(absl::Milliseconds(50)).ok());
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(45));
}

TEST_F(FeedTest, SequencingTakesAtMostTheLimit) {
  WriteSet writes;
  writes.records.push_back(ArchiveRow(1, "hz"));
  for (int i = 0; i < 5; ++i) writes.queue.push_back(Upsert(writes.records[0]));
  ASSERT_TRUE(Write(writes).ok());
  auto session = *store_->OpenSequencer();
  ASSERT_TRUE(*session->Lead());
  EXPECT_EQ(*session->Sequence(2), 2);
  EXPECT_EQ(*session->Sequence(2), 2);
  EXPECT_EQ(*session->Sequence(2), 1);
  EXPECT_EQ(*session->Sequence(2), 0);
  EXPECT_EQ(store_->GetFeedState()->head, 5);
  // Five rows about one revision bring it once.
  EXPECT_THAT(RecordIds(Read("hz", 0)), ElementsAre(Id(1)));
}

// Eight writers, a transaction that stays open, a sequencer that is killed again and again, a
// reader behind it all.
TEST_F(FeedTest, NothingIsLostOrOutOfOrderUnderLoad) {
  constexpr int kWriters = 8;
  constexpr int kWrites = 60;
  constexpr int kRecords = 20;  // shared by all writers
  const std::unique_ptr<PostgresStore> wide =
      OpenStore({.connections = kWriters, .application_name = "writers"});
  std::atomic<int> running = kWriters;
  std::atomic<int> failures = 0;

  pqxx::connection slow_connection(database_->connection_string());
  pqxx::work slow(slow_connection);
  slow.exec("INSERT INTO change_queue (kind, record_id, revision, org) VALUES (1, '" + Id(9999) +
            "', 1, 'hz.a')");

  std::vector<std::thread> threads;
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&, writer] {
      for (int i = 0; i < kWrites; ++i) {
        const int number = (writer * 7 + i * 3) % kRecords;
        const absl::Status status = wide->Transact([&](Transaction& transaction) {
          const auto locked = transaction.LockRecords({Id(number)});
          if (!locked.ok()) return locked.status();
          const auto it = locked->find(Id(number));
          const int64_t revision = it == locked->end() ? 1 : it->second.revision + 1;
          return transaction.Write(
              OneRecord(ArchiveRow(number, "hz.a", revision, absl::StrCat(revision))));
        });
        if (!status.ok()) ++failures;
      }
      --running;
    });
  }
  std::thread sequencer([&] {
    std::unique_ptr<SequencerSession> session;
    for (bool done = false; !done;) {
      done = running == 0;
      if (session == nullptr) {
        auto opened = store_->OpenSequencer();
        if (!opened.ok()) continue;
        session = *std::move(opened);
      }
      if (!session->Lead().value_or(false) || !session->Sequence(7).ok()) {
        session.reset();
        done = false;
      }
    }
  });
  std::thread killer([&] {
    while (running > 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(30));
      Kill(absl::StrCat("bangfu-server", kSequencerSuffix));
    }
  });
  std::map<std::string, std::string> replica;
  int64_t cursor = 0;
  const auto pull = [&] {
    for (bool caught_up = false; !caught_up;) {
      const FeedPage page = Read("hz.a", cursor, 11);
      for (const v1::Record& record : page.records) replica[record.id()] = record.body();
      EXPECT_GE(page.next_seq, cursor);
      cursor = page.next_seq;
      caught_up = page.caught_up;
    }
  };
  while (running > 0) pull();
  for (std::thread& thread : threads) thread.join();
  sequencer.join();
  killer.join();
  slow.commit();
  Sequence();
  pull();

  EXPECT_EQ(failures, 0);
  // Dense, one row per accepted revision and the slow one.
  const std::string rows = absl::StrCat(kWriters * kWrites + 1);
  EXPECT_EQ(Sql("SELECT count(*) FROM feed"), rows);
  EXPECT_EQ(Sql("SELECT max(feed_seq) FROM feed"), rows);
  EXPECT_EQ(Sql("SELECT last_seq FROM feed_state"), rows);
  EXPECT_EQ(Sql("SELECT count(*) FROM change_queue"), "0");
  EXPECT_EQ(Sql("SELECT count(*) FROM (SELECT revision - lag(revision, 1, 0::bigint) OVER "
                "(PARTITION BY record_id ORDER BY feed_seq) AS step FROM feed) s WHERE step <> 1"),
            "0");
  // The reader has everything as it is now.
  EXPECT_EQ(replica.size(), static_cast<size_t>(kRecords));
  for (const auto& [id, body] : replica) EXPECT_EQ(body, (*store_->GetRecord("hz", id))->body);
}

}  // namespace
}  // namespace bangfu::server
