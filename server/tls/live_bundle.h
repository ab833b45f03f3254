#ifndef BANGFU_SERVER_TLS_LIVE_BUNDLE_H_
#define BANGFU_SERVER_TLS_LIVE_BUNDLE_H_

#include <memory>
#include <mutex>
#include <string>

#include "absl/time/time.h"
#include "base/clock.h"
#include "server/tls/bundle.h"

namespace bangfu::server {

// How soon a bundle that was replaced in its folder is noticed.
inline constexpr absl::Duration kBundleLookInterval = absl::Seconds(1);

// The bundle of a running node as it is now: read again when its files change, whoever changed
// them. A bundle that is broken or does not belong to the same node is not taken, the last good one
// stays. Thread-safe.
class LiveBundle {
 public:
  // The clock is the machine's and outlives this.
  LiveBundle(std::string dir, TlsBundle bundle, const Clock& clock);

  std::shared_ptr<const TlsBundle> Current();
  const std::string& dir() const { return dir_; }

 private:
  const std::string dir_;
  const Clock& clock_;
  std::mutex mutex_;
  std::shared_ptr<const TlsBundle> bundle_;  // guarded by mutex_
  std::string seen_;                         // state of the files at bundle_; guarded by mutex_
  absl::Time looked_;                        // guarded by mutex_
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_TLS_LIVE_BUNDLE_H_
