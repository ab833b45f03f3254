#include "client/replica/people_rows.h"

#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include "absl/strings/str_cat.h"
#include "client/replica/record_rows.h"

namespace bangfu::client {
namespace {

constexpr char kUpsertSession[] =
    "INSERT INTO session (person_id, person, token, expires_ms, signed_in_ms)"
    " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (person_id) DO UPDATE SET person = ?2, token = ?3,"
    " expires_ms = ?4, signed_in_ms = ?5";
// The person as the directory has them, if it does.
constexpr char kSelectSessions[] =
    "SELECT s.person_id, s.person, s.token, s.expires_ms, s.signed_in_ms, a.person"
    " FROM session s LEFT JOIN account a ON a.person_id = s.person_id"
    " ORDER BY s.signed_in_ms DESC, s.person_id";
constexpr char kEndSession[] = "UPDATE session SET token = NULL WHERE person_id = ?1";
constexpr char kDeleteSession[] = "DELETE FROM session WHERE person_id = ?1";

constexpr char kClearAccounts[] = "DELETE FROM account";
constexpr char kInsertAccount[] = "INSERT INTO account (person_id, person) VALUES (?1, ?2)";
constexpr char kSelectAccount[] = "SELECT person FROM account WHERE person_id = ?1";
constexpr char kUpdateVersion[] = "UPDATE replica SET directory_version = ?1";
constexpr char kSelectVersion[] = "SELECT directory_version FROM replica";

constexpr char kInsertRead[] = "INSERT INTO local_read (report_id, entry) VALUES (?1, ?2)";
constexpr char kSelectReads[] =
    "SELECT report_id, entry FROM local_read ORDER BY position LIMIT ?1";
constexpr char kDeleteRead[] = "DELETE FROM local_read WHERE report_id = ?1";

std::string TokenPlace(absl::string_view person_id) { return absl::StrCat("session/", person_id); }
std::string ReadPlace(absl::string_view report_id) {
  return absl::StrCat("local_read/", report_id);
}

v1::Person ReadPerson(const SQLite::Column& column) {
  v1::Person person;
  if (!person.ParseFromString(column.getString())) throw SQLite::Exception("", SQLITE_CORRUPT);
  return person;
}

void ExecuteWith(SealedDatabase& db, const char* statement, absl::string_view text) {
  const auto prepared = db.Prepare(statement);
  prepared->bind(1, std::string(text));
  prepared->exec();
}

DeskSession ReadSession(SealedDatabase& db, SQLite::Statement& row) {
  DeskSession session;
  session.person = ReadPerson(row.getColumn(1));
  if (!row.isColumnNull(2)) {
    // One that was damaged has ended.
    session.token =
        db.keys()
            .Unseal(TokenPlace(row.getColumn(0).getString()), row.getColumn(2).getString())
            .value_or("");
  }
  session.expires = absl::FromUnixMillis(row.getColumn(3).getInt64());
  session.signed_in = absl::FromUnixMillis(row.getColumn(4).getInt64());
  if (row.isColumnNull(5)) return session;
  v1::Person now = ReadPerson(row.getColumn(5));
  // A directory from before the sign-in says less than that did.
  if (now.sessions_version() < session.person.sessions_version()) return session;
  if (now.disabled() || now.sessions_version() > session.person.sessions_version()) {
    session.token.clear();
  }
  session.person = std::move(now);
  return session;
}

}  // namespace

void StoreSession(SealedDatabase& db, const DeskSession& session) {
  const std::string& id = session.person.id();
  const auto upsert = db.Prepare(kUpsertSession);
  upsert->bind(1, id);
  BindBlob(*upsert, 2, session.person.SerializeAsString());
  BindBlob(*upsert, 3, db.keys().Seal(TokenPlace(id), session.token));
  upsert->bind(4, absl::ToUnixMillis(session.expires));
  upsert->bind(5, absl::ToUnixMillis(session.signed_in));
  upsert->exec();
}

std::vector<DeskSession> SelectSessions(SealedDatabase& db) {
  const auto select = db.Prepare(kSelectSessions);
  std::vector<DeskSession> sessions;
  while (select->executeStep()) sessions.push_back(ReadSession(db, *select));
  return sessions;
}

void EndSessionOf(SealedDatabase& db, absl::string_view person_id) {
  ExecuteWith(db, kEndSession, person_id);
}

void DeleteSession(SealedDatabase& db, absl::string_view person_id) {
  ExecuteWith(db, kDeleteSession, person_id);
}

void StoreDirectory(SealedDatabase& db, const v1::Directory& directory) {
  db.exec(kClearAccounts);
  const auto insert = db.Prepare(kInsertAccount);
  for (const v1::Person& person : directory.people()) {
    insert->bind(1, person.id());
    BindBlob(*insert, 2, person.SerializeAsString());
    insert->exec();
    insert->reset();
  }
  const auto update = db.Prepare(kUpdateVersion);
  update->bind(1, static_cast<int64_t>(directory.version()));
  update->exec();
}

int64_t LoadDirectoryVersion(SealedDatabase& db) {
  return db.execAndGet(kSelectVersion).getInt64();
}

std::optional<v1::Person> LoadAccount(SealedDatabase& db, absl::string_view person_id) {
  const auto select = db.Prepare(kSelectAccount);
  select->bind(1, std::string(person_id));
  if (!select->executeStep()) return std::nullopt;
  return ReadPerson(select->getColumn(0));
}

void InsertRead(SealedDatabase& db, const v1::AuditEntry& entry) {
  const auto insert = db.Prepare(kInsertRead);
  insert->bind(1, entry.report_id());
  BindBlob(*insert, 2, db.keys().Seal(ReadPlace(entry.report_id()), entry.SerializeAsString()));
  insert->exec();
}

std::vector<v1::AuditEntry> SelectReads(SealedDatabase& db, int limit) {
  const auto select = db.Prepare(kSelectReads);
  select->bind(1, limit);
  std::vector<v1::AuditEntry> entries;
  while (select->executeStep()) {
    const std::string report_id = select->getColumn(0).getString();
    const auto plain = db.keys().Unseal(ReadPlace(report_id), select->getColumn(1).getString());
    if (!plain.has_value() || !entries.emplace_back().ParseFromString(*plain)) {
      throw SQLite::Exception("", SQLITE_CORRUPT);
    }
  }
  return entries;
}

void DeleteReads(SealedDatabase& db, absl::Span<const v1::AuditEntry> entries) {
  for (const v1::AuditEntry& entry : entries) ExecuteWith(db, kDeleteRead, entry.report_id());
}

}  // namespace bangfu::client
