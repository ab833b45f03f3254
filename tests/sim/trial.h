#ifndef BANGFU_TESTS_SIM_TRIAL_H_
#define BANGFU_TESTS_SIM_TRIAL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tests/sim/checks.h"
#include "tests/sim/step.h"

namespace bangfu::sim {

// Runs the world of a plan and checks it. Files go into `folder`, which must exist.
Problems RunPlan(const Plan& plan, const std::string& folder);

// Everything that a seed stands for: its world; for a share of the seeds the same world under other
// clocks, and a small one in which the same changes arrive in two orders.
Problems RunSeed(uint64_t seed, const std::string& folder);

// The shortest list of steps that still fails, by leaving out ever smaller parts (Zeller,
// Hildebrandt: Simplifying and isolating failure-inducing input, IEEE TSE 28/2, 2002).
std::vector<Step> Shrink(const Plan& plan, const std::string& folder);

// The same changes, pushed in two random orders, must give the same records at the root.
Problems CheckOrder(uint64_t seed, const std::string& folder);

// The plan under other clocks must give the same records, but for the times in them.
Problems CheckClocks(const Plan& plan, const std::string& folder);

}  // namespace bangfu::sim

#endif  // BANGFU_TESTS_SIM_TRIAL_H_
