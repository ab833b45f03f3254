#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "absl/strings/escaping.h"
#include "base/error.h"
#include "domain/digest/record_digest.h"
#include "server/store/person_key.h"
#include "server/store/postgres/migrator.h"
#include "server/store/postgres/postgres_store.h"
#include "server/store/postgres/store_fixture.h"

namespace bangfu::server {
namespace {

using testing::HasSubstr;

class MigratorTest : public testing::Test {
 protected:
  void SetUp() override {
    absl::StatusOr<TestDatabase> database = TestDatabase::Create();
    ASSERT_TRUE(database.ok()) << database.status();
    database_.emplace(*std::move(database));
  }

  const std::string& address() const { return database_->connection_string(); }

  std::string Sql(const std::string& statement) {
    pqxx::connection connection(address());
    pqxx::nontransaction session(connection);
    const pqxx::result rows = session.exec(statement);
    return rows.empty() || rows.columns() == 0 ? "" : rows[0][0].c_str();
  }

  std::optional<TestDatabase> database_;
};

const Migration kFirst{1, "first", "CREATE TABLE one (n integer); INSERT INTO one VALUES (1);"};
const Migration kSecond{2, "second", "INSERT INTO one VALUES (2);"};

TEST_F(MigratorTest, TheSecondTimeDoesNothing) {
  ASSERT_TRUE(ApplyMigrations(address(), {kFirst, kSecond}).ok());
  const std::string applied =
      Sql("SELECT string_agg(number || checksum || applied_at, ' ') FROM schema_migration");
  ASSERT_TRUE(ApplyMigrations(address(), {kFirst, kSecond}).ok());
  EXPECT_EQ(Sql("SELECT count(*) FROM one"), "2");
  EXPECT_EQ(Sql("SELECT string_agg(number || checksum || applied_at, ' ') FROM schema_migration"),
            applied);
}

TEST_F(MigratorTest, OnlyWhatIsNewIsApplied) {
  ASSERT_TRUE(ApplyMigrations(address(), {kFirst}).ok());
  ASSERT_TRUE(ApplyMigrations(address(), {kFirst, kSecond}).ok());
  EXPECT_EQ(Sql("SELECT sum(n) FROM one"), "3");
}

TEST_F(MigratorTest, ServersThatStartTogetherTakeTurns) {
  std::vector<absl::Status> results(4);
  std::vector<std::thread> threads;
  for (absl::Status& result : results) {
    threads.emplace_back([this, &result] { result = Migrate(address()); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const absl::Status& result : results) EXPECT_TRUE(result.ok()) << result;
  EXPECT_TRUE(CheckSchema(address()).ok());
}

TEST_F(MigratorTest, AChangedMigrationIsRefusedByName) {
  ASSERT_TRUE(ApplyMigrations(address(), {kFirst, kSecond}).ok());
  Migration changed = kFirst;
  changed.sql += " ";
  const absl::Status status = ApplyMigrations(address(), {changed, kSecond});
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(TextOf(status).en, HasSubstr("migration 1 (first)"));
  EXPECT_THAT(TextOf(status).zh, HasSubstr("第 1 步"));
}

TEST_F(MigratorTest, ADatabaseFromTheFutureIsRefused) {
  ASSERT_TRUE(ApplyMigrations(address(), {kFirst, kSecond}).ok());
  const absl::Status status = ApplyMigrations(address(), {kFirst});
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(TextOf(status).en, HasSubstr("(schema 2) is newer than this program (schema 1)"));
}

TEST_F(MigratorTest, AFailingMigrationLeavesNothing) {
  const Migration broken{2, "broken", "INSERT INTO one VALUES (2); SELECT no_such_function();"};
  EXPECT_EQ(ApplyMigrations(address(), {kFirst, broken}).code(), absl::StatusCode::kInternal);
  EXPECT_EQ(Sql("SELECT sum(n) FROM one"), "1");
  EXPECT_TRUE(ApplyMigrations(address(), {kFirst, kSecond}).ok());
}

// Every migration of ours, twice.
TEST_F(MigratorTest, OurMigrationsAreAppliedOnce) {
  ASSERT_TRUE(Migrate(address()).ok());
  const std::string applied =
      Sql("SELECT string_agg(number || checksum || applied_at, ' ') FROM schema_migration");
  ASSERT_TRUE(Migrate(address()).ok());
  EXPECT_EQ(Sql("SELECT string_agg(number || checksum || applied_at, ' ') FROM schema_migration"),
            applied);
}

// What a database from before 0004 holds gets what is computed on writing since.
TEST_F(MigratorTest, RecordsFromBeforeDigestsGetTheirLeaves) {
  const std::vector<Migration> all = EmbeddedMigrations();
  ASSERT_TRUE(ApplyMigrations(address(), {all.begin(), all.begin() + 3}).ok());
  v1::Change waiting;
  waiting.set_change_id(Id(71));
  waiting.set_record_id(Id(1));
  const std::string change = absl::BytesToHexString(waiting.SerializeAsString());
  Sql("INSERT INTO record (id, type, org, revision, upstream_revision, status, tier, category, "
      "body) SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, 'hz.a', "
      "n * n, n % 3, 1, 0, 0, decode(repeat('00ff5c', n), 'hex') FROM generate_series(1, 60) n");
  Sql("INSERT INTO record (id, type, org, archive_id, archive_ref, revision, upstream_revision, "
      "status, tier, category, body) VALUES ('" +
      Id(99) + "', 2, 'hz.a', '" + Id(1) + "', '" + Id(1) + "', 1, 0, 0, 0, 0, '')");
  Sql("INSERT INTO feed VALUES (1, 2, '" + Id(5) + "', 1, 'hz.old')");
  Sql("INSERT INTO change_queue (kind, record_id, revision, org) VALUES (2, '" + Id(5) +
      "', 1, 'hz.old'), (2, '" + Id(6) + "', 1, 'hz.old')");
  Sql("INSERT INTO change_log VALUES ('" + Id(71) + "', '" + Id(1) + "', 'x', '', ''), ('" +
      Id(72) + "', '" + Id(1) + "', 'x', '', '')");
  Sql("INSERT INTO upstream_queue (record_id, change) VALUES ('" + Id(1) + "', decode('" + change +
      "', 'hex'))");
  for (const v1::Verdict verdict : {v1::VERDICT_REFUSED, v1::VERDICT_PARKED}) {
    v1::Outcome outcome;
    outcome.set_change_id(Id(71));
    outcome.set_verdict(verdict);
    outcome.set_revision(4);
    Sql("INSERT INTO upstream_queue (record_id, refused, change, outcome) VALUES ('" + Id(1) +
        "', true, decode('" + change + "', 'hex'), decode('" +
        absl::BytesToHexString(outcome.SerializeAsString()) + "', 'hex'))");
  }
  const absl::Status migrated = Migrate(address());
  ASSERT_TRUE(migrated.ok()) << migrated;

  pqxx::connection connection(address());
  pqxx::nontransaction session(connection);
  const pqxx::result rows = session.exec(
      "SELECT id, revision, upstream_revision, encode(body, 'hex'), bucket, leaf, upstream_leaf "
      "FROM record");
  ASSERT_EQ(rows.size(), 61u);
  for (const auto& row : rows) {
    const std::string id = row[0].c_str();
    const std::string digest = domain::BodyDigest(absl::HexStringToBytes(row[3].c_str()));
    EXPECT_EQ(row[4].as<int>(), domain::DigestBucket(id));
    EXPECT_EQ(row[5].as<int64_t>(), domain::DigestLeaf(id, row[1].as<int64_t>(), digest));
    const int64_t upstream = row[2].as<int64_t>();
    ASSERT_EQ(row[6].is_null(), upstream == 0);
    if (upstream != 0) {
      EXPECT_EQ(row[6].as<int64_t>(), domain::DigestLeaf(id, upstream, digest));
    }
  }
  EXPECT_EQ(Sql("SELECT string_agg(record_id::text || org::text, ' ' ORDER BY record_id) FROM "
                "record_former_org"),
            Id(5) + "hz.old " + Id(6) + "hz.old");
  EXPECT_EQ(Sql("SELECT DISTINCT change_id FROM upstream_queue"), Id(71));
  EXPECT_EQ(Sql("SELECT string_agg(refused || ' ' || parked, ', ' ORDER BY position) FROM "
                "upstream_queue"),
            "false false, true false, true true");
  EXPECT_EQ(Sql("SELECT string_agg(change_id || ' ' || forwarded || ' ' || settled, ', ' ORDER BY "
                "change_id) FROM change_log"),
            Id(71) + " true false, " + Id(72) + " false true");
}

// Since 0009 half of the key is there.
TEST_F(MigratorTest, PersonsFromBeforeStayInTheirArchives) {
  const std::vector<Migration> all = EmbeddedMigrations();
  ASSERT_TRUE(ApplyMigrations(address(), {all.begin(), all.begin() + 8}).ok());
  Sql("INSERT INTO record (id, type, org, revision, upstream_revision, status, tier, category, "
      "body, bucket, leaf) VALUES ('" +
      Id(1) + "', 1, 'hz.a', 1, 0, 1, 0, 0, '', 1, 1)");
  // RFC 4231, test case 2: all of what PersonKeyer gives half of.
  Sql("INSERT INTO archive_person VALUES "
      "('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843', '" +
      Id(1) + "')");
  ASSERT_TRUE(Migrate(address()).ok());
  EXPECT_EQ(Sql("SELECT archive_id FROM archive_person WHERE person_key = '" +
                PersonKeyer("Jefe").Key("what do ya want for nothing?") + "'"),
            Id(1));
  EXPECT_THROW(Sql("INSERT INTO archive_person SELECT * FROM archive_person"), pqxx::sql_error);
}

TEST_F(MigratorTest, AStoreOpensOnlyOnItsOwnSchema) {
  PostgresOptions options;
  options.master_key = TestMasterKey();
  options.connection_string = address();
  const absl::Status empty = PostgresStore::Open(options).status();
  EXPECT_EQ(empty.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(TextOf(empty).en, HasSubstr("bangfu-server migrate"));
  ASSERT_TRUE(Migrate(address()).ok());
  EXPECT_TRUE(PostgresStore::Open(options).ok());
  Sql("INSERT INTO schema_migration (number, name, checksum) VALUES (9999, 'future', '')");
  EXPECT_EQ(PostgresStore::Open(options).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(MigratorTest, AnAccountWithoutRightsIsTold) {
  Sql("CREATE ROLE reader_of_" + database_->name() + " LOGIN");
  const absl::Status status = Migrate(address() + " user=reader_of_" + database_->name());
  Sql("DROP ROLE reader_of_" + database_->name());
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  EXPECT_THAT(TextOf(status).en, HasSubstr("GRANT"));
}

TEST_F(MigratorTest, AnUnreachableDatabaseIsUnavailable) {
  const absl::Status status = Migrate("host=127.0.0.1 port=1 dbname=none password=secret");
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_STORE_UNAVAILABLE);
  EXPECT_THAT(status.ToString(), testing::Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace bangfu::server
