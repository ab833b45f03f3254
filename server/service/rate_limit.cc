#include "server/service/rate_limit.h"

#include <algorithm>

#include "base/error.h"

namespace bangfu::server {

absl::Status RateLimit::Take(absl::string_view caller, absl::Time now) {
  const std::lock_guard<std::mutex> lock(mutex_);
  auto found = paid_until_.find(caller);
  if (found == paid_until_.end()) {
    MakeRoom(now);
    found = paid_until_.emplace(std::string(caller), now).first;
  }
  absl::Time& paid_until = found->second;
  // A clock that was set back must not keep the caller out for as long.
  paid_until = std::min(paid_until, now + depth_);
  const absl::Time with_this = std::max(paid_until, now) + interval_;
  if (with_this <= now + depth_) {
    paid_until = with_this;
    return absl::OkStatus();
  }
  return ErrorBuilder(absl::StatusCode::kResourceExhausted, v1::ERROR_REASON_QUOTA_EXCEEDED,
                      {"请求过于频繁；请按提示的时间稍后重试。",
                       "Too many requests; come back after the time given."})
      .With("limit", limit_)
      .RetryAfter(std::min(with_this - now - depth_, depth_))
      .Build();
}

size_t RateLimit::size() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return paid_until_.size();
}

// A full bucket is as good as none. When none is full, the fullest goes: its caller gains least.
void RateLimit::MakeRoom(absl::Time now) {
  if (paid_until_.size() < capacity_) return;
  std::erase_if(paid_until_, [now](const auto& bucket) { return bucket.second <= now; });
  if (paid_until_.size() < capacity_) return;
  paid_until_.erase(
      std::min_element(paid_until_.begin(), paid_until_.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; }));
}

}  // namespace bangfu::server
