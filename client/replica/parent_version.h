#ifndef BANGFU_CLIENT_REPLICA_PARENT_VERSION_H_
#define BANGFU_CLIENT_REPLICA_PARENT_VERSION_H_

#include <string>

#include "absl/strings/string_view.h"
#include "bangfu/v1/change.pb.h"
#include "client/replica/prepared_batch.h"
#include "client/replica/sealed_database.h"

// What comes from the parent becomes the base of what people see. Everything here throws
// SQLite::Exception and runs inside the caller's transaction.
namespace bangfu::client {

// Takes the answer to a change, given in the feed `epoch`; one that has its answer keeps it.
void TakeOutcome(SealedDatabase& db, const v1::Change& change, const v1::Outcome& outcome,
                 absl::string_view epoch);

// Takes a record from the feed; an older revision than ours changes nothing. `prepared` is of it.
void TakePulled(SealedDatabase& db, const v1::Record& theirs, const PreparedBase& prepared);

// Takes a record that was found to differ, whatever its revision says.
void TakeRepaired(SealedDatabase& db, const v1::Record& theirs);

// The record has left our scope: it goes with its conflicts, once no change of ours waits on it.
void TakeLeft(SealedDatabase& db, absl::string_view id);

// Takes an entry of the conflict log; one that somebody has decided settles the change of ours that
// it is about.
void TakeConflict(SealedDatabase& db, const v1::Conflict& conflict);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_PARENT_VERSION_H_
