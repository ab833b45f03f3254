#ifndef BANGFU_CLIENT_REPLICA_VISIBLE_RECORD_H_
#define BANGFU_CLIENT_REPLICA_VISIBLE_RECORD_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bangfu/v1/change.pb.h"
#include "client/replica/outbox_rows.h"
#include "client/replica/record_rows.h"
#include "client/replica/sealed_database.h"

namespace bangfu::client {

// Checks what a replica can check of a change before it is written: ids, type, action, size, and
// that a put is about its own record. INVALID_ARGUMENT.
absl::Status CheckChange(const v1::Change& change);

// What people see of `body` after `change`. `body` is nullopt for a record that does not exist: a
// put creates it. INVALID_ARGUMENT when the change does not fit.
absl::StatusOr<std::string> ApplyChange(const std::optional<std::string>& body,
                                        const v1::Change& change);

// Whether people see the change on top of the parent's version `base_revision`. A reoffer shows
// only on a version older than the one that it made: the others have it, or what somebody wrote
// over it. One that had been parked has made none.
bool IsOnTop(const OutboxRow& row, int64_t base_revision);

// What people see of a record: the parent's version with the pending changes on top. Of a record
// that the parent has not got, refused and parked puts are shown too, so that nothing that was
// typed is lost; steps on it are not, for it is still a draft. A change that fits no more is left
// out. nullopt when nothing is left to see.
std::optional<std::string> VisibleBody(const LocalRecord& record,
                                       const std::vector<OutboxRow>& rows);

// Writes what people see of the record now, or removes it when there is nothing to see: it has left
// our scope and no change of ours waits, or it was a draft that was put away. Throws
// SQLite::Exception.
void ShowRecord(SealedDatabase& db, RecordRow& row);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_VISIBLE_RECORD_H_
