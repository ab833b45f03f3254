#ifndef BANGFU_CLIENT_CLI_FIELD_OWNERS_H_
#define BANGFU_CLIENT_CLI_FIELD_OWNERS_H_

#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/change.pb.h"
#include "client/cli/session.h"
#include "domain/rules/finding.h"

namespace bangfu::client {

// Why the actor may not make this edit of an archive, field by field (A35): the filing side writes
// its own fields, the service center its own and, with a reason, those of the filing side. Empty
// when nothing stands against it. The server decides with what it knows then; this says at once
// what it would refuse.
domain::Findings CheckOwners(const Session& session, const LocalRecord& record,
                             const v1::Archive& archive, const v1::Change& change);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_FIELD_OWNERS_H_
