#ifndef BANGFU_TESTS_SECURITY_WITNESS_H_
#define BANGFU_TESTS_SECURITY_WITNESS_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "bangfu/v1/audit_service.pb.h"
#include "tests/security/city.h"

namespace bangfu::security {

// Looks into the database of a node, past the program: what became of its records, and what the
// audit log says. Sees a committed entry whether or not the chain has taken it.
class Witness {
 public:
  explicit Witness(const ServerProcess& server) : server_(server) {}

  // A sum over every row of records, their history, persons, numbers and former orgs.
  std::string Records();

  // Entries that were not there at the last call.
  std::vector<v1::AuditEntry> NewEntries();

  // Rows that the statement gives, first column.
  int64_t Number(const std::string& statement);

 private:
  const ServerProcess& server_;
  int64_t last_sequence_ = 0;
  std::set<std::string> seen_;
};

// Whether the entry, or one of its objects, is about something that was not done.
bool TellsOfRefusal(const v1::AuditEntry& entry);

}  // namespace bangfu::security

#endif  // BANGFU_TESTS_SECURITY_WITNESS_H_
