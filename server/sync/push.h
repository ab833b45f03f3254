#ifndef BANGFU_SERVER_SYNC_PUSH_H_
#define BANGFU_SERVER_SYNC_PUSH_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "bangfu/v1/change.pb.h"
#include "bangfu/v1/sync_service.pb.h"
#include "base/clock.h"
#include "domain/policy/policy.h"
#include "domain/rules/org_tree.h"
#include "server/authz/people_book.h"
#include "server/authz/principal.h"
#include "server/store/person_key.h"
#include "server/store/store.h"

namespace bangfu::server {

// What a node is towards its own children and its parent.
struct NodeRole {
  bool has_upstream = false;  // accepted changes go on to the parent
  Principal self{};           // its Key() is the name under which the node logs
};

// Applies changes in order to the authoritative store and returns one outcome per change, same
// order and number. All commit together or none does; a change that conflicts, is parked or refused
// is an outcome, not an error.
//
// `reoffers` are those of the changes that were answered before a backup was restored: what is
// known of them still gets its first outcome; the others are applied with what their writer had
// seen then, and a number that was given stays given.
//
// Every change is checked against `people`: its actor is an account of that org with a role that
// allows it, and has signed in when a desk sends it (docs/identity.md). What was answered goes into
// the audit log with the changes.
//
// Size: at most limits::kMaxChangesPerPush changes and limits::kMaxPushBytes bytes.
// Retry: safe; a change_id seen before returns its first outcome, with the record as it is now.
// Errors: INVALID_ARGUMENT TOO_MANY_CHANGES · ABORTED TRANSACTION_CONFLICT (retry the push)
//         UNAVAILABLE STORE_UNAVAILABLE (outcome unknown; retry with the same change_ids)
class PushHandler {
 public:
  PushHandler(Store& store, const Clock& clock, PersonKeyer keyer, NodeRole role)
      : store_(store), clock_(clock), keyer_(std::move(keyer)), role_(std::move(role)) {}

  absl::StatusOr<std::vector<v1::Outcome>> Push(const Principal& principal,
                                                const domain::OrgTree& orgs,
                                                const domain::PolicyBook& policy,
                                                const PeopleBook& people,
                                                absl::Span<const v1::Change* const> changes,
                                                const std::vector<v1::Reoffer>& reoffers = {});
  // The same of changes that stand in a row.
  absl::StatusOr<std::vector<v1::Outcome>> Push(const Principal& principal,
                                                const domain::OrgTree& orgs,
                                                const domain::PolicyBook& policy,
                                                const PeopleBook& people,
                                                const std::vector<v1::Change>& changes,
                                                const std::vector<v1::Reoffer>& reoffers = {});

 private:
  Store& store_;
  const Clock& clock_;
  PersonKeyer keyer_;
  NodeRole role_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_PUSH_H_
