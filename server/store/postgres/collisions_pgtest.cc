#include <atomic>
#include <chrono>
#include <set>
#include <thread>
#include <vector>

#include "base/error.h"
#include "google/rpc/error_details.pb.h"
#include "server/store/postgres/postgres_store.h"
#include "server/store/postgres/store_fixture.h"

// Transactions that meet, and a database that fails under them.
namespace bangfu::server {
namespace {

using testing::HasSubstr;
using testing::Not;

class CollisionsTest : public StoreFixture {
 protected:
  static bool HasRetryInfo(const absl::Status& status) {
    return status.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value();
  }
};

TEST_F(CollisionsTest, TheBodyIsRunAgainUntilItFits) {
  StoredRecord first = ArchiveRow(1, "hz");
  first.columns.number = "富阳富春20130001";
  ASSERT_TRUE(Write(OneRecord(first)).ok());
  int runs = 0;
  const absl::Status status = store_->Transact([&](Transaction& transaction) {
    ++runs;
    StoredRecord second = ArchiveRow(2, "hz");
    second.columns.number = runs < 3 ? "富阳富春20130001" : "富阳富春20130002";
    return transaction.Write(OneRecord(second));
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(runs, 3);
  EXPECT_EQ(Sql("SELECT count(*) FROM change_queue"), "2");
}

TEST_F(CollisionsTest, OnePersonOneLiveArchiveOneNumberOneAnswer) {
  StoredRecord first = ArchiveRow(1, "hz");
  first.columns.number = "富阳富春20130001";
  WriteSet writes = OneRecord(first);
  writes.persons = {{Id(1), {Id(60)}}};
  writes.changes.push_back(
      {.change_id = Id(50), .record_id = Id(1), .pushed_by = "n", .digest = "", .outcome = {}});
  ASSERT_TRUE(Write(writes).ok());

  WriteSet same_person = OneRecord(ArchiveRow(2, "hz"));
  same_person.persons = {{Id(2), {Id(61), Id(60)}}};
  WriteSet same_number = OneRecord(ArchiveRow(2, "hz"));
  same_number.records[0].columns.number = first.columns.number;
  WriteSet same_change = OneRecord(ArchiveRow(2, "hz"));
  same_change.changes = writes.changes;
  WriteSet same_revision;
  same_revision.revisions = writes.revisions;
  for (const WriteSet& collision : {same_person, same_number, same_change, same_revision}) {
    int runs = 0;
    const absl::Status status = store_->Transact([&](Transaction& transaction) {
      ++runs;
      return transaction.Write(collision);
    });
    EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
    EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_TRANSACTION_CONFLICT);
    EXPECT_THAT(status.ToString(), Not(HasSubstr("20130001")));
    EXPECT_EQ(runs, limits::kMaxTxnAttempts);
  }
  EXPECT_EQ(Sql("SELECT count(*) FROM record"), "1");
  EXPECT_EQ(Sql("SELECT count(*) FROM archive_person"), "1");
}

TEST_F(CollisionsTest, ABodyThatFailsLeavesNothing) {
  int runs = 0;
  const absl::Status status = store_->Transact([&](Transaction& transaction) {
    ++runs;
    EXPECT_TRUE(transaction.Write(OneRecord(ArchiveRow(1, "hz"))).ok());
    return absl::NotFoundError("mine");
  });
  EXPECT_EQ(status, absl::NotFoundError("mine"));
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(Sql("SELECT count(*) FROM record"), "0");
}

TEST_F(CollisionsTest, ABodyCannotCommitAfterAFailedStatement) {
  const absl::Status status = store_->Transact([&](Transaction& transaction) {
    WriteSet writes = OneRecord(ArchiveRow(1, "hz"));
    writes.records[0].org = "no path!";
    const absl::Status first = transaction.Write(writes);
    EXPECT_EQ(first.code(), absl::StatusCode::kInternal);
    EXPECT_EQ(transaction.LockRecords({Id(1)}).status(), first);
    return absl::OkStatus();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_INTERNAL);
  EXPECT_THAT(status.ToString(), Not(HasSubstr("no path!")));
}

TEST_F(CollisionsTest, ATextWithANulIsADefectNotACutText) {
  WriteSet writes = OneRecord(ArchiveRow(1, "hz"));
  writes.records[0].columns.number = std::string("1\0x", 3);
  EXPECT_EQ(Write(writes).code(), absl::StatusCode::kInternal);
}

TEST_F(CollisionsTest, DeadlocksAreResolved) {
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(1, "hz"))).ok());
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(2, "hz"))).ok());
  std::atomic<int> holding = 0;
  std::atomic<int> runs = 0;
  const auto lock_both = [&](int first, int second) {
    return store_->Transact([&, first, second](Transaction& transaction) {
      ++runs;
      absl::Status status = transaction.LockRecords({Id(first)}).status();
      ++holding;
      // Both hold their first record before either asks for its second; a rerun finds that passed.
      while (status.ok() && holding < 2) std::this_thread::yield();
      return status.ok() ? transaction.LockRecords({Id(second)}).status() : status;
    });
  };
  absl::Status one, two;
  std::thread thread([&] { one = lock_both(1, 2); });
  two = lock_both(2, 1);
  thread.join();
  EXPECT_TRUE(one.ok()) << one;
  EXPECT_TRUE(two.ok()) << two;
  EXPECT_GE(runs, 3);
}

TEST_F(CollisionsTest, TwoWhoCreateTheSameRecordDoNotBothSucceed) {
  std::atomic<int> started = 0;
  std::atomic<int> created = 0;
  const auto create = [&] {
    return store_->Transact([&](Transaction& transaction) {
      const auto known = transaction.LockRecords({Id(1)});
      if (!known.ok()) return known.status();
      ++started;
      while (started < 2) std::this_thread::yield();
      if (known->contains(Id(1))) return absl::OkStatus();
      const absl::Status status = transaction.Write(OneRecord(ArchiveRow(1, "hz")));
      if (status.ok()) ++created;
      return status;
    });
  };
  absl::Status one;
  std::thread thread([&] { one = create(); });
  const absl::Status two = create();
  thread.join();
  EXPECT_TRUE(one.ok() && two.ok()) << one << two;
  EXPECT_EQ(created, 1);
  EXPECT_EQ(Sql("SELECT count(*) FROM change_queue"), "1");
}

TEST_F(CollisionsTest, NumbersHaveNoGaps) {
  constexpr int kThreads = 8;
  constexpr int kApprovals = 25;
  const CounterKey key{"富阳富春", 2013};
  std::vector<std::vector<int>> given(kThreads);
  std::vector<std::thread> threads;
  std::atomic<int> failures = 0;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kApprovals; ++i) {
        int number = 0;
        const bool withdrawn = i % 5 == 4;  // gives its number back by failing
        const absl::Status status = store_->Transact([&](Transaction& transaction) {
          const auto last = transaction.LockCounters({key});
          if (!last.ok()) return last.status();
          number = last->at(key) + 1;
          StoredRecord archive = ArchiveRow(1 + thread * kApprovals + i, "hz.fuyang");
          archive.columns.number = absl::StrFormat("富阳富春2013%04d", number);
          WriteSet writes = OneRecord(archive);
          writes.counters = {{key, number}};
          const absl::Status written = transaction.Write(writes);
          return written.ok() && withdrawn ? absl::CancelledError() : written;
        });
        if (status.ok()) given[static_cast<size_t>(thread)].push_back(number);
        if (status.ok() == withdrawn) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  std::set<int> all;
  for (const auto& numbers : given) all.insert(numbers.begin(), numbers.end());
  const size_t expected = kThreads * kApprovals / 5 * 4;
  EXPECT_EQ(all.size(), expected);
  EXPECT_EQ(*all.begin(), 1);
  EXPECT_EQ(*all.rbegin(), static_cast<int>(expected));
}

TEST_F(CollisionsTest, CountersStopAtTheLimits) {
  const auto write = [this](int year, int last) {
    WriteSet writes;
    writes.counters = {{{"富阳富春", year}, last}};
    return Write(writes).code();
  };
  EXPECT_EQ(write(2013, limits::kMaxSequence), absl::StatusCode::kOk);
  EXPECT_EQ(write(2013, limits::kMaxSequence + 1), absl::StatusCode::kInternal);
  EXPECT_EQ(write(limits::kFirstYear, 1), absl::StatusCode::kOk);
  EXPECT_EQ(write(limits::kFirstYear - 1, 1), absl::StatusCode::kInternal);
  EXPECT_EQ(write(limits::kLastYear, 1), absl::StatusCode::kOk);
  EXPECT_EQ(write(limits::kLastYear + 1, 1), absl::StatusCode::kInternal);
  EXPECT_EQ(write(2013, 5), absl::StatusCode::kOk);  // does not go back
  EXPECT_EQ(Sql("SELECT last FROM number_counter WHERE year = 2013"), "9999");
}

TEST_F(CollisionsTest, ALockThatIsNotFreedInTimeSaysRetryLater) {
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(1, "hz"))).ok());
  const std::unique_ptr<PostgresStore> impatient =
      OpenStore({.lock_timeout = absl::Milliseconds(50)});
  pqxx::connection holder(database_->connection_string());
  pqxx::work work(holder);
  work.exec("SELECT FROM record FOR UPDATE");
  int runs = 0;
  const absl::Status status = impatient->Transact([&](Transaction& transaction) {
    ++runs;
    return transaction.LockRecords({Id(1)}).status();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_STORE_UNAVAILABLE);
  EXPECT_TRUE(HasRetryInfo(status));
  EXPECT_EQ(runs, 1);
}

TEST_F(CollisionsTest, AStatementThatTakesTooLongSaysRetryLater) {
  const std::unique_ptr<PostgresStore> impatient = OpenStore(
      {.statement_timeout = absl::Milliseconds(50), .lock_timeout = absl::ZeroDuration()});
  pqxx::connection holder(database_->connection_string());
  pqxx::work work(holder);
  work.exec("LOCK TABLE record");
  const absl::Status status = impatient->GetRecord("hz", Id(1)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(HasRetryInfo(status));
}

TEST_F(CollisionsTest, WaitingForAConnectionEnds) {
  const std::unique_ptr<PostgresStore> narrow =
      OpenStore({.connections = 1, .connection_wait = absl::Milliseconds(50)});
  const absl::Status outer = narrow->Transact([&](Transaction&) {
    const absl::Status inner = narrow->GetFeedState().status();
    EXPECT_EQ(inner.code(), absl::StatusCode::kUnavailable);
    EXPECT_TRUE(HasRetryInfo(inner));
    return absl::OkStatus();
  });
  EXPECT_TRUE(outer.ok()) << outer;
  EXPECT_TRUE(narrow->GetFeedState().ok());
}

TEST_F(CollisionsTest, ALostConnectionIsUnavailableAndNotRerun) {
  int runs = 0;
  const absl::Status status = store_->Transact([&](Transaction& transaction) {
    ++runs;
    EXPECT_TRUE(transaction.Write(OneRecord(ArchiveRow(1, "hz"))).ok());
    Kill("bangfu-server");
    return transaction.Write(OneRecord(ArchiveRow(2, "hz")));
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_STORE_UNAVAILABLE);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(Sql("SELECT count(*) FROM record"), "0");
  EXPECT_TRUE(Write(OneRecord(ArchiveRow(1, "hz"))).ok());
}

TEST_F(CollisionsTest, AConnectionLostBeforeTheCommitIsUnavailable) {
  const absl::Status status = store_->Transact([&](Transaction& transaction) {
    const absl::Status written = transaction.Write(OneRecord(ArchiveRow(1, "hz")));
    Kill("bangfu-server");
    return written;
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(Write(OneRecord(ArchiveRow(1, "hz"))).ok());
}

TEST_F(CollisionsTest, ConnectionsThatDiedIdleAreReplacedUnnoticed) {
  std::vector<std::thread> threads;
  std::atomic<int> inside = 0;
  for (int i = 0; i < limits::kStoreConnections; ++i) {
    threads.emplace_back([&] {
      store_
          ->Transact([&](Transaction&) {
            ++inside;
            while (inside < limits::kStoreConnections) std::this_thread::yield();
            return absl::OkStatus();
          })
          .IgnoreError();
    });
  }
  for (std::thread& thread : threads) thread.join();
  Kill("bangfu-server");
  for (int i = 0; i < 2 * limits::kStoreConnections; ++i) {
    EXPECT_TRUE(store_->GetFeedState().ok());
  }
}

TEST_F(CollisionsTest, SessionsKeepTheirSettings) {
  // A session that reports anything but UTC would shift every time that it writes.
  WriteSet writes = OneRecord(ArchiveRow(1, "hz"));
  Sql("ALTER DATABASE " + database_->name() + " SET timezone = 'Asia/Shanghai'");
  Sql("ALTER DATABASE " + database_->name() + " SET bytea_output = 'escape'");
  Sql("ALTER DATABASE " + database_->name() + " SET datestyle = 'German'");
  const std::unique_ptr<PostgresStore> store = OpenStore({});
  writes.records[0].columns.on_date = "2013-03-10";
  ASSERT_TRUE(store->Transact([&](Transaction& t) { return t.Write(writes); }).ok());
  const auto record = store->GetRecord("hz", Id(1));
  ASSERT_TRUE(record.ok() && record->has_value());
  EXPECT_EQ((*record)->columns.on_date, "2013-03-10");
  EXPECT_EQ((*record)->body, "body");
}

}  // namespace
}  // namespace bangfu::server
