#ifndef BANGFU_TESTS_SECURITY_ORGS_H_
#define BANGFU_TESTS_SECURITY_ORGS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "domain/rules/org_tree.h"

namespace bangfu::security {

// Ends the program with the status: for what no scenario is about and none can go on without.
void Must(const absl::Status& status, absl::string_view what);
template <typename T>
T Must(absl::StatusOr<T> value, absl::string_view what) {
  Must(value.status(), what);
  return *std::move(value);
}

// The dictionary of orgs that is shipped, and some of it.
inline constexpr char kOrgFile[] = BANGFU_SOURCE_DIR "/deploy/orgs.hangzhou.json";
inline constexpr char kCity[] = "hz";
inline constexpr char kCenter[] = "hz.center";
inline constexpr char kDistrict[] = "hz.fuyang";
inline constexpr char kUnit[] = "hz.fuyang.fuchun";
inline constexpr char kSibling[] = "hz.fuyang.lushan";
inline constexpr char kIndustry[] = "hz.gongye";
inline constexpr char kIndustryUnit[] = "hz.gongye.xiangjiao";
domain::OrgTree ShippedOrgs();

}  // namespace bangfu::security

#endif  // BANGFU_TESTS_SECURITY_ORGS_H_
