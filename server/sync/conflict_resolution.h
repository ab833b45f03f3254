#ifndef BANGFU_SERVER_SYNC_CONFLICT_RESOLUTION_H_
#define BANGFU_SERVER_SYNC_CONFLICT_RESOLUTION_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "bangfu/v1/change.pb.h"
#include "domain/rules/finding.h"
#include "domain/rules/org_tree.h"
#include "server/authz/actor_rights.h"
#include "server/authz/principal.h"
#include "server/store/store.h"
#include "server/sync/batch.h"

namespace bangfu::server {

// Where and for whom an entry of the conflict log is settled.
struct ResolutionContext {
  absl::string_view node;  // name of this node: Conflict.logged_by of the entries that it decides
  bool has_upstream = false;
  const domain::OrgTree& orgs;
  const Principal& principal;
  const ActorRights& actor;
};

// What a ResolveConflict does. Exactly one of: findings (refused), forward, or an entry.
struct Ruling {
  // Errors: the change is refused.
  domain::Findings findings;
  // The parent logged the entry and decides: the change goes on as it is, and nothing is written.
  bool forward = false;
  // The put to answer now as if it had just been pushed, under the id of the deciding change:
  // values that were decided, as the edit of the person who decided; or what had been parked. When
  // it is refused or parked, the resolution is refused with its findings, and the entry stays as it
  // was. Unset when nothing is to be written.
  std::optional<v1::Change> apply;
  // The entry after it, for Batch::PutConflict.
  std::optional<v1::Conflict> entry;
};

// Decides what `change`, a ResolveConflict, does. `entry` is the one that it names, nullptr when
// this node knows none; `record` the record as it is now, nullptr when there is none that the
// principal sees. `unseen` are the revisions of the record that the writer had not seen, oldest
// first; empty when the writer does not tell (base_revision 0). Pure.
//
// Refused: NOT_FOUND (no such entry in scope, or of another record) · CONFLICT_CLOSED (settled, or
// not to be decided so) · CHANGED_SINCE_READ (our value is not the one of the entry any more; to
// keep it is possible all the same) · NOT_PERMITTED, ROLE_MISSING, FIELD_NOT_OWNED, WRONG_STATUS,
// REASON_MISSING (A35) · MALFORMED (values)
Ruling DecideConflict(const ResolutionContext& context, const v1::Change& change,
                      const v1::Conflict* entry, const WorkingRecord* record,
                      const std::vector<const Revision*>& unseen);

// Locks the entries that `changes` settle (others are passed over), with what their parked changes
// touch besides the record of the entry, and adds the identity numbers of the latter. Call once,
// after Batch::Lock and before Batch::LoadPersons.
absl::Status ReadForResolutions(Transaction& transaction, Batch& batch,
                                const std::vector<const v1::Change*>& changes,
                                std::vector<std::string>& identity_numbers);

// The parked change that `change` would have applied, base_revision in revisions of this node;
// nullptr when there is none. Valid until the entry changes.
const v1::Change* ParkedFor(const Batch& batch, const v1::Change& change);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_CONFLICT_RESOLUTION_H_
