#include "client/replica/statement_cache.h"

#include <utility>

namespace bangfu::client {

void StatementCache::Use::GiveBack(Statements& idle,
                                   std::unique_ptr<SQLite::Statement> statement) noexcept {
  // What its last step reported was told then.
  statement->tryReset();
  statement->clearBindings();
  idle.push_back(std::move(statement));
}

StatementCache::Use StatementCache::Get(const SQLite::Database& db, const char* text) {
  auto found = idle_.find(text);
  if (found == idle_.end()) found = idle_.try_emplace(text).first;
  Use::Statements& idle = found->second;
  if (idle.empty()) return {&idle, std::make_unique<SQLite::Statement>(db, text)};
  std::unique_ptr<SQLite::Statement> statement = std::move(idle.back());
  idle.pop_back();
  return {&idle, std::move(statement)};
}

}  // namespace bangfu::client
