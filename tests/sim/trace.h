#ifndef BANGFU_TESTS_SIM_TRACE_H_
#define BANGFU_TESTS_SIM_TRACE_H_

#include <string>

#include "tests/sim/world.h"

namespace bangfu::sim {

// What every node answered, in order, one line a change: for people who look into a failure.
std::string TraceOf(World& world);

// Writes it to standard output when $BANGFU_SIM_TRACE is set.
void TraceIfAsked(World& world);

}  // namespace bangfu::sim

#endif  // BANGFU_TESTS_SIM_TRACE_H_
