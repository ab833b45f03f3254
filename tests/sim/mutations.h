#ifndef BANGFU_TESTS_SIM_MUTATIONS_H_
#define BANGFU_TESTS_SIM_MUTATIONS_H_

#include <map>
#include <set>
#include <string>

namespace bangfu::sim {

// Names of all defects that can be switched on: every BANGFU_SEEDED_BUG in the sources.
std::set<std::string> SeededBugs();

// Those that the simulation cannot see, with the reason.
const std::map<std::string, std::string>& ExemptBugs();

// Switches a defect on in this process. False when the program was built without.
bool SwitchOn(const std::string& bug);

}  // namespace bangfu::sim

#endif  // BANGFU_TESTS_SIM_MUTATIONS_H_
