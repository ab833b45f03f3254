#ifndef BANGFU_TESTS_SIM_STEP_RUNNER_H_
#define BANGFU_TESTS_SIM_STEP_RUNNER_H_

#include <functional>
#include <string>
#include <vector>

#include "tests/sim/world.h"

namespace bangfu::sim {

// Does the steps of a plan in a world. A step that finds nothing to do does nothing.
class StepRunner {
 public:
  explicit StepRunner(World& world) : world_(world) {}

  void Run(const Step& step);

 private:
  // ---- What people enter (step_entries.cc).
  void RunEntry(StepKind kind, Rng& rng);
  void File(Rng& rng, bool again);
  void Edit(StepKind kind, Rng& rng);
  void AddEvent(StepKind kind, Rng& rng);
  void TakeStep(StepKind kind, Rng& rng);
  void Correct(Rng& rng);
  void MoveUnit(Rng& rng);
  void Resolve(Rng& rng);
  void Dismiss(Rng& rng);

  // ---- What happens to desktops and nodes.
  void RunDesktop(StepKind kind, Rng& rng);
  void RunNode(StepKind kind, Rng& rng);
  void RunWorld(StepKind kind, Rng& rng);
  void OrgReformStep(Rng& rng);
  void DisableStep(Rng& rng);
  void ClockJump(Rng& rng);
  void Heal();

  SimDesktop* PickDesktop(Rng& rng, const std::function<bool(const SimDesktop&)>& fits);
  static Fault RandomFault(Rng& rng);

  World& world_;
  bool half_year_passed_ = false;
  // A creation that is offered again after a restore is refused when its actor was disabled
  // meanwhile; replicas keep the record, unconfirmed (docs/adr/0007). So a world has the one or the
  // other.
  bool has_restored_ = false;
  bool has_disabled_ = false;
};

}  // namespace bangfu::sim

#endif  // BANGFU_TESTS_SIM_STEP_RUNNER_H_
