#ifndef BANGFU_TESTS_SIM_SIM_ORGS_H_
#define BANGFU_TESTS_SIM_SIM_ORGS_H_

#include <string>
#include <vector>

#include "bangfu/v1/identity.pb.h"
#include "bangfu/v1/org.pb.h"
#include "domain/rules/org_tree.h"

// A small city: two districts and an industry with a few units each, a service center.
namespace bangfu::sim {

inline constexpr char kCity[] = "hz";
inline constexpr char kCenter[] = "hz.center";

// The first edition of its org tree.
v1::OrgTree FirstOrgs();

// Ways in which an edition changes the tree before.
enum class OrgReform {
  kMoveUnit,    // a street comes to another district
  kMergeUnits,  // a street is merged into another one
};

// The next edition. Without effect when the reform was made already.
v1::OrgTree Reformed(const v1::OrgTree& before, OrgReform reform);

// Everybody of the first edition, who holds which office: tests/support/people.h.
v1::Directory FirstPeople();

// Accounts of orgs that have become others belong to those from now on.
void MovePeople(const domain::OrgTree& orgs, v1::Directory& people);

// Units below an org (itself when it is one), by path.
std::vector<std::string> UnitsWithin(const v1::OrgTree& orgs, const std::string& org);

}  // namespace bangfu::sim

#endif  // BANGFU_TESTS_SIM_SIM_ORGS_H_
