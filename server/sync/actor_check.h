#ifndef BANGFU_SERVER_SYNC_ACTOR_CHECK_H_
#define BANGFU_SERVER_SYNC_ACTOR_CHECK_H_

#include <optional>

#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/change.pb.h"
#include "domain/rules/finding.h"
#include "domain/rules/org_tree.h"
#include "server/authz/actor_rights.h"
#include "server/authz/people_book.h"
#include "server/authz/principal.h"
#include "server/sync/batch.h"

// Whose a change is, at every hop anew (docs/identity.md). What they may do to the record is for
// ActorRights; that nobody signs two of the three sign-offs (R89) is a rule of the step.
namespace bangfu::server {

// Who enters a change, or why it is not taken from this node.
struct ActorCheck {
  ActorRights rights{};
  const v1::Person* person = nullptr;    // nullptr: not known to be the one who acted
  std::optional<v1::Finding> problem{};  // refused, whether or not there is such a record
};

// Checks the actor, without a look at any record:
//   NOT_PERMITTED    the node does not speak for people of that org (MaySpeakFor)
//   NOT_SIGNED_IN    a desk sends it without a session of the actor. It is not said whether there
//                    is such an account; the change may be sent again when the person has signed in
//   UNKNOWN_PERSON   there is no such account, nobody can use it, or it is of another org. An org
//                    that was re-zoned since is the org that it has become
//   ROLE_MISSING     no role of the account does this to any record
// The name of the actor is none of that: accounts are renamed while changes wait. It stays as it
// was entered, and nothing is decided by it; who signed is the account.
ActorCheck CheckActor(const domain::OrgTree& orgs, const Principal& principal,
                      const PeopleBook& people, const v1::Change& change);

// Whether the record is none of the actor's business, and reads like one that is not there. A
// server is told of what it has itself: it must take back what its people see of the change.
bool IsHidden(const Principal& principal, const ActorRights& actor, absl::string_view record_org);

// ROLE_MISSING when people of the actor's org may do that to a record of `record_org`, but nobody
// with the actor's roles. Where nobody of the org may, nullopt: that is for the rule whose it is.
std::optional<v1::Finding> FindMissingRole(const ActorRights& actor, v1::Action action,
                                           absl::string_view record_org, v1::Tier tier);

// Tier of an archive, or of the archive that an aid event or visit belongs to; not stated when
// that is not in the batch.
v1::Tier TierOf(Batch& batch, const WorkingRecord& record);

// What the permission table calls a change; `creates`: there is no such record yet.
v1::Action ActionOfChange(const v1::Change& change, bool creates);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_ACTOR_CHECK_H_
