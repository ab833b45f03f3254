#include "tests/sim/step_runner.h"

#include <algorithm>
#include <utility>

#include "tests/sim/replica_damage.h"
#include "tests/sim/sim_orgs.h"

namespace bangfu::sim {
namespace {

constexpr int kDaySeconds = 24 * 60 * 60;

}  // namespace

void StepRunner::Run(const Step& step) {
  Rng rng(step.number);
  world_.time_.now += absl::Seconds(rng.Between(1, 1800));
  if (step.kind < StepKind::kSync) {
    RunEntry(step.kind, rng);
  } else if (step.kind < StepKind::kRound) {
    RunDesktop(step.kind, rng);
  } else if (step.kind < StepKind::kClockJump) {
    RunNode(step.kind, rng);
  } else {
    RunWorld(step.kind, rng);
  }
  // A node's sequencer is never far behind, but it may be.
  if (!rng.OneIn(4)) world_.SequenceAll();
}

SimDesktop* StepRunner::PickDesktop(Rng& rng, const std::function<bool(const SimDesktop&)>& fits) {
  std::vector<SimDesktop*> fitting;
  for (auto& desktop : world_.desktops_) {
    if (fits(*desktop)) fitting.push_back(desktop.get());
  }
  return fitting.empty() ? nullptr : rng.Pick(fitting);
}

Fault StepRunner::RandomFault(Rng& rng) {
  return rng.Pick(std::vector<Fault>{Fault::kLoseRequest, Fault::kLoseAnswer, Fault::kDuplicate,
                                     Fault::kCutPull, Fault::kLoseAnswer});
}

void StepRunner::RunDesktop(StepKind kind, Rng& rng) {
  const int place = rng.Below(static_cast<int>(world_.desktops_.size()));
  SimDesktop& desktop = *world_.desktops_[static_cast<size_t>(place)];
  switch (kind) {
    case StepKind::kSync:
      desktop.Sync().IgnoreError();
      break;
    case StepKind::kPushOnly:
      desktop.PushOnly().IgnoreError();
      break;
    case StepKind::kPullOnly:
      desktop.PullOnly().IgnoreError();
      break;
    case StepKind::kFaultySync:
      desktop.link().Plan(RandomFault(rng), rng.Below(6));
      desktop.Sync().IgnoreError();
      desktop.link().ForgetPlan();
      break;
    case StepKind::kVerify:
      desktop.Verify(client::ReconcileMode::kRepair).status().IgnoreError();
      break;
    case StepKind::kReopen:
      desktop.Reopen().IgnoreError();
      break;
    case StepKind::kDamage:
      if (DamageReplica(desktop, rng)) world_.damaged_.insert(static_cast<size_t>(place));
      desktop.Verify(client::ReconcileMode::kRepair).status().IgnoreError();
      break;
    default:
      desktop.link().Partition(true);
  }
}

void StepRunner::RunNode(StepKind kind, Rng& rng) {
  const auto place = static_cast<size_t>(rng.Below(static_cast<int>(world_.nodes_.size())));
  SimNode& node = *world_.nodes_[place];
  const size_t lower = 1 + place % (world_.nodes_.size() - 1);
  SimNode& child = *world_.nodes_[lower];
  switch (kind) {
    case StepKind::kRound:
      child.Round().IgnoreError();
      break;
    case StepKind::kFaultyRound:
      child.up().Plan(RandomFault(rng), rng.Below(6));
      child.Round().IgnoreError();
      child.up().ForgetPlan();
      break;
    case StepKind::kVerifyNode:
      if (child.Round().ok()) child.Verify().status().IgnoreError();
      break;
    case StepKind::kRestartNode:
      node.Restart();
      break;
    case StepKind::kStoreFails:
      node.store().FailNext(rng.OneIn(2) ? MemoryStore::Failure::kBeforeCommit
                                         : MemoryStore::Failure::kAfterCommit);
      break;
    case StepKind::kCompact:
      node.Compact().IgnoreError();
      break;
    case StepKind::kPartitionNode:
      child.up().Partition(true);
      break;
    case StepKind::kBackup:
      world_.backups_[place] = node.store().Backup();
      break;
    case StepKind::kRestore: {
      if (world_.backups_.empty() || has_disabled_) break;
      has_restored_ = true;
      // The node that was picked, or else the next one that has a backup.
      auto backup = world_.backups_.lower_bound(place);
      if (backup == world_.backups_.end()) backup = world_.backups_.begin();
      world_.nodes_[backup->first]->Restore(backup->second);
      break;
    }
    case StepKind::kDisable:
      DisableStep(rng);
      break;
    default:
      OrgReformStep(rng);
  }
}

void StepRunner::OrgReformStep(Rng& rng) {
  const OrgReform reform = rng.OneIn(2) ? OrgReform::kMoveUnit : OrgReform::kMergeUnits;
  const v1::OrgTree next = Reformed(world_.root().orgs().proto(), reform);
  // Records that could not be moved are moved when the root starts.
  if (!world_.root().TakeEdition(next).ok()) world_.root().Restart();
  v1::Directory people = world_.root().People()->proto();
  MovePeople(world_.root().orgs(), people);
  world_.root().TakePeople(std::move(people)).IgnoreError();
}

// Of somebody at a desktop, whose changes may be on their way. Whoever is disabled comes back
// first.
void StepRunner::DisableStep(Rng& rng) {
  if (has_restored_) return;
  has_disabled_ = true;
  v1::Directory people = world_.root().People()->proto();
  const SimDesktop& desktop = *rng.Pick(world_.desktops_);
  const std::string office =
      rng.Pick(std::vector<std::string>{"handler", "handler", "reviewer", "approver"});
  const std::string id = desktop.Person(office).person_id();
  const auto disabled =
      std::find_if(people.mutable_people()->begin(), people.mutable_people()->end(),
                   [](const v1::Person& person) { return person.disabled(); });
  if (disabled != people.mutable_people()->end()) {
    disabled->set_disabled(false);
  } else {
    for (v1::Person& person : *people.mutable_people()) {
      if (person.id() == id) person.set_disabled(true);
    }
  }
  world_.root().TakePeople(std::move(people)).IgnoreError();
}

void StepRunner::RunWorld(StepKind kind, Rng& rng) {
  switch (kind) {
    case StepKind::kClockJump:
      ClockJump(rng);
      break;
    case StepKind::kDay:
      world_.time_.now += absl::Hours(rng.Between(1, 20));
      break;
    case StepKind::kHalfYear:
      // Once: the world stays within one year.
      if (!std::exchange(half_year_passed_, true)) world_.time_.now += absl::Hours(24 * 181);
      break;
    case StepKind::kHeal:
      Heal();
      break;
    default:
      world_.SyncAll();
  }
}

// How far depends on the skews of the world alone, so that the same steps can be seen with others.
void StepRunner::ClockJump(Rng& rng) {
  const size_t machines = world_.nodes_.size() + world_.desktops_.size();
  const auto place = static_cast<size_t>(rng.Below(static_cast<int>(machines)));
  const absl::Duration skew = absl::Seconds(world_.skew_rng_.Between(-kDaySeconds, kDaySeconds));
  if (place < world_.nodes_.size()) {
    world_.nodes_[place]->clock().Jump(skew);
  } else {
    world_.desktops_[place - world_.nodes_.size()]->clock().Jump(skew);
  }
}

void StepRunner::Heal() {
  for (auto& node : world_.nodes_) {
    if (!node->is_root()) node->up().Partition(false);
  }
  for (auto& desktop : world_.desktops_) desktop->link().Partition(false);
}

}  // namespace bangfu::sim
