#ifndef BANGFU_DOMAIN_POLICY_POLICY_INDEX_H_
#define BANGFU_DOMAIN_POLICY_POLICY_INDEX_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "bangfu/v1/codes.pb.h"
#include "bangfu/v1/policy.pb.h"
#include "domain/policy/policy_values.h"

namespace bangfu::domain {

// A number that a policy sets from a day on; part of policy.h.
struct DatedNumber {
  absl::CivilDay from;
  int policy;      // index in PolicySet.policies
  int64_t number;  // in the unit of PolicyNumber; of a mapping, its index in Policy.categories
};

// By org and value what the policies of a set say, in order of their days. Holds indexes only, so
// that it can be copied together with its set.
class PolicyIndex {
 public:
  PolicyIndex() = default;

  // Requires a set in which CheckPolicySet finds no error.
  explicit PolicyIndex(const v1::PolicySet& set);

  // What is in force for the org on the day: set at the org itself or else upwards, at each org by
  // the latest day on or before `day`. nullptr when there is nothing. None of them allocates.
  const DatedNumber* Number(PolicyNumber number, absl::string_view org, absl::CivilDay day) const;
  const DatedNumber* Category(v1::HardshipCategory category, absl::string_view org,
                              absl::CivilDay day) const;

  // Index of the policy whose campaign is the latest that has begun; -1 when there is none.
  int Campaign(absl::string_view org, absl::CivilDay day) const;

  // Orgs that set the number, by path, and the days on which it changes for `org`.
  std::vector<std::string> OrgsThatSet(PolicyNumber number) const;
  std::vector<absl::CivilDay> DaysOfChange(PolicyNumber number, absl::string_view org) const;

 private:
  using Timeline = std::vector<DatedNumber>;  // by day
  struct DatedCampaign {
    absl::CivilDay starts_on;
    absl::CivilDay from;
    int policy;
  };
  // What one org sets itself.
  struct OrgPolicies {
    std::array<Timeline, kPolicyNumbers> numbers;
    std::array<Timeline, v1::HardshipCategory_ARRAYSIZE> categories;
    std::vector<DatedCampaign> campaigns;  // by first day, then effective day
  };

  void Add(const v1::Policy& policy, int index);

  absl::flat_hash_map<std::string, OrgPolicies> by_org_;
};

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_POLICY_POLICY_INDEX_H_
