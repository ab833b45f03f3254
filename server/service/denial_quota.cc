#include "server/service/denial_quota.h"

#include <utility>

namespace bangfu::server {
namespace {

constexpr absl::Duration kWindow = absl::Minutes(1);
constexpr char kAllOthers[] = "";

}  // namespace

std::optional<int64_t> DenialQuota::Enter(absl::string_view peer, absl::Time now) {
  const std::lock_guard<std::mutex> lock(mutex_);
  auto found = windows_.find(peer);
  if (found == windows_.end()) {
    if (windows_.size() >= peers_) {
      // Whoever has nothing to tell and whose minute is over is forgotten.
      for (auto window = windows_.begin(); window != windows_.end();) {
        const bool over = now >= window->second.began + kWindow && window->second.counted == 0;
        window = over ? windows_.erase(window) : std::next(window);
      }
    }
    const std::string name(windows_.size() >= peers_ ? absl::string_view(kAllOthers) : peer);
    found = windows_.emplace(name, Window{now, 0, 0}).first;
  }
  Window& window = found->second;
  if (now >= window.began + kWindow) {
    window.began = now;
    window.entries = 0;
  }
  if (window.entries >= per_minute_) {
    ++window.counted;
    return std::nullopt;
  }
  ++window.entries;
  return std::exchange(window.counted, 0);
}

}  // namespace bangfu::server
