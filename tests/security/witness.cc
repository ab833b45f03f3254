#include "tests/security/witness.h"

#include <algorithm>
#include <pqxx/pqxx>

#include "absl/strings/str_cat.h"

namespace bangfu::security {
namespace {

pqxx::result Rows(const ServerProcess& server, const std::string& statement) {
  pqxx::connection connection(server.database->connection_string());
  pqxx::nontransaction session(connection);
  return session.exec(statement);
}

constexpr const char* kTables[] = {"record", "revision", "archive_person", "number_counter",
                                   "record_former_org"};

bool IsRefused(v1::AuditResult result) {
  return result == v1::AUDIT_RESULT_DENIED || result == v1::AUDIT_RESULT_FAILED;
}

}  // namespace

std::string Witness::Records() {
  std::string sum;
  for (const char* table : kTables) {
    const pqxx::result rows =
        Rows(server_, absl::StrCat("SELECT count(*) || ' ' || coalesce(md5(string_agg(row, ',' "
                                   "ORDER BY row)), '') FROM (SELECT md5(t::text) AS row FROM ",
                                   table, " AS t) AS rows"));
    absl::StrAppend(&sum, table, " ", rows[0][0].as<std::string>(), "\n");
  }
  return sum;
}

std::vector<v1::AuditEntry> Witness::NewEntries() {
  const pqxx::result rows =
      Rows(server_,
           absl::StrCat("SELECT sequence, entry FROM audit_log WHERE sequence > ", last_sequence_,
                        " UNION ALL SELECT 0, entry FROM audit_queue ORDER BY 1"));
  std::vector<v1::AuditEntry> entries;
  for (const pqxx::row& row : rows) {
    last_sequence_ = std::max(last_sequence_, row[0].as<int64_t>());
    const std::string bytes = pqxx::binarystring(row[1]).str();
    v1::AuditEntry entry;
    if (!seen_.insert(bytes).second || !entry.ParseFromString(bytes)) continue;
    entries.push_back(std::move(entry));
  }
  return entries;
}

int64_t Witness::Number(const std::string& statement) {
  return Rows(server_, statement)[0][0].as<int64_t>();
}

bool TellsOfRefusal(const v1::AuditEntry& entry) {
  return IsRefused(entry.result()) ||
         std::any_of(entry.objects().begin(), entry.objects().end(),
                     [](const v1::AuditObject& object) { return IsRefused(object.result()); });
}

}  // namespace bangfu::security
