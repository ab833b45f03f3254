#include "client/replica/statement_cache.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <optional>
#include <utility>

namespace bangfu::client {
namespace {

constexpr char kInsert[] = "INSERT INTO number (value) VALUES (?1)";
constexpr char kSelect[] = "SELECT value FROM number ORDER BY value";
constexpr char kEcho[] = "SELECT ?1";

class StatementCacheTest : public ::testing::Test {
 protected:
  void SetUp() override { db_.exec("CREATE TABLE number (value INTEGER UNIQUE) STRICT"); }

  void Insert(int value) {
    const auto insert = cache_.Get(db_, kInsert);
    insert->bind(1, value);
    insert->exec();
  }
  int CountPrepared() {
    int count = 0;
    sqlite3_stmt* next = nullptr;
    while ((next = sqlite3_next_stmt(db_.getHandle(), next)) != nullptr) ++count;
    return count;
  }
  bool HasBusy() {
    sqlite3_stmt* next = nullptr;
    while ((next = sqlite3_next_stmt(db_.getHandle(), next)) != nullptr) {
      if (sqlite3_stmt_busy(next) != 0) return true;
    }
    return false;
  }

  SQLite::Database db_{":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
  StatementCache cache_;
};

TEST_F(StatementCacheTest, PreparesATextOnce) {
  for (int value = 0; value < 10; ++value) Insert(value);
  EXPECT_EQ(CountPrepared(), 1);
}

TEST_F(StatementCacheTest, ForgetsValues) {
  {
    const auto echo = cache_.Get(db_, kEcho);
    echo->bind(1, "planted");
    ASSERT_TRUE(echo->executeStep());
  }
  const auto echo = cache_.Get(db_, kEcho);
  ASSERT_TRUE(echo->executeStep());
  EXPECT_TRUE(echo->isColumnNull(0));
}

TEST_F(StatementCacheTest, HoldsNoTransactionOpen) {
  Insert(1);
  Insert(2);
  {
    const auto select = cache_.Get(db_, kSelect);
    ASSERT_TRUE(select->executeStep());
    EXPECT_TRUE(HasBusy());
  }
  EXPECT_FALSE(HasBusy());
}

TEST_F(StatementCacheTest, ATextInUseIsPreparedOnceMore) {
  Insert(1);
  Insert(2);
  const auto outer = cache_.Get(db_, kSelect);
  ASSERT_TRUE(outer->executeStep());
  {
    const auto inner = cache_.Get(db_, kSelect);
    ASSERT_TRUE(inner->executeStep());
    EXPECT_EQ(inner->getColumn(0).getInt(), 1);
  }
  ASSERT_TRUE(outer->executeStep());
  EXPECT_EQ(outer->getColumn(0).getInt(), 2);
}

TEST_F(StatementCacheTest, IsUsableAfterAnError) {
  Insert(1);
  EXPECT_THROW(Insert(1), SQLite::Exception);
  Insert(2);
  EXPECT_EQ(db_.execAndGet("SELECT count(*) FROM number").getInt(), 2);
}

TEST_F(StatementCacheTest, IsUsableAfterAChangeOfTheSchema) {
  Insert(1);
  db_.exec("ALTER TABLE number ADD COLUMN name TEXT");
  Insert(2);
  EXPECT_EQ(db_.execAndGet("SELECT count(*) FROM number").getInt(), 2);
}

TEST_F(StatementCacheTest, MovesWithItsUser) {
  std::optional<StatementCache::Use> kept;
  {
    auto select = cache_.Get(db_, kSelect);
    kept.emplace(std::move(select));
  }
  EXPECT_FALSE((*kept)->executeStep());
  kept.reset();
  cache_.Get(db_, kSelect);
  EXPECT_EQ(CountPrepared(), 1);
}

}  // namespace
}  // namespace bangfu::client
