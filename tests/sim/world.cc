#include "tests/sim/world.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/sim/sim_orgs.h"
#include "tests/sim/step_runner.h"

namespace bangfu::sim {
namespace {

constexpr int kSettleRounds = 24;
constexpr int kDaySeconds = 24 * 60 * 60;

}  // namespace

World::World(const Plan& plan, const std::string& folder)
    : plan_(plan), folder_(folder), skew_rng_(plan.skew_seed) {
  Build();
}

World::World(uint64_t skew_seed, const std::string& folder)
    : plan_({0, Flavour::kEverything, skew_seed, {}}), folder_(folder), skew_rng_(skew_seed) {}

// Half of the clocks are nearly right, the others up to a day off.
absl::Duration World::NextSkew() {
  const int reach = skew_rng_.OneIn(2) ? 120 : kDaySeconds;
  return absl::Seconds(skew_rng_.Between(-reach, reach));
}

SimNode& World::AddNode(const std::string& org, SimNode* parent) {
  const server::Principal self{"node", org};
  auto next_epoch = [this, org] { return absl::StrCat("epoch-", org, "-", ++epochs_); };
  nodes_.push_back(
      std::make_unique<SimNode>(self, parent == nullptr, time_, NextSkew(), std::move(next_epoch)));
  if (parent != nullptr) nodes_.back()->ConnectTo(*parent);
  return *nodes_.back();
}

SimDesktop& World::AddDesktop(const std::string& org, const std::string& name, SimNode& parent) {
  const std::string path = absl::StrCat(folder_, "/", desktops_.size(), ".replica");
  desktops_.push_back(
      std::make_unique<SimDesktop>(server::Principal{name, org}, parent, time_, NextSkew(), path));
  return *desktops_.back();
}

void World::Build() {
  Rng rng(plan_.seed ^ 0x5851f42d4c957f2dULL);
  SimNode& city = AddNode(kCity, nullptr);
  city.TakeEdition(FirstOrgs()).IgnoreError();
  city.TakePeople(FirstPeople()).IgnoreError();
  std::vector<std::string> unions = {"hz.fuyang", "hz.gongye", "hz.shangcheng"};
  const int count = rng.Between(2, 3);
  for (int i = 0; i < count; ++i) {
    AddNode(unions[static_cast<size_t>(i)], &city).Round().IgnoreError();
  }
  AddDesktop(kCenter, "center", city);
  // Where people sit; the first two are there in every world, and the second one may be twice.
  struct Seat {
    const char* org;
    const char* node;
  };
  constexpr Seat kSeats[] = {
      {"hz.fuyang.fuchun", "hz.fuyang"},
      {"hz.fuyang", "hz.fuyang"},
      {"hz.gongye.xiangjiao", "hz.gongye"},
      {"hz.gongye", "hz.gongye"},
      {"hz.shangcheng.qingbo", "hz"},
      {"hz.fuyang.dongzhou", "hz.fuyang"},
      {"hz.shangcheng", "hz"},
      {"hz.fuyang.fuchun", "hz.fuyang"},
  };
  const int seats = rng.Between(2, 5);
  for (int i = 0; i < seats; ++i) {
    const Seat& seat = i < 2 ? kSeats[i] : kSeats[2 + rng.Below(6)];
    AddDesktop(seat.org, "desk", *NodeOf(seat.node));
  }
  for (auto& desktop : desktops_) desktop->Join().IgnoreError();
}

SimNode* World::NodeOf(const std::string& org) {
  for (auto& node : nodes_) {
    if (node->self().org == org) return node.get();
  }
  return nullptr;
}

bool World::was_restored() const {
  return std::any_of(nodes_.begin(), nodes_.end(),
                     [](const auto& node) { return node->was_restored(); });
}

bool World::IsOrphan(const SimDesktop& desktop) {
  return root().orgs().Find(desktop.self().org) == nullptr;
}

absl::Status World::Enter(SimDesktop& desktop, const v1::Change& change) {
  absl::Status status = desktop.Enter(change);
  if (!status.ok()) return status;
  const auto place = std::find_if(desktops_.begin(), desktops_.end(),
                                  [&](const auto& other) { return other.get() == &desktop; });
  entered_.push_back({change, static_cast<size_t>(place - desktops_.begin())});
  return status;
}

void World::RunSteps(const std::vector<Step>& steps) {
  StepRunner runner(*this);
  for (const Step& step : steps) runner.Run(step);
}

void World::SequenceAll() {
  for (auto& node : nodes_) node->Sequence();
}

void World::SyncAll() {
  SequenceAll();
  for (auto& desktop : desktops_) desktop->Sync().IgnoreError();
  SequenceAll();
  for (auto& node : nodes_) {
    node->Round().IgnoreError();
    SequenceAll();
  }
}

// What changes as long as something moves.
std::string World::Signature() {
  std::string signature;
  for (auto& node : nodes_) {
    const MemoryState& state = node->state();
    absl::StrAppend(&signature, node->self().org, " feed ", state.head, " answered ",
                    state.changes.size(), " conflicts ", state.conflicts.size(), " people ",
                    node->People()->version(), "\n");
  }
  for (auto& desktop : desktops_) {
    const auto backlog = desktop->replica().GetBacklog();
    absl::StrAppend(&signature, desktop->self().Key(), " pending ",
                    backlog.ok() ? backlog->pending : -1, "\n");
  }
  return signature;
}

absl::Status World::Settle() {
  for (auto& node : nodes_) {
    node->store().ForgetFailure();
    if (!node->is_root()) {
      node->up().Partition(false);
      node->up().ForgetPlan();
    }
  }
  for (auto& desktop : desktops_) {
    desktop->link().Partition(false);
    desktop->link().ForgetPlan();
  }
  for (const size_t damaged : damaged_) {
    desktops_[damaged]->Verify(client::ReconcileMode::kRepair).status().IgnoreError();
  }
  std::string before;
  int quiet = 0;
  for (int round = 0; round < kSettleRounds; ++round) {
    time_.now += absl::Minutes(5);
    SequenceAll();
    absl::Status failed;
    for (auto& desktop : desktops_) {
      if (IsOrphan(*desktop)) continue;
      absl::Status status = desktop->Sync();
      if (!status.ok()) failed = std::move(status);
    }
    for (auto& node : nodes_) {
      SequenceAll();
      absl::Status status = node->Round();
      if (!status.ok()) failed = std::move(status);
    }
    SequenceAll();
    const std::string now = Signature();
    quiet = failed.ok() && now == before ? quiet + 1 : 0;
    if (quiet == 2) return absl::OkStatus();
    before = now;
    if (round + 1 == kSettleRounds) {
      return absl::InternalError(
          absl::StrCat("does not come to rest: ", failed.ok() ? "" : failed.ToString(), "\n", now));
    }
  }
  return absl::OkStatus();
}

}  // namespace bangfu::sim
