#ifndef BANGFU_SERVER_IDENTITY_TOTP_H_
#define BANGFU_SERVER_IDENTITY_TOTP_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

// One-time codes by time: RFC 6238 with HMAC-SHA1, steps of 30 seconds and six digits, which is
// what every authenticator program knows.
namespace bangfu::server {

inline constexpr absl::Duration kTotpStep = absl::Seconds(30);
inline constexpr int kTotpDigits = 6;
inline constexpr int64_t kTotpSkew = 1;         // steps before and after that are taken
inline constexpr size_t kTotpSecretBytes = 20;  // RFC 4226, 4: the size of the hash

// The step of an instant, counted from 1970.
int64_t TotpStepAt(absl::Time time);

// The code of a step, six digits. INTERNAL when it cannot be computed.
absl::StatusOr<std::string> TotpCode(absl::string_view secret, int64_t step);

// The step, at most kTotpSkew from that of `now` and later than `last_step`, whose code this is;
// nothing when there is none. Looks at every step, whichever matches. INTERNAL as TotpCode.
absl::StatusOr<std::optional<int64_t>> FindTotpStep(absl::string_view secret,
                                                    absl::string_view code, absl::Time now,
                                                    int64_t last_step);

// A new secret, bytes. INTERNAL: no random numbers.
absl::StatusOr<std::string> MakeTotpSecret();

// The secret in base32 (RFC 4648), upper case. INTERNAL: no memory.
absl::StatusOr<std::string> TotpSecretText(absl::string_view secret);

// The address that authenticator programs read, usually as a QR code: "otpauth://totp/bangfu:…".
std::string TotpUri(absl::string_view person_id, absl::string_view secret_text);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_TOTP_H_
