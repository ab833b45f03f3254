#include "server/store/postgres/audit_statements.h"

#include <algorithm>
#include <set>
#include <string>

#include "domain/text/uuid.h"
#include "server/store/postgres/array_literal.h"
#include "server/store/postgres/audit_queries.h"
#include "server/store/postgres/binary_copy.h"

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

void AppendAudit(Pipeline& pipeline, pqxx::transaction_base& work,
                 const std::vector<v1::AuditEntry>& entries) {
  const bool reported =
      std::any_of(entries.begin(), entries.end(),
                  [](const v1::AuditEntry& entry) { return !entry.report_id().empty(); });
  if (reported) {
    pipeline.Run();
    return AppendAudit(work, entries);
  }
  BinaryCopy rows(1);
  for (const v1::AuditEntry& entry : entries) AppendBytes(entry.SerializeAsString(), rows.Row());
  rows.Send(pipeline, queries::kAuditRows);
}

}  // namespace bangfu::server
