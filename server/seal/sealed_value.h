#ifndef BANGFU_SERVER_SEAL_SEALED_VALUE_H_
#define BANGFU_SERVER_SEAL_SEALED_VALUE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

// The format of a sealed value (sealer.h) and the cipher under it: AES-256-GCM (NIST SP 800-38D).
namespace bangfu::server {

inline constexpr size_t kSealKeyBytes = 32;  // AES-256
inline constexpr size_t kNonceBytes = 12;
inline constexpr size_t kTagBytes = 16;
inline constexpr size_t kSealHeaderBytes = 6;  // 0, version, number of the key
inline constexpr size_t kSealOverheadBytes = kSealHeaderBytes + kNonceBytes + kTagBytes;

// Ciphertext and tag. `key` has kSealKeyBytes, `nonce` kNonceBytes.
std::string EncryptGcm(absl::string_view key, absl::string_view nonce, absl::string_view associated,
                       absl::string_view plain);
// nullopt when the tag is not that of these bytes.
std::optional<std::string> DecryptGcm(absl::string_view key, absl::string_view nonce,
                                      absl::string_view associated, absl::string_view sealed);

// `plain` sealed under `key`, whose number is `number`, for `place`; compressed before when that
// makes it smaller, since nothing else can afterwards.
std::string SealValue(absl::string_view key, int32_t number, absl::string_view place,
                      absl::string_view plain);
// nullopt when it was altered, belongs to another place, or another key sealed it.
std::optional<std::string> OpenValue(absl::string_view key, absl::string_view place,
                                     absl::string_view sealed);

// Number of the key that sealed it; 0 for a value that is not sealed.
int32_t SealedKeyNumber(absl::string_view value);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SEAL_SEALED_VALUE_H_
