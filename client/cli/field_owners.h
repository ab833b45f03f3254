#ifndef BANGFU_CLIENT_CLI_FIELD_OWNERS_H_
#define BANGFU_CLIENT_CLI_FIELD_OWNERS_H_

#include <string>

#include "bangfu/v1/change.pb.h"
#include "bangfu/v1/identity.pb.h"
#include "client/cli/session.h"
#include "domain/rules/finding.h"
#include "google/protobuf/message.h"

namespace bangfu::client {

// Why `person`, the actor, may not write this record of `org`, field by field (A35; `tier` is that
// of the archive): the filing side writes its own fields, the service center its own and, with a
// reason, those of the filing side; records are created by the filing side only (R36). `record` is
// the record before the change, or the one that is created when the change names no fields. Empty
// when nothing stands against it. The server decides with what it knows then; this says at once
// what it would refuse.
domain::Findings CheckOwners(const Session& session, const v1::Person& person,
                             const std::string& org, v1::Tier tier,
                             const google::protobuf::Message& record, const v1::Change& change);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_FIELD_OWNERS_H_
