#include "server/store/postgres/audit_statements.h"

#include <set>
#include <string>

#include "domain/text/uuid.h"
#include "server/store/postgres/array_literal.h"
#include "server/store/postgres/audit_queries.h"

namespace bangfu::server {

void AppendAudit(pqxx::transaction_base& work, const std::vector<v1::AuditEntry>& entries) {
  if (entries.empty()) return;
  std::set<absl::string_view> reports;
  ArrayLiteral bodies, report_ids;
  for (const v1::AuditEntry& entry : entries) {
    const bool reported = domain::IsUuid(entry.report_id());
    if (reported && !reports.insert(entry.report_id()).second) continue;
    bodies.Bytes(entry.SerializeAsString());
    reported ? report_ids.Text(entry.report_id()) : report_ids.Null();
  }
  work.exec_params(queries::kAppendAudit, bodies.Build(), report_ids.Build());
}

}  // namespace bangfu::server
