#ifndef BANGFU_CLIENT_REPLICA_DESK_SESSION_H_
#define BANGFU_CLIENT_REPLICA_DESK_SESSION_H_

#include <string>

#include "absl/time/time.h"
#include "bangfu/v1/identity.pb.h"

namespace bangfu::client {

// Somebody who signed in at this desk and has not signed out. Several may be at one desk. Their
// session ends after limits::kSessionLife; what they enter afterwards waits until they sign in
// again.
struct DeskSession {
  v1::Person person;  // as of the sign-in, or of the directory since
  // Secret: never log it. Empty: it has ended before its time.
  std::string token{};
  absl::Time expires = absl::InfinitePast();
  absl::Time signed_in = absl::InfinitePast();

  // Whether the session may still be good at `now`, by the machine's own clock; whether it is, the
  // server says.
  bool IsGood(absl::Time now) const { return !token.empty() && now < expires; }
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_DESK_SESSION_H_
