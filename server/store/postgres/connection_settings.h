#ifndef BANGFU_SERVER_STORE_POSTGRES_CONNECTION_SETTINGS_H_
#define BANGFU_SERVER_STORE_POSTGRES_CONNECTION_SETTINGS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/limits.h"

namespace bangfu::server {

// How long sent bytes may stay unacknowledged before the connection counts as lost.
inline constexpr absl::Duration kNetworkTimeout = absl::Seconds(40);

// What a session of ours sets. In the connection string and not by SET, because a driver that
// reconnects loses those.
struct SessionSettings {
  std::string application_name;
  absl::Duration statement_timeout = limits::kStatementTimeout;  // zero: none
  absl::Duration lock_timeout = limits::kLockTimeout;            // zero: none
  std::string role = "";  // that the session works as, letters, digits and _; empty: who logs in
};

// `address` (libpq URI or keywords) with the settings, in keyword form: UTC, ISO dates, hexadecimal
// bytea, UTF-8, timeouts, role. Timeouts and keywords that the address itself gives win; the
// formats that we parse and the role do not change. Errors: INVALID_ARGUMENT it is neither form.
// Its text is not repeated, it may hold a password.
absl::StatusOr<std::string> WithSessionSettings(absl::string_view address,
                                                const SessionSettings& settings);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_CONNECTION_SETTINGS_H_
