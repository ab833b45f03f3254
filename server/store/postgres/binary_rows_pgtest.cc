#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "server/store/postgres/binary_rows.h"
#include "server/store/postgres/connection_fixture.h"

namespace bangfu::server {
namespace {

constexpr char kId[] = "01900000-0000-7000-8000-00000000000a";

class BinaryRowsTest : public ConnectionFixture {
 protected:
  BinaryRows Read(const char* statement, const std::vector<std::string>& parameters = {}) {
    return BinaryRows::Read(*connection_, statement, parameters);
  }
};

TEST_F(BinaryRowsTest, ValuesArriveAsTheyAre) {
  const BinaryRows rows = Read(
      "SELECT $1::uuid, (-2)::smallint, (-70000)::integer, (-5000000000)::bigint, "
      "9223372036854775807, $2::text, '\\x00ff5c'::bytea, 'hz.fuyang'::ltree",
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
}

TEST_F(BinaryRowsTest, NullIsEmptyAndNoNumber) {
  const BinaryRows rows = Read("SELECT NULL::uuid, NULL::text, NULL::ltree, NULL::bigint");
  EXPECT_EQ(rows.Uuid(0, 0), "");
  EXPECT_EQ(rows.Bytes(0, 1), "");
  EXPECT_EQ(rows.Path(0, 2), "");
  EXPECT_THROW(rows.Int(0, 3), std::runtime_error);
}

TEST_F(BinaryRowsTest, AValueOfAnotherTypeIsRefused) {
  const BinaryRows rows = Read("SELECT 'abc'::text");
  EXPECT_THROW(rows.Int(0, 0), std::runtime_error);
  EXPECT_THROW(rows.Uuid(0, 0), std::runtime_error);
  EXPECT_THROW(rows.Path(0, 0), std::runtime_error);
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

TEST_F(BinaryRowsTest, AStatementIsPreparedOnceForEachEdition) {
  for (const int edition : {0, 0, 1, 1, 0}) {
    EXPECT_EQ(BinaryRows::Read(*connection_, "SELECT $1::bigint", {"7"}, edition).Int(0, 0), 7);
  }
  EXPECT_EQ(Run("SELECT count(*) FROM pg_prepared_statements")[0][0].as<int>(), 2);
}

TEST_F(BinaryRowsTest, ALostConnectionIsOne) {
  EXPECT_THROW(Read("SELECT pg_terminate_backend(pg_backend_pid())"), pqxx::broken_connection);
}

}  // namespace
}  // namespace bangfu::server
