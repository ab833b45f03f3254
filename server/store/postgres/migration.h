#ifndef BANGFU_SERVER_STORE_POSTGRES_MIGRATION_H_
#define BANGFU_SERVER_STORE_POSTGRES_MIGRATION_H_

#include <string>
#include <vector>

namespace bangfu::server {

// One step of the schema.
struct Migration {
  int number = 0;    // from 1, without gaps
  std::string name;  // "store"
  std::string sql;
};

// The files migrations/NNNN_name.sql as they were at build time, by number.
std::vector<Migration> EmbeddedMigrations();

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_MIGRATION_H_
