#include "client/replica/conflict_rows.h"

#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "client/replica/record_rows.h"

namespace bangfu::client {
namespace {

constexpr char kSelectById[] = "SELECT body, id FROM conflict WHERE id = ?1";
constexpr char kUpsert[] =
    "INSERT INTO conflict (id, record_id, org, state, logged_ms, body)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO UPDATE SET record_id = ?2, org = ?3,"
    " state = ?4, logged_ms = ?5, body = ?6";
constexpr char kDeleteById[] = "DELETE FROM conflict WHERE id = ?1";
constexpr char kDeleteByRecord[] = "DELETE FROM conflict WHERE record_id = ?1";
// The range of the paths below ?1: '/' is the character after '.'.
constexpr char kDeleteOutside[] =
    "DELETE FROM conflict WHERE NOT (org = ?1 OR (org > ?1 || '.' AND org < ?1 || '/'))";
constexpr char kSelectAll[] =
    "SELECT body, id FROM conflict WHERE (?1 = 0 OR state = ?1)"
    " ORDER BY logged_ms DESC, id DESC LIMIT ?2";
constexpr char kSelectByRecord[] =
    "SELECT body, id FROM conflict WHERE record_id = ?3 AND (?1 = 0 OR state = ?1)"
    " ORDER BY logged_ms DESC, id DESC LIMIT ?2";

constexpr int64_t kMillisPerSecond = 1000;
constexpr int64_t kNanosPerMilli = 1000000;

v1::Conflict Read(const SealedDatabase& db, SQLite::Statement& row) {
  v1::Conflict conflict;
  const auto body =
      db.keys().Unseal(ConflictPlace(row.getColumn(1).getString()), row.getColumn(0).getString());
  if (!body.has_value() || !conflict.ParseFromString(*body)) {
    throw SQLite::Exception("", SQLITE_CORRUPT);
  }
  return conflict;
}

void ExecuteWith(SealedDatabase& db, const char* statement, absl::string_view text) {
  const auto prepared = db.Prepare(statement);
  prepared->bind(1, std::string(text));
  prepared->exec();
}

}  // namespace

std::string ConflictPlace(absl::string_view id) { return absl::StrCat("conflict/", id); }

std::optional<v1::Conflict> LoadConflict(SealedDatabase& db, absl::string_view id) {
  const auto select = db.Prepare(kSelectById);
  select->bind(1, std::string(id));
  if (!select->executeStep()) return std::nullopt;
  return Read(db, *select);
}

void StoreConflict(SealedDatabase& db, const v1::Conflict& conflict) {
  const auto upsert = db.Prepare(kUpsert);
  upsert->bind(1, conflict.id());
  upsert->bind(2, conflict.record_id());
  upsert->bind(3, conflict.org());
  upsert->bind(4, static_cast<int>(conflict.state()));
  upsert->bind(5, conflict.logged_time().seconds() * kMillisPerSecond +
                      conflict.logged_time().nanos() / kNanosPerMilli);
  BindBlob(*upsert, 6, db.keys().Seal(ConflictPlace(conflict.id()), conflict.SerializeAsString()));
  upsert->exec();
}

void DeleteConflict(SealedDatabase& db, absl::string_view id) { ExecuteWith(db, kDeleteById, id); }

void DeleteConflictsOf(SealedDatabase& db, absl::string_view record_id) {
  ExecuteWith(db, kDeleteByRecord, record_id);
}

void DeleteConflictsOutside(SealedDatabase& db, absl::string_view scope) {
  ExecuteWith(db, kDeleteOutside, scope);
}

std::vector<v1::Conflict> SelectConflicts(SealedDatabase& db, absl::string_view record_id,
                                          v1::ConflictState state, int limit) {
  const auto select = db.Prepare(record_id.empty() ? kSelectAll : kSelectByRecord);
  select->bind(1, static_cast<int>(state));
  select->bind(2, limit);
  if (!record_id.empty()) select->bind(3, std::string(record_id));
  std::vector<v1::Conflict> conflicts;
  while (select->executeStep()) conflicts.push_back(Read(db, *select));
  return conflicts;
}

}  // namespace bangfu::client
