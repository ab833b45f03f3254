#ifndef BANGFU_CLIENT_SYNC_CONFLICT_REFRESH_H_
#define BANGFU_CLIENT_SYNC_CONFLICT_REFRESH_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bangfu/v1/conflict_service.pb.h"
#include "client/replica/replica.h"

namespace bangfu::client {

// The parent's conflict log, as somebody may read it.
class ConflictLog {
 public:
  virtual ~ConflictLog() = default;
  virtual absl::StatusOr<v1::ListConflictsResponse> List(const v1::ListConflictsRequest& query) = 0;
  // An entry, whole; nullopt when it may not be read so. NOT_FOUND.
  virtual absl::StatusOr<std::optional<v1::Conflict>> Get(const std::string& id) = 0;
};

// Brings the conflict log up to date without the feed, for digests are about records only: all open
// entries, and of the others the newest (one page of limits::kMaxPageSize). Those that are missing
// here, or open on one side only, are asked for one by one; what may not be read stays as it is.
// Errors: those of the log and the replica.
absl::Status RefreshConflicts(ConflictLog& log, Replica& replica);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_SYNC_CONFLICT_REFRESH_H_
