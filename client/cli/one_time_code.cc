#include "client/cli/one_time_code.h"

#include <liboath/oath.h>

#include <cstdlib>
#include <memory>

#include "absl/status/status.h"
#include "base/error.h"

namespace bangfu::client {
namespace {

constexpr unsigned kDigits = 6;

}  // namespace

int64_t CodeStepOf(absl::Time now) {
  return absl::ToUnixSeconds(now) / absl::ToInt64Seconds(kCodeStep);
}

absl::StatusOr<std::string> OneTimeCode(const std::string& secret, int64_t step) {
  char* decoded = nullptr;
  size_t size = 0;
  if (oath_init() != OATH_OK) return absl::InternalError("liboath cannot be used");
  if (oath_base32_decode(secret.data(), secret.size(), &decoded, &size) != OATH_OK) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {"动态码密钥不是 Base32，请核对凭据文件。",
                      "The secret of the one-time codes is not base32; check the credentials "
                      "file."});
  }
  const std::unique_ptr<char, decltype(&free)> owner(decoded, &free);
  char code[kDigits + 1] = {};
  // HOTP of the step is TOTP of its seconds.
  if (oath_hotp_generate(decoded, size, static_cast<uint64_t>(step), kDigits, false,
                         OATH_HOTP_DYNAMIC_TRUNCATION, code) != OATH_OK) {
    return absl::InternalError("liboath made no code");
  }
  return std::string(code);
}

}  // namespace bangfu::client
