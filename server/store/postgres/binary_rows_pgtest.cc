#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "server/store/postgres/binary_rows.h"
#include "tests/support/test_database.h"

namespace bangfu::server {
namespace {

constexpr char kId[] = "01900000-0000-7000-8000-00000000000a";

class BinaryRowsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto database = TestDatabase::Create();
    ASSERT_TRUE(database.ok()) << database.status();
    database_.emplace(*std::move(database));
    connection_ = std::make_unique<Connection>(database_->connection_string());
    pqxx::nontransaction(*connection_).exec("CREATE EXTENSION ltree");
  }
  BinaryRows Read(const char* statement, const std::vector<std::string>& parameters = {}) {
    return BinaryRows::Read(*connection_, statement, parameters);
  }

  std::optional<TestDatabase> database_;
  std::unique_ptr<Connection> connection_;
};

TEST_F(BinaryRowsTest, ValuesArriveAsTheyAre) {
  const BinaryRows rows = Read(
      "SELECT $1::uuid, (-2)::smallint, (-70000)::integer, (-5000000000)::bigint, "
      "9223372036854775807, $2::text, '\\x00ff5c'::bytea, 'hz.fuyang'::ltree, true, false",
      {kId, "王\t\\N\n\""});
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows.Uuid(0, 0), kId);
  EXPECT_EQ(rows.Int(0, 1), -2);
  EXPECT_EQ(rows.Int(0, 2), -70'000);
  EXPECT_EQ(rows.Int(0, 3), -5'000'000'000);
  EXPECT_EQ(rows.Int(0, 4), 9'223'372'036'854'775'807);
  EXPECT_EQ(rows.Bytes(0, 5), "王\t\\N\n\"");
  EXPECT_EQ(rows.Bytes(0, 6), std::string("\0\xff\\", 3));
  EXPECT_EQ(rows.Path(0, 7), "hz.fuyang");
  EXPECT_TRUE(rows.Bool(0, 8));
  EXPECT_FALSE(rows.Bool(0, 9));
}

TEST_F(BinaryRowsTest, NullIsEmptyAndNoNumber) {
  const BinaryRows rows =
      Read("SELECT NULL::uuid, NULL::text, NULL::ltree, NULL::boolean, NULL::bigint");
  EXPECT_TRUE(rows.IsNull(0, 0));
  EXPECT_EQ(rows.Uuid(0, 0), "");
  EXPECT_EQ(rows.Bytes(0, 1), "");
  EXPECT_EQ(rows.Path(0, 2), "");
  EXPECT_FALSE(rows.Bool(0, 3));
  EXPECT_THROW(rows.Int(0, 4), std::runtime_error);
}

TEST_F(BinaryRowsTest, AValueOfAnotherTypeIsRefused) {
  const BinaryRows rows = Read("SELECT 'abc'::text");
  EXPECT_THROW(rows.Int(0, 0), std::runtime_error);
  EXPECT_THROW(rows.Uuid(0, 0), std::runtime_error);
  EXPECT_THROW(rows.Path(0, 0), std::runtime_error);
  EXPECT_THROW(rows.Bool(0, 0), std::runtime_error);
}

TEST_F(BinaryRowsTest, AFailureCarriesItsStateAndNoValue) {
  try {
    Read("SELECT $1::bigint", {"secret"});
    FAIL() << "it must not run";
  } catch (const pqxx::sql_error& error) {
    EXPECT_EQ(error.sqlstate(), "22P02");
    EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos);
  }
  EXPECT_EQ(Read("SELECT 1").Int(0, 0), 1) << "the connection is still of use";
}

TEST_F(BinaryRowsTest, ALostConnectionIsOne) {
  EXPECT_THROW(Read("SELECT pg_terminate_backend(pg_backend_pid())"), pqxx::broken_connection);
}

}  // namespace
}  // namespace bangfu::server
