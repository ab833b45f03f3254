#include "tests/sim/trial.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "domain/record/field_values.h"
#include "domain/record/record_type.h"
#include "tests/sim/households.h"
#include "tests/sim/replay.h"
#include "tests/sim/sim_orgs.h"
#include "tests/sim/trace.h"

namespace bangfu::sim {
namespace {

constexpr int kShareWithOtherClocks = 8;  // one seed in so many
constexpr int kShareWithOtherOrders = 4;
constexpr int kShrinkRuns = 400;

// Records of the root as fields by path, without what clocks wrote.
std::map<std::string, domain::FieldValues> TimelessRecords(SimNode& root) {
  std::map<std::string, domain::FieldValues> records;
  for (const auto& [id, record] : root.state().records) {
    auto message = domain::ParseRecord(record->type, record->body);
    if (!message.ok()) continue;
    domain::FieldValues& fields = records[id];
    for (auto& [path, value] : domain::ReadFields(**message)) {
      const bool of_a_clock = absl::EndsWith(path, "_time") || path == "established_on" ||
                              path == "ended_on" || path == "reported_on" ||
                              path == "paper_checked_on";
      if (!of_a_clock) fields.emplace(path, value);
    }
  }
  return records;
}

// A world in which several people edit the same households without a line, and then push in the
// order of `order_seed`. Those of a district work at its node: only then is what comes down to it
// the word of a higher office.
std::map<std::string, domain::FieldValues> RecordsInOrder(uint64_t seed, uint64_t order_seed,
                                                          const std::string& folder,
                                                          Problems& problems) {
  Rng rng(seed ^ 0x6a09e667f3bcc909ULL);
  World world(seed, folder);
  SimNode& city = world.AddNode(kCity, nullptr);
  city.TakeEdition(FirstOrgs()).IgnoreError();
  city.TakePeople(FirstPeople()).IgnoreError();
  SimNode& fuyang = world.AddNode("hz.fuyang", &city);
  fuyang.Round().IgnoreError();
  world.AddDesktop("hz.fuyang.fuchun", "desk", fuyang);
  world.AddDesktop("hz.fuyang.fuchun", "desk", fuyang);
  world.AddDesktop("hz.fuyang", "desk", fuyang);
  world.AddDesktop(kCenter, "center", city);
  for (auto& desktop : world.desktops()) desktop->Join().IgnoreError();
  SimDesktop& first = *world.desktops()[0];
  for (int i = 0; i < 2; ++i) {
    const v1::Archive archive = HouseholdOf(i, rng.Uuid(), "hz.fuyang.fuchun");
    world
        .Enter(first, first.NewPut(v1::RECORD_TYPE_ARCHIVE, nullptr, archive,
                                   first.Person("handler"), rng))
        .IgnoreError();
  }
  world.SyncAll();
  world.SyncAll();
  for (auto& desktop : world.desktops()) {
    const int edits = rng.Between(1, 4);
    for (int i = 0; i < edits; ++i) {
      const auto archives = desktop->Archives();
      if (archives.empty()) continue;
      v1::Archive before;
      before.ParsePartialFromString(rng.Pick(archives).body);
      v1::Archive after = before;
      const bool center = desktop->self().org == kCenter;
      // Never the value of a unit: a district does not learn that the center wrote it, too
      // (docs/adr/0010).
      constexpr int kCenterValues = 7;
      if (center) {
        EditField(after, rng, kCenterValues);
      } else {
        // Real people never add two elements of one id, as two desks here would.
        const bool may_add = desktop == world.desktops().front();
        rng.OneIn(4) ? EditMembers(after, rng, may_add) : EditField(after, rng);
      }
      v1::Change change =
          desktop->NewPut(v1::RECORD_TYPE_ARCHIVE, &before, after, desktop->Person("handler"), rng);
      if (center) change.mutable_put()->set_correction_reason("电话核实后更正");
      if (!change.put().changed_fields().empty()) world.Enter(*desktop, change).IgnoreError();
    }
  }
  Rng order(order_seed);
  for (int i = 0; i < 12; ++i) {
    const int who = order.Below(static_cast<int>(world.desktops().size()) + 1);
    world.SequenceAll();
    if (who == static_cast<int>(world.desktops().size())) {
      fuyang.Round().IgnoreError();
    } else {
      world.desktops()[static_cast<size_t>(who)]->PushOnly().IgnoreError();
    }
  }
  if (absl::Status settled = world.Settle(); !settled.ok()) {
    problems.push_back(absl::StrCat("order: ", settled.ToString()));
  }
  TraceIfAsked(world);
  return TimelessRecords(city);
}

}  // namespace

Problems RunPlan(const Plan& plan, const std::string& folder) {
  World world(plan, folder);
  world.RunSteps(plan.steps);
  if (absl::Status settled = world.Settle(); !settled.ok()) return {settled.ToString()};
  TraceIfAsked(world);
  Problems problems = CheckWorld(world);
  if (!world.root().was_restored()) {
    CheckReplay(world, problems);
    CheckModel(world, problems);
  }
  return problems;
}

Problems CheckClocks(const Plan& plan, const std::string& folder) {
  if (plan.flavour == Flavour::kEverything) return {};  // epochs begin by a clock
  std::map<std::string, domain::FieldValues> seen[2];
  for (int i = 0; i < 2; ++i) {
    Plan other = plan;
    other.skew_seed += static_cast<uint64_t>(i);
    World world(other, folder);
    world.RunSteps(other.steps);
    if (!world.Settle().ok()) return {"clocks: does not come to rest"};
    seen[i] = TimelessRecords(world.root());
  }
  if (seen[0] == seen[1]) return {};
  return {"clocks: other skews give other records"};
}

Problems CheckOrder(uint64_t seed, const std::string& folder) {
  Problems problems;
  const auto first = RecordsInOrder(seed, seed * 2 + 1, folder, problems);
  const auto second = RecordsInOrder(seed, seed * 2 + 2, folder, problems);
  for (const auto& [id, fields] : first) {
    const auto other = second.find(id);
    const domain::FieldValues theirs =
        other == second.end() ? domain::FieldValues() : other->second;
    for (const auto& [path, value] : domain::Difference(fields, theirs)) {
      problems.push_back(
          absl::StrCat("order: another order of pushes gives another value of ", path, " of ", id));
    }
  }
  if (problems.empty() && first != second) problems.push_back("order: other records");
  return problems;
}

Problems RunSeed(uint64_t seed, const std::string& folder) {
  const Plan plan = PlanOf(seed);
  Problems problems = RunPlan(plan, folder);
  const auto append = [&](const Problems& more) {
    problems.insert(problems.end(), more.begin(), more.end());
  };
  if (seed % kShareWithOtherClocks == 0) append(CheckClocks(plan, folder));
  if (seed % kShareWithOtherOrders == 0) append(CheckOrder(seed, folder));
  return problems;
}

std::vector<Step> Shrink(const Plan& plan, const std::string& folder) {
  Plan shortest = plan;
  int runs = 0;
  for (size_t part = std::max<size_t>(plan.steps.size() / 2, 1); part >= 1; part /= 2) {
    bool shorter = true;
    while (shorter && runs < kShrinkRuns) {
      shorter = false;
      for (size_t begin = 0; begin < shortest.steps.size() && runs < kShrinkRuns;) {
        Plan candidate = shortest;
        const size_t end = std::min(begin + part, candidate.steps.size());
        candidate.steps.erase(candidate.steps.begin() + static_cast<ptrdiff_t>(begin),
                              candidate.steps.begin() + static_cast<ptrdiff_t>(end));
        ++runs;
        if (RunPlan(candidate, folder).empty()) {
          begin = end;
        } else {
          shortest = candidate;
          shorter = true;
        }
      }
    }
    if (part == 1) break;
  }
  return shortest.steps;
}

}  // namespace bangfu::sim
