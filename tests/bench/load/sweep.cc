// What an office does in the morning: one pass over all cases that its desktop holds, which says
// what is to be done. The shipped program reads, opens, parses and judges every record; the
// baseline is the sqlite3 command line program that reads the same bodies of the same file, in the
// order in which they lie, and does nothing with them.

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "client/replica/replica.h"
#include "tests/bench/load/benchmarks.h"
#include "tests/bench/load/city_node.h"
#include "tests/bench/load/families.h"
#include "tests/scenario/must.h"
#include "tests/scenario/world.h"

namespace bangfu::bench {
namespace {

constexpr int kArchives = 100'000;
constexpr int kRecordsOfCase = 1 + kAidEventsPerFamily + kVisitsPerFamily;
// All households are established on one day, and one in twenty has not been visited when the year
// draws to its end.
constexpr char kEstablished[] = "2014-01-08";
constexpr char kToday[] = "2014-12-20";
constexpr int kForgotten = 20;

// How many of so many households were forgotten, and how many records all of them have.
int Forgotten(int archives) { return (archives + kForgotten - 1) / kForgotten; }
int RecordsOf(int archives) {
  return archives * kRecordsOfCase - Forgotten(archives) * kVisitsPerFamily;
}

// The record that the parent would send when the change and all steps after it were taken.
v1::Record RecordOf(const v1::Change& change, int number) {
  v1::Record record;
  record.set_type(change.record_type());
  record.set_id(change.record_id());
  record.set_revision(1);
  record.set_org(kDistrictUnit);
  record.set_body(change.put().record());
  if (change.record_type() != v1::RECORD_TYPE_ARCHIVE) return record;
  v1::Archive archive;
  archive.ParseFromString(record.body());
  archive.set_status(v1::ARCHIVE_STATUS_ESTABLISHED);
  archive.set_number(absl::StrCat("富阳-", number));
  archive.set_filed_on(kEstablished);
  archive.set_established_on(kEstablished);
  archive.set_determined_category(archive.claimed_category());
  record.set_body(archive.SerializeAsString());
  return record;
}

// A desktop of the district with so many established households, their aid and visits, written as
// a pull writes them. No node would number so many of one district and year.
void Fill(scenario::World& world, const std::string& folder, int archives) {
  std::filesystem::create_directories(folder);
  client::ReplicaIdentity identity;
  identity.server_address = "localhost:1";
  identity.server_node = "city";
  identity.server_org = "hz";
  identity.node = "desk";
  identity.org = kDistrict;
  identity.scope = kDistrict;
  const auto replica = scenario::Must(
      client::Replica::Create(folder + "/replica.db", identity, world.orgs().proto()), "replica");
  constexpr int kCasesOfBatch = limits::kMaxPullBatchRecords / kRecordsOfCase;
  for (int first = 0; first < archives; first += kCasesOfBatch) {
    const int count = std::min(kCasesOfBatch, archives - first);
    v1::PullResponse batch;
    int number = first - 1;  // of the household
    for (const v1::Change& change : WholeFilings(world, first, count, kDistrictUnit)) {
      if (change.record_type() == v1::RECORD_TYPE_ARCHIVE) ++number;
      if (change.record_type() == v1::RECORD_TYPE_VISIT && number % kForgotten == 0) continue;
      *batch.add_records() = RecordOf(change, number);
    }
    batch.set_next_cursor(absl::StrCat(first + count));
    scenario::Must(replica->ApplyBatch(batch), "batch");
  }
}

}  // namespace

void Sweep(const LoadOptions& options, Measurements& measurements) {
  const int archives = options.Scaled(kArchives);
  scenario::ScenarioOptions scenario;
  scenario.seed = options.seed;
  scenario::World world(scenario);
  const std::string folder = world.Path("desk");
  Fill(world, folder, archives);
  const std::vector<std::string> worklist = {
      options.client_binary, "--data", folder, "--output", "json", "worklist", "--as-of", kToday};
  const std::vector<std::string> reading = {"sqlite3", "-readonly", folder + "/replica.db",
                                            "SELECT count(*), max(body) IS NOT NULL FROM record"};
  for (int run = 0; run < options.runs; ++run) {
    const Stopwatch ours;
    const std::string said = RunProgram(worklist);
    const double swept = ours.Seconds();
    const auto document = nlohmann::json::parse(said, nullptr, /*allow_exceptions=*/false);
    if (!document.is_object() || document.value("total", 0) != Forgotten(archives))
      measurements.Fail("sweep: the list has not just the visits that are due");
    const Stopwatch theirs;
    const std::string read = RunProgram(reading);
    const double seconds = theirs.Seconds();
    if (read != absl::StrCat(RecordsOf(archives), "|1\n"))
      measurements.Fail("sweep: the baseline has not read every body");
    measurements.Add("sweep", archives / swept, archives / seconds, "archives/s");
  }
}

}  // namespace bangfu::bench
