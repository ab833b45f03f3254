#include "server/service/stream_quota.h"

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

absl::StatusOr<StreamQuota::Ticket> StreamQuota::Enter(const std::string& child) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = children_.find(child);
  if (found != children_.end() && found->second >= per_child_) {
    return TooMany(
        per_child_,
        {absl::StrCat("本机同时打开的同步连接超过 ", per_child_, " 个；请关闭多余的程序后重试。"),
         absl::StrCat("This node has more than ", per_child_,
                      " such streams open; close the programs that are too many.")});
  }
  if (open_ >= at_once_) {
    return TooMany(at_once_,
                   {"节点正在为太多单位同步；请稍后重试。",
                    "The node is serving too many others at this moment; try again later."});
  }
  ++children_[child];
  ++open_;
  return Ticket(*this, child);
}

int StreamQuota::open() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return open_;
}

void StreamQuota::Leave(const std::string& child) {
  const std::lock_guard<std::mutex> lock(mutex_);
  --open_;
  const auto found = children_.find(child);
  if (--found->second == 0) children_.erase(found);
}

}  // namespace bangfu::server
