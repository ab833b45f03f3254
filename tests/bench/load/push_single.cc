// One child, then eight, push one new archive at a time, with pauses. The baseline is pgbench that
// runs the statements of such a push, prepared and those that write in one pipeline, on a second
// database of the same cluster with as many rows, with the same pauses.

#include <atomic>
#include <cstdint>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/bench/load/benchmarks.h"
#include "tests/bench/load/city_node.h"
#include "tests/bench/load/copy_script.h"
#include "tests/bench/load/families.h"
#include "tests/bench/load/pgbench.h"
#include "tests/bench/load/single_push_script.h"
#include "tests/scenario/households.h"
#include "tests/scenario/must.h"

namespace bangfu::bench {
namespace {

constexpr int kArchivesBefore = 20'000;
constexpr int kClients = 8;
constexpr double kRate = 40;  // pushes a second of one client, below limits::kCallsPerSecond
constexpr int kWarmUp = 20;   // pushes of each client that are not measured
constexpr int kPushes = 400;  // that are
constexpr int kFewPushes = 40;

// Who pushes, each with a certificate and a connection of its own.
class Children {
 public:
  explicit Children(CityNode& city, int first_family)
      : city_(city), next_family_(first_family), random_(city.world().options().seed) {
    for (int i = 0; i < kClients; ++i) {
      lines_.push_back(city.Line(absl::StrCat("single-", i), kDistrict));
      scenario::Must(lines_.back()->Handshake({}).status(), "handshake");
    }
  }

  // So many of them push each so many archives, with pauses of random length between, as those of
  // pgbench. Milliseconds of each push after the warm-up.
  std::vector<double> Times(int clients, int pushes) {
    std::vector<std::vector<double>> times(static_cast<size_t>(clients));
    std::vector<std::thread> threads;
    for (size_t i = 0; i < times.size(); ++i) {
      const auto count = kWarmUp + pushes;
      threads.emplace_back([this, i, &mine = times[i], count, seed = random_(),
                            changes = Filings(city_.world(), next_family_, count, kDistrictUnit)] {
        PushEach(*lines_[i], changes, seed, mine);
      });
      next_family_ += count;
    }
    std::vector<double> all;
    for (size_t i = 0; i < times.size(); ++i) {
      threads[i].join();
      all.insert(all.end(), times[i].begin() + kWarmUp, times[i].end());
    }
    city_.AwaitQuiet();
    return all;
  }

  int64_t accepted() const { return accepted_; }

 private:
  void PushEach(client::GrpcServerLink& line, const std::vector<v1::Change>& changes, uint64_t seed,
                std::vector<double>& times) {
    std::mt19937_64 random(seed);
    std::exponential_distribution<double> pause(kRate);
    absl::Time due = absl::Now();
    for (const v1::Change& change : changes) {
      due += absl::Seconds(pause(random));
      absl::SleepFor(due - absl::Now());
      const Stopwatch watch;
      const auto outcomes = scenario::Must(line.Push({change}, {}), "push");
      times.push_back(watch.Seconds() * 1e3);
      accepted_ += outcomes[0].verdict() == v1::VERDICT_ACCEPTED ? 1 : 0;
    }
  }

  CityNode& city_;
  int next_family_;
  std::mt19937_64 random_;
  std::vector<std::unique_ptr<client::GrpcServerLink>> lines_;
  std::atomic<int64_t> accepted_{0};
};

// The bare statements at the second database.
class Baseline {
 public:
  Baseline(CityNode& city, std::string address, SinglePushScript script)
      : city_(city), address_(std::move(address)), script_(std::move(script)) {
    std::ofstream(city.world().Path("single.sql")) << script_.text;
  }

  std::vector<double> Times(int clients, int pushes) {
    PgbenchRun run;
    run.address = address_;
    run.script = city_.world().Path("single.sql");
    run.variables = script_.variables;
    run.variables.emplace_back("clients", absl::StrCat(clients));
    run.variables.emplace_back("first", absl::StrCat(next_));
    run.folder = city_.world().Path("pgbench");
    run.clients = clients;
    run.transactions = kWarmUp + pushes;
    run.warm_up = kWarmUp;
    run.rate = kRate;
    next_ += clients * run.transactions;
    return PgbenchTimes(run);
  }

 private:
  CityNode& city_;
  const std::string address_;
  const SinglePushScript script_;
  int next_ = 1;
};

}  // namespace

void PushSingle(const LoadOptions& options, Measurements& measurements) {
  const int before = options.Scaled(kArchivesBefore);
  const int pushes = options.part < 1 ? kFewPushes : kPushes;
  CityNode city(options);
  PushAll(city, kDistrict, Filings(city.world(), 0, before, kDistrictUnit));
  Children children(city, before + 1);
  // One alone, whose rows the baseline repeats.
  const v1::Archive sample = Family(before, kDistrictUnit);
  scenario::Must(
      city.Line("single-0", kDistrict)->Push({scenario::Filing(city.world(), sample)}, {}).status(),
      "push");
  city.AwaitQuiet();
  const std::string database = city.NewDatabase("baseline");
  CopyRows(city, database);
  city.Psql("VACUUM ANALYZE");
  Baseline baseline(city, database, ScriptOfSinglePush(city, sample.id()));

  int64_t pushed = 0;
  for (int run = 0; run < options.runs; ++run) {
    for (const int clients : {1, kClients}) {
      // Each side begins with everything on disk.
      city.Psql("CHECKPOINT");
      const std::vector<double> ours = children.Times(clients, pushes);
      city.Psql("CHECKPOINT");
      const std::vector<double> bare = baseline.Times(clients, pushes);
      pushed += clients * (kWarmUp + pushes);
      if (ours.size() != bare.size()) measurements.Fail("push_single: pgbench did not run all");
      for (const auto& [name, part] : {std::pair("p50", 0.5), std::pair("p99", 0.99)}) {
        measurements.Add(absl::StrCat("push_single_", name, "_", clients), Quantile(ours, part),
                         Quantile(bare, part), "ms");
      }
    }
  }
  if (children.accepted() != pushed) measurements.Fail("push_single: not everything was accepted");
  for (const char* table : {"record", "revision", "change_log", "archive_person"}) {
    const std::string count = absl::StrCat("SELECT count(*) FROM ", table);
    if (city.Psql(count) != CityNode::PsqlAt(database, count))
      measurements.Fail(absl::StrCat("push_single: the baseline has another number in ", table));
  }
}

}  // namespace bangfu::bench
