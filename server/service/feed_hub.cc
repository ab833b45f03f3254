#include "server/service/feed_hub.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "base/test_hooks.h"
#include "server/sync/pull.h"

namespace bangfu::server {
namespace {

constexpr absl::Duration kListenSlice = absl::Seconds(1);  // closing takes no longer
// Between two rounds of telling: what many commits brought meanwhile is told once.
constexpr absl::Duration kTellInterval = absl::Milliseconds(100);
constexpr absl::Duration kListenRetry = absl::Seconds(2);

}  // namespace

FeedSource FeedSourceOf(Store& store) {
  return {[&store] { return store.GetFeedState(); }, [&store] { return store.OpenFeedListener(); }};
}

FeedHub::FeedHub(FeedSource source, EventLog& log, absl::Duration heartbeat)
    : source_(std::move(source)), log_(log), heartbeat_(heartbeat), thread_([this] { Run(); }) {}

FeedHub::~FeedHub() {
  Close();
  thread_.join();
}

void FeedHub::Add(FeedWatcher& watcher, const std::string& scope, absl::string_view cursor) {
  const std::lock_guard<std::mutex> lock(mutex_);
  watchers_[scope].insert(&watcher);
  if (closed_) {
    watcher.OnClose();
  } else if (IsBehind(cursor)) {
    watcher.OnMore();
  }
}

void FeedHub::Remove(FeedWatcher& watcher, const std::string& scope) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = watchers_.find(scope);
  if (found == watchers_.end()) return;
  found->second.erase(&watcher);
  if (found->second.empty()) watchers_.erase(found);
}

void FeedHub::Close() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (closed_) return;
    closed_ = true;
  }
  changed_.notify_all();
  TellEverybody(&FeedWatcher::OnClose);
}

void FeedHub::TellDirectory(int64_t version) {
  TellEverybody([version](FeedWatcher& watcher) { watcher.OnDirectory(version); });
}

// One word too many costs the child a pull; while nobody listens, it pulls to be sure.
bool FeedHub::IsBehind(absl::string_view cursor) const {
  if (epoch_.empty()) return true;
  if (cursor.empty()) return head_ > 0;
  const auto decoded = DecodeCursor(cursor);
  return !decoded.ok() || decoded->epoch != epoch_ || decoded->feed_seq < head_;
}

void FeedHub::Run() {
  while (!Closed()) {
    Listen();
    const std::lock_guard<std::mutex> lock(mutex_);
    epoch_.clear();
  }
}

void FeedHub::Listen() {
  auto listener = source_.listen();
  absl::Status failure = listener.status();
  if (failure.ok()) failure = Refresh();
  if (failure.ok()) down_ = false;
  absl::Time next_heartbeat = absl::Now() + heartbeat_;
  while (failure.ok()) {
    const absl::Duration slice = std::min(kListenSlice, next_heartbeat - absl::Now());
    const auto news = (*listener)->Wait(std::max(slice, absl::ZeroDuration()));
    if (Closed()) return;
    failure = news.status();
    if (!failure.ok()) break;
    if (news->everywhere || !news->orgs.empty()) {
      Tell(*news);
      if (!Pause(kTellInterval)) return;
    }
    if (absl::Now() < next_heartbeat) continue;
    next_heartbeat = absl::Now() + heartbeat_;
    TellEverybody(&FeedWatcher::OnHeartbeat);
    failure = Refresh();
  }
  if (!down_) log_.Error("watch_listener", failure);  // once, not at every try
  down_ = true;
  Pause(kListenRetry);
}

absl::Status FeedHub::Refresh() {
  const auto state = source_.state();
  if (!state.ok()) return state.status();
  bool missed = false;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    // After a pause, or in a new epoch, nobody knows what was missed.
    missed = epoch_ != state->epoch;
    epoch_ = state->epoch;
    head_ = std::max(missed ? 0 : head_, state->head);
  }
  if (missed) TellEverybody(&FeedWatcher::OnMore);
  return absl::OkStatus();
}

void FeedHub::Tell(const FeedNews& news) {
  if (BANGFU_SEEDED_BUG("watch_silent")) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  head_ = std::max(head_, news.head);
  std::set<std::set<FeedWatcher*>*> concerned;
  if (news.everywhere) {
    for (auto& [scope, watchers] : watchers_) concerned.insert(&watchers);
  }
  for (absl::string_view org : news.orgs) {
    // Whoever reads the org itself or one above it.
    for (;;) {
      if (const auto found = watchers_.find(org); found != watchers_.end())
        concerned.insert(&found->second);
      const size_t dot = org.rfind('.');
      if (dot == absl::string_view::npos) break;
      org = org.substr(0, dot);
    }
  }
  for (const auto* watchers : concerned) {
    for (FeedWatcher* watcher : *watchers) watcher->OnMore();
  }
}

void FeedHub::TellEverybody(const std::function<void(FeedWatcher&)>& call) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (auto& [scope, watchers] : watchers_) {
    for (FeedWatcher* watcher : watchers) call(*watcher);
  }
}

bool FeedHub::Pause(absl::Duration duration) {
  std::unique_lock<std::mutex> lock(mutex_);
  return !changed_.wait_for(lock, absl::ToChronoNanoseconds(duration), [this] { return closed_; });
}

bool FeedHub::Closed() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return closed_;
}

}  // namespace bangfu::server
