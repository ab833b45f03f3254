#ifndef BANGFU_TESTS_SIM_WORLD_H_
#define BANGFU_TESTS_SIM_WORLD_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tests/sim/sim_desktop.h"
#include "tests/sim/sim_node.h"
#include "tests/sim/step.h"

namespace bangfu::sim {

// A change that somebody entered.
struct EnteredChange {
  v1::Change change;
  size_t desktop = 0;
};

// A city with its nodes and desktops, and everything that ever happened in it. Nothing in it but
// the plan and the program decides what happens.
class World {
 public:
  // Files of replicas go into `folder`.
  World(const Plan& plan, const std::string& folder);

  // Runs every step of the plan.
  void RunSteps(const std::vector<Step>& steps);
  // Mends every line and syncs until nothing moves any more. What does not move although it should
  // is an error.
  absl::Status Settle();

  SimNode& root() { return *nodes_[0]; }
  std::vector<std::unique_ptr<SimNode>>& nodes() { return nodes_; }
  std::vector<std::unique_ptr<SimDesktop>>& desktops() { return desktops_; }
  const std::vector<EnteredChange>& entered() const { return entered_; }
  const Plan& plan() const { return plan_; }
  WorldTime& time() { return time_; }
  SimNode* NodeOf(const std::string& org);
  bool was_restored() const;
  // An org of this desktop is in no edition any more: it needs another certificate.
  bool IsOrphan(const SimDesktop& desktop);

  // For scenarios: an empty world without nodes.
  World(uint64_t skew_seed, const std::string& folder);
  SimNode& AddNode(const std::string& org, SimNode* parent);
  SimDesktop& AddDesktop(const std::string& org, const std::string& name, SimNode& parent);
  // Enters a change and remembers it.
  absl::Status Enter(SimDesktop& desktop, const v1::Change& change);
  void SequenceAll();
  // Everybody syncs with everybody, once.
  void SyncAll();

 private:
  friend class StepRunner;

  absl::Duration NextSkew();
  void Build();
  std::string Signature();

  const Plan plan_;
  const std::string folder_;
  WorldTime time_;
  Rng skew_rng_;
  int epochs_ = 0;
  std::vector<std::unique_ptr<SimNode>> nodes_;  // the root first
  std::vector<std::unique_ptr<SimDesktop>> desktops_;
  std::vector<EnteredChange> entered_;
  std::vector<int> families_;              // that were filed
  std::map<size_t, MemoryState> backups_;  // by node
  std::set<size_t> damaged_;               // desktops whose files were damaged
};

}  // namespace bangfu::sim

#endif  // BANGFU_TESTS_SIM_WORLD_H_
