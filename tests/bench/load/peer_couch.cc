// A child pushes archives and a desk pulls them into its replica; the baseline does the same with a
// CouchDB-compatible server and its client (tests/bench/peer_couch).

#include <google/protobuf/util/json_util.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/bench/load/benchmarks.h"
#include "tests/bench/load/city_node.h"
#include "tests/bench/load/desk.h"
#include "tests/bench/load/families.h"
#include "tests/bench/load/replica_script.h"
#include "tests/scenario/must.h"

namespace bangfu::bench {
namespace {

using scenario::Must;

constexpr int kArchives = 20'000;
constexpr char kFolder[] = "/tests/bench/peer_couch/";

struct Seconds {
  double push = 0;
  double pull = 0;
  double Sum() const { return push + pull; }
};

// The archives as JSON lines, as PouchDB takes them.
void WriteDocuments(int archives, const std::string& path) {
  std::ofstream file(path);
  for (int number = 0; number < archives; ++number) {
    const v1::Archive archive = Family(number, kDistrictUnit);
    std::string json;
    if (!google::protobuf::util::MessageToJsonString(archive, &json).ok()) {
      Must(absl::InternalError(archive.id()), "JSON");
    }
    nlohmann::json document = nlohmann::json::parse(json);
    document["_id"] = archive.id();
    file << document.dump() << "\n";
  }
}

Seconds Ours(const LoadOptions& options, Measurements& measurements, int archives) {
  CityNode city(options);
  const std::vector<v1::Change> changes = Filings(city.world(), 0, archives, kDistrictUnit);
  Seconds seconds;
  seconds.push = PushAll(city, kDistrict, changes).seconds;
  const Desk desk(city, options, "desk");
  seconds.pull = desk.PullSeconds();
  if (CountRows(desk.replica(), "record") != archives) {
    measurements.Fail("peer_couch: the desk has not everything");
  }
  return seconds;
}

Seconds Couch(const LoadOptions& options, int archives) {
  const server::TempFolder folder;
  const std::string documents = folder.Join("documents");
  WriteDocuments(archives, documents);
  const std::string data = folder.Join("couch");
  std::filesystem::create_directory(data);
  const auto printed = nlohmann::json::parse(
      RunProgram({"node", absl::StrCat(options.folder, kFolder, "couch.mjs"), documents, data}));
  return {printed.at("push").get<double>(), printed.at("pull").get<double>()};
}

}  // namespace

void PeerCouch(const LoadOptions& options, Measurements& measurements) {
  // Installed by the long form only: nothing else needs these packages.
  if (!std::filesystem::exists(absl::StrCat(options.folder, kFolder, "node_modules"))) {
    measurements.Note("peer_couch",
                      "not run: npm ci --ignore-scripts in tests/bench/peer_couch installs it");
    return;
  }
  const int archives = options.Scaled(kArchives);
  for (int run = 0; run < options.runs; ++run) {
    const Seconds ours = Ours(options, measurements, archives);
    const Seconds couch = Couch(options, archives);
    measurements.Add("peer_couch", archives / ours.Sum(), archives / couch.Sum(), "archives/s");
    measurements.Note("peer_couch",
                      absl::StrFormat("push %.2f s and %.2f s, pull %.2f s and %.2f s", ours.push,
                                      couch.push, ours.pull, couch.pull));
  }
}

}  // namespace bangfu::bench
