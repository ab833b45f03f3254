#ifndef BANGFU_CLIENT_REPLICA_ENTERED_CHANGE_H_
#define BANGFU_CLIENT_REPLICA_ENTERED_CHANGE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "bangfu/v1/change.pb.h"
#include "client/replica/sealed_database.h"

// What people enter here: the methods of Replica of the same names, inside the caller's
// transaction. They throw SQLite::Exception.
namespace bangfu::client {

absl::Status NoSuchRecord(absl::string_view what_zh, absl::string_view what_en,
                          absl::string_view id);

absl::Status AppendChange(SealedDatabase& db, v1::Change change);
absl::Status RetryChange(SealedDatabase& db, absl::string_view change_id,
                         const v1::Change& corrected);
absl::Status DismissChange(SealedDatabase& db, absl::string_view change_id);

// RESOURCE_EXHAUSTED OUTBOX_FULL when there is no room for so many more.
absl::Status CheckRoom(SealedDatabase& db, size_t more);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_ENTERED_CHANGE_H_
