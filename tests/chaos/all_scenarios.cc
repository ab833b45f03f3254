#include <vector>

#include "tests/chaos/scenario.h"
#include "tests/chaos/scenarios.h"

namespace bangfu::chaos {

const std::vector<Scenario>& AllScenarios() {
  static const auto& scenarios = *new std::vector<Scenario>{
      {"late_commits", "no change is missed by readers of the feed", LateCommits, false},
      {"faults", "lost answers, repetitions and disorder have no second effect", Faults, false},
      {"partitions", "after every heal the queues are empty and all copies equal", Partitions,
       false},
      {"kill", "kill -9 at every named step loses and doubles nothing", KilledProcesses, false},
      {"restore", "what a restored node has forgotten comes back from below", RestoreBackups,
       false},
      {"damage", "a damaged replica is mended at the cost of the damage", DamagedReplica, true},
      {"readers", "stalled readers cost no memory and starve nobody", StalledReaders, true},
      {"watch", "what the city decides is on the desktop within a second", WatchIsQuick, true},
      {"fairness", "a large upload does not starve a district", Fairness, true},
      {"versions", "unknown fields pass; programs too old are told so", Versions, false},
      {"bad_record", "one bad record holds up no other", BadRecords, false},
      {"clocks", "wrong clocks change nothing but what they may", WrongClocks, false},
      {"mutants", "seeded bugs turn scenarios red", Mutants, true},
  };
  return scenarios;
}

}  // namespace bangfu::chaos
