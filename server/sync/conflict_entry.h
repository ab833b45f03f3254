#ifndef BANGFU_SERVER_SYNC_CONFLICT_ENTRY_H_
#define BANGFU_SERVER_SYNC_CONFLICT_ENTRY_H_

#include "absl/time/time.h"
#include "bangfu/v1/change.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "server/authz/principal.h"
#include "server/store/store.h"
#include "server/sync/prepared_change.h"

namespace bangfu::server {

// A new entry of the conflict log about a change, with a new id; org, fields, findings and our side
// are the caller's.
v1::Conflict NewConflictEntry(const PreparedChange& prepared, const Principal& principal,
                              absl::Time now, v1::ConflictKind kind, v1::ConflictState state);

// Fills in who wrote our value, and when.
void SetOurs(v1::Conflict& entry, const Revision& revision);

google::protobuf::Timestamp ToProto(absl::Time time);
absl::Time FromProto(const google::protobuf::Timestamp& timestamp);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_CONFLICT_ENTRY_H_
