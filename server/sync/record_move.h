#ifndef BANGFU_SERVER_SYNC_RECORD_MOVE_H_
#define BANGFU_SERVER_SYNC_RECORD_MOVE_H_

#include "absl/status/status.h"
#include "server/store/store.h"
#include "server/sync/batch.h"

namespace bangfu::server {

// Makes what belongs to the records of a batch follow them: aid events and visits go with their
// archive (a new revision without a changed value, by whoever moved it), entries of the conflict
// log with their record; those of a record that was removed leave the feed, those of one that came
// back return to it. One query per kind, none when nothing moved. Batch::Write calls it.
absl::Status FollowMoves(Transaction& transaction, Batch& batch);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_RECORD_MOVE_H_
