#include "client/sync/replica_target.h"

namespace bangfu::client {

absl::Status ReplicaTarget::Repair(const std::vector<v1::Record>& records,
                                   const std::vector<std::string>& left_ids) {
  absl::Status status = replica_.ApplyRepair(records, left_ids);
  if (!status.ok()) return status;
  taken_ += static_cast<int64_t>(records.size());
  left_ += static_cast<int64_t>(left_ids.size());
  return status;
}

absl::Status ReplicaTarget::Unknown(const std::vector<std::string>& ids) {
  unknown_.insert(unknown_.end(), ids.begin(), ids.end());
  return absl::OkStatus();
}

}  // namespace bangfu::client
