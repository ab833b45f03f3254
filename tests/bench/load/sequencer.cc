// Sixteen writers queue changes and the sequencer moves them to the feed. The baseline is what the
// feed would be without a sequencer: sixteen writers that insert straight into a log of the same
// columns and indexes, whose numbers do not follow the order of the commits.

#include <cstdint>
#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "server/store/postgres/feed_queries.h"
#include "tests/bench/load/benchmarks.h"
#include "tests/bench/load/city_node.h"
#include "tests/bench/load/families.h"

namespace bangfu::bench {
namespace {

constexpr int kRows = 200'000;
constexpr int kWriters = 16;
constexpr int kRowsPerCommit = 10;
constexpr absl::Duration kPoll = absl::Milliseconds(5);
constexpr absl::Duration kTimeout = absl::Minutes(5);

// As the feed (migrations/), but for who gives the number.
constexpr char kMakeLog[] =
    "CREATE TABLE plain_log (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
    "kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 4), record_id uuid NOT NULL, "
    "revision bigint NOT NULL, org ltree NOT NULL); "
    "CREATE INDEX plain_log_org ON plain_log USING gist (org, id); "
    "CREATE INDEX plain_log_entry ON plain_log (record_id, id) WHERE kind = 3";

// queries::kWriteQueue into that table.
constexpr char kWriteLog[] =
    "INSERT INTO plain_log (kind, record_id, revision, org) "
    "SELECT kind, record_id, revision, org "
    "FROM unnest($1::smallint[], $2::uuid[], $3::bigint[], $4::ltree[]) WITH ORDINALITY "
    "AS n (kind, record_id, revision, org, place) ORDER BY place";

std::string RecordId(int number) {
  return absl::StrFormat("01440000-0000-7000-8000-%012x", number);
}

// The arrays of one commit, as literals.
struct Rows {
  std::string kinds, ids, revisions, orgs;
};

Rows RowsFrom(int first) {
  Rows rows;
  for (int number = first; number < first + kRowsPerCommit; ++number) {
    const char* const before = number == first ? "{" : ",";
    absl::StrAppend(&rows.kinds, before, 1);
    absl::StrAppend(&rows.ids, before, RecordId(number));
    absl::StrAppend(&rows.revisions, before, 1);
    absl::StrAppend(&rows.orgs, before, kDistrict, ".street", number / kRowsPerCommit % 20);
  }
  for (std::string* array : {&rows.kinds, &rows.ids, &rows.revisions, &rows.orgs}) *array += "}";
  return rows;
}

// `insert` in transactions of kRowsPerCommit rows; seconds until the last writer has committed.
double Write(const std::string& address, const char* insert, bool notify, int count) {
  std::vector<std::unique_ptr<pqxx::connection>> sessions;
  for (int i = 0; i < kWriters; ++i)
    sessions.push_back(std::make_unique<pqxx::connection>(address));
  const int commits = count / kRowsPerCommit;
  const Stopwatch watch;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      for (int commit = writer; commit < commits; commit += kWriters) {
        const Rows rows = RowsFrom(commit * kRowsPerCommit);
        pqxx::work work(*sessions[static_cast<size_t>(writer)]);
        work.exec_params0(insert, rows.kinds, rows.ids, rows.revisions, rows.orgs);
        if (notify) work.exec0(server::queries::kNotifyQueue);
        work.commit();
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  return watch.Seconds();
}

int64_t Number(const std::string& text) {
  int64_t number = -1;
  return absl::SimpleAtoi(text, &number) ? number : -1;
}

// Until the head of the feed is there; false when that takes too long.
bool AwaitHead(const std::string& address, int64_t head) {
  pqxx::connection connection(address);
  pqxx::nontransaction session(connection);
  const absl::Time end = absl::Now() + kTimeout;
  while (session.exec1(server::queries::kFeedHead)[0].as<int64_t>() < head) {
    if (absl::Now() > end) return false;
    absl::SleepFor(kPoll);
  }
  return true;
}

// Whether the feed has, after `head`, a row for each of the `count` records and no hole.
bool HoldsAll(const CityNode& city, int64_t head, int count) {
  const std::string sql = absl::StrCat(
      "SELECT count(*) = ", count, " AND count(DISTINCT record_id) = ", count,
      " AND min(feed_seq) = ", head + 1, " AND max(feed_seq) = ", head + count,
      " AND max(feed_seq) = (SELECT last_seq FROM feed_state) FROM feed WHERE feed_seq > ", head);
  return city.Psql(sql) == "t\n";
}

}  // namespace

void Sequencer(const LoadOptions& options, Measurements& measurements) {
  const int count = options.Scaled(kRows) / kRowsPerCommit * kRowsPerCommit;
  CityNode city(options);
  const std::string address = city.node().DatabaseAddress();
  city.Psql(kMakeLog);
  // Both tables grow from run to run by the same rows.
  for (int run = 0; run < options.runs; ++run) {
    const int64_t head = Number(city.Psql("SELECT last_seq FROM feed_state"));
    const Stopwatch watch;
    const double foreground = Write(address, server::queries::kWriteQueue, /*notify=*/true, count);
    if (!AwaitHead(address, head + count)) return measurements.Fail("sequencer: it stands still");
    const double all = watch.Seconds();
    if (!HoldsAll(city, head, count)) measurements.Fail("sequencer: the feed has not every change");

    const double plain = Write(address, kWriteLog, /*notify=*/false, count);
    if (Number(city.Psql("SELECT count(*) FROM plain_log")) != (run + 1) * count)
      measurements.Fail("sequencer: the baseline has not every row");

    measurements.Add("sequencer", count / all, count / plain, "rows/s");
    measurements.Add("sequencer_foreground", count / foreground, count / plain, "rows/s");
  }
}

}  // namespace bangfu::bench
