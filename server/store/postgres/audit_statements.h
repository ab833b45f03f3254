#ifndef BANGFU_SERVER_STORE_POSTGRES_AUDIT_STATEMENTS_H_
#define BANGFU_SERVER_STORE_POSTGRES_AUDIT_STATEMENTS_H_

#include <pqxx/pqxx>
#include <vector>

#include "bangfu/v1/audit_service.pb.h"
#include "server/store/postgres/connection.h"

namespace bangfu::server {

// Adds entries to those that wait for the chainer, in the transaction that they tell of. One with a
// report_id that is there already is left out. Throws what libpqxx throws.
void AppendAudit(pqxx::transaction_base& work, const std::vector<v1::AuditEntry>& entries);
// The same by COPY where no entry has a report_id. `work` is a transaction of `connection`.
void AppendAudit(Connection& connection, pqxx::transaction_base& work,
                 const std::vector<v1::AuditEntry>& entries);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_AUDIT_STATEMENTS_H_
