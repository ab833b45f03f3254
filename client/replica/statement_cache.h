#ifndef BANGFU_CLIENT_REPLICA_STATEMENT_CACHE_H_
#define BANGFU_CLIENT_REPLICA_STATEMENT_CACHE_H_

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace bangfu::client {

// Statements that a connection prepared, for the next use: to prepare one takes longer than to run
// it on one row. Keeps every text, so it is for constant ones. Not thread-safe.
class StatementCache {
 public:
  // A statement in use; whoever has it must not outlive the cache. At its end it is reset, so that
  // it never holds a transaction open, and its values are forgotten.
  class Use {
   public:
    Use(Use&& other) = default;
    Use& operator=(Use&&) = delete;
    ~Use() {
      if (statement_ != nullptr) GiveBack(*idle_, std::move(statement_));
    }

    SQLite::Statement& operator*() const { return *statement_; }
    SQLite::Statement* operator->() const { return statement_.get(); }

   private:
    friend class StatementCache;
    using Statements = std::vector<std::unique_ptr<SQLite::Statement>>;

    Use(Statements* idle, std::unique_ptr<SQLite::Statement> statement)
        : idle_(idle), statement_(std::move(statement)) {}

    static void GiveBack(Statements& idle, std::unique_ptr<SQLite::Statement> statement) noexcept;

    Statements* idle_;
    std::unique_ptr<SQLite::Statement> statement_;
  };

  StatementCache() = default;
  StatementCache(const StatementCache&) = delete;
  StatementCache& operator=(const StatementCache&) = delete;

  // Of this connection, always the same one. A text that is in use is prepared once more. Throws
  // SQLite::Exception.
  Use Get(const SQLite::Database& db, const char* text);

 private:
  // Those of a text that nobody uses; nodes stay where they are.
  std::map<std::string, Use::Statements, std::less<>> idle_;
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_STATEMENT_CACHE_H_
