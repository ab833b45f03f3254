// A change committed at the city shows on a desktop behind a district that follows its node; also
// when the watches are cut, only later.

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/limits.h"
#include "tests/chaos/scenario.h"
#include "tests/chaos/scenarios.h"
#include "tests/chaos/tree.h"

namespace bangfu::chaos {
namespace {

constexpr char kUnit[] = "hz.fuyang.fuchun";
constexpr char kCenter[] = "hz.center";
constexpr int kCommits = 50;
constexpr int kPercentile = 95;
constexpr absl::Duration kGoal = absl::Seconds(1);  // of that percentile, in the long form
constexpr absl::Duration kVisibleTimeout = absl::Seconds(5);
constexpr absl::Duration kTimeout = absl::Seconds(60);
constexpr absl::Duration kPollSlack = absl::Seconds(15);

// What a desktop in a thread of its own has seen, by telephone number.
class Follower {
 public:
  Follower(Desktop& desktop, std::string archive)
      : desktop_(desktop), archive_(std::move(archive)), thread_([this] {
          desktop_.syncer().Follow(
              stop_, [this](const absl::Status&, const client::SyncReport&) { Look(); });
        }) {}

  ~Follower() {
    stop_ = true;
    desktop_.link().Cancel();
    thread_.join();
  }

  // When the number was first seen; InfiniteFuture when that takes longer.
  absl::Time WaitFor(const std::string& phone, absl::Duration timeout) {
    std::unique_lock<std::mutex> lock(mutex_);
    seen_.wait_for(lock, absl::ToChronoMilliseconds(timeout),
                   [&] { return times_.count(phone) > 0; });
    const auto found = times_.find(phone);
    return found == times_.end() ? absl::InfiniteFuture() : found->second;
  }

 private:
  void Look() {
    const auto record = desktop_.replica().GetRecord(archive_);
    v1::Archive archive;
    if (!record.ok() || !archive.ParseFromString(record->body)) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    times_.emplace(archive.phone(), absl::Now());
    seen_.notify_all();
  }

  Desktop& desktop_;
  const std::string archive_;
  std::mutex mutex_;
  std::condition_variable seen_;
  std::map<std::string, absl::Time> times_;  // guarded by mutex_
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

// A correction by the center, answered by the city. Returns when it was answered.
absl::StatusOr<absl::Time> Correct(World& world, Desktop& center, const std::string& id,
                                   const std::string& phone) {
  const auto record = center.replica().GetRecord(id);
  if (!record.ok()) return record.status();
  v1::Archive archive;
  if (!archive.ParseFromString(record->body)) return absl::DataLossError(id);
  archive.set_phone(phone);
  v1::Change change = Edit(world, kCenter, archive, record->base_revision, {"phone"});
  change.mutable_put()->set_correction_reason("电话已更换");
  if (absl::Status status = center.Enter(change); !status.ok()) return status;
  client::SyncReport report;
  if (absl::Status status = center.syncer().Push(report); !status.ok()) return status;
  const absl::Time committed = absl::Now();
  if (report.accepted != 1) return absl::InternalError("the correction was not accepted");
  if (absl::Status status = center.syncer().Pull(report); !status.ok()) return status;
  return committed;
}

}  // namespace

void WatchIsQuick(const ScenarioOptions& options, Report& report) {
  World world(options);
  Tree tree(world);
  District& district = tree.AddDistrict("hz.fuyang");
  Seat& seat = tree.AddDesktop("fuchun", kUnit, *district.node);
  Seat& center = tree.AddDesktop("center", kCenter, tree.city());
  const v1::Archive archive = Household(1, kUnit);
  report.Check(seat.desktop->File(archive), "filing");
  if (!tree.Settle(kTimeout, report)) return;

  std::vector<absl::Duration> times;
  {
    Follower follower(*seat.desktop, archive.id());
    follower.WaitFor(archive.phone(), kTimeout);
    absl::SleepFor(absl::Milliseconds(300));  // its watch is open
    int64_t number = 1000;
    for (int i = 0; i < kCommits; ++i) {
      const std::string phone = PhoneOf(++number);
      const auto committed = Correct(world, *center.desktop, archive.id(), phone);
      if (!report.Check(committed.status(), "correction")) return;
      const absl::Time seen = follower.WaitFor(phone, kVisibleTimeout);
      if (!report.Check(seen < absl::InfiniteFuture(),
                        absl::StrCat("a commit was not visible within ",
                                     absl::FormatDuration(kVisibleTimeout)))) {
        return;
      }
      times.push_back(seen - *committed);
      absl::SleepFor(absl::Milliseconds(world.Random(20)));
    }
    if (options.long_form) {
      // Without its watches the change comes with the next poll of both hops.
      district.line->CutWatches();
      seat.line->CutWatches();
      const std::string phone = PhoneOf(++number);
      const auto committed = Correct(world, *center.desktop, archive.id(), phone);
      if (!report.Check(committed.status(), "correction")) return;
      const absl::Time seen = follower.WaitFor(phone, 2 * limits::kWatchPoll + kPollSlack);
      report.Check(seen < absl::InfiniteFuture(), "without watches nothing came");
      report.Figure("with watches cut",
                    absl::FormatDuration(absl::Trunc(seen - *committed, absl::Milliseconds(1))));
      district.line->HealWatches();
      seat.line->HealWatches();
    }
  }
  std::sort(times.begin(), times.end());
  const absl::Duration late = times[times.size() * kPercentile / 100];
  const auto in_ms = [](absl::Duration time) {
    return absl::StrCat(absl::ToInt64Milliseconds(time), " ms");
  };
  report.Figure("commits at the city", kCommits);
  report.Figure("visible at the desktop: median", in_ms(times[times.size() / 2]));
  report.Figure(absl::StrCat("visible at the desktop: ", kPercentile, " %"), in_ms(late));
  report.Figure("visible at the desktop: longest", in_ms(times.back()));
  if (options.long_form) {
    report.Check(late <= kGoal, absl::StrCat(in_ms(late), " at ", kPercentile, " %"));
  }
}

}  // namespace bangfu::chaos
