#ifndef BANGFU_SERVER_STORE_POSTGRES_AUDIT_STATEMENTS_H_
#define BANGFU_SERVER_STORE_POSTGRES_AUDIT_STATEMENTS_H_

#include <pqxx/pqxx>
#include <vector>

#include "bangfu/v1/audit_service.pb.h"
#include "server/store/postgres/pipeline.h"

namespace bangfu::server {

// Adds entries to those that wait for the chainer, in the transaction that they tell of. One with a
// report_id that is there already is left out. Throws what libpqxx throws.
void AppendAudit(pqxx::transaction_base& work, const std::vector<v1::AuditEntry>& entries);
// The same by way of a pipeline of its connection, where no entry has a report_id.
void AppendAudit(Pipeline& pipeline, pqxx::transaction_base& work,
                 const std::vector<v1::AuditEntry>& entries);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_AUDIT_STATEMENTS_H_
