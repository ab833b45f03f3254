#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "absl/strings/str_format.h"
#include "server/store/postgres/binary_array.h"
#include "server/store/postgres/binary_copy.h"
#include "server/store/postgres/connection_fixture.h"

namespace bangfu::server {
namespace {

constexpr char kId[] = "01900000-0000-7000-8000-00000000000a";
constexpr char kTable[] = "t (id, small, whole, big, word, bytes, path, moment, yes)";
constexpr int16_t kColumns = 9;

// With few rows and with many.
class BinaryCopyTest : public ConnectionFixture, public testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    ConnectionFixture::SetUp();
    Run("CREATE TABLE t (id uuid PRIMARY KEY, small smallint, whole integer, big bigint, word "
        "text, bytes bytea, path ltree, moment timestamptz, yes boolean)");
  }

  // Of the row with kId.
  std::string Cell(const std::string& expression) {
    const pqxx::result rows = Run("SELECT " + expression + " FROM t WHERE id = '" + kId + "'");
    return rows.size() == 1 ? rows[0][0].as<std::string>("NULL") : "not one row";
  }
  int Count() { return Run("SELECT count(*) FROM t")[0][0].as<int>(); }

  static void AddRow(BinaryCopy& rows, absl::Time moment = absl::UnixEpoch()) {
    std::string& row = rows.Row();
    AppendUuid(kId, row);
    AppendNumber(int16_t{-2}, row);
    AppendNumber(int32_t{-70'000}, row);
    AppendNumber(int64_t{-5'000'000'000}, row);
    AppendText("王\t\\N\n\"", row);
    AppendBytes(std::string("\0\xff\\", 3), row);
    AppendPath("hz.fuyang", row);
    AppendTime(moment, row);
    AppendBool(true, row);
  }
  void Send(BinaryCopy& rows, const char* table = kTable) {
    if (GetParam()) AddOthers(rows);
    pqxx::work work(*connection_);
    Pipeline pipeline(*connection_);
    rows.Send(pipeline, table);
    pipeline.Run();
    work.commit();
  }

 private:
  static void AddOthers(BinaryCopy& rows) {
    constexpr int kOthers = 20;
    for (int i = 0; i < kOthers; ++i) {
      std::string& row = rows.Row();
      AppendUuid(absl::StrFormat("01900000-0000-7000-8001-%012x", i), row);
      for (int column = 1; column < kColumns; ++column) AppendNull(row);
    }
  }
};

using BinaryValuesTest = ConnectionFixture;

TEST_P(BinaryCopyTest, ValuesArriveAsTheyAre) {
  BinaryCopy rows(kColumns);
  AddRow(rows, absl::FromUnixMicros(1'394'000'000'000'001));
  Send(rows);
  EXPECT_EQ(Cell("id"), kId);
  EXPECT_EQ(Cell("small"), "-2");
  EXPECT_EQ(Cell("whole"), "-70000");
  EXPECT_EQ(Cell("big"), "-5000000000");
  EXPECT_EQ(Cell("word"), "王\t\\N\n\"");
  EXPECT_EQ(Cell("encode(bytes, 'hex')"), "00ff5c");
  EXPECT_EQ(Cell("path"), "hz.fuyang");
  EXPECT_EQ(Cell("(extract(epoch FROM moment) * 1000000)::bigint"), "1394000000000001");
  EXPECT_EQ(Cell("yes"), "t");
}

TEST_P(BinaryCopyTest, NullIsNull) {
  BinaryCopy rows(kColumns);
  std::string& row = rows.Row();
  AppendUuid(kId, row);
  for (int i = 1; i < kColumns; ++i) AppendNull(row);
  Send(rows);
  EXPECT_EQ(Cell("num_nonnulls(small, whole, big, word, bytes, path, moment, yes)"), "0");
}

TEST_P(BinaryCopyTest, TimesThatPostgresCannotHoldBecomeTheNearest) {
  BinaryCopy rows(kColumns);
  AddRow(rows, absl::InfinitePast());
  Send(rows);
  EXPECT_EQ(Cell("moment = '0001-01-01 00:00:00+00'"), "t");
}

TEST_F(BinaryValuesTest, NothingIsSentForNoRows) {
  BinaryCopy rows(kColumns);
  EXPECT_TRUE(rows.empty());
  Pipeline pipeline(*connection_);
  rows.Send(pipeline, "nowhere");
  pipeline.Run();
}

TEST_P(BinaryCopyTest, AViolatedConstraintIsToldByItsStateWithoutValues) {
  BinaryCopy rows(kColumns);
  AddRow(rows);
  AddRow(rows);
  try {
    Send(rows);
    FAIL() << "the same key twice";
  } catch (const pqxx::sql_error& error) {
    EXPECT_EQ(error.sqlstate(), "23505");
    EXPECT_EQ(std::string(error.what()).find(kId), std::string::npos);
  }
  EXPECT_EQ(Count(), 0) << "and the connection goes on";
}

TEST_P(BinaryCopyTest, AStatementThatPostgresRefusesIsTold) {
  BinaryCopy rows(kColumns);
  AddRow(rows);
  EXPECT_THROW(Send(rows, "nowhere (a, b, c, d, e, f, g, h, i)"), pqxx::sql_error);
  EXPECT_EQ(Count(), 0) << "and the connection goes on";
}

TEST_P(BinaryCopyTest, ALostConnectionIsTold) {
  LoseConnection();
  BinaryCopy rows(kColumns);
  AddRow(rows);
  EXPECT_THROW(Send(rows), pqxx::broken_connection);
}

INSTANTIATE_TEST_SUITE_P(Few, BinaryCopyTest, testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Many, BinaryCopyTest, testing::Values(true));

TEST_F(BinaryValuesTest, WhatIsNoTextOrNoUuidIsRefusedHere) {
  std::string bytes;
  EXPECT_THROW(AppendText(std::string("a\0b", 3), bytes), std::invalid_argument);
  EXPECT_THROW(AppendPath(std::string("a\0b", 3), bytes), std::invalid_argument);
  EXPECT_THROW(AppendUuid("not a uuid", bytes), std::invalid_argument);
}

TEST_F(BinaryValuesTest, ArraysAreParameters) {
  BinaryArray ids(BinaryArray::Of::kUuid), words(BinaryArray::Of::kText),
      numbers(BinaryArray::Of::kBigint), bytes(BinaryArray::Of::kBytes);
  AppendUuid(kId, ids.Next());
  AppendNull(ids.Next());
  AppendText("a,\"b\"", words.Next());
  AppendText("", words.Next());
  AppendNumber(int64_t{1}, numbers.Next());
  AppendNumber(int64_t{-1}, numbers.Next());
  AppendBytes(std::string("\0", 1), bytes.Next());
  AppendNull(bytes.Next());
  pqxx::nontransaction session(*connection_);
  const pqxx::result rows = session.exec_params(
      "SELECT id, word, number, encode(bytes, 'hex') "
      "FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bytea[]) AS n (id, word, number, "
      "bytes)",
      pqxx::binarystring(ids.Build()), pqxx::binarystring(words.Build()),
      pqxx::binarystring(numbers.Build()), pqxx::binarystring(bytes.Build()));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0][0].as<std::string>(), kId);
  EXPECT_EQ(rows[0][1].as<std::string>(), "a,\"b\"");
  EXPECT_EQ(rows[0][2].as<std::string>(), "1");
  EXPECT_EQ(rows[0][3].as<std::string>(), "00");
  EXPECT_TRUE(rows[1][0].is_null());
  EXPECT_EQ(rows[1][1].as<std::string>(), "");
  EXPECT_TRUE(rows[1][3].is_null());
}

TEST_F(BinaryValuesTest, AnEmptyArrayIsAParameter) {
  pqxx::nontransaction session(*connection_);
  const BinaryArray none(BinaryArray::Of::kUuid);
  EXPECT_EQ(
      session.exec_params("SELECT cardinality($1::uuid[])", pqxx::binarystring(none.Build()))[0][0]
          .as<int>(),
      0);
}

}  // namespace
}  // namespace bangfu::server
