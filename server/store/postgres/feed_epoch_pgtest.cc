#include "absl/time/clock.h"
#include "server/store/postgres/store_fixture.h"

// Epochs of the feed.
namespace bangfu::server {
namespace {

class EpochTest : public StoreFixture {};

TEST_F(EpochTest, ANewEpochHasAnotherNameAndItsTime) {
  const FeedState before = *store_->GetFeedState();
  EXPECT_LT(absl::AbsDuration(absl::Now() - before.epoch_began), absl::Minutes(10));
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(1, "hz"))).ok());
  Sequence();
  ASSERT_TRUE(store_->BeginEpoch().ok());
  const FeedState after = *store_->GetFeedState();
  EXPECT_NE(after.epoch, before.epoch);
  EXPECT_GT(after.epoch_began, before.epoch_began);
  EXPECT_EQ(after.head, 1);
  EXPECT_EQ(store_->ReadFeed("hz", 0, 10)->epoch, after.epoch);
}

TEST_F(EpochTest, TheFirstStartAndEveryFurtherOneChangeNothing) {
  const std::string epoch = store_->GetFeedState()->epoch;
  for (int start = 0; start < 3; ++start) {
    const absl::StatusOr<bool> moved = store_->BeginEpochIfMoved();
    ASSERT_TRUE(moved.ok()) << moved.status();
    EXPECT_FALSE(*moved);
  }
  EXPECT_EQ(store_->GetFeedState()->epoch, epoch);
}

// The database remembers what it was in one of these ways and finds itself another.
TEST_F(EpochTest, ADatabaseThatIsNotTheOneThatItWasBeginsAnEpoch) {
  ASSERT_FALSE(*store_->BeginEpochIfMoved());
  for (const char* was : {"system_identifier = system_identifier + 1", "timeline = '00000000'",
                          "database_oid = database_oid + 1"}) {
    const std::string epoch = store_->GetFeedState()->epoch;
    Sql(absl::StrCat("UPDATE feed_state SET ", was));
    EXPECT_TRUE(*store_->BeginEpochIfMoved()) << was;
    EXPECT_NE(store_->GetFeedState()->epoch, epoch) << was;
    EXPECT_FALSE(*store_->BeginEpochIfMoved()) << was;
  }
}

TEST_F(EpochTest, ACopyBesideTheOriginalBeginsAnEpoch) {
  ASSERT_FALSE(*store_->BeginEpochIfMoved());
  const std::string epoch = store_->GetFeedState()->epoch;
  store_.reset();
  absl::StatusOr<TestDatabase> copy = TestDatabase::Create();
  ASSERT_TRUE(copy.ok()) << copy.status();
  {
    pqxx::connection connection(copy->connection_string() + " dbname=postgres");
    pqxx::nontransaction session(connection);
    session.exec("DROP DATABASE " + copy->name());
    session.exec("CREATE DATABASE " + copy->name() + " TEMPLATE " + database_->name());
  }
  PostgresOptions options;
  options.master_key = TestMasterKey();
  options.connection_string = copy->connection_string();
  const auto restored = PostgresStore::Open(options);
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_EQ((*restored)->GetFeedState()->epoch, epoch);
  EXPECT_TRUE(*(*restored)->BeginEpochIfMoved());
  EXPECT_NE((*restored)->GetFeedState()->epoch, epoch);
}

TEST_F(EpochTest, AnOrdinaryAccountMayAsk) {
  const std::string role = "node_of_" + database_->name();
  Sql("CREATE ROLE " + role + " LOGIN");
  Sql("GRANT " + Sql("SELECT node || ', ' || reader FROM store_role") + " TO " + role);
  {
    PostgresOptions options;
    options.master_key = TestMasterKey();
    options.connection_string = database_->connection_string() + " user=" + role;
    const auto ordinary = PostgresStore::Open(options);
    ASSERT_TRUE(ordinary.ok()) << ordinary.status();
    EXPECT_FALSE(*(*ordinary)->BeginEpochIfMoved());
    EXPECT_NE(Sql("SELECT system_identifier FROM feed_state"), "");
    Sql("UPDATE feed_state SET timeline = '00000000'");
    EXPECT_TRUE(*(*ordinary)->BeginEpochIfMoved());
    // Where this was forbidden, nothing is taken for moved.
    Sql("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC");
    Sql("UPDATE feed_state SET timeline = '00000000'");
    EXPECT_FALSE(*(*ordinary)->BeginEpochIfMoved());
  }
  Sql("DROP OWNED BY " + role);
  Sql("DROP ROLE " + role);
}

}  // namespace
}  // namespace bangfu::server
