#ifndef BANGFU_TESTS_SIM_STEP_H_
#define BANGFU_TESTS_SIM_STEP_H_

#include <cstdint>
#include <string>
#include <vector>

namespace bangfu::sim {

// Something that happens in a world. What exactly follows from its own number and the state of the
// world, so that a list of steps still means something when some are left out.
enum class StepKind {
  // At a desktop.
  kFile,
  kFileAgain,  // the people of a household that was filed already
  kEditField,
  kEditMembers,
  kEditPapers,
  kAid,
  kVisit,
  kSubmit,
  kReview,
  kApprove,
  kReturn,
  kWithdraw,
  kDeregister,
  kMerge,
  kCorrect,   // the center corrects the filing side
  kMoveUnit,  // the worker changes the unit
  kResolve,
  kDismiss,
  kSync,
  kPushOnly,
  kPullOnly,
  kFaultySync,
  kVerify,
  kReopen,
  kDamage,
  kPartitionDesktop,
  // At a node.
  kRound,
  kFaultyRound,
  kVerifyNode,
  kRestartNode,
  kStoreFails,
  kCompact,
  kPartitionNode,
  kBackup,
  kRestore,
  kOrgReform,
  kDisable,  // the city disables an account, or lets it in again
  // To everybody.
  kClockJump,
  kDay,       // time goes on
  kHalfYear,  // so long that absent children are not waited for
  kHeal,      // every line works again
  kSyncAll,
};

struct Step {
  StepKind kind = StepKind::kSync;
  uint64_t number = 0;
};

std::string NameOf(const Step& step);

// What kinds of steps a world has.
enum class Flavour {
  kEverything,  // but editions of the org tree
  kPutsOnly,    // no steps in the life of an archive, no moves: the order does not matter
  kCalm,        // no restored backups: the root never goes back
};

// The world of a seed.
struct Plan {
  uint64_t seed = 0;
  Flavour flavour = Flavour::kEverything;
  uint64_t skew_seed = 0;  // clocks
  std::vector<Step> steps;
};

Plan PlanOf(uint64_t seed);

}  // namespace bangfu::sim

#endif  // BANGFU_TESTS_SIM_STEP_H_
