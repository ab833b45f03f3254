#include "server/store/postgres/people_statements.h"

#include <map>

#include "absl/strings/string_view.h"
#include "server/store/postgres/array_literal.h"
#include "server/store/postgres/identity_queries.h"

namespace bangfu::server {

void WritePeople(pqxx::transaction_base& work, const std::vector<v1::Person>& people) {
  // One statement cannot write a row twice; the last one counts.
  std::map<absl::string_view, const v1::Person*> by_id;
  for (const v1::Person& person : people) by_id[person.id()] = &person;
  ArrayLiteral ids, orgs, bodies;
  for (const auto& [id, person] : by_id) {
    ids.Text(id);
    orgs.Text(person->org());
    bodies.Bytes(person->SerializeAsString());
  }
  work.exec_params(queries::kWritePeople, ids.Build(), orgs.Build(), bodies.Build());
}

}  // namespace bangfu::server
