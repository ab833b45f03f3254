#include "tests/sim/step.h"

#include "absl/strings/str_format.h"
#include "tests/sim/rng.h"

namespace bangfu::sim {
namespace {

// Which flavours a kind belongs to. A root that goes back before an edition of the org tree is
// given the edition again by its people, which is no matter of sync.
enum Needs { kAny, kSteps, kRestores, kEditions };

struct Kind {
  StepKind kind;
  const char* name;
  int weight;
  Needs needs;
};

constexpr Kind kKinds[] = {
    {StepKind::kFile, "file", 5, kAny},
    {StepKind::kFileAgain, "file_again", 3, kSteps},
    {StepKind::kEditField, "edit_field", 16, kAny},
    {StepKind::kEditMembers, "edit_members", 6, kAny},
    {StepKind::kEditPapers, "edit_papers", 4, kAny},
    {StepKind::kAid, "aid", 4, kAny},
    {StepKind::kVisit, "visit", 3, kAny},
    {StepKind::kSubmit, "submit", 7, kSteps},
    {StepKind::kReview, "review", 7, kSteps},
    {StepKind::kApprove, "approve", 7, kSteps},
    {StepKind::kReturn, "return", 2, kSteps},
    {StepKind::kWithdraw, "withdraw", 1, kSteps},
    {StepKind::kDeregister, "deregister", 2, kSteps},
    {StepKind::kMerge, "merge", 2, kSteps},
    {StepKind::kCorrect, "correct", 4, kAny},
    {StepKind::kMoveUnit, "move_unit", 4, kSteps},
    {StepKind::kResolve, "resolve", 5, kSteps},
    {StepKind::kDismiss, "dismiss", 2, kSteps},
    {StepKind::kSync, "sync", 26, kAny},
    {StepKind::kPushOnly, "push_only", 4, kAny},
    {StepKind::kPullOnly, "pull_only", 3, kAny},
    {StepKind::kFaultySync, "faulty_sync", 12, kAny},
    {StepKind::kVerify, "verify", 2, kAny},
    {StepKind::kReopen, "reopen", 3, kAny},
    {StepKind::kDamage, "damage", 2, kAny},
    {StepKind::kPartitionDesktop, "partition_desktop", 1, kAny},
    {StepKind::kRound, "round", 14, kAny},
    {StepKind::kFaultyRound, "faulty_round", 8, kAny},
    {StepKind::kVerifyNode, "verify_node", 2, kAny},
    {StepKind::kRestartNode, "restart_node", 2, kAny},
    {StepKind::kStoreFails, "store_fails", 4, kAny},
    {StepKind::kCompact, "compact", 4, kAny},
    {StepKind::kPartitionNode, "partition_node", 1, kAny},
    {StepKind::kBackup, "backup", 3, kAny},
    {StepKind::kRestore, "restore", 4, kRestores},
    {StepKind::kOrgReform, "org_reform", 2, kEditions},
    {StepKind::kDisable, "disable", 3, kAny},
    {StepKind::kClockJump, "clock_jump", 2, kAny},
    {StepKind::kDay, "day", 4, kAny},
    {StepKind::kHalfYear, "half_year", 1, kAny},
    {StepKind::kHeal, "heal", 2, kAny},
    {StepKind::kSyncAll, "sync_all", 2, kAny},
};

int WeightOf(const Kind& kind, Flavour flavour) {
  if (flavour == Flavour::kPutsOnly && kind.needs != kAny) return 0;
  if (flavour == Flavour::kCalm && kind.needs == kRestores) return 0;
  if (flavour == Flavour::kEverything && kind.needs == kEditions) return 0;
  return kind.weight;
}

StepKind RandomKind(Flavour flavour, Rng& rng) {
  int total = 0;
  for (const Kind& kind : kKinds) total += WeightOf(kind, flavour);
  int place = rng.Below(total);
  for (const Kind& kind : kKinds) {
    place -= WeightOf(kind, flavour);
    if (place < 0) return kind.kind;
  }
  return StepKind::kSync;
}

// The way to a number is long: chance alone goes it too seldom.
void AddEstablishments(int households, Rng& rng, Plan& plan) {
  for (const StepKind kind : {StepKind::kSubmit, StepKind::kReview, StepKind::kApprove}) {
    for (int i = 0; i < 2 * households; ++i) plan.steps.push_back({kind, rng.Next()});
    plan.steps.push_back({StepKind::kSyncAll, rng.Next()});
  }
}

}  // namespace

std::string NameOf(const Step& step) {
  for (const Kind& kind : kKinds) {
    if (kind.kind == step.kind) return absl::StrFormat("%s %016x", kind.name, step.number);
  }
  return "?";
}

Plan PlanOf(uint64_t seed) {
  Rng rng(seed * 0x2545f4914f6cdd1dULL + 17);
  Plan plan;
  plan.seed = seed;
  plan.flavour = seed % 3 == 0   ? Flavour::kCalm
                 : seed % 3 == 1 ? Flavour::kEverything
                                 : Flavour::kPutsOnly;
  plan.skew_seed = rng.Next();
  const int households = rng.Between(2, 4);
  for (int i = 0; i < households; ++i) plan.steps.push_back({StepKind::kFile, rng.Next()});
  plan.steps.push_back({StepKind::kSyncAll, rng.Next()});
  if (plan.flavour == Flavour::kEverything) plan.steps.push_back({StepKind::kBackup, rng.Next()});
  if (plan.flavour != Flavour::kPutsOnly && rng.OneIn(3)) AddEstablishments(households, rng, plan);
  const int steps = rng.Between(12, 40);
  for (int i = 0; i < steps; ++i) {
    const StepKind kind = RandomKind(plan.flavour, rng);
    plan.steps.push_back({kind, rng.Next()});
  }
  return plan;
}

}  // namespace bangfu::sim
