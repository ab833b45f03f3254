#ifndef BANGFU_SERVER_SEAL_HKDF_H_
#define BANGFU_SERVER_SEAL_HKDF_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace bangfu::server {

// HKDF-SHA256 (RFC 5869): `bytes` bytes, at most 255 * 32, of key material for `info`.
std::string HkdfSha256(absl::string_view key, absl::string_view salt, absl::string_view info,
                       size_t bytes);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SEAL_HKDF_H_
