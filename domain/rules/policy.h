#ifndef BANGFU_DOMAIN_RULES_POLICY_H_
#define BANGFU_DOMAIN_RULES_POLICY_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "bangfu/v1/policy.pb.h"
#include "domain/rules/finding.h"

namespace bangfu::domain {

class OrgTree;

// Checks policy data: org paths (known to `orgs` when it has orgs), days, amounts, percentages, day
// counts, mappings that name a category twice, two policies of one org and day that set the same
// value; warns (R43) of a union's own standard above twice the dibao line in force there on that
// day without a recorded reason. `field` of a finding is "policies[3].dibao_line_yuan".
Findings CheckPolicySet(const v1::PolicySet& set, const OrgTree& orgs);

// A value of the policy and what sets it. `policy` lives as long as the book.
template <typename T>
struct Setting {
  T value;
  const v1::Policy* policy;  // source, assumed, org, effective_from
};

// Policy data of one city: immutable, cheap to share. Each value is looked up for an org and a day:
// at the org itself, then upwards; at each org the latest effective day on or before the day.
class PolicyBook {
 public:
  // Without any policy: every lookup finds nothing.
  PolicyBook() = default;

  // INVALID_ARGUMENT with the errors of CheckPolicySet (which see; warnings do not hinder).
  static absl::StatusOr<PolicyBook> Build(const v1::PolicySet& set, const OrgTree& orgs);

  // Dibao line in fen per person and month (A31: "local" is the district's).
  std::optional<Setting<int64_t>> DibaoLine(absl::string_view org, absl::CivilDay day) const;
  // Highest per-capita monthly income in fen of the tier; nothing for tier C (R44).
  std::optional<Setting<int64_t>> Standard(v1::Tier tier, absl::string_view org,
                                           absl::CivilDay day) const;
  std::optional<Setting<int>> DecemberSharePercent(absl::string_view org, absl::CivilDay day) const;
  std::optional<Setting<int>> DecemberMinFilings(absl::string_view org, absl::CivilDay day) const;
  std::optional<Setting<int>> DeregistrationDays(absl::string_view org, absl::CivilDay day) const;
  std::optional<Setting<int>> ExpiryNoticeDays(absl::string_view org, absl::CivilDay day) const;
  std::optional<Setting<const v1::CategoryMapping*>> NationalCategory(v1::HardshipCategory category,
                                                                      absl::string_view org,
                                                                      absl::CivilDay day) const;
  // The campaign in force for the org; the latest that has begun on `day`.
  std::optional<Setting<const v1::Campaign*>> CampaignOf(absl::string_view org,
                                                         absl::CivilDay day) const;

  const v1::PolicySet& proto() const;
  int64_t version() const;
};

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_POLICY_H_
