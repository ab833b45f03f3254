#ifndef BANGFU_SERVER_SERVICE_DENIAL_QUOTA_H_
#define BANGFU_SERVER_SERVICE_DENIAL_QUOTA_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bangfu::server {

inline constexpr int kMaxDenialsPerMinute = 30;  // audit entries about refusals to one peer
inline constexpr size_t kMaxDeniedPeers = 1000;  // those beyond share one count

// Which refusals get an entry of their own in the audit log: so many of each peer in a minute, so
// that nobody can fill the log by being refused. The others are counted, and the next entry of the
// peer tells how many they were. Thread-safe.
class DenialQuota {
 public:
  explicit DenialQuota(int per_minute = kMaxDenialsPerMinute, size_t peers = kMaxDeniedPeers)
      : per_minute_(per_minute), peers_(peers) {}

  // nullopt: counted only. Otherwise how many were only counted since the last entry.
  std::optional<int64_t> Enter(absl::string_view peer, absl::Time now);

 private:
  struct Window {
    absl::Time began;
    int entries = 0;
    int64_t counted = 0;
  };
  const int per_minute_;
  const size_t peers_;
  std::mutex mutex_;
  std::map<std::string, Window, std::less<>> windows_;  // by peer; guarded by mutex_
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_DENIAL_QUOTA_H_
