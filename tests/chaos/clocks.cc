// Desktops whose clocks are a day off or jump back: all copies become equal, and what counts is the
// entry time as the node guards it.

#include <atomic>
#include <map>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "tests/chaos/scenario.h"
#include "tests/chaos/scenarios.h"
#include "tests/chaos/tree.h"

namespace bangfu::chaos {
namespace {

constexpr char kUnit[] = "hz.fuyang.fuchun";
constexpr int kHouseholds = 10;  // per desktop
constexpr int kRounds = 12;
constexpr absl::Duration kTimeout = absl::Seconds(60);
constexpr absl::Duration kDay = absl::Hours(24);
constexpr absl::Duration kSlack = absl::Seconds(30);  // between clocks that agree

// A clock that is off by what the test says.
class WrongClock final : public Clock {
 public:
  explicit WrongClock(const Clock& right) : right_(right) {}
  absl::Time Now() const override { return right_.Now() + absl::Seconds(off_.load()); }
  void SetOff(absl::Duration off) { off_ = absl::ToInt64Seconds(off); }

 private:
  const Clock& right_;
  std::atomic<int64_t> off_{0};
};

struct Entry {
  absl::Time entered;  // by the desktop's clock
  absl::Time real;     // by the world's
};

// Entry times at a node, by change.
std::map<std::string, absl::Time> EntryTimes(Node& node) {
  std::map<std::string, absl::Time> times;
  pqxx::connection connection(node.database().connection_string());
  pqxx::nontransaction session(connection);
  for (const pqxx::row& row :
       session.exec("SELECT change_id, extract(epoch FROM entry_time)::bigint FROM revision "
                    "WHERE change_id IS NOT NULL")) {
    times[row[0].as<std::string>()] = absl::FromUnixSeconds(row[1].as<int64_t>());
  }
  return times;
}

}  // namespace

void WrongClocks(const ScenarioOptions& options, Report& report) {
  World world(options);
  Tree tree(world);
  Node& district = *tree.AddDistrict("hz.fuyang").node;
  WrongClock ahead(world.clock());
  WrongClock behind(world.clock());
  WrongClock jumping(world.clock());
  ahead.SetOff(kDay);
  behind.SetOff(-kDay);
  const std::vector<WrongClock*> clocks = {&ahead, &behind, &jumping};
  for (size_t i = 0; i < clocks.size(); ++i) {
    tree.AddDesktop(absl::StrCat("desk-", i), kUnit, district, clocks[i]);
  }

  std::map<std::string, Entry> entries;
  int64_t number = 0;
  for (int round = 0; round < kRounds; ++round) {
    jumping.SetOff(round % 2 == 0 ? kDay * world.Random(3) : -kDay * world.Random(3));
    for (size_t i = 0; i < clocks.size(); ++i) {
      Desktop& desktop = *tree.seats()[i]->desktop;
      const auto any = static_cast<int>(world.Random(kHouseholds * 3));
      absl::Status status = desktop.EditPhone(Household(any, kUnit).id(), PhoneOf(++number));
      if (absl::IsNotFound(status)) status = desktop.File(Household(any, kUnit));
      if (absl::IsAlreadyExists(status)) continue;
      if (!report.Check(status, "entry")) return;
      entries[desktop.last_change()] = {clocks[i]->Now(), world.clock().Now()};
      desktop.Sync().IgnoreError();
    }
  }
  tree.Settle(kTimeout, report);
  tree.CheckEffects(report);

  // A clock that is ahead gains nothing: the time of receipt counts. One that is behind is
  // believed.
  int64_t guarded = 0;
  int64_t wrong = 0;
  for (Node* node : tree.nodes()) {
    for (const auto& [change, time] : EntryTimes(*node)) {
      const auto entry = entries.find(change);
      if (entry == entries.end()) continue;
      const bool too_early = time < entry->second.entered - kSlack;
      const bool is_guarded =
          entry->second.entered > entry->second.real + limits::kMaxEntryTimeAhead;
      if (is_guarded) ++guarded;
      // Received at the latest when everything had settled.
      const bool right =
          is_guarded ? time >= entry->second.real - kSlack && time <= world.clock().Now() + kSlack
                     : !too_early && time <= entry->second.entered + kSlack;
      if (!right) ++wrong;
    }
  }
  report.Figure("changes entered", static_cast<int64_t>(entries.size()));
  report.Figure("entry times guarded, at both nodes", guarded);
  report.Figure("entry times that are not as specified", wrong);
  report.CheckEqual(wrong, 0, "entry times that are not as specified");
  report.Check(guarded > 0, "no entry was ahead");
}

}  // namespace bangfu::chaos
