#ifndef BANGFU_SERVER_SERVICE_HANDSHAKE_FAILURES_H_
#define BANGFU_SERVER_SERVICE_HANDSHAKE_FAILURES_H_

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bangfu::server {

// Failures told one by one within a minute; more are counted, so that nobody floods log and audit.
inline constexpr int kMaxToldHandshakeFailures = 60;
// Handshakes that are followed at once; each lasts two minutes at most.
inline constexpr size_t kMaxFollowedHandshakes = 10000;

// A connection that did not come about: without a certificate of the city, with another version of
// TLS, or without TLS at all.
struct HandshakeFailure {
  std::string reason;  // OpenSSL's words
};

// Finds failed TLS handshakes in what gRPC's tracer "handshaker" writes: gRPC tells nobody else,
// and its message of an error does not say whether others or this program opened the connection.
// The address of the other side is not in it: gRPC tells that of calls only. A connection that was
// closed without a word (the probe of a load balancer) is none. Thread-safe.
class HandshakeFailures {
 public:
  // Takes a line of the tracer. Quick, and silent about lines that it does not know.
  void Read(absl::string_view line);

  // What there is to tell since the last call, and how many more there were.
  struct Told {
    std::vector<HandshakeFailure> failures;
    int64_t more = 0;
  };
  Told Take(absl::Time now);

 private:
  std::mutex mutex_;
  std::set<uint64_t> followed_;               // handshakes with others; guarded by mutex_
  Told untold_;                               // guarded by mutex_
  int told_ = 0;                              // in this minute; guarded by mutex_
  absl::Time minute_ = absl::InfinitePast();  // its begin; guarded by mutex_
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_HANDSHAKE_FAILURES_H_
