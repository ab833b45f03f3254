#ifndef BANGFU_CLIENT_REPLICA_CONFLICT_ROWS_H_
#define BANGFU_CLIENT_REPLICA_CONFLICT_ROWS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "bangfu/v1/change.pb.h"
#include "client/replica/sealed_database.h"

// The table conflict: the parent's conflict log as far as it concerns our scope. Everything here
// throws SQLite::Exception and runs inside the caller's transaction.
namespace bangfu::client {

// Place of an entry, for its seal.
std::string ConflictPlace(absl::string_view id);

std::optional<v1::Conflict> LoadConflict(SealedDatabase& db, absl::string_view id);
// Inserts or replaces the entry.
void StoreConflict(SealedDatabase& db, const v1::Conflict& conflict);
void DeleteConflict(SealedDatabase& db, absl::string_view id);
// Removes the entries about a record.
void DeleteConflictsOf(SealedDatabase& db, absl::string_view record_id);
// Removes the entries that belong to orgs outside `scope`.
void DeleteConflictsOutside(SealedDatabase& db, absl::string_view scope);

// Newest first; an empty record and an unspecified state stand for all.
std::vector<v1::Conflict> SelectConflicts(SealedDatabase& db, absl::string_view record_id,
                                          v1::ConflictState state, int limit);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_CONFLICT_ROWS_H_
