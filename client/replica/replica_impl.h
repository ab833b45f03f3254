#ifndef BANGFU_CLIENT_REPLICA_REPLICA_IMPL_H_
#define BANGFU_CLIENT_REPLICA_REPLICA_IMPL_H_

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/replica/replica.h"
#include "client/replica/sealed_database.h"
#include "client/replica/sqlite_status.h"

namespace bangfu::client {

// The open file of a replica; what happens in it is in the files *_rows.
class Replica::Impl {
 public:
  Impl(std::string path, std::unique_ptr<SealedDatabase> db)
      : path_(std::move(path)), db_(std::move(db)) {}

  const std::string& path() const { return path_; }
  SealedDatabase& db() { return *db_; }

  // Runs `body` in a transaction and commits when it returns OK.
  template <typename Body>
  absl::Status Write(Body body) {
    int system_error = 0;
    try {
      SQLite::Transaction transaction(*db_, SQLite::TransactionBehavior::IMMEDIATE);
      try {
        if (absl::Status status = body(); !status.ok()) return status;
        transaction.commit();
      } catch (const SQLite::Exception&) {
        system_error = sqlite3_system_errno(db_->getHandle());
        throw;
      }
      return absl::OkStatus();
    } catch (const SQLite::Exception& error) {
      return SqliteStatus(error, system_error, path_);
    }
  }

  // Runs `body`, which cannot fail but for the file, in a transaction.
  template <typename Body>
  absl::Status Store(Body body) {
    return Write([&] {
      body(*db_);
      return absl::OkStatus();
    });
  }

  // Runs `body`, which returns a StatusOr and reads with one statement.
  template <typename Body>
  auto Read(Body body) -> decltype(body()) {
    try {
      return body();
    } catch (const SQLite::Exception& error) {
      return SqliteStatus(error, sqlite3_system_errno(db_->getHandle()), path_);
    }
  }

  // Returns what `body` reads with one statement.
  template <typename Body>
  auto Load(Body body) -> absl::StatusOr<decltype(body(std::declval<SealedDatabase&>()))> {
    using Result = absl::StatusOr<decltype(body(*db_))>;
    return Read([&]() -> Result { return body(*db_); });
  }

 private:
  const std::string path_;
  std::unique_ptr<SealedDatabase> db_;
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_REPLICA_IMPL_H_
