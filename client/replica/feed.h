#ifndef BANGFU_CLIENT_REPLICA_FEED_H_
#define BANGFU_CLIENT_REPLICA_FEED_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/replica/sealed_database.h"

// Where the replica stands in the parent's feed, and what a new beginning of that feed means for
// what is here: the methods of Replica of similar names, inside the caller's transaction. They
// throw SQLite::Exception.
namespace bangfu::client {

void FollowFeedOf(SealedDatabase& db, absl::string_view epoch, absl::string_view scope);
// What the parent gave us is to be pulled or compared again.
void StartAnew(SealedDatabase& db);
// Ends what StartAnew began: lets go of what was not seen and lies outside our scope. Nothing when
// nothing began.
void EndAnew(SealedDatabase& db);
int64_t CountUnseen(SealedDatabase& db);
// Records are not in doubt any more: those of these buckets, all but these.
void ConfirmRecords(SealedDatabase& db, const std::vector<int>& buckets);
void ConfirmAllRecordsBut(SealedDatabase& db, const std::vector<std::string>& ids);
int64_t RequeueTaken(SealedDatabase& db);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_FEED_H_
