#ifndef BANGFU_TESTS_SCENARIO_HOUSEHOLDS_H_
#define BANGFU_TESTS_SCENARIO_HOUSEHOLDS_H_

#include <string>
#include <vector>

#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/change.pb.h"
#include "tests/scenario/world.h"

namespace bangfu::scenario {

inline constexpr int kMaxHouseholds = 2'000'000;

// A fictional household of one, another person for each `number` below kMaxHouseholds.
v1::Archive Household(int number, const std::string& unit);

inline constexpr int kMaxCompleteHouseholds = 400;
// A family that can be established: members, papers, everything filled in. Another for each
// `number` below kMaxCompleteHouseholds, and other than those of Household.
v1::Archive CompleteHousehold(int number, const std::string& unit);

// The desktop's clock when it was entered.
void SetEntryTime(v1::Change& change, absl::Time time);

// A change of now by somebody of `org`; the caller fills in the action.
v1::Change NewChange(World& world, const std::string& org, const std::string& record_id);
// Files the archive.
v1::Change Filing(World& world, const v1::Archive& archive);
// Writes `fields` as they are in `archive`.
v1::Change Edit(World& world, const std::string& org, const v1::Archive& archive,
                int64_t base_revision, const std::vector<std::string>& fields);

// A telephone number that tells which edit wrote it, of 100 million.
std::string PhoneOf(int64_t number);

}  // namespace bangfu::scenario

#endif  // BANGFU_TESTS_SCENARIO_HOUSEHOLDS_H_
