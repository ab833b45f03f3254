#ifndef BANGFU_CLIENT_REPLICA_PEOPLE_ROWS_H_
#define BANGFU_CLIENT_REPLICA_PEOPLE_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "bangfu/v1/audit_service.pb.h"
#include "bangfu/v1/identity.pb.h"
#include "client/replica/desk_session.h"
#include "client/replica/sealed_database.h"

// The tables session, account and local_read. Everything here throws SQLite::Exception and runs
// inside the caller's transaction.
namespace bangfu::client {

// Inserts or replaces the session of the person.
void StoreSession(SealedDatabase& db, const DeskSession& session);
// Those who signed in last come first.
std::vector<DeskSession> SelectSessions(SealedDatabase& db);
void EndSessionOf(SealedDatabase& db, absl::string_view person_id);
void DeleteSession(SealedDatabase& db, absl::string_view person_id);

// Replaces all accounts.
void StoreDirectory(SealedDatabase& db, const v1::Directory& directory);
int64_t LoadDirectoryVersion(SealedDatabase& db);
std::optional<v1::Person> LoadAccount(SealedDatabase& db, absl::string_view person_id);

void InsertRead(SealedDatabase& db, const v1::AuditEntry& entry);
// The oldest first.
std::vector<v1::AuditEntry> SelectReads(SealedDatabase& db, int limit);
void DeleteReads(SealedDatabase& db, absl::Span<const v1::AuditEntry> entries);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_PEOPLE_ROWS_H_
