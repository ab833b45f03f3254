#include "tests/bench/load/city_node.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "base/limits.h"
#include "server/store/postgres/migrator.h"
#include "tests/scenario/must.h"
#include "tests/support/test_database.h"

namespace bangfu::bench {
namespace {

constexpr char kCity[] = "hz";
constexpr absl::Duration kQuietPoll = absl::Milliseconds(5);
constexpr absl::Duration kQuietTimeout = absl::Minutes(5);

scenario::ScenarioOptions OptionsOf(const LoadOptions& options) {
  scenario::ScenarioOptions scenario;
  scenario.seed = options.seed;
  scenario.server_binary = options.server_binary;
  scenario.client_binary = options.client_binary;
  return scenario;
}

std::string Quoted(absl::string_view word) {
  return absl::StrCat("'", absl::StrReplaceAll(word, {{"'", "'\\''"}}), "'");
}

}  // namespace

std::string RunProgram(const std::vector<std::string>& command) {
  std::string line;
  for (const std::string& word : command) absl::StrAppend(&line, Quoted(word), " ");
  FILE* const pipe = popen(line.c_str(), "r");
  scenario::Must(pipe == nullptr ? absl::InternalError("popen") : absl::OkStatus(), command[0]);
  std::string output;
  char buffer[4096];
  for (size_t n = 0; (n = fread(buffer, 1, sizeof(buffer), pipe)) > 0;) output.append(buffer, n);
  scenario::Must(pclose(pipe) == 0 ? absl::OkStatus() : absl::InternalError("failed"), command[0]);
  return output;
}

CityNode::CityNode(const LoadOptions& options)
    : world_(OptionsOf(options)), node_(world_, "city", kCity, "", scenario::Storage::kOwnCluster) {
  node_.MustStart();
}

std::unique_ptr<client::GrpcServerLink> CityNode::Line(const std::string& node,
                                                       const std::string& org) {
  return scenario::Must(
      client::GrpcServerLink::Connect(node_.address(),
                                      world_.CredentialsOf(node, org, scenario::NodeKind::kServer)),
      "line");
}

std::string CityNode::PsqlAt(const std::string& address, const std::string& sql) {
  return RunProgram({"psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql, address});
}

double CityNode::PsqlFileSeconds(const std::string& address, const std::string& path) {
  const Stopwatch watch;
  RunProgram({"psql", "-X", "-q", "-o", "/dev/null", "-v", "ON_ERROR_STOP=1", "-f", path, address});
  return watch.Seconds();
}

std::string CityNode::NewDatabase(const std::string& name) {
  const std::string own = node_.DatabaseAddress();
  PsqlAt(own, absl::StrCat("DROP DATABASE IF EXISTS ", name));
  PsqlAt(own, absl::StrCat("CREATE DATABASE ", name));
  const std::string address = server::AddressOfDatabase(own, name);
  scenario::Must(server::Migrate(address), "schema");
  return address;
}

void CityNode::AwaitQuiet() const {
  const absl::Time end = absl::Now() + kQuietTimeout;
  // One session: starting psql costs more than what is waited for.
  const std::string sql =
      "DO $$ BEGIN FOR i IN 1..60000 LOOP EXIT WHEN NOT EXISTS (SELECT FROM change_queue) "
      "AND NOT EXISTS (SELECT FROM audit_queue); PERFORM pg_sleep(0.005); END LOOP; END $$";
  Psql(sql);
  if (absl::Now() > end) scenario::Must(absl::DeadlineExceededError("queues"), "quiet");
}

PushTotals PushAll(CityNode& city, const std::string& org, const std::vector<v1::Change>& changes) {
  constexpr size_t kBatch = limits::kMaxChangesPerPush;
  std::atomic<size_t> next{0};
  std::atomic<int64_t> accepted{0};
  std::atomic<int64_t> conflicts{0};
  std::atomic<int64_t> others{0};
  std::mutex mutex;
  std::vector<double> answered;  // guarded by mutex
  const auto line = city.Line("upload", org);
  scenario::Must(line->Handshake({}).status(), "handshake");
  const Stopwatch watch;
  std::vector<std::thread> threads;
  for (int i = 0; i < limits::kMaxPushesPerChild; ++i) {
    threads.emplace_back([&] {
      for (;;) {
        const size_t begin = next.fetch_add(kBatch);
        if (begin >= changes.size()) return;
        const size_t end = std::min(begin + kBatch, changes.size());
        const auto outcomes =
            scenario::Must(line->Push({changes.begin() + static_cast<std::ptrdiff_t>(begin),
                                       changes.begin() + static_cast<std::ptrdiff_t>(end)},
                                      {}),
                           "push");
        {
          const std::lock_guard<std::mutex> lock(mutex);
          answered.push_back(watch.Seconds());
        }
        for (const v1::Outcome& outcome : outcomes) {
          ++(outcome.verdict() == v1::VERDICT_ACCEPTED   ? accepted
             : outcome.verdict() == v1::VERDICT_CONFLICT ? conflicts
                                                         : others);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  city.AwaitQuiet();
  return {watch.Seconds(), accepted, conflicts, others, std::move(answered)};
}

Stopwatch::Stopwatch()
    : begin_(std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1)) {}

double Stopwatch::Seconds() const {
  const int64_t now =
      std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
  return static_cast<double>(now - begin_) / 1e9;
}

}  // namespace bangfu::bench
