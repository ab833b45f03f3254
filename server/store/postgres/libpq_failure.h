#ifndef BANGFU_SERVER_STORE_POSTGRES_LIBPQ_FAILURE_H_
#define BANGFU_SERVER_STORE_POSTGRES_LIBPQ_FAILURE_H_

#include <libpq-fe.h>

namespace bangfu::server {

// Throws what libpqxx throws for the same failure of a statement that libpq ran: broken_connection,
// or sql_error with its SQLSTATE. The message of PostgreSQL is left out: it may quote values.
// `result` is nullptr when there is none.
[[noreturn]] void ThrowLibpqFailure(PGconn* connection, const PGresult* result,
                                    const char* statement);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_LIBPQ_FAILURE_H_
