#ifndef BANGFU_SERVER_IDENTITY_PASSWORD_H_
#define BANGFU_SERVER_IDENTITY_PASSWORD_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bangfu::server {

// What one check of a password costs, here and whoever has stolen the hashes (argon2id, RFC 9106).
// The second recommendation of its section 4: 64 MiB and three passes. One lane instead of four: a
// small server has two cores, and one sign-in must not take both.
struct PasswordCost {
  uint32_t memory_kib = 64 * 1024;  // KiB
  uint32_t passes = 3;
  uint32_t lanes = 1;
};

// Hashes passwords and checks them. Thread-safe. Each call takes the memory and time of its cost:
// bound how many run at once.
class PasswordHasher {
 public:
  // Makes a hash that no password has, for accounts that do not exist. INTERNAL: no memory.
  static absl::StatusOr<PasswordHasher> Create(const PasswordCost& cost);

  // PHC string, with a salt of its own. INTERNAL: no memory or no random numbers.
  absl::StatusOr<std::string> Hash(absl::string_view password) const;

  // Whether `hash` is of the password. An empty hash stands for an account that does not exist:
  // false, after the same time. INTERNAL: no memory, or no hash of ours.
  absl::StatusOr<bool> Verify(absl::string_view password, absl::string_view hash) const;

 private:
  explicit PasswordHasher(const PasswordCost& cost) : cost_(cost) {}

  PasswordCost cost_;
  std::string nobodys_hash_;
};

// OK when `password` may become the password of the account: at least
// limits::kMinPasswordCharacters characters, at most limits::kMaxPasswordBytes bytes, well-formed
// UTF-8 without control characters, at least kMinDifferentCharacters of them different, and neither
// the account's id nor built around it. INVALID_ARGUMENT BAD_REQUEST for new_password; the password
// is not repeated.
inline constexpr int kMinDifferentCharacters = 5;
absl::Status CheckNewPassword(absl::string_view password, absl::string_view person_id);

// A random password to be handed over on paper: 16 letters and digits that are not taken for each
// other, in groups of four, 79 bits. INTERNAL: no random numbers.
absl::StatusOr<std::string> MakeFirstPassword();

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_PASSWORD_H_
