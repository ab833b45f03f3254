#include "server/service/rate_limit.h"

#include <algorithm>

#include "base/error.h"

namespace bangfu::server {

absl::Status RateLimit::Take(absl::string_view caller, absl::Time now) {
  const std::lock_guard<std::mutex> lock(mutex_);
  auto found = buckets_.find(caller);
  if (found == buckets_.end()) {
    MakeRoom(now);
    found = buckets_.emplace(std::string(caller), Bucket{rate_.burst, now}).first;
  }
  Bucket& bucket = found->second;
  bucket.tokens = TokensOf(bucket, now);
  bucket.filled = std::max(bucket.filled, now);
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return absl::OkStatus();
  }
  return ErrorBuilder(absl::StatusCode::kResourceExhausted, v1::ERROR_REASON_QUOTA_EXCEEDED,
                      {"请求过于频繁；请按提示的时间稍后重试。",
                       "Too many requests; come back after the time given."})
      .With("limit", rate_.limit)
      .RetryAfter(absl::Seconds((1 - bucket.tokens) / rate_.per_second))
      .Build();
}

size_t RateLimit::size() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return buckets_.size();
}

double RateLimit::TokensOf(const Bucket& bucket, absl::Time now) const {
  const double seconds = std::max(absl::ToDoubleSeconds(now - bucket.filled), 0.0);
  return std::min(bucket.tokens + seconds * rate_.per_second, rate_.burst);
}

// A full bucket is as good as none. When none is full, the fullest goes: its caller gains least.
void RateLimit::MakeRoom(absl::Time now) {
  if (buckets_.size() < capacity_) return;
  auto fullest = buckets_.begin();
  for (auto bucket = buckets_.begin(); bucket != buckets_.end();) {
    const double tokens = TokensOf(bucket->second, now);
    if (tokens >= rate_.burst) {
      if (fullest == bucket) fullest = std::next(bucket);
      bucket = buckets_.erase(bucket);
      continue;
    }
    if (fullest == buckets_.end() || tokens > TokensOf(fullest->second, now)) fullest = bucket;
    ++bucket;
  }
  if (buckets_.size() >= capacity_ && fullest != buckets_.end()) buckets_.erase(fullest);
}

}  // namespace bangfu::server
