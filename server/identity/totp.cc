#include "server/identity/totp.h"

#include <liboath/oath.h>
#include <openssl/crypto.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "server/identity/random_bytes.h"

namespace bangfu::server {
namespace {

constexpr char kIssuer[] = "bangfu";

absl::Status CodeFailed(int error) {
  return ErrorBuilder(absl::StatusCode::kInternal, v1::ERROR_REASON_INTERNAL,
                      {"服务器无法计算动态码；请联系运维人员。",
                       "The server cannot compute one-time codes; ask its operator."})
      .With("oath", absl::StrCat(error))
      .Build();
}

}  // namespace

int64_t TotpStepAt(absl::Time time) {
  return absl::ToUnixSeconds(time) / absl::ToInt64Seconds(kTotpStep);
}

absl::StatusOr<std::string> TotpCode(absl::string_view secret, int64_t step) {
  if (const int error = oath_init(); error != OATH_OK) return CodeFailed(error);  // may be repeated
  std::string code(kTotpDigits + 1, '\0');                                        // ends with a NUL
  const int error =
      oath_hotp_generate(secret.data(), secret.size(), static_cast<uint64_t>(step), kTotpDigits,
                         /*add_checksum=*/false, OATH_HOTP_DYNAMIC_TRUNCATION, code.data());
  if (error != OATH_OK) return CodeFailed(error);
  code.pop_back();
  return code;
}

absl::StatusOr<std::optional<int64_t>> FindTotpStep(absl::string_view secret,
                                                    absl::string_view code, absl::Time now,
                                                    int64_t last_step) {
  const int64_t current = TotpStepAt(now);
  std::optional<int64_t> found;
  for (int64_t step = current - kTotpSkew; step <= current + kTotpSkew; ++step) {
    const absl::StatusOr<std::string> right = TotpCode(secret, step);
    if (!right.ok()) return right.status();
    const bool same = code.size() == right->size() &&
                      CRYPTO_memcmp(code.data(), right->data(), right->size()) == 0;
    if (same && step > last_step && !found) found = step;
  }
  return found;
}

absl::StatusOr<std::string> MakeTotpSecret() { return RandomBytes(kTotpSecretBytes); }

absl::StatusOr<std::string> TotpSecretText(absl::string_view secret) {
  char* text = nullptr;
  size_t size = 0;
  const int error = oath_base32_encode(secret.data(), secret.size(), &text, &size);
  if (error != OATH_OK) return CodeFailed(error);
  std::string base32(text, size);
  std::free(text);
  return base32;
}

std::string TotpUri(absl::string_view person_id, absl::string_view secret_text) {
  return absl::StrCat("otpauth://totp/", kIssuer, ":", person_id, "?secret=", secret_text,
                      "&issuer=", kIssuer, "&algorithm=SHA1&digits=", kTotpDigits,
                      "&period=", absl::ToInt64Seconds(kTotpStep));
}

}  // namespace bangfu::server
