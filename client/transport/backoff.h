#ifndef BANGFU_CLIENT_TRANSPORT_BACKOFF_H_
#define BANGFU_CLIENT_TRANSPORT_BACKOFF_H_

#include <random>

#include "absl/time/time.h"
#include "base/limits.h"

namespace bangfu::client {

// Growing pauses between tries of one call: limits::kFirstBackoff, doubled each time, at most
// limits::kMaxBackoff, each shortened by a random part of up to a half, so that nodes that lost the
// same server do not come back in step.
class Backoff {
 public:
  explicit Backoff(std::mt19937_64::result_type seed) : random_(seed) {}

  absl::Duration Next();
  // Starts again with the first pause.
  void Reset() { pause_ = limits::kFirstBackoff; }

 private:
  std::mt19937_64 random_;
  absl::Duration pause_ = limits::kFirstBackoff;
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_TRANSPORT_BACKOFF_H_
