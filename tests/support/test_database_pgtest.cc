#include <gtest/gtest.h>

#include <optional>
#include <pqxx/pqxx>
#include <utility>

#include "tests/support/test_database.h"

namespace bangfu::server {
namespace {

std::string OneValue(const std::string& address, const std::string& query) {
  pqxx::connection connection(address);
  pqxx::nontransaction session(connection);
  return session.exec1(query)[0].as<std::string>();
}

TEST(TestDatabaseTest, EachIsPrivate) {
  absl::StatusOr<TestDatabase> first = TestDatabase::Create();
  absl::StatusOr<TestDatabase> second = TestDatabase::Create();
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(second.ok()) << second.status();
  {
    pqxx::connection connection(first->connection_string());
    pqxx::work work(connection);
    work.exec("CREATE TABLE note (body text)");
    work.commit();
  }
  const std::string query = "SELECT count(*) FROM pg_class WHERE relname = 'note'";
  EXPECT_EQ(OneValue(first->connection_string(), query), "1");
  EXPECT_EQ(OneValue(second->connection_string(), query), "0");
  EXPECT_EQ(OneValue(second->connection_string(), "SELECT current_database()"), second->name());
}

TEST(TestDatabaseTest, IsDroppedEvenWithAnOpenConnection) {
  absl::StatusOr<TestDatabase> keeper = TestDatabase::Create();
  ASSERT_TRUE(keeper.ok()) << keeper.status();
  std::string name;
  {
    absl::StatusOr<TestDatabase> dropped = TestDatabase::Create();
    ASSERT_TRUE(dropped.ok()) << dropped.status();
    name = dropped->name();
    const pqxx::connection still_open(dropped->connection_string());
    TestDatabase moved = *std::move(dropped);
    EXPECT_EQ(moved.name(), name);
  }
  EXPECT_EQ(OneValue(keeper->connection_string(),
                     "SELECT count(*) FROM pg_database WHERE datname = '" + name + "'"),
            "0");
}

TEST(TestDatabaseTest, ACopyHasWhatTheOriginalHadAndGoesItsOwnWay) {
  absl::StatusOr<TestDatabase> original = TestDatabase::Create();
  ASSERT_TRUE(original.ok()) << original.status();
  const auto run = [](const TestDatabase& database, const std::string& statement) {
    pqxx::connection connection(database.connection_string());
    pqxx::work work(connection);
    work.exec(statement);
    work.commit();
  };
  run(*original, "CREATE TABLE note AS SELECT 1 AS number");
  absl::StatusOr<TestDatabase> copy = TestDatabase::CopyOf(*original);
  ASSERT_TRUE(copy.ok()) << copy.status();
  run(*original, "INSERT INTO note VALUES (2)");
  EXPECT_EQ(OneValue(copy->connection_string(), "SELECT count(*) FROM note"), "1");
}

TEST(AddressOfDatabaseTest, ReplacesTheDatabaseInBothForms) {
  EXPECT_EQ(AddressOfDatabase("host=/run/x dbname=postgres", "t"),
            "host=/run/x dbname=postgres dbname=t");
  EXPECT_EQ(AddressOfDatabase("postgresql://u@/postgres", "t"),
            "postgresql://u@/postgres?dbname=t");
  EXPECT_EQ(AddressOfDatabase("postgres:///postgres?host=/run/x", "t"),
            "postgres:///postgres?host=/run/x&dbname=t");
}

TEST(AddressOfDatabaseTest, LibpqFollowsTheReplacement) {
  absl::StatusOr<TestDatabase> database = TestDatabase::Create();
  ASSERT_TRUE(database.ok()) << database.status();
  const std::string keywords = database->connection_string();
  EXPECT_EQ(OneValue(AddressOfDatabase(keywords, "postgres"), "SELECT current_database()"),
            "postgres");
}

}  // namespace
}  // namespace bangfu::server
