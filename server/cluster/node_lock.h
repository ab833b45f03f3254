#ifndef BANGFU_SERVER_CLUSTER_NODE_LOCK_H_
#define BANGFU_SERVER_CLUSTER_NODE_LOCK_H_

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/cluster/file_descriptor.h"

namespace bangfu::server {

// Holds the data folder of a node for one server process: flock(2) on the file node.lock in it.
// The kernel lets go when the process ends, however it ends, so there are no stale locks.
class NodeLock {
 public:
  // Errors: FAILED_PRECONDITION another server holds the folder (its process id is in the message);
  //         otherwise what open(2) or flock(2) reported.
  static absl::StatusOr<NodeLock> Acquire(absl::string_view data_dir);

  // Lets go before destruction.
  void Release() { file_.reset(); }

 private:
  explicit NodeLock(FileDescriptor file) : file_(std::move(file)) {}

  FileDescriptor file_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_CLUSTER_NODE_LOCK_H_
