// Sixteen writers on one store while a transaction stays open, a prepared one exists and the
// sequencer's backend is killed again and again: whoever pages the feed sees every change, and in
// order. A reader that goes by the numbers in which changes were queued would lose some.

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <pqxx/pqxx>
#include <set>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "domain/policy/policy.h"
#include "server/store/postgres/postgres_store.h"
#include "server/sync/push.h"
#include "server/sync/sequencer.h"
#include "tests/chaos/scenario.h"
#include "tests/chaos/scenarios.h"
#include "tests/support/people.h"

namespace bangfu::chaos {
namespace {

constexpr int kWriters = 16;
constexpr int kShortRows = 10'000;
constexpr int kLongRows = 100'000;
constexpr int kRecords = 400;
constexpr int kChangesPerPush = 10;
constexpr int kPage = 500;
constexpr absl::Duration kReaderPause = absl::Milliseconds(2);
constexpr absl::Duration kKillInterval = absl::Milliseconds(700);
constexpr absl::Duration kSettleTimeout = absl::Seconds(60);
constexpr char kUnit[] = "hz.gongye.xiangjiao";
constexpr char kScope[] = "hz";

using FeedRow = std::pair<std::string, int64_t>;  // record and revision

server::PostgresOptions OptionsFor(const std::string& address, int connections,
                                   const server::MasterKey& master_key) {
  server::PostgresOptions options;
  options.connection_string = address;
  options.connections = connections;
  options.master_key = master_key;
  return options;
}

// A pqxx connection with one transaction that is queued, and stays so until it is told to end.
class StrayTransaction {
 public:
  // `record` gets another row for the sequencer, about the revision that it has.
  StrayTransaction(const std::string& address, const std::string& record)
      : connection_(address), session_(connection_) {
    session_.exec("BEGIN");
    session_.exec_params(
        "INSERT INTO change_queue (kind, record_id, revision, org) "
        "SELECT 1, id, revision, org FROM record WHERE id = $1::uuid",
        record);
  }
  void Prepare() { session_.exec("PREPARE TRANSACTION 'chaos'"); }
  void CommitPrepared() { session_.exec("COMMIT PREPARED 'chaos'"); }
  void Commit() { session_.exec("COMMIT"); }

 private:
  pqxx::connection connection_;
  pqxx::nontransaction session_;
};

// Rows as they were queued, with the number that each took: what a naive reader would page.
constexpr char kKeepQueued[] =
    "CREATE TABLE queued (id bigint PRIMARY KEY, record_id uuid, revision bigint);"
    "CREATE FUNCTION keep_queued() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN "
    "INSERT INTO queued VALUES (NEW.id, NEW.record_id, NEW.revision); RETURN NEW; END $$;"
    "CREATE TRIGGER keep_queued AFTER INSERT ON change_queue "
    "FOR EACH ROW EXECUTE FUNCTION keep_queued()";

// Pages a table by its number until told that nothing more comes; then once more.
class NumberReader {
 public:
  NumberReader(const std::string& address, const std::string& query, std::atomic<bool>& stop)
      : thread_([this, address, query, &stop] {
          pqxx::connection connection(address);
          connection.prepare("page", query);
          for (bool last = false; !last;) {
            last = stop;
            while (ReadPage(connection)) {
            }
            absl::SleepFor(kReaderPause);
          }
        }) {}
  void Finish() { thread_.join(); }  // once `stop` is set

  std::vector<FeedRow> rows;     // in the order in which they were seen
  std::vector<int64_t> numbers;  // of the rows

 private:
  bool ReadPage(pqxx::connection& connection) {
    pqxx::nontransaction session(connection);
    const pqxx::result page = session.exec_prepared("page", cursor_);
    for (const pqxx::row& row : page) {
      cursor_ = row[0].as<int64_t>();
      numbers.push_back(cursor_);
      rows.emplace_back(row[1].as<std::string>(), row[2].as<int64_t>());
    }
    return page.size() == kPage;
  }

  int64_t cursor_ = 0;
  std::thread thread_;
};

// Pages as a child does.
class FeedReader {
 public:
  FeedReader(server::Store& store, Report& report, std::atomic<bool>& stop)
      : thread_([this, &store, &report, &stop] {
          for (bool last = false; !last;) {
            last = stop;
            while (ReadPage(store, report)) {
            }
            absl::SleepFor(kReaderPause);
          }
        }) {}
  void Finish() { thread_.join(); }  // once `stop` is set

  std::map<std::string, int64_t> revisions;  // last seen, by record
  int64_t went_back = 0;                     // pages that brought an older revision

 private:
  bool ReadPage(server::Store& store, Report& report) {
    const auto page = store.ReadFeed(kScope, cursor_, kPage);
    if (!report.Check(page.status(), "page of the feed")) return false;
    for (const v1::Record& record : page->records) {
      int64_t& seen = revisions[record.id()];
      if (record.revision() < seen) ++went_back;
      seen = std::max(seen, record.revision());
    }
    cursor_ = page->next_seq;
    return !page->caught_up;
  }

  int64_t cursor_ = 0;
  std::thread thread_;
};

// Ends the backend that holds the sequencer's lock, again and again.
void KillSequencers(const std::string& address, std::atomic<bool>& stop, int& killed) {
  pqxx::connection connection(address);
  while (!stop) {
    absl::SleepFor(kKillInterval);
    pqxx::nontransaction session(connection);
    killed += static_cast<int>(
        session
            .exec("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
                  "AND granted AND database = (SELECT oid FROM pg_database "
                  "WHERE datname = current_database())")
            .size());
  }
}

int64_t CountOf(const std::string& address, const std::string& query) {
  pqxx::connection connection(address);
  pqxx::nontransaction session(connection);
  return session.exec1(query)[0].as<int64_t>();
}

class Writers {
 public:
  Writers(World& world, server::PushHandler& push, Report& report, int rows)
      : world_(world),
        push_(push),
        report_(report),
        rows_(rows),
        people_(server::PeopleOf(world.orgs().proto())) {
    for (int i = 0; i < kRecords; ++i) archives_.push_back(Household(i, kUnit));
  }

  // Every writer edits any of the records, so that their revisions come from all of them.
  void Run() {
    std::vector<std::thread> threads;
    for (int i = 0; i < kWriters; ++i) threads.emplace_back([this] { Write(); });
    for (std::thread& thread : threads) thread.join();
  }

  void File() {
    std::vector<v1::Change> changes;
    for (const v1::Archive& archive : archives_) changes.push_back(Filing(world_, archive));
    Push(changes);
  }

 private:
  void Write() {
    while (written_.fetch_add(kChangesPerPush) < rows_ && !report_.failed()) {
      std::vector<v1::Change> changes;
      for (int i = 0; i < kChangesPerPush; ++i) {
        v1::Archive archive = archives_[static_cast<size_t>(world_.Random(kRecords))];
        archive.set_phone(PhoneOf(++number_));
        changes.push_back(Edit(world_, kUnit, archive, 1, {"phone"}));
      }
      Push(changes);
    }
  }

  void Push(const std::vector<v1::Change>& changes) {
    absl::StatusOr<std::vector<v1::Outcome>> outcomes;
    do {
      outcomes = push_.Push({"desktop", kUnit}, world_.orgs(), policy_, people_, changes);
    } while (absl::IsAborted(outcomes.status()));
    if (!report_.Check(outcomes.status(), "push")) return;
    for (const v1::Outcome& outcome : *outcomes) {
      if (outcome.verdict() != v1::VERDICT_ACCEPTED) {
        report_.Fail(absl::StrCat("a change was not accepted: ", outcome.ShortDebugString()));
      }
    }
  }

  World& world_;
  server::PushHandler& push_;
  Report& report_;
  const int rows_;
  const server::PeopleBook people_;
  const domain::PolicyBook policy_;
  std::vector<v1::Archive> archives_;
  std::atomic<int> written_{0};
  std::atomic<int64_t> number_{1'000'000};
};

// What was queued and what the feed made of it.
void CheckFeed(const std::string& address, const NumberReader& seen, const FeedReader& child,
               Report& report) {
  pqxx::connection connection(address);
  pqxx::nontransaction session(connection);
  std::multiset<FeedRow> missing;
  for (const pqxx::row& row : session.exec("SELECT record_id, revision FROM queued")) {
    missing.emplace(row[0].as<std::string>(), row[1].as<int64_t>());
  }
  const auto rows = static_cast<int64_t>(missing.size());
  std::map<std::string, int64_t> last;
  int64_t inversions = 0;
  int64_t unknown = 0;
  int64_t holes = 0;
  for (size_t i = 0; i < seen.rows.size(); ++i) {
    const auto& [record, revision] = seen.rows[i];
    if (seen.numbers[i] != static_cast<int64_t>(i) + 1) ++holes;
    const auto found = missing.find(seen.rows[i]);
    if (found == missing.end()) {
      ++unknown;
    } else {
      missing.erase(found);
    }
    // The two that came late tell of a revision that is long past.
    if (revision > 1) {
      if (revision < last[record]) ++inversions;
      last[record] = revision;
    }
  }
  report.Figure("rows queued", rows);
  report.Figure("lost by a reader of the feed", static_cast<int64_t>(missing.size()));
  report.Figure("inversions of one record", inversions);
  report.Figure("holes in the numbers", holes);
  report.CheckEqual(static_cast<int64_t>(missing.size()), 0, "rows lost by a reader of the feed");
  report.CheckEqual(inversions, 0, "inversions of one record");
  report.CheckEqual(holes, 0, "holes in the numbers");
  report.CheckEqual(unknown, 0, "rows in the feed that nobody queued");

  int64_t behind = 0;
  for (const pqxx::row& row : session.exec("SELECT id, revision FROM record")) {
    const auto found = child.revisions.find(row[0].as<std::string>());
    if (found == child.revisions.end() || found->second != row[1].as<int64_t>()) ++behind;
  }
  report.CheckEqual(behind, 0, "records that a paging child has not got as they are");
  report.CheckEqual(child.went_back, 0, "older revisions brought after newer ones");
}

}  // namespace

void LateCommits(const ScenarioOptions& options, Report& report) {
  World world(options);
  const server::TestDatabase database = world.NewDatabase();
  const std::string& address = database.connection_string();
  // Two nodes' worth of sequencers: when one loses its place the other takes it.
  const auto key = Must(server::MasterKey::Open(world.Path("keys/master.key")), "master key");
  auto store = Must(server::PostgresStore::Open(OptionsFor(address, kWriters + 2, key)), "store");
  auto other = Must(server::PostgresStore::Open(OptionsFor(address, 2, key)), "store");
  const server::PersonKeyer keyer("a key for tests");
  server::PushHandler push(*store, world.clock(), keyer, server::NodeRole{false});
  Writers writers(world, push, report, options.long_form ? kLongRows : kShortRows);
  {
    pqxx::connection connection(address);
    pqxx::nontransaction(connection).exec(kKeepQueued);
  }
  writers.File();

  std::atomic<bool> stop_reading{false};
  std::atomic<bool> stop_killing{false};
  int killed = 0;
  std::atomic<int> failures{0};
  const absl::Time begin = absl::Now();
  {
    const auto count = [&failures](const absl::Status&) { ++failures; };
    const server::Sequencer first(*store, count);
    const server::Sequencer second(*other, count);
    NumberReader feed(address,
                      absl::StrCat("SELECT feed_seq, record_id, revision FROM feed "
                                   "WHERE feed_seq > $1 ORDER BY feed_seq LIMIT ",
                                   kPage),
                      stop_reading);
    NumberReader naive(address,
                       absl::StrCat("SELECT id, record_id, revision FROM queued "
                                    "WHERE id > $1 ORDER BY id LIMIT ",
                                    kPage),
                       stop_reading);
    FeedReader child(*store, report, stop_reading);
    StrayTransaction stray(address, Household(0, kUnit).id());
    StrayTransaction prepared(address, Household(1, kUnit).id());
    prepared.Prepare();
    std::thread killer([&] { KillSequencers(address, stop_killing, killed); });
    writers.Run();
    prepared.CommitPrepared();
    stray.Commit();
    stop_killing = true;
    killer.join();
    const absl::Time end = absl::Now() + kSettleTimeout;
    while (CountOf(address, "SELECT count(*) FROM change_queue") > 0 && absl::Now() < end) {
      absl::SleepFor(absl::Milliseconds(20));
    }
    report.CheckEqual(CountOf(address, "SELECT count(*) FROM change_queue"), 0,
                      "rows that the sequencer left");
    stop_reading = true;
    feed.Finish();
    naive.Finish();
    child.Finish();
    CheckFeed(address, feed, child, report);
    const auto lost = static_cast<int64_t>(CountOf(address, "SELECT count(*) FROM queued") -
                                           static_cast<int64_t>(naive.rows.size()));
    report.Figure("lost by a naive reader (id > cursor)", lost);
    report.Check(lost > 0, "the naive reader lost nothing, so this run shows nothing");
  }
  report.Figure("sequencers killed", killed);
  report.Figure("seconds", absl::StrCat(absl::ToInt64Seconds(absl::Now() - begin)));
  report.Check(killed > 0, "no sequencer was killed");
}

}  // namespace bangfu::chaos
