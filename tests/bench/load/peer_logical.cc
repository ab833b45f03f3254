// A district's node joins a loaded city, and then follows a stream of edits; the baseline is
// logical replication of the table of records between two clusters with the same settings.

#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/limits.h"
#include "server/cluster/private_cluster.h"
#include "server/store/postgres/migrator.h"
#include "tests/bench/load/benchmarks.h"
#include "tests/bench/load/city_node.h"
#include "tests/bench/load/families.h"
#include "tests/scenario/must.h"

namespace bangfu::bench {
namespace {

using scenario::Must;

constexpr int kArchives = 200'000;
constexpr int kChunk = 20'000;  // archives in memory at once
constexpr int kFurtherEdits = 20'000;
constexpr int kFiledRevision = 1;
constexpr char kDatabase[] = "replicated";
constexpr char kRate[] = "archives/s";

// Waits until `condition` holds in a database; one session, because starting psql costs more than
// looking. Gives up after twenty minutes.
void Await(const std::string& address, const std::string& condition) {
  CityNode::PsqlAt(address, absl::StrCat("DO $$ BEGIN FOR i IN 1..60000 LOOP EXIT WHEN ", condition,
                                         "; PERFORM pg_sleep(0.02); END LOOP; END $$"));
}

// One value.
std::string Value(const std::string& address, const std::string& sql) {
  return std::string(absl::StripAsciiWhitespace(CityNode::PsqlAt(address, sql)));
}

std::string Holds(const std::string& id, const char* revision, int more_than) {
  return absl::StrCat("EXISTS (SELECT FROM record WHERE id = '", id, "' AND ", revision, " > ",
                      more_than, ")");
}

// All that a database holds, as its digest tells it: ids, revisions and contents. A node keeps
// the digests of its parent's revisions beside its own.
std::string Contents(const std::string& address, const char* leaf) {
  return Value(address, absl::StrCat("SELECT count(*), sum(", leaf, ") FROM record"));
}

// Our side: the shipped server of a district, below a city that has everything.
class District {
 public:
  explicit District(CityNode& city)
      : city_(city),
        node_(city.world(), "district", kDistrict, city.node().address(),
              scenario::Storage::kOwnCluster) {}

  double Join() {
    const std::string last = LastOfFeed();
    const Stopwatch watch;
    node_.MustStart();
    Await(node_.DatabaseAddress(), Holds(last, "upstream_revision", 0));
    return watch.Seconds();
  }

  // Seconds from the first push on; `behind` are those of them after the last edit stood in the
  // feed of the city.
  double Follow(const std::vector<v1::Change>& edits, double& behind) {
    const Stopwatch watch;
    const PushTotals totals = PushAll(city_, kDistrict, edits);
    if (totals.accepted != static_cast<int64_t>(edits.size())) {
      Must(absl::InternalError("not every edit was accepted"), "peer_logical_stream");
    }
    const Stopwatch after;
    Await(node_.DatabaseAddress(), Holds(LastOfFeed(), "upstream_revision", kFiledRevision));
    behind = after.Seconds();
    return watch.Seconds();
  }

  bool EqualsCity() const {
    return Contents(node_.DatabaseAddress(), "upstream_leaf") ==
           Contents(city_.node().DatabaseAddress(), "leaf");
  }
  void Stop() { node_.Stop(); }

 private:
  // The record that comes last.
  std::string LastOfFeed() const {
    return Value(city_.node().DatabaseAddress(),
                 "SELECT record_id FROM feed ORDER BY feed_seq DESC LIMIT 1");
  }

  CityNode& city_;
  scenario::Node node_;
};

// What the city's table of records held before and after the edits, in files.
struct Rows {
  std::string before;
  std::string edited;  // in the order of the edits
};

// A cluster as a node has it, with the schema of a node in a database.
class Cluster {
 public:
  Cluster(scenario::World& world, const std::string& name, bool publishes) {
    server::PrivateClusterOptions options;
    options.data_dir = world.Path(name);
    cluster_ = Must(server::PrivateCluster::Start(options), name);
    if (publishes) {
      CityNode::PsqlAt(cluster_->connection_string(), "ALTER SYSTEM SET wal_level = 'logical'");
      Must(cluster_->Stop(), name);
      cluster_ = Must(server::PrivateCluster::Start(options), name);
    }
    Must(cluster_->CreateDatabaseIfMissing(kDatabase), name);
    Must(server::Migrate(address()), name);
  }

  std::string address() const { return cluster_->ConnectionString(kDatabase); }
  std::string Psql(const std::string& sql) const { return CityNode::PsqlAt(address(), sql); }

 private:
  std::unique_ptr<server::PrivateCluster> cluster_;
};

// The baseline.
class Replication {
 public:
  Replication(scenario::World& world, const Rows& rows)
      : publisher_(world, "publisher", true), subscriber_(world, "subscriber", false) {
    publisher_.Psql(absl::StrCat("\\copy record FROM '", rows.before, "'"));
    publisher_.Psql("CREATE TABLE edited (LIKE record)");
    publisher_.Psql(absl::StrCat("\\copy edited FROM '", rows.edited, "'"));
    publisher_.Psql("ALTER TABLE edited ADD COLUMN place serial PRIMARY KEY");
    publisher_.Psql("VACUUM ANALYZE");
    publisher_.Psql("CREATE PUBLICATION records FOR TABLE record");
  }

  double Join() {
    const Stopwatch watch;
    subscriber_.Psql(absl::StrCat("CREATE SUBSCRIPTION records CONNECTION $words$",
                                  publisher_.address(), "$words$ PUBLICATION records"));
    // All rows appear at once, when the last of them has been copied.
    Await(subscriber_.address(), "EXISTS (SELECT FROM record)");
    const double seconds = watch.Seconds();
    // The stream begins when the copy has been handed over.
    Await(subscriber_.address(),
          "NOT EXISTS (SELECT FROM pg_subscription_rel WHERE srsubstate <> 'r')");
    return seconds;
  }

  // The edited rows, as many of them per commit as in a push.
  double Follow(const std::string& script) {
    WriteEdits(script);
    const std::string last =
        Value(publisher_.address(), "SELECT id FROM edited ORDER BY place DESC LIMIT 1");
    const Stopwatch watch;
    CityNode::PsqlFileSeconds(publisher_.address(), script);
    Await(subscriber_.address(), Holds(last, "revision", kFiledRevision));
    return watch.Seconds();
  }

  std::string Contents() const { return bench::Contents(subscriber_.address(), "leaf"); }

  // Otherwise the publisher keeps its log for a subscriber that has gone, and waits for it.
  ~Replication() { subscriber_.Psql("DROP SUBSCRIPTION records"); }
  Replication(const Replication&) = delete;
  Replication& operator=(const Replication&) = delete;

 private:
  void WriteEdits(const std::string& path) const {
    int rows = 0;
    scenario::Must(
        absl::SimpleAtoi(Value(publisher_.address(), "SELECT count(*) FROM edited"), &rows)
            ? absl::OkStatus()
            : absl::InternalError("count"),
        "edited rows");
    std::ofstream script(path);
    for (int begin = 0; begin < rows; begin += limits::kMaxChangesPerPush) {
      script << "UPDATE record SET revision = e.revision, updated_at = e.updated_at, "
                "body = e.body, leaf = e.leaf FROM edited e WHERE e.id = record.id AND e.place > "
             << begin << " AND e.place <= " << begin + limits::kMaxChangesPerPush << ";\n";
    }
  }

  Cluster publisher_;
  Cluster subscriber_;
};

// Each archive once, across the whole city.
std::vector<v1::Change> Edits(scenario::World& world, int archives, int count) {
  std::vector<v1::Change> edits;
  edits.reserve(count);
  for (int edit = 0; edit < count; ++edit) {
    const auto number = static_cast<int>(int64_t{edit} * archives / count);
    edits.push_back(PhoneEdit(world, number, kDistrictUnit, kFiledRevision, edit));
  }
  return edits;
}

void RunOnce(const LoadOptions& options, Measurements& measurements) {
  const int archives = options.Scaled(kArchives);
  const int further = options.Scaled(kFurtherEdits);
  CityNode city(options);
  for (int first = 0; first < archives; first += kChunk) {
    const int count = std::min(kChunk, archives - first);
    PushAll(city, kDistrict, Filings(city.world(), first, count, kDistrictUnit));
  }
  const Rows rows{city.world().Path("before.rows"), city.world().Path("edited.rows")};
  city.Psql(absl::StrCat("\\copy record TO '", rows.before, "'"));

  District district(city);
  const double joined = district.Join();
  if (!district.EqualsCity()) measurements.Fail("peer_logical: the district is not the city");
  double behind = 0;
  const double followed = district.Follow(Edits(city.world(), archives, further), behind);
  if (!district.EqualsCity())
    measurements.Fail("peer_logical_stream: the district is not the city");
  district.Stop();
  city.Psql(
      absl::StrCat("\\copy (SELECT r.* FROM record r JOIN (SELECT record_id, max(feed_seq) AS "
                   "place FROM feed GROUP BY 1) f ON f.record_id = r.id WHERE r.revision > ",
                   kFiledRevision, " ORDER BY f.place) TO '", rows.edited, "'"));
  const std::string contents = Contents(city.node().DatabaseAddress(), "leaf");
  city.node().Stop();

  Replication replication(city.world(), rows);
  const double copied = replication.Join();
  const double replicated = replication.Follow(city.world().Path("edits.sql"));
  if (replication.Contents() != contents) {
    measurements.Fail("peer_logical: the subscriber has not the same rows");
  }
  measurements.Add("peer_logical", archives / joined, archives / copied, kRate);
  measurements.Add("peer_logical_stream", further / followed, further / replicated, kRate);
  measurements.Note(
      "peer_logical_stream",
      absl::StrFormat("the district has the last edit %.2f s after the city's feed", behind));
}

}  // namespace

void PeerLogical(const LoadOptions& options, Measurements& measurements) {
  for (int run = 0; run < options.runs; ++run) RunOnce(options, measurements);
}

}  // namespace bangfu::bench
