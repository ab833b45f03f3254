// Nodes on their way in.
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "domain/rules/org_tree.h"
#include "domain/text/uuid.h"
#include "server/store/postgres/audit_statements.h"
#include "server/store/postgres/identity_queries.h"
#include "server/store/postgres/postgres_identity_store.h"
#include "server/store/postgres/rows.h"

namespace bangfu::server {
namespace {

StoredEnrollment EnrollmentFrom(const pqxx::row& row) {
  StoredEnrollment enrollment;
  Parse(row[0], enrollment.enrollment);
  enrollment.code_hash = TextOf(row[1]);
  enrollment.csr_pem = TextOf(row[2]);
  enrollment.certificate_pem = TextOf(row[3]);
  enrollment.ca_pem = TextOf(row[4]);
  return enrollment;
}

void WriteEnrollment(pqxx::transaction_base& work, const StoredEnrollment& stored) {
  const v1::Enrollment& enrollment = stored.enrollment;
  work.exec_params(queries::kWriteEnrollment, enrollment.id(), enrollment.node().org(),
                   absl::StrCat(static_cast<int>(enrollment.state())), stored.code_hash,
                   absl::BytesToHexString(enrollment.SerializeAsString()), stored.csr_pem,
                   stored.certificate_pem, stored.ca_pem);
}

std::optional<StoredEnrollment> LockEnrollment(pqxx::transaction_base& work,
                                               IdentityStore::EnrollmentKey key,
                                               absl::string_view value) {
  const bool by_id = key == IdentityStore::EnrollmentKey::kId;
  // What cannot be stored is no key of anything.
  if (by_id ? !domain::IsUuid(value) : absl::StrContains(value, '\0')) return std::nullopt;
  const pqxx::result rows = work.exec_params(
      by_id ? queries::kLockEnrollment : queries::kLockEnrollmentByCode, std::string(value));
  return rows.empty() ? std::nullopt : std::optional(EnrollmentFrom(rows[0]));
}

}  // namespace

absl::Status PostgresIdentityStore::AddEnrollment(const StoredEnrollment& enrollment,
                                                  const v1::AuditEntry& audit) {
  return statements_
      .Change<bool>("AddEnrollment",
                    [&](pqxx::transaction_base& work) {
                      WriteEnrollment(work, enrollment);
                      AppendAudit(work, {audit});
                      return true;
                    })
      .status();
}

absl::StatusOr<std::vector<StoredEnrollment>> PostgresIdentityStore::ListEnrollments(
    absl::string_view scope, v1::EnrollmentState state, absl::string_view before_id, int limit) {
  using Enrollments = std::vector<StoredEnrollment>;
  if (!domain::IsOrgPath(scope) || (!before_id.empty() && !domain::IsUuid(before_id)))
    return Enrollments();
  return statements_.Read<Enrollments>("ListEnrollments", [&](pqxx::transaction_base& session) {
    Enrollments enrollments;
    for (const auto& row : session.exec_params(queries::kListEnrollments, std::string(scope),
                                               absl::StrCat(static_cast<int>(state)),
                                               std::string(before_id), absl::StrCat(limit))) {
      enrollments.push_back(EnrollmentFrom(row));
    }
    return enrollments;
  });
}

absl::Status PostgresIdentityStore::ChangeEnrollment(
    EnrollmentKey key, absl::string_view value,
    absl::FunctionRef<absl::Status(std::optional<StoredEnrollment>& enrollment,
                                   v1::AuditEntry& audit)>
        change) {
  absl::Status result;
  const absl::StatusOr<bool> done =
      statements_.Change<bool>("ChangeEnrollment", [&](pqxx::transaction_base& work) {
        std::optional<StoredEnrollment> enrollment = LockEnrollment(work, key, value);
        const std::string id = enrollment.has_value() ? enrollment->enrollment.id() : "";
        v1::AuditEntry audit;
        result = change(enrollment, audit);
        if (result.ok() && enrollment.has_value()) WriteEnrollment(work, *enrollment);
        if (result.ok() && !enrollment.has_value() && !id.empty())
          work.exec_params(queries::kRemoveEnrollment, id);
        if (audit.action() != v1::ACTION_UNSPECIFIED) AppendAudit(work, {audit});
        return true;
      });
  return done.ok() ? result : done.status();
}

}  // namespace bangfu::server
