#include "tests/chaos/scenario.h"

#include "absl/strings/str_cat.h"
#include "tests/chaos/scenarios.h"

namespace bangfu::chaos {

void Report::Figure(absl::string_view name, absl::string_view value) {
  const std::lock_guard<std::mutex> lock(mutex_);
  figures_.emplace_back(std::string(name), std::string(value));
}

void Report::Figure(absl::string_view name, int64_t value) { Figure(name, absl::StrCat(value)); }

void Report::Fail(absl::string_view what) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (++failure_count_ <= static_cast<int64_t>(kMaxFailures)) {
    failures_.emplace_back(what);
  }
}

bool Report::Check(bool holds, absl::string_view what) {
  if (!holds) Fail(what);
  return holds;
}

bool Report::Check(const absl::Status& status, absl::string_view what) {
  return Check(status.ok(), absl::StrCat(what, ": ", status.ToString()));
}

bool Report::CheckEqual(int64_t actual, int64_t expected, absl::string_view what) {
  return Check(actual == expected, absl::StrCat(what, ": ", actual, " instead of ", expected));
}

bool Report::failed() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return failure_count_ > 0;
}

Report::Figures Report::figures() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return figures_;
}

std::vector<std::string> Report::failures() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<std::string> shown = failures_;
  if (failure_count_ > static_cast<int64_t>(shown.size())) {
    shown.push_back(
        absl::StrCat("… and ", failure_count_ - static_cast<int64_t>(shown.size()), " more"));
  }
  return shown;
}

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
