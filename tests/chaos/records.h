#ifndef BANGFU_TESTS_CHAOS_RECORDS_H_
#define BANGFU_TESTS_CHAOS_RECORDS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "client/replica/replica.h"
#include "tests/chaos/scenario.h"

namespace bangfu::chaos {

// Records as one place has them, by id.
struct Copy {
  int64_t revision = 0;  // at the parent
  std::string org;
  std::string body;
  friend bool operator==(const Copy&, const Copy&) = default;
};
using Copies = std::map<std::string, Copy>;

// What a node gives to children that read `scope`.
Copies GivenBy(Node& node, const std::string& scope);
// What a node has of its parent.
Copies TakenBy(Node& node);
// What a desktop has of its node.
Copies TakenBy(const client::Replica& replica);

// How many records differ. Told to the report as failures when it is not nullptr.
int64_t Differences(const Copies& parent, const Copies& child, absl::string_view child_name,
                    Report* report);

// One number that a statement gives.
int64_t NumberOf(Node& node, const std::string& statement);
// A statement without result.
void Execute(Node& node, const std::string& statement);
// Gives a record of a node another body, as a program of another version or a defect would: with a
// revision of its own, through the feed.
absl::Status Overwrite(Node& node, const std::string& id, const std::string& body);
// Changes that wait for the parent of a node.
int64_t UpstreamWaiting(Node& node);

// How often a change took effect at a node more than once, and which of `answered` it never saw.
int64_t DoubleEffects(Node& node);
int64_t UnknownChanges(Node& node, const std::vector<std::string>& change_ids);

}  // namespace bangfu::chaos

#endif  // BANGFU_TESTS_CHAOS_RECORDS_H_
