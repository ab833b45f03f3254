#ifndef BANGFU_SERVER_SYNC_CONFLICT_ENTRY_H_
#define BANGFU_SERVER_SYNC_CONFLICT_ENTRY_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "bangfu/v1/change.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "server/authz/principal.h"
#include "server/store/store.h"
#include "server/sync/prepared_change.h"

namespace bangfu::server {

// What decides while nobody has (Conflict.policy).
inline constexpr char kOfficeThenDraw[] = "office-then-draw";            // which value stays
inline constexpr char kOwnerWrites[] = "owner-writes";                   // A35
inline constexpr char kFirstFilingStays[] = "first-filing-stays";        // one person, one archive
inline constexpr char kAuthorityValueStays[] = "authority-value-stays";  // everything else

// The id of the entry of this kind that `node` logs about a change: a UUID of version 8 (RFC 9562,
// 5.8) from the SHA-256 of the three. One that is logged again has the same.
std::string ConflictId(absl::string_view change_id, v1::ConflictKind kind, absl::string_view node);

// A new entry of the log of `node` about a change; org, fields, findings and our side are the
// caller's. `node` is the name of the node that logs, "hz/city". Log it with Batch::LogConflict.
v1::Conflict NewConflictEntry(const PreparedChange& prepared, const Principal& principal,
                              absl::string_view node, absl::Time now, v1::ConflictKind kind,
                              v1::ConflictState state);

// Fills in who wrote our value, and when.
void SetOurs(v1::Conflict& entry, const Revision& revision);

// Fills in who wrote the value that does not stay, and when, if it was not the change.
void SetTheirs(v1::Conflict& entry, const Revision& revision);

google::protobuf::Timestamp ToProto(absl::Time time);
absl::Time FromProto(const google::protobuf::Timestamp& timestamp);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_CONFLICT_ENTRY_H_
