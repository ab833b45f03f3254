#ifndef BANGFU_SERVER_STORE_POSTGRES_CONNECTION_FIXTURE_H_
#define BANGFU_SERVER_STORE_POSTGRES_CONNECTION_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "server/store/postgres/connection.h"
#include "tests/support/test_database.h"

namespace bangfu::server {

// A connection to a database of its own, which has ltree and nothing else.
class ConnectionFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    auto database = TestDatabase::Create();
    ASSERT_TRUE(database.ok()) << database.status();
    database_.emplace(*std::move(database));
    connection_ = std::make_unique<Connection>(database_->connection_string());
    Run("CREATE EXTENSION ltree");
  }

  pqxx::result Run(const std::string& sql) {
    pqxx::nontransaction session(*connection_);
    return session.exec(sql);
  }
  // Ends the session of the connection, which does not know.
  void LoseConnection() {
    const std::string id = Run("SELECT pg_backend_pid()")[0][0].as<std::string>();
    pqxx::connection other(database_->connection_string());
    pqxx::nontransaction session(other);
    session.exec("SELECT pg_terminate_backend(" + id + ", 5000)");
  }

  std::optional<TestDatabase> database_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_CONNECTION_FIXTURE_H_
