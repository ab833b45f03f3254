#ifndef BANGFU_SERVER_SERVICE_FEED_HUB_H_
#define BANGFU_SERVER_SERVICE_FEED_HUB_H_

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/limits.h"
#include "server/log/event_log.h"
#include "server/store/store.h"

namespace bangfu::server {

// Where the hub hears of the feed.
struct FeedSource {
  std::function<absl::StatusOr<FeedState>()> state;
  std::function<absl::StatusOr<std::unique_ptr<FeedListener>>()> listen;
};
FeedSource FeedSourceOf(Store& store);

// Who wants to hear of it. The calls come from the hub's thread or from within Add; they return at
// once.
class FeedWatcher {
 public:
  virtual ~FeedWatcher() = default;
  virtual void OnMore() = 0;       // there is something to pull
  virtual void OnHeartbeat() = 0;  // the line is to show that it is alive
  // The directory of people and nodes has this version now.
  virtual void OnDirectory(int64_t version) = 0;
  virtual void OnClose() = 0;  // nothing more will come
};

// Tells watchers of news in their scope, in one thread and with one connection to the database for
// all of them. While the feed cannot be listened to, nobody hears anything (they poll as well);
// afterwards everybody is told once. Thread-safe.
class FeedHub {
 public:
  FeedHub(FeedSource source, EventLog& log, absl::Duration heartbeat = limits::kWatchHeartbeat);
  // Closes, and waits for the thread. No watcher may be left.
  ~FeedHub();
  FeedHub(const FeedHub&) = delete;
  FeedHub& operator=(const FeedHub&) = delete;

  // From now on `watcher` hears of rows within `scope`; at once when `cursor` is behind the feed or
  // not of this feed. It must be removed before it ends, and not from within its calls.
  void Add(FeedWatcher& watcher, const std::string& scope, absl::string_view cursor);
  void Remove(FeedWatcher& watcher, const std::string& scope);

  // Tells all watchers of a new version of the directory.
  void TellDirectory(int64_t version);

  // Tells all watchers, and those who come later, that nothing more will come.
  void Close();

 private:
  void Run();
  // Until the listener fails or the hub is closed.
  void Listen();
  // Takes what the feed is now; tells everybody when it is not as expected.
  absl::Status Refresh();
  void Tell(const FeedNews& news);
  void TellEverybody(const std::function<void(FeedWatcher&)>& call);
  bool IsBehind(absl::string_view cursor) const;
  // Sleeps; false when closed.
  bool Pause(absl::Duration duration);
  bool Closed();

  const FeedSource source_;
  EventLog& log_;
  const absl::Duration heartbeat_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::set<FeedWatcher*>, std::less<>>
      watchers_;         // by scope; guarded by mutex_
  std::string epoch_;    // of the feed; empty while nobody listens; guarded by mutex_
  int64_t head_ = 0;     // guarded by mutex_
  bool closed_ = false;  // guarded by mutex_
  bool down_ = false;    // the last try to listen failed; of the thread
  std::thread thread_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_FEED_HUB_H_
