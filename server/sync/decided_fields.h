#ifndef BANGFU_SERVER_SYNC_DECIDED_FIELDS_H_
#define BANGFU_SERVER_SYNC_DECIDED_FIELDS_H_

#include <optional>
#include <vector>

#include "bangfu/v1/change.pb.h"
#include "domain/rules/finding.h"
#include "domain/rules/org_tree.h"
#include "server/store/store.h"
#include "server/sync/batch.h"

namespace bangfu::server {

// The put that writes what `change`, a ResolveConflict, decides about the fields of `entry`: their
// values, or those that it names. Nothing when they are there already, or with errors in
// `findings`: MALFORMED (no field of the entry, no value of the field) · CHANGED_SINCE_READ ·
// FIELD_NOT_OWNED, WRONG_STATUS, REASON_MISSING (A35: the one who decides writes each field with
// rights of their own).
std::optional<v1::Change> PutOfDecided(const domain::OrgTree& orgs, const v1::Change& change,
                                       const v1::Conflict& entry, const WorkingRecord& record,
                                       const std::vector<const Revision*>& unseen,
                                       domain::Findings& findings);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_DECIDED_FIELDS_H_
