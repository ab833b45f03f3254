#ifndef BANGFU_TESTS_BENCH_LOAD_CITY_NODE_H_
#define BANGFU_TESTS_BENCH_LOAD_CITY_NODE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "bangfu/v1/change.pb.h"
#include "client/transport/grpc_server_link.h"
#include "tests/bench/load/measurement.h"
#include "tests/scenario/world.h"

namespace bangfu::bench {

// A city as it is shipped: the server's binary with default settings, on its private PostgreSQL,
// which waits for the disk. Ends with this.
class CityNode {
 public:
  explicit CityNode(const LoadOptions& options);
  CityNode(const CityNode&) = delete;
  CityNode& operator=(const CityNode&) = delete;

  scenario::World& world() { return world_; }
  scenario::Node& node() { return node_; }
  // The line of a district's or union's server.
  std::unique_ptr<client::GrpcServerLink> Line(const std::string& node, const std::string& org);
  // Resident memory of bangfu-server in bytes, without PostgreSQL.
  int64_t ServerMemory() { return node_.process().ResidentBytes(); }

  // Of its database, for libpq.
  std::string DatabaseAddress() const { return node_.DatabaseAddress(); }
  // Runs statements with psql at its database, or at another one of its cluster; what they print.
  // Ends the program when they fail.
  std::string Psql(const std::string& sql) const { return PsqlAt(node_.DatabaseAddress(), sql); }
  static std::string PsqlAt(const std::string& address, const std::string& sql);
  // Seconds that psql takes for a file of statements, with its start.
  static double PsqlFileSeconds(const std::string& address, const std::string& path);
  // An empty database of the same cluster with the same schema; its address. Replaces an older one.
  std::string NewDatabase(const std::string& name);

  // Returns when everything that was committed stands in the feed and in the audit chain.
  void AwaitQuiet() const;

 private:
  scenario::World world_;
  scenario::Node node_;
};

// `changes` in pushes of limits::kMaxChangesPerPush, as many at a time as one child may have.
// Returns the seconds that it took; outcomes other than ACCEPTED are failures unless
// `conflicts` are expected.
struct PushTotals {
  double seconds = 0;
  int64_t accepted = 0;
  int64_t conflicts = 0;
  int64_t others = 0;
  std::vector<double> answered;  // seconds until each push was answered, in that order
};
PushTotals PushAll(CityNode& city, const std::string& org, const std::vector<v1::Change>& changes);

// Runs a program and waits for it; its standard output. Ends this program when it fails.
std::string RunProgram(const std::vector<std::string>& command);

// Seconds on a monotonic clock.
class Stopwatch {
 public:
  Stopwatch();
  double Seconds() const;

 private:
  int64_t begin_;  // ns
};

}  // namespace bangfu::bench

#endif  // BANGFU_TESTS_BENCH_LOAD_CITY_NODE_H_
