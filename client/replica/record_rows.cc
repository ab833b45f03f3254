#include "client/replica/record_rows.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "bangfu/v1/archive.pb.h"
#include "domain/record/record_type.h"

namespace bangfu::client {
namespace {

// Columns in the order of ReadRow.
#define BANGFU_RECORD_COLUMNS                                                               \
  "id, type, org, base_revision, base_body, body, archive_id, status, number, left_scope, " \
  "unseen"

constexpr char kSelectById[] = "SELECT " BANGFU_RECORD_COLUMNS " FROM record WHERE id = ?1";
constexpr char kSelectByNumber[] =
    "SELECT " BANGFU_RECORD_COLUMNS " FROM record WHERE number = ?1 AND number <> ''";
// The range of the paths below ?2: '/' is the character after '.'.
constexpr char kSelectByFilter[] =
    "SELECT " BANGFU_RECORD_COLUMNS
    " FROM record WHERE type = ?1"
    " AND (?2 = '' OR org = ?2 OR (org > ?2 || '.' AND org < ?2 || '/'))"
    " AND (?3 = 0 OR status = ?3)"
    " AND id > ?4 ORDER BY id LIMIT ?5";
constexpr char kSelectCaseRecords[] =
    "SELECT " BANGFU_RECORD_COLUMNS
    " FROM record WHERE archive_id <> '' AND archive_id BETWEEN ?1 AND ?2"
    " ORDER BY archive_id, type, id";
constexpr char kUpsert[] =
    "INSERT INTO record (" BANGFU_RECORD_COLUMNS
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
    " ON CONFLICT (id) DO UPDATE SET type = ?2, org = ?3, base_revision = ?4, base_body = ?5,"
    " body = ?6, archive_id = ?7, status = ?8, number = ?9, left_scope = ?10, unseen = ?11";
#undef BANGFU_RECORD_COLUMNS

constexpr char kClearPersons[] = "DELETE FROM person WHERE archive_id = ?1";
constexpr char kInsertPerson[] = "INSERT INTO person (person_hash, archive_id) VALUES (?1, ?2)";
constexpr char kSelectPerson[] =
    "SELECT archive_id FROM person WHERE person_hash = ?1 ORDER BY archive_id";
constexpr char kSelectUnseen[] = "SELECT id FROM record WHERE unseen <> 0 ORDER BY id";
constexpr char kMarkUnseen[] =
    "UPDATE record SET unseen = max(unseen, ?1) WHERE base_body IS NOT NULL";
constexpr char kAwaitForeign[] = "UPDATE record SET unseen = 3 WHERE unseen <> 0 AND unseen = 2";
constexpr char kClearUnseen[] = "UPDATE record SET unseen = 0 WHERE id = ?1";
constexpr char kCountByType[] = "SELECT count(*) FROM record WHERE type = ?1";
constexpr char kDelete[] = "DELETE FROM record WHERE id = ?1";

constexpr int kNoLimit = -1;  // SQLite's LIMIT

RecordRow ReadRow(const SealedDatabase& db, SQLite::Statement& row) {
  RecordRow result;
  LocalRecord& record = result.record;
  record.id = row.getColumn(0).getString();
  record.type = static_cast<v1::RecordType>(row.getColumn(1).getInt());
  record.org = row.getColumn(2).getString();
  record.base_revision = row.getColumn(3).getInt64();
  if (!row.isColumnNull(4)) {
    record.base_body = UnsealBody(db, row.getColumn(4), BaseBodyPlace(record.id));
  }
  record.body = UnsealSeen(db, row.getColumn(5), record.id,
                           record.base_body.has_value() ? &*record.base_body : nullptr);
  record.archive_id = row.getColumn(6).getString();
  record.status = static_cast<v1::ArchiveStatus>(row.getColumn(7).getInt());
  record.number = row.getColumn(8).getString();
  record.left_scope = row.getColumn(9).getInt() != 0;
  result.unseen = static_cast<Unseen>(row.getColumn(10).getInt());
  record.unconfirmed = result.unseen != Unseen::kNo;
  return result;
}

std::vector<std::string> ReadTexts(SQLite::Statement& statement) {
  std::vector<std::string> texts;
  while (statement.executeStep()) texts.push_back(statement.getColumn(0).getString());
  return texts;
}

// What the body says for the columns, but for its seal.
PreparedBase ColumnsOf(const ReplicaKeys& keys, v1::RecordType type, absl::string_view body) {
  PreparedBase columns;
  auto message = domain::ParseRecord(type, body);
  if (!message.ok()) return columns;
  columns.archive_id = domain::ParentIdOf(**message);
  if (type != v1::RECORD_TYPE_ARCHIVE) return columns;
  const auto& archive = static_cast<const v1::Archive&>(**message);
  columns.status = archive.status() == v1::ARCHIVE_STATUS_UNSPECIFIED ? v1::ARCHIVE_STATUS_DRAFT
                                                                      : archive.status();
  columns.number = archive.number();
  if (!domain::IsLive(columns.status)) return columns;
  for (const std::string& person : domain::PersonsOf(archive))
    columns.person_hashes.push_back(keys.HashOfPerson(person));
  return columns;
}

void StorePersons(SealedDatabase& db, const std::string& id,
                  const std::vector<std::string>& hashes) {
  const auto clear = db.Prepare(kClearPersons);
  clear->bind(1, id);
  clear->exec();
  if (hashes.empty()) return;
  const auto insert = db.Prepare(kInsertPerson);
  for (const std::string& hash : hashes) {
    BindBlob(*insert, 1, hash);
    insert->bind(2, id);
    insert->exec();
    insert->reset();
  }
}

}  // namespace

void BindBlob(SQLite::Statement& statement, int index, absl::string_view bytes) {
  // A null pointer would bind NULL.
  statement.bind(index, static_cast<const void*>(bytes.empty() ? "" : bytes.data()),
                 static_cast<int>(bytes.size()));
}

std::string BodyPlace(absl::string_view id) { return absl::StrCat("record/", id, "/body"); }

std::string BaseBodyPlace(absl::string_view id) {
  return absl::StrCat("record/", id, "/base_body");
}

std::string UnsealBody(const SealedDatabase& db, const SQLite::Column& column,
                       absl::string_view place) {
  const absl::string_view lies_there(static_cast<const char*>(column.getBlob()),
                                     static_cast<size_t>(column.getBytes()));
  std::optional<std::string> body = db.keys().Unseal(place, lies_there);
  return body.has_value() ? *std::move(body) : std::string(lies_there);
}

std::string UnsealSeen(const SealedDatabase& db, const SQLite::Column& column, absl::string_view id,
                       const std::string* base) {
  if (base != nullptr && column.getBytes() == 0) return *base;
  return UnsealBody(db, column, BodyPlace(id));
}

std::optional<RecordRow> LoadRecord(SealedDatabase& db, absl::string_view id) {
  const auto select = db.Prepare(kSelectById);
  select->bind(1, std::string(id));
  if (!select->executeStep()) return std::nullopt;
  return ReadRow(db, *select);
}

PreparedBase PrepareBase(const ReplicaKeys& keys, const v1::Record& theirs) {
  PreparedBase base = ColumnsOf(keys, theirs.type(), theirs.body());
  base.sealed_body = keys.Seal(BaseBodyPlace(theirs.id()), theirs.body());
  return base;
}

void StoreRecord(SealedDatabase& db, const RecordRow& row) {
  const LocalRecord& record = row.record;
  const bool as_base = record.base_body == record.body;
  PreparedBase own;
  if (!as_base || row.prepared == nullptr) own = ColumnsOf(db.keys(), record.type, record.body);
  const PreparedBase& columns = as_base && row.prepared != nullptr ? *row.prepared : own;
  const auto upsert = db.Prepare(kUpsert);
  upsert->bind(1, record.id);
  upsert->bind(2, static_cast<int>(record.type));
  upsert->bind(3, record.org);
  upsert->bind(4, record.base_revision);
  if (row.prepared != nullptr) {
    BindBlob(*upsert, 5, row.prepared->sealed_body);
  } else if (record.base_body.has_value()) {
    BindBlob(*upsert, 5, db.keys().Seal(BaseBodyPlace(record.id), *record.base_body));
  } else {
    upsert->bind(5);
  }
  BindBlob(*upsert, 6, as_base ? "" : db.keys().Seal(BodyPlace(record.id), record.body));
  upsert->bind(7, columns.archive_id);
  upsert->bind(8, static_cast<int>(columns.status));
  upsert->bind(9, columns.number);
  upsert->bind(10, record.left_scope ? 1 : 0);
  upsert->bind(11, static_cast<int>(row.unseen));
  upsert->exec();
  if (record.type == v1::RECORD_TYPE_ARCHIVE) StorePersons(db, record.id, columns.person_hashes);
}

void DeleteRecord(SealedDatabase& db, absl::string_view id) {
  const auto statement = db.Prepare(kDelete);
  statement->bind(1, std::string(id));
  statement->exec();
}

std::vector<LocalRecord> SelectRecords(SealedDatabase& db, const RecordFilter& filter) {
  const auto select = db.Prepare(kSelectByFilter);
  select->bind(1, static_cast<int>(filter.type));
  select->bind(2, filter.org);
  select->bind(3, static_cast<int>(filter.status));
  select->bind(4, filter.after_id);
  select->bind(5, filter.limit > 0 ? filter.limit : kNoLimit);
  std::vector<LocalRecord> records;
  while (select->executeStep()) records.push_back(ReadRow(db, *select).record);
  return records;
}

std::vector<LocalRecord> SelectCaseRecords(SealedDatabase& db, absl::string_view first_id,
                                           absl::string_view last_id) {
  const auto select = db.Prepare(kSelectCaseRecords);
  select->bind(1, std::string(first_id));
  select->bind(2, std::string(last_id));
  std::vector<LocalRecord> records;
  while (select->executeStep()) records.push_back(ReadRow(db, *select).record);
  return records;
}

std::optional<LocalRecord> SelectByNumber(SealedDatabase& db, absl::string_view number) {
  const auto select = db.Prepare(kSelectByNumber);
  select->bind(1, std::string(number));
  if (!select->executeStep()) return std::nullopt;
  return ReadRow(db, *select).record;
}

std::vector<std::string> SelectByPerson(SealedDatabase& db, absl::string_view identity_number) {
  const auto select = db.Prepare(kSelectPerson);
  BindBlob(*select, 1, db.keys().HashOfPerson(identity_number));
  return ReadTexts(*select);
}

int64_t CountByType(SealedDatabase& db, v1::RecordType type) {
  const auto count = db.Prepare(kCountByType);
  count->bind(1, static_cast<int>(type));
  count->executeStep();
  return count->getColumn(0).getInt64();
}

void MarkUnseen(SealedDatabase& db, Unseen reason) {
  const auto mark = db.Prepare(kMarkUnseen);
  mark->bind(1, static_cast<int>(reason));
  mark->exec();
}

void AwaitForeign(SealedDatabase& db) { db.exec(kAwaitForeign); }

void ClearUnseen(SealedDatabase& db, absl::string_view id) {
  const auto clear = db.Prepare(kClearUnseen);
  clear->bind(1, std::string(id));
  clear->exec();
}

std::vector<std::string> SelectUnseen(SealedDatabase& db) {
  const auto select = db.Prepare(kSelectUnseen);
  return ReadTexts(*select);
}

}  // namespace bangfu::client
