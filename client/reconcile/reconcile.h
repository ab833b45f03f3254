#ifndef BANGFU_CLIENT_RECONCILE_RECONCILE_H_
#define BANGFU_CLIENT_RECONCILE_RECONCILE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bangfu/v1/change.pb.h"
#include "bangfu/v1/sync_service.pb.h"
#include "client/transport/server_link.h"

namespace bangfu::client {

// What a child has of its parent's scope: the replica of a desktop, the store of a node. Records
// that the parent has not got yet are not part of it.
class ReconcileTarget {
 public:
  virtual ~ReconcileTarget() = default;

  // Sums of all buckets that are not empty (DIGEST_LEVEL_BUCKETS of all top buckets), ascending.
  virtual absl::StatusOr<std::vector<v1::DigestSum>> Sums() = 0;
  // Leaves of these buckets.
  virtual absl::StatusOr<std::vector<v1::DigestLeaf>> Leaves(const std::vector<int>& buckets) = 0;
  // Every record of these buckets is as the parent has it: it was, or has been mended by now.
  virtual absl::Status Confirm(const std::vector<int>& buckets) = 0;
  // Takes the parent's versions, and lets go of the records that have left the scope. Edits that
  // were not sent stay on top, or are kept for the parent's conflict log.
  virtual absl::Status Repair(const std::vector<v1::Record>& records,
                              const std::vector<std::string>& left_ids) = 0;
  // The parent does not know these: it lost them. They stay.
  virtual absl::Status Unknown(const std::vector<std::string>& ids) = 0;
};

// What a comparison found. Counts of records.
struct ReconcileReport {
  int64_t compared = 0;        // of the parent's scope
  int64_t missing = 0;         // the parent has it, we had not
  int64_t behind = 0;          // we had another revision
  int64_t damaged = 0;         // same revision, other bytes
  int64_t left = 0;            // we had what is no longer in our scope
  int64_t unknown = 0;         // we have what the parent knows nothing of
  int64_t repaired = 0;        // taken from the parent or let go of
  int64_t received_bytes = 0;  // of all answers, serialised
  std::string cursor;          // of the parent's feed when the comparison began: go on from there

  int64_t differences() const { return missing + behind + damaged + left + unknown; }
};

enum class ReconcileMode { kCompare, kRepair };

// Compares a child with its parent level by level and, with kRepair, mends what differs. Costs 256
// sums when nothing differs, and otherwise in the order of the difference. Can be cut off at any
// point and begun again. Errors: those of the link and the target.
absl::StatusOr<ReconcileReport> Reconcile(ServerLink& parent, ReconcileTarget& target,
                                          ReconcileMode mode);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_RECONCILE_RECONCILE_H_
