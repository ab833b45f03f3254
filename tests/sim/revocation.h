#ifndef BANGFU_TESTS_SIM_REVOCATION_H_
#define BANGFU_TESTS_SIM_REVOCATION_H_

#include <string>
#include <vector>

namespace bangfu::sim {

// How a record comes to leave a desktop.
enum class Leaving {
  kWithinDistrict,   // the union gives the worker to another unit of the district
  kToOtherDistrict,  // the center gives the worker to another district
  kMovedByCity,      // the center gives the worker to another unit of the district
  kMovedBySelf,      // the unit itself gives the worker away
  kUnitRezoned,      // an edition of the org tree puts the unit under another district
  kUnitMerged,       // an edition merges the unit into one of another district
  kArchiveEnded,     // the union ends the archive: it stays, but takes nothing more
};

// What the desktop had entered and not sent.
enum class Unsent { kNothing, kField, kAidEvent, kSubmit, kVisit };

// When it happens in the life of the desktop.
enum class Moment {
  kBeforeSync,  // while the desktop is away
  kBetween,     // between its push and its pull
  kCutPull,     // the pull that tells of it breaks off
  kRestart,     // the desktop crashes between push and pull
  kGivenBack,   // and the record comes back later
};

struct Scenario {
  Leaving leaving;
  Unsent unsent;
  Moment moment;
};

// Every combination.
std::vector<Scenario> Scenarios();
std::string NameOf(const Scenario& scenario);

// What does not hold in it, one line each.
std::vector<std::string> RunScenario(const Scenario& scenario, const std::string& folder);

}  // namespace bangfu::sim

#endif  // BANGFU_TESTS_SIM_REVOCATION_H_
