#include "client/transport/backoff.h"

#include <algorithm>

namespace bangfu::client {

absl::Duration Backoff::Next() {
  std::uniform_real_distribution<double> part(0.5, 1.0);
  const absl::Duration result = pause_ * part(random_);
  pause_ = std::min(pause_ * 2, limits::kMaxBackoff);
  return result;
}

}  // namespace bangfu::client
