#ifndef BANGFU_CLIENT_SYNC_REPLICA_TARGET_H_
#define BANGFU_CLIENT_SYNC_REPLICA_TARGET_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/reconcile/reconcile.h"
#include "client/replica/replica.h"

namespace bangfu::client {

// A replica as one side of a comparison. `replica` must outlive it.
class ReplicaTarget final : public ReconcileTarget {
 public:
  explicit ReplicaTarget(Replica& replica) : replica_(replica) {}

  absl::StatusOr<std::vector<v1::DigestSum>> Sums() override { return replica_.DigestSums(); }
  absl::StatusOr<std::vector<v1::DigestLeaf>> Leaves(const std::vector<int>& buckets) override {
    return replica_.DigestLeaves(buckets);
  }
  absl::Status Confirm(const std::vector<int>& buckets) override {
    return replica_.ConfirmBuckets(buckets);
  }
  absl::Status Repair(const std::vector<v1::Record>& records,
                      const std::vector<std::string>& left_ids) override;
  absl::Status Unknown(const std::vector<std::string>& ids) override;

  int64_t taken() const { return taken_; }  // records
  int64_t left() const { return left_; }    // records
  const std::vector<std::string>& unknown() const { return unknown_; }

 private:
  Replica& replica_;
  int64_t taken_ = 0;
  int64_t left_ = 0;
  std::vector<std::string> unknown_;
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_SYNC_REPLICA_TARGET_H_
