#include "client/replica/seal_existing.h"

#include <SQLiteCpp/Statement.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/change.pb.h"
#include "client/replica/conflict_rows.h"
#include "client/replica/outbox_rows.h"
#include "client/replica/record_rows.h"
#include "client/replica/replica_row.h"
#include "domain/record/record_type.h"

namespace bangfu::client {
namespace {

constexpr char kRecordIds[] = "SELECT id FROM record";
constexpr char kSelectBodies[] = "SELECT base_body, body, type FROM record WHERE id = ?1";
constexpr char kUpdateBodies[] = "UPDATE record SET base_body = ?2, body = ?3 WHERE id = ?1";
constexpr char kInsertPerson[] = "INSERT INTO person (person_hash, archive_id) VALUES (?1, ?2)";
constexpr char kChangeIds[] = "SELECT change_id FROM outbox";
constexpr char kSelectChange[] = "SELECT change, outcome FROM outbox WHERE change_id = ?1";
constexpr char kUpdateChange[] =
    "UPDATE outbox SET change = ?2, outcome = ?3, actor = ?4 WHERE change_id = ?1";
constexpr char kConflictIds[] = "SELECT id FROM conflict";
constexpr char kSelectConflict[] = "SELECT body FROM conflict WHERE id = ?1";
constexpr char kUpdateConflict[] = "UPDATE conflict SET body = ?2 WHERE id = ?1";

// Rows are changed while none is being read.
std::vector<std::string> IdsOf(SealedDatabase& db, const char* statement) {
  SQLite::Statement select(db, statement);
  std::vector<std::string> ids;
  while (select.executeStep()) ids.push_back(select.getColumn(0).getString());
  return ids;
}

void BindSealed(SQLite::Statement& statement, int index, const SealedDatabase& db,
                absl::string_view place, const std::optional<std::string>& plain) {
  if (plain.has_value()) {
    BindBlob(statement, index, db.keys().Seal(place, *plain));
  } else {
    statement.bind(index);
  }
}

std::optional<std::string> BlobOf(SQLite::Statement& row, int column) {
  if (row.isColumnNull(column)) return std::nullopt;
  return row.getColumn(column).getString();
}

void HashPersons(SealedDatabase& db, const std::string& id, const std::string& body) {
  v1::Archive archive;
  if (!archive.ParseFromString(body)) return;
  const v1::ArchiveStatus status = archive.status() == v1::ARCHIVE_STATUS_UNSPECIFIED
                                       ? v1::ARCHIVE_STATUS_DRAFT
                                       : archive.status();
  if (!domain::IsLive(status)) return;
  for (const std::string& person : domain::PersonsOf(archive)) {
    SQLite::Statement insert(db, kInsertPerson);
    BindBlob(insert, 1, db.keys().HashOfPerson(person));
    insert.bind(2, id);
    insert.exec();
  }
}

void SealRecord(SealedDatabase& db, const std::string& id) {
  std::optional<std::string> base_body;
  std::string body;
  int type = 0;
  {
    SQLite::Statement select(db, kSelectBodies);
    select.bind(1, id);
    select.executeStep();
    base_body = BlobOf(select, 0);
    body = select.getColumn(1).getString();
    type = select.getColumn(2).getInt();
  }
  SQLite::Statement update(db, kUpdateBodies);
  update.bind(1, id);
  BindSealed(update, 2, db, BaseBodyPlace(id), base_body);
  BindSealed(update, 3, db, BodyPlace(id), body);
  update.exec();
  if (type == v1::RECORD_TYPE_ARCHIVE) HashPersons(db, id, body);
}

void SealChange(SealedDatabase& db, const std::string& change_id) {
  std::string change;
  std::optional<std::string> outcome;
  {
    SQLite::Statement select(db, kSelectChange);
    select.bind(1, change_id);
    select.executeStep();
    change = select.getColumn(0).getString();
    outcome = BlobOf(select, 1);
  }
  v1::Change read;
  if (!read.ParseFromString(change)) read.Clear();  // stays as it is: what reads it says so
  SQLite::Statement update(db, kUpdateChange);
  update.bind(1, change_id);
  BindSealed(update, 2, db, ChangePlace(change_id), change);
  BindSealed(update, 3, db, OutcomePlace(change_id), outcome);
  update.bind(4, read.actor().person_id());
  update.exec();
}

void SealConflict(SealedDatabase& db, const std::string& id) {
  std::string body;
  {
    SQLite::Statement select(db, kSelectConflict);
    select.bind(1, id);
    select.executeStep();
    body = select.getColumn(0).getString();
  }
  SQLite::Statement update(db, kUpdateConflict);
  update.bind(1, id);
  BindSealed(update, 2, db, ConflictPlace(id), body);
  update.exec();
}

}  // namespace

void SealExisting(SealedDatabase& db) {
  for (const std::string& id : IdsOf(db, kRecordIds)) SealRecord(db, id);
  for (const std::string& id : IdsOf(db, kChangeIds)) SealChange(db, id);
  for (const std::string& id : IdsOf(db, kConflictIds)) SealConflict(db, id);
  StoreKeyCheck(db);
}

}  // namespace bangfu::client
