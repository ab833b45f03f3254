// Three processes of two desktops push over a line that loses, repeats and disorders: every change
// takes effect once, and all copies are equal in the end.

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/chaos/desktop.h"
#include "tests/chaos/faulty_line.h"
#include "tests/chaos/records.h"
#include "tests/chaos/scenario.h"
#include "tests/chaos/scenarios.h"

namespace bangfu::chaos {
namespace {

constexpr int kChanges = 10'000;
constexpr int64_t kMaxChangesPerRound = 40;
constexpr int kFilingPercent = 20;
constexpr absl::Duration kHealTimeout = absl::Seconds(60);
constexpr char kUnit[] = "hz.gongye.xiangjiao";
constexpr PushFaults kFaults = {
    .lose_request = 8, .lose_answer = 20, .twice = 15, .late = 12, .delay = 10};

// Households that somebody has filed; edits choose among them.
class Filed {
 public:
  explicit Filed(World& world) : world_(world) {}
  v1::Archive Next() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return Household(++count_, kUnit);
  }
  std::string Any() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return Household(static_cast<int>(world_.Random(count_)) + 1, kUnit).id();
  }

 private:
  World& world_;
  std::mutex mutex_;
  int count_ = 0;  // guarded by mutex_
};

// Enters changes and syncs, whatever comes of it, until all are entered.
void Work(World& world, Desktop& desktop, Filed& filed, std::atomic<int>& entered, Report& report) {
  while (entered < kChanges && !report.failed()) {
    const int64_t count = world.Random(kMaxChangesPerRound) + 1;
    for (int64_t i = 0; i < count && entered < kChanges; ++i) {
      const int number = ++entered;
      absl::Status status = absl::NotFoundError("");
      if (number > 1 && !world.Chance(kFilingPercent)) {
        status = desktop.EditPhone(filed.Any(), PhoneOf(number));
      }
      // What another desktop filed may not be here yet.
      if (absl::IsNotFound(status)) status = desktop.File(filed.Next());
      if (absl::IsAborted(status)) {  // the other process of this desktop is at work
        --entered;
        continue;
      }
      if (!report.Check(status, "entry")) return;
    }
    desktop.Sync().IgnoreError();
  }
}

void CheckDesktop(Node& city, Desktop& desktop, absl::string_view name, int64_t& entries,
                  Report& report) {
  std::vector<std::string> ids;
  int64_t unanswered = 0;
  for (const client::OutboxEntry& entry : desktop.Outbox()) {
    ids.push_back(entry.change.change_id());
    if (entry.state == client::EntryState::kPending) ++unanswered;
    if (entry.state == client::EntryState::kRefused) {
      report.Fail(absl::StrCat(name, ": refused: ", entry.outcome.ShortDebugString()));
    }
  }
  entries += static_cast<int64_t>(ids.size());
  report.CheckEqual(unanswered, 0, absl::StrCat(name, ": changes without an answer"));
  report.CheckEqual(UnknownChanges(city, ids), 0, absl::StrCat(name, ": changes lost"));
  Differences(GivenBy(city, kUnit), TakenBy(desktop.replica()), name, &report);
}

}  // namespace

void Faults(const ScenarioOptions& options, Report& report) {
  World world(options);
  Node city(world, "city", "hz");
  city.MustStart();
  FaultyLine line_a(world, "desk-a", kUnit, NodeKind::kDesk, city.address());
  FaultyLine line_b(world, "desk-b", kUnit, NodeKind::kDesk, city.address());
  Desktop a(world, "desk-a", kUnit, line_a.address());
  Desktop a_again(a);
  Desktop b(world, "desk-b", kUnit, line_b.address());
  line_a.SetFaults(kFaults);
  line_b.SetFaults(kFaults);

  const absl::Time begin = absl::Now();
  Filed filed(world);
  std::atomic<int> entered{0};
  std::vector<std::thread> threads;
  for (Desktop* desktop : {&a, &a_again, &b}) {
    threads.emplace_back([&, desktop] { Work(world, *desktop, filed, entered, report); });
  }
  for (std::thread& thread : threads) thread.join();
  const absl::Duration spent = absl::Now() - begin;
  line_a.SetFaults({});
  line_b.SetFaults({});
  line_a.WaitForLatePushes();
  line_b.WaitForLatePushes();
  report.Check(a.SyncUntilEmpty(kHealTimeout), "desk-a still has changes to send");
  report.Check(b.SyncUntilEmpty(kHealTimeout), "desk-b still has changes to send");
  // What the others sent last.
  report.Check(a.SyncUntilEmpty(kHealTimeout), "desk-a cannot sync");

  int64_t entries = 0;
  CheckDesktop(city, a, "desk-a", entries, report);
  CheckDesktop(city, b, "desk-b", entries, report);
  const int64_t doubled = DoubleEffects(city);
  report.CheckEqual(entries, kChanges, "changes in the outboxes");
  report.CheckEqual(doubled, 0, "changes with two effects");
  // The number of a revision counts the effects.
  report.CheckEqual(NumberOf(city, "SELECT coalesce(sum(revision), 0) FROM record"),
                    NumberOf(city, "SELECT count(*) FROM revision"),
                    "revisions of records against history");
  report.Figure("changes", entries);
  report.Figure("pushes", line_a.pushes() + line_b.pushes());
  report.Figure("pushes that met with a fault", line_a.spoilt() + line_b.spoilt());
  report.Figure("changes in these, tries counted",
                line_a.spoilt_changes() + line_b.spoilt_changes());
  report.Figure("double effects", doubled);
  report.Figure("seconds", absl::StrCat(absl::ToInt64Seconds(spent)));
  report.Check(line_a.spoilt() + line_b.spoilt() > 20, "too few faults to show anything");
}

}  // namespace bangfu::chaos
