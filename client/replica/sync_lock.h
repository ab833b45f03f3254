#ifndef BANGFU_CLIENT_REPLICA_SYNC_LOCK_H_
#define BANGFU_CLIENT_REPLICA_SYNC_LOCK_H_

#include <string>

#include "absl/status/statusor.h"

namespace bangfu::client {

// Lets one sync of a replica run at a time; other commands go on working beside it. The lock ends
// with the object or its process.
class SyncLock {
 public:
  // ABORTED when another process or object holds it. Never waits.
  static absl::StatusOr<SyncLock> Acquire(const std::string& replica_path);

  ~SyncLock();
  SyncLock(SyncLock&& other) noexcept;
  SyncLock& operator=(SyncLock&& other) noexcept;

 private:
  explicit SyncLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_SYNC_LOCK_H_
