#include "server/store/postgres/libpq_failure.h"

#include <pqxx/pqxx>

namespace bangfu::server {

void ThrowLibpqFailure(PGconn* connection, const PGresult* result, const char* statement) {
  const char* const state =
      result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (state == nullptr || PQstatus(connection) == CONNECTION_BAD)
    throw pqxx::broken_connection("the connection was lost in a statement");
  throw pqxx::sql_error("a statement failed", statement, state);
}

}  // namespace bangfu::server
