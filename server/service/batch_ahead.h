#ifndef BANGFU_SERVER_SERVICE_BATCH_AHEAD_H_
#define BANGFU_SERVER_SERVICE_BATCH_AHEAD_H_

#include <condition_variable>
#include <future>
#include <mutex>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "server/service/call.h"
#include "server/service/node.h"
#include "server/sync/pull.h"

namespace bangfu::server {

// Fetches the batches of one pull, the next one in a thread of its own while its reader still takes
// the last one. The thread stays for the whole pull: one that is new for every batch begins, on a
// busy machine, only when the one that made it rests. For the use of one thread.
class BatchAhead {
 public:
  BatchAhead(Node& node, int max_records) : node_(node), max_records_(max_records) {}
  BatchAhead(const BatchAhead&) = delete;
  BatchAhead& operator=(const BatchAhead&) = delete;
  // Waits for the batch that is being fetched.
  ~BatchAhead();

  using Batch = absl::StatusOr<SealedBatch>;

  // Begins to fetch the batch at `cursor`, unless kMaxPullsAhead pulls do or there is no thread
  // left. It has its own copies of what ConfirmRights may replace meanwhile: whoever takes it goes
  // on only when the scope is still the same.
  void Begin(const Call& call, const std::string& cursor);
  // The batch that was begun, or else the one at `cursor`, fetched here. Errors of FetchBatch.
  Batch Take(const Call& call, const std::string& cursor);

 private:
  using Task = std::packaged_task<Batch()>;

  bool StartThread();
  void Run();
  void Hand(Task task);

  Node& node_;
  const int max_records_;
  std::future<Batch> begun_;  // while it is valid, one of node_.pages_ahead is taken

  std::mutex mutex_;
  std::condition_variable handed_;
  Task task_ ABSL_GUARDED_BY(mutex_);
  bool end_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // from the first Begin
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_BATCH_AHEAD_H_
