// One child edits archives that are there; of one in a hundred somebody else has changed the same
// field since. The baseline is UPDATE of the same rows from a table that COPY has filled, and COPY
// of the history, answers, conflicts, feed and audit chain that came of it, by psql, into the same
// tables and indexes, the same rows per commit.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/limits.h"
#include "tests/bench/load/benchmarks.h"
#include "tests/bench/load/city_node.h"
#include "tests/bench/load/copy_script.h"
#include "tests/bench/load/families.h"
#include "tests/scenario/must.h"

namespace bangfu::bench {
namespace {

constexpr int kArchives = 100'000;
constexpr int kConflictEvery = 100;  // archives
constexpr int kFirstRevision = 1;

// What takes the new versions of a batch. In PostgreSQL's place for what needs no log; rows stay
// within their page; and the planner, which has no statistics of it, is told to look each row up.
constexpr char kStaging[] =
    "CREATE TEMP TABLE staging (id uuid, revision bigint, updated_at timestamptz, body bytea, "
    "leaf bigint) WITH (toast_tuple_target = 8160) ON COMMIT DELETE ROWS;\n"
    "ALTER TABLE staging ALTER COLUMN body SET STORAGE EXTERNAL;\n"
    "SET enable_hashjoin = off;\n"
    "SET enable_mergejoin = off;\n";
constexpr char kUpdate[] =
    "UPDATE record r SET revision = s.revision, updated_at = s.updated_at, body = s.body, "
    "leaf = s.leaf FROM staging s WHERE r.id = s.id;";

// Tables that the edits change, and nothing else does.
constexpr const char* kTables[] = {"record", "revision",  "change_log",   "conflict",
                                   "feed",   "audit_log", "audit_mention"};

// Edits of another child that this one has not seen. When it returns, the other child does not
// count any more as one that pushes, too, which would hold this one to its share
// (limits::kPushShare).
int EditBefore(CityNode& city, int archives) {
  std::vector<v1::Change> edits;
  for (int number = 0; number < archives; number += kConflictEvery) {
    edits.push_back(
        PhoneEdit(city.world(), number, kDistrictUnit, kFirstRevision, archives + number));
  }
  const auto line = city.Line("other", kDistrict);
  for (size_t begin = 0; begin < edits.size(); begin += limits::kMaxChangesPerPush) {
    const size_t end = std::min(begin + limits::kMaxChangesPerPush, edits.size());
    const std::vector<v1::Change> push(edits.begin() + static_cast<std::ptrdiff_t>(begin),
                                       edits.begin() + static_cast<std::ptrdiff_t>(end));
    scenario::Must(line->Push(push, {}).status(), "push");
  }
  city.AwaitQuiet();
  absl::SleepFor(limits::kOthersPushWindow);
  return static_cast<int>(edits.size());
}

// How far the tables have got.
struct Mark {
  std::string feed, audit, conflict;
};

Mark MarkOf(const CityNode& city) {
  const auto last = [&city](const char* table, const char* column) {
    const std::string rows =
        city.Psql(absl::StrCat("SELECT coalesce(max(", column, "), 0) FROM ", table));
    return rows.substr(0, rows.find('\n'));
  };
  return {last("feed", "feed_seq"), last("audit_log", "sequence"), last("conflict", "position")};
}

// What came since of the changes from `first_change` on; their ids grow.
std::vector<CopiedRows> RowsSince(const Mark& mark, const std::string& first_change) {
  const std::string ours = absl::StrCat("change_id >= '", first_change, "'");
  return {
      {"staging",
       absl::StrCat("SELECT r.id, r.revision, r.updated_at, r.body, r.leaf FROM revision v "
                    "JOIN record r ON r.id = v.record_id WHERE v.",
                    ours, " ORDER BY v.ctid"),
       kUpdate},
      {"revision", absl::StrCat("SELECT * FROM revision WHERE ", ours, " ORDER BY ctid"), ""},
      {"change_log", absl::StrCat("SELECT * FROM change_log WHERE ", ours, " ORDER BY ctid"), ""},
      {"conflict",
       absl::StrCat("SELECT * FROM conflict WHERE position > ", mark.conflict,
                    " ORDER BY position"),
       ""},
      {"feed",
       absl::StrCat("SELECT * FROM feed WHERE feed_seq > ", mark.feed, " ORDER BY feed_seq"), ""},
      {"audit_log",
       absl::StrCat("SELECT * FROM audit_log WHERE sequence > ", mark.audit, " ORDER BY sequence"),
       ""},
      {"audit_mention",
       absl::StrCat("SELECT * FROM audit_mention WHERE sequence > ", mark.audit, " ORDER BY ctid"),
       ""},
  };
}

// Every archive has been edited, every edit is in the log, and every conflict has its entry.
bool NothingLost(const CityNode& city, const std::string& first_change, int archives,
                 int conflicts) {
  const std::string counts = city.Psql(
      absl::StrCat("SELECT (SELECT count(*) FROM record WHERE revision > ", kFirstRevision,
                   "), (SELECT count(*) FROM change_log WHERE change_id >= '", first_change,
                   "'), (SELECT count(*) FROM conflict)"));
  return counts == absl::StrCat(archives, "|", archives, "|", conflicts, "\n");
}

// Number and sum of all rows of a table, whatever their order.
std::string Fingerprint(const std::string& address, const char* table) {
  return CityNode::PsqlAt(
      address,
      absl::StrCat("SELECT count(*), sum(hashtextextended(t::text, 0)) FROM ", table, " t"));
}

}  // namespace

void PushUpdate(const LoadOptions& options, Measurements& measurements) {
  const int archives = options.Scaled(kArchives);
  for (int run = 0; run < options.runs; ++run) {
    CityNode city(options);
    const PushTotals filed =
        PushAll(city, kDistrict, Filings(city.world(), 0, archives, kDistrictUnit));
    if (filed.accepted != archives) measurements.Fail("push_update: not everything was filed");
    const int edited_before = EditBefore(city, archives);
    const std::string database = city.NewDatabase("baseline");
    CopyRows(city, database);
    city.Psql("VACUUM ANALYZE");

    std::vector<v1::Change> edits;
    edits.reserve(archives);
    for (int number = 0; number < archives; ++number) {
      edits.push_back(PhoneEdit(city.world(), number, kDistrictUnit, kFirstRevision, number));
    }
    const Mark mark = MarkOf(city);
    // Each side begins with everything on disk.
    city.Psql("CHECKPOINT");
    const PushTotals totals = PushAll(city, kDistrict, edits);
    if (totals.accepted != archives - edited_before || totals.conflicts != edited_before) {
      measurements.Fail(absl::StrCat("push_update: ", totals.accepted, " accepted, ",
                                     totals.conflicts, " conflicts of ", archives, " edits"));
    }
    if (!NothingLost(city, edits.front().change_id(), archives, edited_before))
      measurements.Fail("push_update: the tables have not what was answered");

    const std::string script = city.world().Path("update.sql");
    const int commits = (archives + limits::kMaxChangesPerPush - 1) / limits::kMaxChangesPerPush;
    WriteBatchScript(city, kStaging, RowsSince(mark, edits.front().change_id()), commits, script);
    city.Psql("CHECKPOINT");
    const double update = CityNode::PsqlFileSeconds(database, script);
    for (const char* table : kTables) {
      if (Fingerprint(database, table) != Fingerprint(city.DatabaseAddress(), table)) {
        measurements.Fail(absl::StrCat("push_update: the baseline has not the same ", table));
      }
    }
    measurements.Add("push_update", archives / totals.seconds, archives / update, "changes/s");
  }
}

}  // namespace bangfu::bench
