#ifndef BANGFU_SERVER_STORE_POSTGRES_STORE_FIXTURE_H_
#define BANGFU_SERVER_STORE_POSTGRES_STORE_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <pqxx/pqxx>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/store/postgres/master_key_fixture.h"
#include "server/store/postgres/migrator.h"
#include "server/store/postgres/postgres_store.h"
#include "tests/support/test_database.h"

// What the tests of the store share.
namespace bangfu::server {

// A UUID of its own for every number.
inline std::string Id(int number) {
  return absl::StrFormat("01900000-0000-7000-8000-%012x", number);
}

inline StoredRecord ArchiveRow(int number, absl::string_view org, int64_t revision = 1,
                               absl::string_view body = "body") {
  StoredRecord record;
  record.type = v1::RECORD_TYPE_ARCHIVE;
  record.id = Id(number);
  record.revision = revision;
  record.org = std::string(org);
  record.body = std::string(body);
  record.columns.status = v1::ARCHIVE_STATUS_DRAFT;
  return record;
}

inline QueueEntry Upsert(const StoredRecord& record) {
  return {.kind = QueueEntry::Kind::kUpsert,
          .record_id = record.id,
          .revision = record.revision,
          .org = record.org};
}

inline QueueEntry Leave(const std::string& id, int64_t revision, absl::string_view org) {
  return {.kind = QueueEntry::Kind::kLeave,
          .record_id = id,
          .revision = revision,
          .org = std::string(org)};
}

// An entry of the conflict log about a record.
inline v1::Conflict EntryOf(int number, int record, absl::string_view org,
                            absl::string_view policy = "office-then-draw") {
  v1::Conflict entry;
  entry.set_id(Id(number));
  entry.set_record_id(Id(record));
  entry.set_org(std::string(org));
  entry.set_state(v1::CONFLICT_STATE_OPEN);
  entry.set_policy(std::string(policy));
  return entry;
}

inline QueueEntry There(const v1::Conflict& entry) {
  return {.kind = QueueEntry::Kind::kConflict,
          .record_id = entry.id(),
          .revision = 0,
          .org = entry.org()};
}

inline QueueEntry Gone(const v1::Conflict& entry) {
  return {.kind = QueueEntry::Kind::kConflictLeave,
          .record_id = entry.id(),
          .revision = 0,
          .org = entry.org()};
}

inline Revision RevisionOf(const StoredRecord& record) {
  Revision revision;
  revision.record_id = record.id;
  revision.revision = record.revision;
  revision.pushed_by = "hz.gongye/desktop";
  revision.entry_time = absl::FromUnixSeconds(1400000000);
  revision.received_time = absl::FromUnixSeconds(1400000060);
  return revision;
}

// A record with its history and its place in the queue.
inline WriteSet OneRecord(const StoredRecord& record) {
  WriteSet writes;
  writes.records.push_back(record);
  writes.revisions.push_back(RevisionOf(record));
  writes.queue.push_back(Upsert(record));
  return writes;
}

class StoreFixture : public testing::Test {
 protected:
  void SetUp() override {
    absl::StatusOr<TestDatabase> database = TestDatabase::Create();
    ASSERT_TRUE(database.ok()) << database.status();
    database_.emplace(*std::move(database));
    const absl::Status migrated = Migrate(database_->connection_string());
    ASSERT_TRUE(migrated.ok()) << migrated;
    store_ = OpenStore({});
    ASSERT_NE(store_, nullptr);
  }

  // A store on the test's database with other options.
  std::unique_ptr<PostgresStore> OpenStore(PostgresOptions options) {
    options.connection_string = database_->connection_string();
    if (!options.master_key.has_value()) options.master_key = TestMasterKey();
    absl::StatusOr<std::unique_ptr<PostgresStore>> store = PostgresStore::Open(options);
    EXPECT_TRUE(store.ok()) << store.status();
    return store.ok() ? *std::move(store) : nullptr;
  }

  absl::Status Write(const WriteSet& writes) {
    return store_->Transact([&](Transaction& transaction) { return transaction.Write(writes); });
  }

  // Runs SQL beside the store and returns the first value.
  std::string Sql(const std::string& statement) {
    pqxx::connection connection(database_->connection_string());
    pqxx::nontransaction session(connection);
    const pqxx::result rows = session.exec(statement);
    return rows.empty() || rows.columns() == 0 ? "" : rows[0][0].c_str();
  }

  // Ends the sessions of an application, as a crash of the database's process would.
  void Kill(absl::string_view application) {
    Sql(absl::StrCat("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE ",
                     "datname = current_database() AND application_name = '", application, "'"));
  }

  // Moves everything that is committed into the feed.
  void Sequence() {
    absl::StatusOr<std::unique_ptr<SequencerSession>> session = store_->OpenSequencer();
    ASSERT_TRUE(session.ok()) << session.status();
    // PostgreSQL lets go of the lock a moment after the session that had it is closed.
    const absl::Time end = absl::Now() + absl::Seconds(10);
    bool leads = false;
    while (!leads && absl::Now() < end) leads = (*session)->Lead().value_or(false);
    ASSERT_TRUE(leads);
    for (int64_t moved = 1; moved > 0;) {
      const absl::StatusOr<int64_t> count = (*session)->Sequence(1000);
      ASSERT_TRUE(count.ok()) << count.status();
      moved = *count;
    }
  }

  std::optional<TestDatabase> database_;
  std::unique_ptr<PostgresStore> store_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_STORE_FIXTURE_H_
