#include "server/service/stream_quota.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"

namespace bangfu::server {
namespace {

constexpr absl::Duration kRetryAfter = absl::Seconds(5);

absl::Status TooMany(int limit, const Text& text) {
  return ErrorBuilder(absl::StatusCode::kResourceExhausted, v1::ERROR_REASON_TOO_MANY_STREAMS, text)
      .With("limit", absl::StrCat(limit))
      .RetryAfter(kRetryAfter)
      .Build();
}

}  // namespace

absl::StatusOr<StreamQuota::Ticket> StreamQuota::Enter(const std::string& child,
                                                       std::function<void()> give_way,
                                                       absl::Time now) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (OpenOf(child) >= per_child_) {
    return TooMany(
        per_child_,
        {absl::StrCat("本机同时打开的同步连接超过 ", per_child_, " 个；请关闭多余的程序后重试。"),
         absl::StrCat("This node has more than ", per_child_,
                      " such streams open; close the programs that are too many.")});
  }
  if (static_cast<int>(open_.size()) >= at_once_ && !MakeRoom(now)) {
    return TooMany(at_once_,
                   {"节点正在为太多单位同步；请稍后重试。",
                    "The node is serving too many others at this moment; try again later."});
  }
  open_[++last_number_] = {child, std::move(give_way), now};
  return Ticket(*this, last_number_);
}

int StreamQuota::open() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return static_cast<int>(open_.size());
}

void StreamQuota::Leave(int64_t number) {
  const std::lock_guard<std::mutex> lock(mutex_);
  open_.erase(number);  // not there when it gave way
}

void StreamQuota::Moved(int64_t number, absl::Time now) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (const auto stream = open_.find(number); stream != open_.end()) stream->second.moved = now;
}

int StreamQuota::OpenOf(const std::string& child) const {
  return static_cast<int>(std::count_if(
      open_.begin(), open_.end(), [&](const auto& entry) { return entry.second.child == child; }));
}

bool StreamQuota::MakeRoom(absl::Time now) {
  auto stalled = open_.end();
  for (auto stream = open_.begin(); stream != open_.end(); ++stream) {
    if (!stream->second.give_way || now - stream->second.moved <= kGivesWayAfter) continue;
    if (stalled == open_.end() || stream->second.moved < stalled->second.moved) stalled = stream;
  }
  if (stalled == open_.end()) return false;
  stalled->second.give_way();
  open_.erase(stalled);
  return true;
}

}  // namespace bangfu::server
