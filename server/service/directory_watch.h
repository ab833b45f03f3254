#ifndef BANGFU_SERVER_SERVICE_DIRECTORY_WATCH_H_
#define BANGFU_SERVER_SERVICE_DIRECTORY_WATCH_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "absl/time/time.h"
#include "server/authz/people_book.h"
#include "server/log/event_log.h"
#include "server/sync/people_directory.h"

namespace bangfu::server {

// How soon a change of the directory by another process on the same database is noticed. What this
// process changes or asks for itself is noticed at once.
inline constexpr absl::Duration kDirectoryPoll = absl::Milliseconds(500);

// Notices new editions of the directory, in a thread of its own that asks the store for its
// version, and tells of them, whoever it was that noticed. A query of one number, so that nothing
// has to be trusted to arrive.
class DirectoryWatch {
 public:
  // `tell` may come from any thread, several at a time.
  DirectoryWatch(PeopleDirectory& people, EventLog& log,
                 std::function<void(const PeopleBook&)> tell,
                 absl::Duration interval = kDirectoryPoll);
  ~DirectoryWatch();
  DirectoryWatch(const DirectoryWatch&) = delete;
  DirectoryWatch& operator=(const DirectoryWatch&) = delete;

 private:
  void Run();
  // Sleeps; false when it is to stop.
  bool Pause();

  PeopleDirectory& people_;
  EventLog& log_;
  const absl::Duration interval_;
  bool failing_ = false;  // the last look failed; of the thread
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_DIRECTORY_WATCH_H_
