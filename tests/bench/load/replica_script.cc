#include "tests/bench/load/replica_script.h"

#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tests/bench/load/city_node.h"
#include "tests/scenario/must.h"

namespace bangfu::bench {
namespace {

// Those of client/replica/replica_file.cc that say what is kept and how safely; its sizes of cache
// and log are the replica's own. What opens a file does not ask for these again.
constexpr char kPragmas[] =
    "PRAGMA foreign_keys = ON;\n"
    "PRAGMA synchronous = FULL;\n"
    "PRAGMA secure_delete = ON;\n"
    // As much memory and as long a log as the replica has (client/replica/replica_file.cc).
    "PRAGMA cache_size = -65536;\n"
    "PRAGMA wal_autocheckpoint = 4096;\n";

// Rows in one INSERT: more make the statement large, fewer make more of them.
constexpr int kRowsPerInsert = 50;

constexpr char kRecordTuples[] =
    "SELECT '(' || quote(id) || ',' || type || ',' || quote(org) || ',' || base_revision || ',' "
    "|| quote(base_body) || ',' || quote(body) || ',' || quote(archive_id) || ',' || status || "
    "',' || quote(number) || ',' || left_scope || ',' || unseen || ')' FROM record ORDER BY rowid";
// Before it the place of its archive.
constexpr char kPersonTuples[] =
    "SELECT r.place || ' (' || quote(p.person_hash) || ',' || quote(p.archive_id) || ')' FROM "
    "(SELECT id, row_number() OVER (ORDER BY rowid) - 1 AS place FROM record) r "
    "JOIN person p ON p.archive_id = r.id ORDER BY r.place";

// Runs statements and commands, each of which is one of `lines`; what they print.
std::string Sqlite(const std::string& database, const std::vector<std::string>& lines) {
  std::vector<std::string> command = {"sqlite3", "-bail", "-batch", database};
  command.insert(command.end(), lines.begin(), lines.end());
  return RunProgram(command);
}

double SqliteFileSeconds(const std::string& database, const std::string& path) {
  const Stopwatch watch;
  // Its answers to the pragmas are of no interest.
  Sqlite(database, {".output /dev/null", absl::StrCat(".read ", path)});
  return watch.Seconds();
}

void RemoveDatabase(const std::string& database) {
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(database + suffix);
}

void MakeEmpty(const std::string& replica, const std::string& database) {
  RemoveDatabase(database);
  const std::string schema = Sqlite(
      replica, {"SELECT sql || ';' FROM sqlite_schema WHERE tbl_name IN ('record', 'person') "
                "AND sql IS NOT NULL ORDER BY rowid"});
  Sqlite(database, {"PRAGMA journal_mode = WAL", schema, "PRAGMA wal_checkpoint(TRUNCATE)"});
}

// Lines of one output of sqlite3, read as they are needed: they are many.
class Lines {
 public:
  Lines(const std::string& replica, const std::string& sql, std::string path)
      : path_(std::move(path)) {
    Sqlite(replica, {absl::StrCat(".output ", path_), sql});
    file_.open(path_);
    Next();
  }
  ~Lines() { std::filesystem::remove(path_); }
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;

  bool more() const { return more_; }
  const std::string& line() const { return line_; }
  void Next() { more_ = static_cast<bool>(std::getline(file_, line_)); }

 private:
  const std::string path_;
  std::ifstream file_;
  std::string line_;
  bool more_ = false;
};

// INSERTs of rows of one table.
class Inserts {
 public:
  Inserts(std::ofstream& script, const char* table) : script_(script), table_(table) {}
  ~Inserts() { End(); }
  Inserts(const Inserts&) = delete;
  Inserts& operator=(const Inserts&) = delete;

  void Add(absl::string_view tuple) {
    if (rows_ == kRowsPerInsert) End();
    if (rows_ == 0) script_ << "INSERT INTO " << table_ << " VALUES\n";
    if (rows_ > 0) script_ << ",\n";
    script_ << tuple;
    ++rows_;
  }

 private:
  void End() {
    if (rows_ > 0) script_ << ";\n";
    rows_ = 0;
  }

  std::ofstream& script_;
  const char* const table_;
  int rows_ = 0;
};

int64_t PlaceOf(const std::string& line) {
  int64_t place = -1;
  scenario::Must(absl::SimpleAtoi(line.substr(0, line.find(' ')), &place)
                     ? absl::OkStatus()
                     : absl::InternalError(line),
                 "place of a person");
  return place;
}

}  // namespace

int64_t CountRows(const std::string& database, const std::string& table) {
  const std::string said = Sqlite(database, {absl::StrCat("SELECT count(*) FROM ", table)});
  int64_t rows = -1;
  scenario::Must(absl::SimpleAtoi(said, &rows) ? absl::OkStatus() : absl::InternalError(said),
                 "count");
  return rows;
}

void WriteReplicaScript(const std::string& replica, int records_per_transaction,
                        const std::string& script) {
  Lines records(replica, kRecordTuples, script + ".record");
  Lines persons(replica, kPersonTuples, script + ".person");
  std::ofstream file(script);
  file << kPragmas;
  for (int64_t done = 0; records.more();) {
    file << "BEGIN IMMEDIATE;\n";
    const int64_t end = done + records_per_transaction;
    for (Inserts inserts(file, "record"); done < end && records.more(); ++done, records.Next()) {
      inserts.Add(records.line());
    }
    for (Inserts inserts(file, "person"); persons.more() && PlaceOf(persons.line()) < end;
         persons.Next()) {
      inserts.Add(absl::string_view(persons.line()).substr(persons.line().find(' ') + 1));
    }
    file << "COMMIT;\n";
  }
}

double FillReplica(const std::string& replica, const std::string& script,
                   const std::string& database) {
  MakeEmpty(replica, database);
  return SqliteFileSeconds(database, script);
}

double CopyReplica(const std::string& replica, int records_per_transaction,
                   const std::string& database) {
  MakeEmpty(replica, database);
  const std::string script = database + ".sql";
  {
    std::ofstream file(script);
    file << kPragmas << "ATTACH '" << replica << "' AS pulled;\n";
    const int64_t records = CountRows(replica, "record");
    for (int64_t first = 1; first <= records; first += records_per_transaction) {
      const std::string rows =
          absl::StrCat("rowid BETWEEN ", first, " AND ", first + records_per_transaction - 1);
      file << "BEGIN IMMEDIATE;\n"
           << "INSERT INTO record SELECT * FROM pulled.record WHERE " << rows << ";\n"
           << "INSERT INTO person SELECT * FROM pulled.person WHERE archive_id IN "
           << "(SELECT id FROM pulled.record WHERE " << rows << ");\n"
           << "COMMIT;\n";
    }
  }
  const double seconds = SqliteFileSeconds(database, script);
  std::filesystem::remove(script);
  return seconds;
}

}  // namespace bangfu::bench
