#ifndef BANGFU_CLIENT_REPLICA_SEALED_DATABASE_H_
#define BANGFU_CLIENT_REPLICA_SEALED_DATABASE_H_

#include <SQLiteCpp/Database.h>

#include <memory>
#include <string>
#include <utility>

#include "client/replica/replica_keys.h"
#include "client/replica/statement_cache.h"

namespace bangfu::client {

// The SQLite file of a replica with the keys of what is sealed in it.
class SealedDatabase : public SQLite::Database {
 public:
  using SQLite::Database::Database;

  void UseKeys(std::shared_ptr<const ReplicaKeys> keys) { keys_ = std::move(keys); }
  // Only after UseKeys.
  const ReplicaKeys& keys() const { return *keys_; }

  // `statement` is a constant. What comes must be gone before the database is.
  StatementCache::Use Prepare(const char* statement) { return statements_.Get(*this, statement); }

 private:
  std::shared_ptr<const ReplicaKeys> keys_;
  StatementCache statements_;
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_SEALED_DATABASE_H_
