#ifndef BANGFU_SERVER_SERVICE_PUSH_ADMISSION_H_
#define BANGFU_SERVER_SERVICE_PUSH_ADMISSION_H_

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/limits.h"

namespace bangfu::server {

// How much pushing a node bears.
struct PushQuota {
  int per_child = limits::kMaxPushesPerChild;     // at work or waiting
  int at_once = limits::kMaxPushesAtOnce;         // at work
  int waiting = 32;                               // of all children; each holds a thread
  int share = limits::kPushShare;                 // changes a second, while others push, too
  absl::Duration patience = absl::Seconds(20);    // longest wait for a turn
  absl::Duration retry_after = absl::Seconds(2);  // for those who found no room
  absl::Duration max_debt = absl::Seconds(3);     // of a child that does not wait when told to
  absl::Duration others_window = limits::kOthersPushWindow;
};

// Lets pushes in, so that no child can take the node from the others: each has a few pushes at a
// time, free places go round from child to child and not to who came first, and a child that pushes
// more than its share while others push is told to wait, and refused when it does not. A node with
// one busy child is all that child's. Thread-safe; nothing is locked while a push works.
class PushAdmission {
 public:
  // A place, until it is destroyed or its push is done.
  class Ticket {
   public:
    Ticket(Ticket&& other) noexcept
        : admission_(std::exchange(other.admission_, nullptr)),
          child_(std::move(other.child_)),
          begun_(other.begun_) {}
    Ticket& operator=(Ticket&&) = delete;
    ~Ticket();

    // The push is done, with so many changes: returns how long the child should wait before its
    // next one. Once.
    absl::Duration Done(int changes);

   private:
    friend class PushAdmission;
    Ticket(PushAdmission& admission, std::string child, absl::Time begun)
        : admission_(&admission), child_(std::move(child)), begun_(begun) {}
    PushAdmission* admission_;
    std::string child_;
    absl::Time begun_;
  };

  explicit PushAdmission(const Clock& clock, PushQuota quota = {}) : clock_(clock), quota_(quota) {}

  // Waits for a turn; `cancelled` is asked now and then. Errors: RESOURCE_EXHAUSTED QUOTA_EXCEEDED
  // (with RetryInfo) · UNAVAILABLE SHUTTING_DOWN · CANCELLED
  absl::StatusOr<Ticket> Enter(const std::string& child, absl::FunctionRef<bool()> cancelled);

  // From now on nobody gets in; those who wait are sent away.
  void Close();

 private:
  struct Waiter {
    std::condition_variable changed;
    bool granted = false;
  };
  struct Child {
    int working = 0;
    std::deque<Waiter*> waiting;
    absl::Time paid_until = absl::InfinitePast();  // its changes at its share last until then
    absl::Time last_push = absl::InfinitePast();
    bool busy() const { return working > 0 || !waiting.empty(); }
  };

  absl::Status Refused(absl::string_view limit, absl::Duration retry_after) const;
  bool OthersPush(const std::string& child, absl::Time now) const;
  absl::Duration Leave(const std::string& child, absl::Time begun, int changes);
  void GiveNextPlaces();
  void Forget(absl::Time now);

  const Clock& clock_;
  const PushQuota quota_;
  std::mutex mutex_;
  std::map<std::string, Child> children_;  // guarded by mutex_
  std::string last_served_;                // child; guarded by mutex_
  int working_ = 0;                        // guarded by mutex_
  int waiting_ = 0;                        // guarded by mutex_
  bool closed_ = false;                    // guarded by mutex_
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_PUSH_ADMISSION_H_
