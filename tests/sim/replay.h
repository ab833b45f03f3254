#ifndef BANGFU_TESTS_SIM_REPLAY_H_
#define BANGFU_TESTS_SIM_REPLAY_H_

#include "tests/sim/checks.h"

namespace bangfu::sim {

// Plays what the root has answered into an empty root, in the same order but one change at a time:
// the same records and the same conflict log must come out. Only for a root that never went back to
// a backup.
void CheckReplay(World& world, Problems& problems);

// What the outcomes of the root say that its records hold: the value that was taken last, field by
// field. Only for a root that never went back to a backup.
void CheckModel(World& world, Problems& problems);

}  // namespace bangfu::sim

#endif  // BANGFU_TESTS_SIM_REPLAY_H_
