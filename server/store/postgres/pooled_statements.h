#ifndef BANGFU_SERVER_STORE_POSTGRES_POOLED_STATEMENTS_H_
#define BANGFU_SERVER_STORE_POSTGRES_POOLED_STATEMENTS_H_

#include <pqxx/pqxx>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/store/postgres/connection_pool.h"
#include "server/store/postgres/queries.h"
#include "server/store/postgres/record_columns.h"
#include "server/store/postgres/role_queries.h"
#include "server/store/postgres/sql_failure.h"

namespace bangfu::server {

// Runs statements, which may throw, on connections of a pool, and says what a failure means
// (sql_failure.h). `operation` names what is done, for the finder of a defect. Thread-safe.
class PooledStatements {
 public:
  PooledStatements(std::string connection_string, int connections, absl::Duration wait)
      : pool_(std::move(connection_string), connections, wait) {}

  // A connection for the use of one thread.
  absl::StatusOr<ConnectionPool::Lease> Acquire(absl::string_view operation) {
    return pool_.Acquire(operation);
  }

  // Runs `statements` once: each statement in a transaction of its own (Read), or all in one
  // (Change), or as they like (Run).
  template <typename Result, typename Statements>
  absl::StatusOr<Result> Read(absl::string_view operation, Statements statements) {
    return Run<Result>(operation, [&](Connection& connection) -> absl::StatusOr<Result> {
      pqxx::nontransaction session(connection);
      return statements(session);
    });
  }
  template <typename Result, typename Statements>
  absl::StatusOr<Result> Change(absl::string_view operation, Statements statements) {
    return Run<Result>(operation, [&](Connection& connection) -> absl::StatusOr<Result> {
      pqxx::work work(connection);
      Result result = statements(work);
      work.commit();
      return result;
    });
  }
  template <typename Result, typename Statements>
  absl::StatusOr<Result> Run(absl::string_view operation, Statements statements) {
    return RunOn<Result>(operation,
                         [&](ConnectionPool::Lease& lease) { return statements(*lease); });
  }
  // As Run and Read, by the role that sees the subtree `scope` only (store_roles.h).
  template <typename Result, typename Statements>
  absl::StatusOr<Result> RunWithin(absl::string_view operation, absl::string_view scope,
                                   Statements statements) {
    return RunOn<Result>(operation, [&](ConnectionPool::Lease& lease) -> absl::StatusOr<Result> {
      if (lease.scope() != scope) {
        pqxx::nontransaction(*lease).exec_params(queries::kSetScope, std::string(scope));
        lease.set_scope(scope);
      }
      return statements(*lease);
    });
  }
  template <typename Result, typename Statements>
  absl::StatusOr<Result> ReadWithin(absl::string_view operation, absl::string_view scope,
                                    Statements statements) {
    return RunWithin<Result>(operation, scope,
                             [&](Connection& connection) -> absl::StatusOr<Result> {
                               pqxx::nontransaction session(connection);
                               return statements(session);
                             });
  }
  // As ReadWithin, for a page of what lies in the scope.
  template <typename Result, typename Statements>
  absl::StatusOr<Result> ReadPageWithin(absl::string_view operation, absl::string_view scope,
                                        Statements statements) {
    if (!IsWide(scope)) return ReadWithin<Result>(operation, scope, std::move(statements));
    return RunWithin<Result>(operation, scope,
                             [&](Connection& connection) -> absl::StatusOr<Result> {
                               pqxx::read_transaction session(connection);
                               session.exec(queries::kPageInOrder);
                               Result result = statements(session);
                               session.commit();
                               return result;
                             });
  }
  // One statement that returns nothing.
  template <typename... Parameters>
  absl::Status Execute(absl::string_view operation, const char* query,
                       const Parameters&... parameters) {
    return Read<bool>(operation,
                      [&](pqxx::transaction_base& session) {
                        session.exec_params(query, parameters...);
                        return true;
                      })
        .status();
  }

 private:
  template <typename Result, typename Statements>
  absl::StatusOr<Result> RunOn(absl::string_view operation, Statements statements) {
    absl::StatusOr<ConnectionPool::Lease> lease = pool_.Acquire(operation);
    if (!lease.ok()) return lease.status();
    try {
      return statements(*lease);
    } catch (...) {
      const SqlFailure failure = CurrentSqlFailure(operation);
      if (failure.connection_broken) lease->MarkBroken();
      return failure.status;
    }
  }

  ConnectionPool pool_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_POOLED_STATEMENTS_H_
