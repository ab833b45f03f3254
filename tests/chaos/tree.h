#ifndef BANGFU_TESTS_CHAOS_TREE_H_
#define BANGFU_TESTS_CHAOS_TREE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/chaos/desktop.h"
#include "tests/chaos/faulty_line.h"
#include "tests/chaos/records.h"
#include "tests/chaos/scenario.h"

namespace bangfu::chaos {

// A desktop and the node that it hangs on.
struct Seat {
  std::unique_ptr<FaultyLine> line;
  std::unique_ptr<Desktop> desktop;
  Node* node = nullptr;
  std::string scope;
};

// A district or industry node and its line to the city.
struct District {
  std::unique_ptr<FaultyLine> line;
  std::unique_ptr<Node> node;
};

// A city, districts below it, desktops below both; every line can be spoilt. Not thread-safe.
class Tree {
 public:
  explicit Tree(World& world);

  // The last part of `org` names the node.
  District& AddDistrict(const std::string& org);
  // With the world's clock unless another is given.
  Seat& AddDesktop(const std::string& name, const std::string& org, Node& node,
                   const Clock* clock = nullptr);

  World& world() { return world_; }
  Node& city() { return city_; }
  std::vector<std::unique_ptr<District>>& districts() { return districts_; }
  std::vector<std::unique_ptr<Seat>>& seats() { return seats_; }
  std::vector<FaultyLine*> lines();
  std::vector<Node*> nodes();

  // Syncs until nothing waits anywhere and every copy equals its parent's; says what does not when
  // that takes longer than `timeout`. Returns whether it came to that; at once when the scenario
  // has failed already.
  bool Settle(absl::Duration timeout, Report& report);
  // Whether it is so now; reasons go to `report` when there is one.
  bool Settled(Report* report);

  // No change took effect twice anywhere, and everything that a desktop got an answer to, or was
  // answered at a district, is known where it belongs.
  void CheckEffects(Report& report);

 private:
  void AwaitPeople(Node& node);

  World& world_;
  Node city_;
  std::vector<std::unique_ptr<District>> districts_;
  std::vector<std::unique_ptr<Seat>> seats_;
};

}  // namespace bangfu::chaos

#endif  // BANGFU_TESTS_CHAOS_TREE_H_
