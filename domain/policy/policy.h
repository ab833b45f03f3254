#ifndef BANGFU_DOMAIN_POLICY_POLICY_H_
#define BANGFU_DOMAIN_POLICY_POLICY_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "bangfu/v1/policy.pb.h"
#include "domain/rules/finding.h"

namespace bangfu::domain {

class OrgTree;

// Size of policy data.
inline constexpr int kMaxPolicies = 2000;               // policies of one set
inline constexpr int kMaxPolicySourceCharacters = 200;  // code points of Policy.source
inline constexpr int kMaxNationalCodeCharacters = 20;   // code points
inline constexpr int kMaxNationalNameCharacters = 50;   // code points

// Warnings about standards of tier B that CheckPolicySet lists, so that a set at the limit of its
// size does not fill the memory.
inline constexpr int kMaxStandardWarnings = 1000;  // findings

// A union's own standard is in principle at most this many times the local dibao line (R43).
inline constexpr int kMaxStandardPerDibaoLine = 2;

// Checks policy data: version, org paths (known to `orgs` when it has orgs), days, amounts,
// percentages, day counts, lengths, mappings that name a category twice, campaigns of others than
// the city, policies that set nothing, two policies of one org and day that set the same value. A
// set without errors is looked through for standards of tier B above twice the dibao line in force
// in the same place on any day on which one of the two changes (R43): a warning for each such pair,
// on the standard with the line as other_field (at most kMaxStandardWarnings), unless the policy of
// the standard records the reason. `field` of a finding is "policies[3].dibao_line_yuan", counted
// from 0.
Findings CheckPolicySet(const v1::PolicySet& set, const OrgTree& orgs);

// A value of the policy and what sets it. `policy` lives as long as a copy of the book.
template <typename T>
struct Setting {
  T value;
  const v1::Policy* policy;  // source, assumed, org, effective_from
};

// Policy data of one city: immutable, copies share their content. Each value is looked up for an
// org and a day by itself: at the org, then upwards; at each org the latest effective day on or
// before the day counts. No lookup allocates memory; the org need not be in the dictionary.
class PolicyBook {
 public:
  // Without any policy: every lookup finds nothing, the version is 0.
  PolicyBook() = default;

  // INVALID_ARGUMENT with the errors of CheckPolicySet (which see; warnings do not hinder).
  static absl::StatusOr<PolicyBook> Build(const v1::PolicySet& set, const OrgTree& orgs);

  // Dibao line in fen per person and month (A31: "local" is the district's).
  std::optional<Setting<int64_t>> DibaoLine(absl::string_view org, absl::CivilDay day) const;
  // Highest per-capita monthly income in fen of the tier; nothing for tier C (R44) and for a tier
  // that is not stated.
  std::optional<Setting<int64_t>> Standard(v1::Tier tier, absl::string_view org,
                                           absl::CivilDay day) const;
  std::optional<Setting<int>> DecemberSharePercent(absl::string_view org, absl::CivilDay day) const;
  std::optional<Setting<int>> DecemberMinFilings(absl::string_view org, absl::CivilDay day) const;
  std::optional<Setting<int>> DeregistrationDays(absl::string_view org, absl::CivilDay day) const;
  std::optional<Setting<int>> ExpiryNoticeDays(absl::string_view org, absl::CivilDay day) const;
  // Nothing for a category without a national counterpart (A28).
  std::optional<Setting<const v1::CategoryMapping*>> NationalCategory(v1::HardshipCategory category,
                                                                      absl::string_view org,
                                                                      absl::CivilDay day) const;
  // The campaign in force for the org: of those whose policy is in force, the latest that has begun
  // on `day`, whether or not it is over.
  std::optional<Setting<const v1::Campaign*>> CampaignOf(absl::string_view org,
                                                         absl::CivilDay day) const;

  const v1::PolicySet& proto() const;
  int64_t version() const;

 private:
  struct Content;  // the set and its index

  explicit PolicyBook(const v1::PolicySet& set);

  std::shared_ptr<const Content> content_;  // nullptr without any policy
};

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_POLICY_POLICY_H_
