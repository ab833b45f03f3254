#ifndef BANGFU_SERVER_SYNC_PUSH_LOG_H_
#define BANGFU_SERVER_SYNC_PUSH_LOG_H_

#include <string>
#include <vector>

#include "bangfu/v1/change.pb.h"
#include "bangfu/v1/finding.pb.h"
#include "server/sync/merge.h"
#include "server/sync/push_state.h"

// What a push writes into the conflict log. Entries wait in PushState::entries until the change is
// decided.
namespace bangfu::server {

// Keeps a change as a whole in the log of `org` for somebody to decide; answers with the record,
// nullptr: without one.
v1::Outcome Park(PushState& state, const PreparedChange& prepared, const WorkingRecord* record,
                 v1::ConflictKind kind, v1::Finding finding, const std::string& org);

// Logs how a put met what its writer had not seen: fields on which the two disagree, or for
// information that nothing overlapped. `org` is the record's, `unseen` not empty then.
void LogMerge(PushState& state, const PreparedChange& prepared, const std::string& org,
              const MergeResult& merge, const std::vector<const Revision*>& unseen,
              v1::Outcome& outcome);

// Logs fields that were left out because the writer does not own them, and says so in `outcome`.
void LogNotOwned(PushState& state, const PreparedChange& prepared, const WorkingRecord& record,
                 const std::vector<std::string>& paths, v1::Outcome& outcome);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_PUSH_LOG_H_
