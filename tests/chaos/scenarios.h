#ifndef BANGFU_TESTS_CHAOS_SCENARIOS_H_
#define BANGFU_TESTS_CHAOS_SCENARIOS_H_

#include "tests/chaos/scenario.h"

// One function a scenario, each in the file of its name.
namespace bangfu::chaos {

void LateCommits(const ScenarioOptions& options, Report& report);
void Faults(const ScenarioOptions& options, Report& report);
void Partitions(const ScenarioOptions& options, Report& report);
void KilledProcesses(const ScenarioOptions& options, Report& report);
void RestoreBackups(const ScenarioOptions& options, Report& report);
void DamagedReplica(const ScenarioOptions& options, Report& report);
void StalledReaders(const ScenarioOptions& options, Report& report);
void WatchIsQuick(const ScenarioOptions& options, Report& report);
void Fairness(const ScenarioOptions& options, Report& report);
void Versions(const ScenarioOptions& options, Report& report);
void BadRecords(const ScenarioOptions& options, Report& report);
void WrongClocks(const ScenarioOptions& options, Report& report);
void Mutants(const ScenarioOptions& options, Report& report);

}  // namespace bangfu::chaos

#endif  // BANGFU_TESTS_CHAOS_SCENARIOS_H_
