#ifndef BANGFU_CLIENT_CLI_POLICY_TABLE_H_
#define BANGFU_CLIENT_CLI_POLICY_TABLE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "bangfu/v1/policy.pb.h"
#include "base/error.h"
#include "domain/policy/policy.h"

namespace bangfu::client {

// Names of the entries for national categories begin with this.
inline constexpr char kCategoryEntry[] = "categories[";

// One value of the policy data as people read it.
struct PolicyEntry {
  std::string name;  // field of Policy, "dibao_line_yuan"; "categories[HARDSHIP_CATEGORY_…]"
  Text label;
  std::string value;                   // "525.00", "30", "2014-03-01 – 2014-04-15"
  const v1::Policy* policy = nullptr;  // what sets it; nullptr when nothing does
};

// All values that are looked up for an org and a day, in the order of Policy; those that nothing
// sets too. Lives as long as the book.
std::vector<PolicyEntry> EntriesInForce(const domain::PolicyBook& book, absl::string_view org,
                                        absl::CivilDay day);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_POLICY_TABLE_H_
