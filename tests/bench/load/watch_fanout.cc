// How long a commit takes to reach a thousand children that watch, each on a connection of its own,
// and what they cost the server. There is no baseline: the ratios are to the goals.

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "tests/bench/load/benchmarks.h"
#include "tests/bench/load/city_node.h"
#include "tests/bench/load/families.h"
#include "tests/bench/load/watching_children.h"
#include "tests/scenario/must.h"

namespace bangfu::bench {
namespace {

constexpr int kChildren = 1000;
constexpr int kChildrenShort = 100;
constexpr int kPulling = 20;  // of them
constexpr int kCommits = 50;
constexpr int kCommitsShort = 5;
constexpr absl::Duration kPace = absl::Milliseconds(500);  // of the commits
constexpr double kGoal = 1000;                             // ms
constexpr double kMemoryGoal = 256;                        // MiB
constexpr double kMebibyte = 1024 * 1024;
constexpr double kPercentile = 0.99;

constexpr int kConnectingAtOnce = 50;
constexpr absl::Duration kConnectTimeout = absl::Seconds(60);
constexpr absl::Duration kTellTimeout = absl::Seconds(20);
constexpr absl::Duration kPoll = absl::Milliseconds(5);
constexpr rlim_t kOpenFiles = 4096;

int64_t Now() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

double Milliseconds(int64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e6; }

bool Await(absl::Duration timeout, const std::function<bool()>& holds) {
  const absl::Time end = absl::Now() + timeout;
  while (!holds()) {
    if (absl::Now() > end) return false;
    absl::SleepFor(kPoll);
  }
  return true;
}

// A connection is a file. Only for this program: the server is as it was started.
void AllowConnections() {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = std::max(files.rlim_cur, std::min(files.rlim_max, kOpenFiles));
  setrlimit(RLIMIT_NOFILE, &files);
}

// When each child heard of each commit. The next commit comes when all have heard of the last one,
// so that every word belongs to one. A child's words come one at a time; this is thread-safe
// between children.
class Clockings {
 public:
  Clockings(int children, int commits)
      : commits_(commits), times_(static_cast<size_t>(children) * static_cast<size_t>(commits)) {}

  void Open(int commit) {
    heard_ = 0;
    commit_ = commit;
  }
  void Hear(int child) {
    const int commit = commit_;
    if (commit < 0) return;
    std::atomic<int64_t>& time = times_[Place(child, commit)];
    if (time != 0) return;  // a child may be told twice
    time = Now();
    ++heard_;
  }
  int heard() const { return heard_; }
  int64_t Time(int child, int commit) const { return times_[Place(child, commit)]; }

 private:
  size_t Place(int child, int commit) const {
    return static_cast<size_t>(child) * static_cast<size_t>(commits_) + static_cast<size_t>(commit);
  }

  const int commits_;
  std::vector<std::atomic<int64_t>> times_;  // 0: not yet
  std::atomic<int> commit_{-1};
  std::atomic<int> heard_{0};
};

struct Children {
  std::vector<std::unique_ptr<PullingChild>> pulling;
  std::vector<std::unique_ptr<WatchingChild>> watching;

  int Ended() const {
    return static_cast<int>(
        std::count_if(pulling.begin(), pulling.end(), [](const auto& c) { return c->ended(); }) +
        std::count_if(watching.begin(), watching.end(), [](const auto& c) { return c->ended(); }));
  }
};

// What one run saw.
struct Fanout {
  std::vector<double> told, told_from_start, pulled;  // ms
  double memory = 0;                                  // MiB, the most
};

class Run {
 public:
  Run(CityNode& city, int children, int commits, int first_family)
      : city_(city),
        children_(children),
        commits_(commits),
        first_family_(first_family),
        told_(children, commits),
        pulled_(kPulling, commits) {}

  // An error in words; empty when all went well.
  std::string Do(Fanout& fanout) {
    Children watchers;
    const std::string failure = Connect(watchers);
    return failure.empty() ? Commit(watchers, fanout) : failure;
  }

 private:
  client::LinkCredentials CredentialsOf(int child) {
    return city_.world().CredentialsOf(absl::StrCat("child-", child), kDistrict,
                                       scenario::NodeKind::kServer);
  }

  std::string Connect(Children& watchers) {
    for (int i = 0; i < kPulling; ++i) {
      auto line = scenario::Must(
          client::GrpcServerLink::Connect(city_.node().address(), CredentialsOf(i)), "line");
      watchers.pulling.push_back(std::make_unique<PullingChild>(
          std::move(line), [this, i] { told_.Hear(i); },
          [this, i](const std::string& record) {
            if (record == *awaited_.load()) pulled_.Hear(i);
          }));
    }
    for (int i = kPulling; i < children_; ++i) {
      watchers.watching.push_back(std::make_unique<WatchingChild>(
          city_.node().address(), CredentialsOf(i), [this, i] { told_.Hear(i); }));
      if (i % kConnectingAtOnce != 0 && i + 1 != children_) continue;
      const auto answered = [&] {
        return std::all_of(watchers.watching.begin(), watchers.watching.end(),
                           [](const auto& child) { return child->answered(); });
      };
      if (!Await(kConnectTimeout, answered))
        return absl::StrCat("only fewer than ", i + 1, " children could connect");
    }
    // What the pulling children have to catch up with.
    absl::SleepFor(absl::Seconds(1));
    const int ended = watchers.Ended();
    return ended == 0 ? "" : absl::StrCat(ended, " watches were refused");
  }

  std::string Commit(const Children& watchers, Fanout& fanout) {
    const auto line = city_.Line("upload", kDistrict);
    scenario::Must(line->Handshake({}).status(), "handshake");
    for (int commit = 0; commit < commits_; ++commit) {
      const absl::Time next = absl::Now() + kPace;
      const std::vector<v1::Change> change =
          Filings(city_.world(), first_family_ + commit, 1, kDistrictUnit);
      awaited_ = std::make_shared<const std::string>(change[0].record_id());
      told_.Open(commit);
      pulled_.Open(commit);
      const int64_t begin = Now();
      const auto outcomes = line->Push(change, {});
      const int64_t end = Now();
      if (!outcomes.ok()) return absl::StrCat("push: ", outcomes.status().ToString());
      if (outcomes->at(0).verdict() != v1::VERDICT_ACCEPTED) return "a change was not accepted";
      const bool all = Await(kTellTimeout, [this] {
        return told_.heard() == children_ && pulled_.heard() == kPulling;
      });
      if (!all) {
        return absl::StrCat("of commit ", commit, " only ", told_.heard(), " of ", children_,
                            " children were told and ", pulled_.heard(), " of ", kPulling,
                            " got the record; watches that ended: ", watchers.Ended());
      }
      Enter(commit, begin, end, fanout);
      fanout.memory =
          std::max(fanout.memory, static_cast<double>(city_.ServerMemory()) / kMebibyte);
      absl::SleepFor(next - absl::Now());
    }
    return "";
  }

  // A child that heard of it before the answer had come back waited for nothing.
  void Enter(int commit, int64_t begin, int64_t end, Fanout& fanout) const {
    for (int child = 0; child < children_; ++child) {
      const int64_t time = told_.Time(child, commit);
      fanout.told.push_back(Milliseconds(std::max<int64_t>(0, time - end)));
      fanout.told_from_start.push_back(Milliseconds(time - begin));
    }
    for (int child = 0; child < kPulling; ++child) {
      fanout.pulled.push_back(
          Milliseconds(std::max<int64_t>(0, pulled_.Time(child, commit) - end)));
    }
  }

  CityNode& city_;
  const int children_;
  const int commits_;
  const int first_family_;
  std::atomic<std::shared_ptr<const std::string>> awaited_ = std::make_shared<const std::string>();
  Clockings told_;
  Clockings pulled_;
};

}  // namespace

void WatchFanout(const LoadOptions& options, Measurements& measurements) {
  const int children = options.short_form ? kChildrenShort : kChildren;
  const int commits = options.short_form ? kCommitsShort : kCommits;
  CityNode city(options);
  const double idle = static_cast<double>(city.ServerMemory()) / kMebibyte;
  AllowConnections();
  std::vector<double> from_start, pulled;
  for (int run = 0; run < options.runs; ++run) {
    Fanout fanout;
    const std::string failure = Run(city, children, commits, run * commits).Do(fanout);
    if (!failure.empty()) return measurements.Fail(absl::StrCat("watch_fanout: ", failure));
    measurements.Add("watch_fanout", Quantile(fanout.told, kPercentile), kGoal, "ms");
    measurements.Add("watch_fanout_memory", fanout.memory, kMemoryGoal, "MiB");
    from_start.push_back(Quantile(fanout.told_from_start, kPercentile));
    pulled.push_back(Quantile(fanout.pulled, kPercentile));
  }
  measurements.Note(
      "watch_fanout",
      absl::StrFormat("%d children, p99: %.0f ms from the beginning of the push; %d of them had "
                      "pulled the record %.0f ms after its answer; the idle server had %.0f MiB",
                      children, Quantile(from_start, 0.5), kPulling, Quantile(pulled, 0.5), idle));
}

}  // namespace bangfu::bench
