#ifndef BANGFU_TESTS_SIM_REPLICA_DAMAGE_H_
#define BANGFU_TESTS_SIM_REPLICA_DAMAGE_H_

#include "tests/sim/rng.h"
#include "tests/sim/sim_desktop.h"

namespace bangfu::sim {

// Does to the file of a replica what a bad disk does: turns a byte of what the parent gave, or
// loses a record. False when there is nothing to damage.
bool DamageReplica(SimDesktop& desktop, Rng& rng);

}  // namespace bangfu::sim

#endif  // BANGFU_TESTS_SIM_REPLICA_DAMAGE_H_
