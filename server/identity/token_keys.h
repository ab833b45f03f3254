#ifndef BANGFU_SERVER_IDENTITY_TOKEN_KEYS_H_
#define BANGFU_SERVER_IDENTITY_TOKEN_KEYS_H_

#include <mutex>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "server/authz/principal.h"
#include "server/store/identity_store.h"

namespace bangfu::server {

// A key signs sessions for about a month. A new one is in the directory for a day before it is
// used, so that every node knows it by then, and stays there until the next but one.
inline constexpr absl::Duration kTokenKeyAge = absl::Hours(24 * 30);
inline constexpr absl::Duration kTokenKeyLead = absl::Hours(24);

// The keys that sign sessions, at the root. Thread-safe.
class TokenKeys {
 public:
  // `self` is in the audit log as the node that made a key.
  TokenKeys(IdentityStore& store, const Clock& clock, Principal self)
      : store_(store), clock_(clock), self_(std::move(self)) {}

  // The key to sign with now; makes one when there is none, or none that is young enough to go on.
  // Errors as those of the store, INTERNAL.
  absl::StatusOr<StoredTokenKey> Current();

 private:
  absl::Status Add(absl::Time drop_before, absl::Time now);

  IdentityStore& store_;
  const Clock& clock_;
  const Principal self_;
  std::mutex mutex_;  // one new key at a time
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_TOKEN_KEYS_H_
