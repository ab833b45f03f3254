#include "server/service/push_admission.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "server/service/call.h"

namespace bangfu::server {
namespace {

constexpr absl::Duration kCancellationPoll = absl::Milliseconds(200);

// RetryInfo has whole seconds.
absl::Duration WholeSeconds(absl::Duration duration) {
  return std::max(absl::Ceil(duration, absl::Seconds(1)), absl::Seconds(1));
}

}  // namespace

PushAdmission::Ticket::~Ticket() {
  if (admission_ != nullptr) admission_->Leave(child_, begun_, 0);
}

absl::Duration PushAdmission::Ticket::Done(int changes) {
  return std::exchange(admission_, nullptr)->Leave(child_, begun_, changes);
}

absl::Status PushAdmission::Refused(absl::string_view limit, absl::Duration retry_after) const {
  return ErrorBuilder(absl::StatusCode::kResourceExhausted, v1::ERROR_REASON_QUOTA_EXCEEDED,
                      {"本单位同时或过快提交的变更超出限额；程序会稍后自动重试。",
                       "This node pushes more at a time than its share; it tries again later by "
                       "itself."})
      .With("limit", limit)
      .RetryAfter(WholeSeconds(retry_after))
      .Build();
}

absl::StatusOr<PushAdmission::Ticket> PushAdmission::Enter(const std::string& key,
                                                           absl::FunctionRef<bool()> cancelled) {
  std::unique_lock<std::mutex> lock(mutex_);
  if (closed_) return ShuttingDown();
  const absl::Time now = clock_.Now();
  Forget(now);
  Child& child = children_[key];
  if (child.working + static_cast<int>(child.waiting.size()) >= quota_.per_child)
    return Refused("pushes_per_child", quota_.retry_after);
  if (child.paid_until - now > quota_.max_debt && OthersPush(key, now))
    return Refused("changes_per_second", child.paid_until - now);
  if (working_ >= quota_.at_once && waiting_ >= quota_.waiting)
    return Refused("pushes_waiting", quota_.retry_after);

  Waiter waiter;
  child.waiting.push_back(&waiter);
  ++waiting_;
  GiveNextPlaces();
  const absl::Time give_up = absl::Now() + quota_.patience;
  bool gone = false;
  while (!waiter.granted && !closed_ && !gone && absl::Now() < give_up) {
    waiter.changed.wait_for(
        lock, absl::ToChronoNanoseconds(std::min(kCancellationPoll, give_up - absl::Now())));
    if (waiter.granted || closed_) break;
    lock.unlock();
    gone = cancelled();
    lock.lock();
  }
  if (waiter.granted) return Ticket(*this, key, clock_.Now());
  child.waiting.erase(std::find(child.waiting.begin(), child.waiting.end(), &waiter));
  --waiting_;
  if (closed_) return ShuttingDown();
  if (gone) return absl::CancelledError("The caller is gone.");
  return Refused("pushes_at_once", quota_.retry_after);
}

void PushAdmission::Close() {
  const std::lock_guard<std::mutex> lock(mutex_);
  closed_ = true;
  for (auto& [key, child] : children_) {
    for (Waiter* waiter : child.waiting) waiter->changed.notify_all();
  }
}

bool PushAdmission::OthersPush(const std::string& key, absl::Time now) const {
  return std::any_of(children_.begin(), children_.end(), [&](const auto& entry) {
    return entry.first != key &&
           (entry.second.busy() || now - entry.second.last_push < quota_.others_window);
  });
}

absl::Duration PushAdmission::Leave(const std::string& key, absl::Time begun, int changes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const absl::Time now = clock_.Now();
  Child& child = children_[key];
  --child.working;
  --working_;
  child.last_push = now;
  GiveNextPlaces();
  if (!OthersPush(key, now)) {
    child.paid_until = now;
    return absl::ZeroDuration();
  }
  child.paid_until = std::max(child.paid_until, begun) + absl::Seconds(1) * changes / quota_.share;
  return std::max(child.paid_until - now, absl::ZeroDuration());
}

// To the next child after the one served last, in the order of their names.
void PushAdmission::GiveNextPlaces() {
  while (working_ < quota_.at_once && waiting_ > 0 && !closed_) {
    auto next = children_.upper_bound(last_served_);
    while (next == children_.end() || next->second.waiting.empty()) {
      next = next == children_.end() ? children_.begin() : std::next(next);
    }
    Child& child = next->second;
    Waiter* waiter = child.waiting.front();
    child.waiting.pop_front();
    --waiting_;
    ++child.working;
    ++working_;
    last_served_ = next->first;
    waiter->granted = true;
    waiter->changed.notify_all();
  }
}

// Children that owe nothing and have not pushed for a while.
void PushAdmission::Forget(absl::Time now) {
  for (auto entry = children_.begin(); entry != children_.end();) {
    const Child& child = entry->second;
    const bool idle =
        !child.busy() && child.paid_until <= now && now - child.last_push >= quota_.others_window;
    entry = idle ? children_.erase(entry) : std::next(entry);
  }
}

}  // namespace bangfu::server
