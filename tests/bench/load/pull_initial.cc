// A new child pulls everything: into nothing beside psql COPY of the same rows to /dev/null, and
// with the shipped desktop program into its replica beside the sqlite3 command line program that
// writes the same rows.

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "tests/bench/load/benchmarks.h"
#include "tests/bench/load/city_node.h"
#include "tests/bench/load/desk.h"
#include "tests/bench/load/families.h"
#include "tests/bench/load/replica_script.h"

namespace bangfu::bench {
namespace {

constexpr int kArchives = 200'000;
constexpr int kChunk = 20'000;  // archives in memory at once
constexpr double kMebibyte = 1024 * 1024;

// What the pull brings, without the order of the feed: nobody who copies a table sorts it.
constexpr char kRows[] =
    "SELECT id, type, revision, org, body FROM record WHERE org OPERATOR(public.<@) 'hz.fuyang'";

struct Pulled {
  double seconds = 0;
  int64_t records = 0;
  int64_t bytes = 0;  // of bodies
};

Pulled PullIntoNothing(CityNode& city, const std::string& child) {
  const auto line = city.Line(child, kDistrict);
  Pulled pulled;
  const Stopwatch watch;
  scenario::Must(line->Handshake({}).status(), "handshake");
  scenario::Must(line->Pull("",
                            [&pulled](const v1::PullResponse& batch) {
                              pulled.records += batch.records_size();
                              for (const v1::Record& record : batch.records()) {
                                pulled.bytes += static_cast<int64_t>(record.body().size());
                              }
                              return absl::OkStatus();
                            }),
                 "pull");
  pulled.seconds = watch.Seconds();
  return pulled;
}

// Seconds that psql takes to copy as many rows as are expected to nowhere.
double CopySeconds(CityNode& city, const std::string& format, int64_t rows) {
  const std::string command =
      absl::StrCat("\\copy (", kRows, ") TO '/dev/null' (FORMAT ", format, ")");
  const Stopwatch watch;
  const std::string said = RunProgram(
      {"psql", "-X", "-v", "ON_ERROR_STOP=1", "-c", command, city.node().DatabaseAddress()});
  const double seconds = watch.Seconds();
  scenario::Must(absl::StripAsciiWhitespace(said) == absl::StrCat("COPY ", rows)
                     ? absl::OkStatus()
                     : absl::InternalError(said),
                 "copy");
  return seconds;
}

void Load(CityNode& city, int archives, Measurements& measurements) {
  int64_t accepted = 0;
  for (int first = 0; first < archives; first += kChunk) {
    const int count = std::min(kChunk, archives - first);
    accepted +=
        PushAll(city, kDistrict, Filings(city.world(), first, count, kDistrictUnit)).accepted;
  }
  if (accepted != archives) measurements.Fail("pull_initial: not everything was accepted");
  // Of both sides alike: what the load left behind is not to be written during a run.
  city.Psql("VACUUM ANALYZE");
  city.Psql("CHECKPOINT");
}

}  // namespace

void PullInitial(const LoadOptions& options, Measurements& measurements) {
  const int archives = options.Scaled(kArchives);
  CityNode city(options);
  Load(city, archives, measurements);
  const std::string script = city.world().Path("replica.sql");
  const std::string baseline = city.world().Path("baseline.db");
  for (int run = 0; run < options.runs; ++run) {
    const Pulled pulled = PullIntoNothing(city, absl::StrCat("child-", run));
    if (pulled.records != archives) measurements.Fail("pull_initial: records are missing");
    const double text = CopySeconds(city, "text", archives);
    const double binary = CopySeconds(city, "binary", archives);
    measurements.Add("pull_initial", archives / pulled.seconds, archives / text, "records/s");
    measurements.Add("pull_initial_binary", archives / pulled.seconds, archives / binary,
                     "records/s");

    const Desk desk(city, options, absl::StrCat("desk-", run));
    const double taken = desk.PullSeconds();
    if (CountRows(desk.replica(), "record") != archives) {
      measurements.Fail("pull_initial: records are missing in the replica");
    }
    if (run == 0) {
      WriteReplicaScript(desk.replica(), limits::kMaxPullBatchRecords, script);
      measurements.Note("pull_initial_bytes",
                        absl::StrCat(pulled.bytes / archives, " bytes a record, ",
                                     static_cast<int64_t>(static_cast<double>(pulled.bytes) /
                                                          kMebibyte / pulled.seconds),
                                     " MiB/s of bodies"));
    }
    const double inserted = FillReplica(desk.replica(), script, baseline);
    for (const char* table : {"record", "person"}) {
      if (CountRows(baseline, table) != CountRows(desk.replica(), table)) {
        measurements.Fail("pull_initial_replica: the baseline has not the same rows");
      }
    }
    measurements.Add("pull_initial_replica", archives / taken, archives / inserted, "records/s");
    const double copied = CopyReplica(desk.replica(), limits::kMaxPullBatchRecords, baseline);
    measurements.Add("pull_initial_replica_attached", archives / taken, archives / copied,
                     "records/s");
  }
}

}  // namespace bangfu::bench
