#ifndef BANGFU_TESTS_SIM_CHECKS_H_
#define BANGFU_TESTS_SIM_CHECKS_H_

#include <string>
#include <vector>

#include "tests/sim/world.h"

// What holds in every world that came to rest. Each returns what does not, in words.
namespace bangfu::sim {

using Problems = std::vector<std::string>;

// All of the following.
Problems CheckWorld(World& world);

// Every replica equals its scope at its parent, every node its scope at its parent: bytes,
// revisions, digests; nothing from outside the scope.
void CheckReplicas(World& world, Problems& problems);
void CheckNodes(World& world, Problems& problems);

// Every change that was entered is settled, and where it was not taken there is a reason.
void CheckEntries(World& world, Problems& problems);

// No change took effect twice; numbers, persons and feeds are as the store promises.
void CheckHistory(World& world, Problems& problems);
// What belongs to an archive is where the archive is, in an org that there is.
void CheckOrgs(World& world, Problems& problems);
// The root took nothing of people whom it did not know or had disabled; every node goes by the
// root's directory.
void CheckPeople(World& world, Problems& problems);
// Every change that was answered is in the audit log of the node, once.
void CheckAudit(World& world, Problems& problems);
void CheckNumbers(World& world, Problems& problems);
void CheckPersons(World& world, Problems& problems);
void CheckFeeds(World& world, Problems& problems);

// Entries of the conflict log of a node are on every replica that reads them, and nowhere else.
void CheckConflicts(World& world, Problems& problems);

}  // namespace bangfu::sim

#endif  // BANGFU_TESTS_SIM_CHECKS_H_
