#ifndef BANGFU_CLIENT_SYNC_WATCHER_H_
#define BANGFU_CLIENT_SYNC_WATCHER_H_

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/transport/server_link.h"

namespace bangfu::client {

// Hears in a thread of its own when the server says that there is more. A line that breaks is
// opened again, with growing pauses. Thread-safe.
class Watcher {
 public:
  // `link` must outlive it.
  explicit Watcher(ServerLink& link) : link_(link) {}
  // Cancels the link when it was listening, for nothing else ends a watch.
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  // Listens from now on; a line that is opened later asks for what comes after `cursor`.
  void Listen(absl::string_view cursor);
  // Forgets what was heard until now.
  void Forget();
  // Waits until `stop`, until `timeout` is over, or, when `hears`, until there is more.
  void Wait(const std::atomic<bool>& stop, absl::Duration timeout, bool hears);

 private:
  void Run();
  std::string Cursor();

  ServerLink& link_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string cursor_;     // guarded by mutex_
  bool more_ = false;      // guarded by mutex_
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_SYNC_WATCHER_H_
