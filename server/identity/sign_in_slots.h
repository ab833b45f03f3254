#ifndef BANGFU_SERVER_IDENTITY_SIGN_IN_SLOTS_H_
#define BANGFU_SERVER_IDENTITY_SIGN_IN_SLOTS_H_

#include <atomic>

#include "base/limits.h"

namespace bangfu::server {

// How many passwords are hashed at once: each takes memory and a core. Thread-safe.
class SignInSlots {
 public:
  // Gives the place back at its end.
  class Slot {
   public:
    explicit Slot(SignInSlots& slots) : slots_(slots), taken_(slots.Take()) {}
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    ~Slot() {
      if (taken_) --slots_.used_;
    }
    bool taken() const { return taken_; }

   private:
    SignInSlots& slots_;
    const bool taken_;
  };

 private:
  bool Take() {
    if (++used_ <= limits::kMaxSignInsAtOnce) return true;
    --used_;
    return false;
  }

  std::atomic<int> used_{0};
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_SIGN_IN_SLOTS_H_
