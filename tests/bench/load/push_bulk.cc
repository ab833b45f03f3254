// One child pushes new archives; the baseline is COPY of the rows that came of it, by psql, into
// the same tables and indexes, the same rows per commit.

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "tests/bench/load/benchmarks.h"
#include "tests/bench/load/city_node.h"
#include "tests/bench/load/copy_script.h"
#include "tests/bench/load/families.h"

namespace bangfu::bench {
namespace {

constexpr int kArchives = 200'000;

}  // namespace

void PushBulk(const LoadOptions& options, Measurements& measurements) {
  const int archives = options.Scaled(kArchives);
  for (int run = 0; run < options.runs; ++run) {
    CityNode city(options);
    const std::vector<v1::Change> changes = Filings(city.world(), 0, archives, kDistrictUnit);
    const PushTotals totals = PushAll(city, kDistrict, changes);
    if (totals.accepted != archives) measurements.Fail("push_bulk: not everything was accepted");
    const std::string script = city.world().Path("copy.sql");
    const int commits = (archives + limits::kMaxChangesPerPush - 1) / limits::kMaxChangesPerPush;
    WriteCopyScript(city, commits, script);
    const std::string database = city.NewDatabase("baseline");
    const double copy = CityNode::PsqlFileSeconds(database, script);
    if (CityNode::PsqlAt(database, "SELECT count(*) FROM record") !=
        city.Psql("SELECT count(*) FROM record")) {
      measurements.Fail("push_bulk: the baseline has not the same rows");
    }
    measurements.Add("push_bulk", archives / totals.seconds, archives / copy, "archives/s");
  }
}

}  // namespace bangfu::bench
