#ifndef BANGFU_SERVER_IDENTITY_ENROLLMENT_CODE_H_
#define BANGFU_SERVER_IDENTITY_ENROLLMENT_CODE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bangfu::server {

// A one-time code for a node to join with: 128 random bits in base32 (RFC 4648, without padding),
// 26 characters. Secret until it is used up.
absl::StatusOr<std::string> MakeEnrollmentCode();

// What is kept of a code: its SHA-256, hexadecimal. People's spelling (small letters, spaces, "-")
// makes no difference. No salt: nobody can try 128 bits.
absl::StatusOr<std::string> HashOfEnrollmentCode(absl::string_view code);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_ENROLLMENT_CODE_H_
