#include "server/service/directory_watch.h"

#include <utility>

namespace bangfu::server {

DirectoryWatch::DirectoryWatch(PeopleDirectory& people, EventLog& log,
                               std::function<void(const PeopleBook&)> tell, absl::Duration interval)
    : people_(people), log_(log), interval_(interval) {
  people_.OnChange(std::move(tell));
  thread_ = std::thread([this] { Run(); });
}

DirectoryWatch::~DirectoryWatch() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
  people_.OnChange({});
}

void DirectoryWatch::Run() {
  do {
    const absl::Status status = people_.Refresh().status();
    if (!status.ok() && !failing_) log_.Error("directory_watch", status);  // once for a series
    failing_ = !status.ok();
  } while (Pause());
}

bool DirectoryWatch::Pause() {
  std::unique_lock<std::mutex> lock(mutex_);
  return !changed_.wait_for(lock, absl::ToChronoNanoseconds(interval_), [this] { return stop_; });
}

}  // namespace bangfu::server
