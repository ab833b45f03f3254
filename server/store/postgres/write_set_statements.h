#ifndef BANGFU_SERVER_STORE_POSTGRES_WRITE_SET_STATEMENTS_H_
#define BANGFU_SERVER_STORE_POSTGRES_WRITE_SET_STATEMENTS_H_

#include <pqxx/pqxx>
#include <stdexcept>
#include <string>

#include "server/seal/sealer.h"
#include "server/store/postgres/connection.h"
#include "server/store/store.h"

namespace bangfu::server {

// A record went further than the transaction that writes it knew: it did not lock what it read.
class StaleRecord : public std::runtime_error {
 public:
  StaleRecord() : std::runtime_error("a record has a newer revision") {}
};

// A prefix belongs to another org for ever (A4).
class PrefixTaken : public std::runtime_error {
 public:
  explicit PrefixTaken(std::string prefix)
      : std::runtime_error("a prefix belongs to another org"), prefix_(std::move(prefix)) {}
  const std::string& prefix() const { return prefix_; }

 private:
  std::string prefix_;
};

// Writes everything, one statement per table; what holds people's data is sealed. Removals come
// first: they free persons and numbers. The queue comes last: its ids must be taken under the locks
// of the records. Throws the above and what libpqxx throws.
// `work` is a transaction of `connection`.
void ExecuteWriteSet(Connection& connection, pqxx::transaction_base& work, const WriteSet& writes,
                     const Sealer& sealer);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_WRITE_SET_STATEMENTS_H_
