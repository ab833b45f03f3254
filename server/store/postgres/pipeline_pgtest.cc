#include <gtest/gtest.h>

#include <cstdint>
#include <stdexcept>
#include <string>

#include "server/store/postgres/binary_copy.h"
#include "server/store/postgres/connection_fixture.h"
#include "server/store/postgres/pipeline.h"

namespace bangfu::server {
namespace {

constexpr char kInsert[] = "INSERT INTO t (number, word) VALUES ($1, $2)";
constexpr char kTable[] = "t (number, word)";

class PipelineTest : public ConnectionFixture {
 protected:
  void SetUp() override {
    ConnectionFixture::SetUp();
    Run("CREATE TABLE t (number bigint PRIMARY KEY, word text)");
  }

  static std::string Values(int64_t number, const std::string& word) {
    std::string values;
    AppendNumber(number, values);
    AppendText(word, values);
    return values;
  }
  std::string Numbers() {
    return Run("SELECT coalesce(string_agg(number::text, ' ' ORDER BY number), '') FROM t")[0][0]
        .as<std::string>();
  }
};

TEST_F(PipelineTest, StatementsRunInTheirOrder) {
  pqxx::work work(*connection_);
  Pipeline pipeline(*connection_);
  pipeline.Add(kInsert, Values(1, "一"), 2);
  std::string null;
  AppendNumber(int64_t{2}, null);
  AppendNull(null);
  pipeline.Add(kInsert, null, 2);
  int64_t changed = -1;
  pipeline.Add("UPDATE t SET word = word || '!' WHERE number < 9", "", 0,
               [&changed](int64_t rows) { changed = rows; });
  pipeline.Run();
  work.commit();
  EXPECT_EQ(changed, 2);
  const pqxx::result rows = Run("SELECT word FROM t ORDER BY number");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0][0].as<std::string>(), "一!");
  EXPECT_TRUE(rows[1][0].is_null());
}

TEST_F(PipelineTest, NothingWaitsAfterARun) {
  pqxx::work work(*connection_);
  Pipeline pipeline(*connection_);
  pipeline.Run();
  pipeline.Add(kInsert, Values(1, ""), 2);
  pipeline.Run();
  pipeline.Run();
  work.commit();
  EXPECT_EQ(Numbers(), "1");
}

TEST_F(PipelineTest, MoreThanWaitAtOnceRunToo) {
  constexpr int kStatements = 200;
  int64_t written = 0;
  pqxx::work work(*connection_);
  Pipeline pipeline(*connection_);
  for (int i = 0; i < kStatements; ++i)
    pipeline.Add(kInsert, Values(i, std::string(10'000, 'x')), 2,
                 [&written](int64_t rows) { written += rows; });
  pipeline.Run();
  work.commit();
  EXPECT_EQ(written, kStatements);
}

TEST_F(PipelineTest, TheFirstFailureIsToldByItsStateWithoutValues) {
  {
    pqxx::work work(*connection_);
    Pipeline pipeline(*connection_);
    pipeline.Add(kInsert, Values(1, "secret"), 2);
    pipeline.Add(kInsert, Values(1, "secret"), 2);
    pipeline.Add("SELECT 1 / (SELECT 0)", "", 0);  // is not run any more
    try {
      pipeline.Run();
      FAIL() << "the same key twice";
    } catch (const pqxx::sql_error& error) {
      EXPECT_EQ(error.sqlstate(), "23505");
      EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos);
    }
  }
  EXPECT_EQ(Numbers(), "") << "and the connection goes on";
}

TEST_F(PipelineTest, ACheckThatFailsComesBeforeALaterStatementThatDoes) {
  {
    pqxx::work work(*connection_);
    Pipeline pipeline(*connection_);
    pipeline.Add("UPDATE t SET word = ''", "", 0, [](int64_t rows) {
      if (rows != 1) throw std::out_of_range("stale");
    });
    pipeline.Add("SELECT 1 / (SELECT 0)", "", 0);
    EXPECT_THROW(pipeline.Run(), std::out_of_range);
  }
  EXPECT_EQ(Numbers(), "") << "and the connection goes on";
}

TEST_F(PipelineTest, WhatWasBegunEndsBeforeWhatComesNext) {
  int64_t written = 0, changed = 0;
  pqxx::work work(*connection_);
  Pipeline pipeline(*connection_);
  pipeline.Add("INSERT INTO t SELECT n, 'x' FROM generate_series(1, 50) n", "", 0,
               [&written](int64_t rows) { written = rows; });
  pipeline.Begin();
  pipeline.Add("UPDATE t SET word = 'y'", "", 0, [&changed](int64_t rows) { changed = rows; });
  EXPECT_EQ(written, 50);
  pipeline.Begin();
  pipeline.Begin();
  EXPECT_EQ(changed, 50);
  pipeline.Run();
  work.commit();
}

TEST_F(PipelineTest, AConnectionGoesOnWhenNobodyAskedForTheEnd) {
  for (const bool copy : {false, true}) {
    try {
      pqxx::work work(*connection_);
      Pipeline pipeline(*connection_);
      if (copy) {
        BinaryCopy rows(2);
        for (int64_t i = 0; i < 20; ++i) rows.Row() += Values(i / 2, "");  // twice each
        rows.Send(pipeline, kTable);
      } else {
        pipeline.Add("SELECT 1 / (SELECT 0)", "", 0);
        pipeline.Begin();
      }
      throw std::out_of_range("while the next rows are made ready");
    } catch (const std::out_of_range&) {
      EXPECT_EQ(Numbers(), "") << copy;
    }
  }
}

TEST_F(PipelineTest, AFailureIsToldByWhoeverWaitsForItsEnd) {
  {
    pqxx::work work(*connection_);
    Pipeline pipeline(*connection_);
    pipeline.Add("SELECT 1 / (SELECT 0)", "", 0);
    pipeline.Begin();
    EXPECT_THROW(pipeline.Begin(), pqxx::sql_error);
  }
  EXPECT_EQ(Numbers(), "");
}

TEST_F(PipelineTest, ALostConnectionIsTold) {
  Pipeline pipeline(*connection_);
  pipeline.Add(kInsert, Values(1, ""), 2);
  LoseConnection();
  EXPECT_THROW(pipeline.Run(), pqxx::broken_connection);
}

TEST_F(PipelineTest, RowsArriveInTheirOrderWhetherTheyAreFewOrMany) {
  pqxx::work work(*connection_);
  Pipeline pipeline(*connection_);
  int64_t next = 1;
  for (const int count : {2, 100, 3}) {
    BinaryCopy rows(2);
    for (int i = 0; i < count; ++i) {
      std::string& row = rows.Row();
      AppendNumber(next++, row);
      AppendText("x", row);
    }
    rows.Send(pipeline, kTable);
    // Needs those that came before it.
    pipeline.Add("UPDATE t SET word = word || 'y'", "", 0,
                 [expected = next - 1](int64_t changed) { EXPECT_EQ(changed, expected); });
  }
  pipeline.Run();
  work.commit();
  EXPECT_EQ(Run("SELECT count(*), max(length(word)) FROM t WHERE number <= 2")[0][1].as<int>(), 4);
  EXPECT_EQ(Run("SELECT count(*) FROM t")[0][0].as<int>(), 105);
}

}  // namespace
}  // namespace bangfu::server
