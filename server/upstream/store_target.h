#ifndef BANGFU_SERVER_UPSTREAM_STORE_TARGET_H_
#define BANGFU_SERVER_UPSTREAM_STORE_TARGET_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/reconcile/reconcile.h"
#include "server/store/store.h"
#include "server/sync/parent.h"

namespace bangfu::server {

// What a node has of its parent, for a comparison of digests.
class StoreTarget final : public client::ReconcileTarget {
 public:
  // `scope` is one that everything lies in that the node has of its parent.
  StoreTarget(Store& store, ParentSync& apply, std::string scope)
      : store_(store), apply_(apply), scope_(std::move(scope)) {}

  absl::StatusOr<std::vector<v1::DigestSum>> Sums() override;
  absl::StatusOr<std::vector<v1::DigestLeaf>> Leaves(const std::vector<int>& buckets) override;
  // A node remembers nothing of what it has compared.
  absl::Status Confirm(const std::vector<int>& buckets) override;
  absl::Status Repair(const std::vector<v1::Record>& records,
                      const std::vector<std::string>& left_ids) override;
  absl::Status Unknown(const std::vector<std::string>& ids) override;

  // Records that the parent knows nothing of.
  const std::vector<std::string>& unknown() const { return unknown_; }
  // Records that differ because changes of them wait for the parent.
  int64_t waiting() const { return waiting_; }
  // Records of the parent that this program cannot read, so that they differ still.
  int64_t unreadable() const { return unreadable_; }

 private:
  Store& store_;
  ParentSync& apply_;
  const std::string scope_;
  std::set<std::string> pending_;  // records with changes that wait for the parent
  std::vector<std::string> unknown_;
  int64_t waiting_ = 0;
  int64_t unreadable_ = 0;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_UPSTREAM_STORE_TARGET_H_
