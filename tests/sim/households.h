#ifndef BANGFU_TESTS_SIM_HOUSEHOLDS_H_
#define BANGFU_TESTS_SIM_HOUSEHOLDS_H_

#include <string>

#include "bangfu/v1/aid_event.pb.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/visit.pb.h"
#include "tests/sim/rng.h"

// Fictional households and what is entered about them.
namespace bangfu::sim {

inline constexpr int kHouseholds = 40;  // families that there are

// The archive of a family, ready to be submitted. `family` is below kHouseholds; the same family
// has the same people whoever files it.
v1::Archive HouseholdOf(int family, const std::string& archive_id, const std::string& unit);

v1::AidEvent AidEventFor(const std::string& archive_id, const std::string& id, Rng& rng);
v1::Visit VisitTo(const std::string& archive_id, const std::string& id, Rng& rng);

// Edits; each leaves a record that its checks take. Values of a field are numbered from `lowest`.
void EditField(v1::Archive& archive, Rng& rng, int lowest = 1);
void EditMembers(v1::Archive& archive, Rng& rng, bool may_add = true);
void EditPapers(v1::Archive& archive, Rng& rng);

}  // namespace bangfu::sim

#endif  // BANGFU_TESTS_SIM_HOUSEHOLDS_H_
