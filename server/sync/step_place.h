#ifndef BANGFU_SERVER_SYNC_STEP_PLACE_H_
#define BANGFU_SERVER_SYNC_STEP_PLACE_H_

#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/change.pb.h"
#include "domain/rules/finding.h"
#include "server/sync/batch.h"

// What only a node can tell of a step: whether it is the node for it, and whether the other archive
// of a merge is there. Everything else is in domain/life/step_check.h.
namespace bangfu::server {

// Checks whether a node with a parent may take the step. What the center decides beside approvals
// is decided at the city's node, where everything is known: aid that other nodes entered, the
// archive that stays after a merge, the report packages (A41). Error: NOT_PERMITTED for a report, a
// merge, and for a withdrawal of tier A or a decision on its causes.
domain::Findings CheckPlace(const v1::Change& change, const v1::Archive& archive);

// That an archive of tier A gets its number at the city's node only (R39).
v1::Finding OnlyTheCityEstablishes();

// Checks the archive that is to stay after a merge; `target` is nullptr when the writer sees none.
// Errors: NOT_FOUND, also for what is no archive; WRONG_STATUS when it has ended itself.
domain::Findings CheckMergeTarget(const WorkingRecord* target);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_STEP_PLACE_H_
