// Sixteen writers queue changes and the sequencer moves them to the feed. The baseline is what the
// feed would be without a sequencer: sixteen writers that insert straight into a log of the same
// columns and indexes, whose numbers do not follow the order of the commits.

#include <cstdint>
#include <functional>
#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "server/store/postgres/binary_copy.h"
#include "server/store/postgres/feed_queries.h"
#include "server/store/postgres/postgres_store.h"
#include "tests/bench/load/benchmarks.h"
#include "tests/bench/load/city_node.h"
#include "tests/bench/load/families.h"
#include "tests/scenario/must.h"

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

// As the product's queue is written, into that table.
constexpr char kLogRows[] = "plain_log (kind, record_id, revision, org)";

std::string RecordId(int number) {
  return absl::StrFormat("01440000-0000-7000-8000-%012x", number);
}

std::string OrgOf(int number) {
  return absl::StrCat(kDistrict, ".street", number / kRowsPerCommit % 20);
}

// Lets the writers commit `count` rows, kRowsPerCommit at a time; seconds until the last one has.
// `commit` gets the number of the writer and of the first row.
double Write(int count, const std::function<void(int writer, int first)>& commit) {
  const Stopwatch watch;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&commit, count, writer] {
      for (int first = writer * kRowsPerCommit; first < count; first += kWriters * kRowsPerCommit)
        commit(writer, first);
    });
  }
  for (std::thread& writer : writers) writer.join();
  return watch.Seconds();
}

// The node's own store with a connection for each writer, so that what is measured is how the
// product queues and how it wakes the sequencer.
std::unique_ptr<server::PostgresStore> OpenStore(CityNode& city) {
  server::PostgresOptions options;
  options.connection_string = city.node().DatabaseAddress();
  options.connections = kWriters;
  options.master_key = city.node().master_key();
  return scenario::Must(server::PostgresStore::Open(options), "store");
}

double WriteQueue(server::PostgresStore& store, int count) {
  return Write(count, [&store](int /*writer*/, int first) {
    server::WriteSet writes;
    for (int number = first; number < first + kRowsPerCommit; ++number) {
      writes.queue.push_back({.kind = server::QueueEntry::Kind::kUpsert,
                              .record_id = RecordId(number),
                              .revision = 1,
                              .org = OrgOf(number)});
    }
    scenario::Must(store.Transact([&writes](server::Transaction& transaction) {
      return transaction.Write(writes);
    }),
                   "write");
  });
}

double WriteLog(const std::string& address, int count) {
  std::vector<std::unique_ptr<server::Connection>> sessions;
  for (int i = 0; i < kWriters; ++i)
    sessions.push_back(std::make_unique<server::Connection>(address));
  return Write(count, [&sessions](int writer, int first) {
    server::BinaryCopy rows(4);
    for (int number = first; number < first + kRowsPerCommit; ++number) {
      std::string& row = rows.Row();
      server::AppendNumber(int16_t{1}, row);
      server::AppendUuid(RecordId(number), row);
      server::AppendNumber(int64_t{1}, row);
      server::AppendPath(OrgOf(number), row);
    }
    server::Connection& connection = *sessions[static_cast<size_t>(writer)];
    pqxx::work work(connection);
    server::Pipeline pipeline(connection);
    rows.Send(pipeline, kLogRows);
    pipeline.Run();
    work.commit();
  });
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
  const auto store = OpenStore(city);
  city.Psql(kMakeLog);
  // Both tables grow from run to run by the same rows.
  for (int run = 0; run < options.runs; ++run) {
    const int64_t head = Number(city.Psql("SELECT last_seq FROM feed_state"));
    const Stopwatch watch;
    const double foreground = WriteQueue(*store, count);
    if (!AwaitHead(address, head + count)) return measurements.Fail("sequencer: it stands still");
    const double all = watch.Seconds();
    if (!HoldsAll(city, head, count)) measurements.Fail("sequencer: the feed has not every change");

    const double plain = WriteLog(address, count);
    if (Number(city.Psql("SELECT count(*) FROM plain_log")) != (run + 1) * count)
      measurements.Fail("sequencer: the baseline has not every row");

    measurements.Add("sequencer", count / all, count / plain, "rows/s");
    measurements.Add("sequencer_foreground", count / foreground, count / plain, "rows/s");
  }
}

}  // namespace bangfu::bench
