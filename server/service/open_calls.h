#ifndef BANGFU_SERVER_SERVICE_OPEN_CALLS_H_
#define BANGFU_SERVER_SERVICE_OPEN_CALLS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

#include "server/authz/people_book.h"
#include "server/authz/principal.h"

namespace bangfu::server {

// The calls that are open, by who calls: those of a node whose certificate was revoked are ended at
// once. Thread-safe.
class OpenCalls {
 public:
  // A call's place in the list, until it is destroyed; from then on nobody ends the call.
  class Ticket {
   public:
    Ticket(Ticket&& other) noexcept
        : calls_(std::exchange(other.calls_, nullptr)), number_(other.number_) {}
    Ticket& operator=(Ticket&&) = delete;
    ~Ticket() {
      if (calls_ != nullptr) calls_->Leave(number_);
    }

   private:
    friend class OpenCalls;
    Ticket(OpenCalls& calls, int64_t number) : calls_(&calls), number_(number) {}
    OpenCalls* calls_;
    int64_t number_;
  };

  // `end` ends the call from another thread; it returns at once and does not destroy the ticket.
  // Whether the certificate is good has to be asked after this, not before: who is revoked in
  // between is not told otherwise.
  Ticket Enter(const Principal& principal, std::function<void()> end);

  // Ends the calls of all whose certificate the directory has revoked; returns how many.
  int EndRevoked(const PeopleBook& people);

  int open() const;

 private:
  struct Open {
    Principal principal;
    std::function<void()> end;
  };
  void Leave(int64_t number);

  mutable std::mutex mutex_;
  std::map<int64_t, Open> open_;  // by number of the ticket; guarded by mutex_
  int64_t last_number_ = 0;       // guarded by mutex_
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_OPEN_CALLS_H_
