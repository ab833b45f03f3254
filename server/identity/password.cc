#include "server/identity/password.h"

#include <argon2.h>

#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "domain/text/normalize.h"
#include "server/identity/identity_errors.h"
#include "server/identity/random_bytes.h"

namespace bangfu::server {
namespace {

constexpr size_t kSaltBytes = 16;  // RFC 9106, 3.1
constexpr size_t kHashBytes = 32;
constexpr size_t kGroups = 4;
constexpr size_t kGroupCharacters = 4;
// Without 0 o, 1 i l: read from paper, typed on any keyboard.
constexpr absl::string_view kReadable = "23456789abcdefghjkmnpqrstuvwxyz";

absl::Status HashingFailed(int error) {
  return ErrorBuilder(absl::StatusCode::kInternal, v1::ERROR_REASON_INTERNAL,
                      {"服务器无法校验密码（内存不足或数据损坏）；请联系运维人员。",
                       "The server cannot check passwords (no memory, or damaged data); ask its "
                       "operator."})
      .With("argon2", absl::StrCat(error))
      .Build();
}

absl::Status BadPassword(const std::string& zh, const std::string& en) {
  return BadAccountField("new_password", {zh, en});
}

// Code points of well-formed UTF-8: every byte but the continuations starts one.
std::vector<std::string> CharactersOf(absl::string_view text) {
  std::vector<std::string> characters;
  for (const char byte : text) {
    const bool continues = (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
    if (!continues || characters.empty()) characters.emplace_back();
    characters.back().push_back(byte);
  }
  return characters;
}

bool HasControl(absl::string_view text) {
  for (const char byte : text) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(byte))) return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<PasswordHasher> PasswordHasher::Create(const PasswordCost& cost) {
  PasswordHasher hasher(cost);
  const absl::StatusOr<std::string> nobodys = RandomBytes(kHashBytes);
  if (!nobodys.ok()) return nobodys.status();
  absl::StatusOr<std::string> hash = hasher.Hash(*nobodys);
  if (!hash.ok()) return hash.status();
  hasher.nobodys_hash_ = *std::move(hash);
  return hasher;
}

absl::StatusOr<std::string> PasswordHasher::Hash(absl::string_view password) const {
  const absl::StatusOr<std::string> salt = RandomBytes(kSaltBytes);
  if (!salt.ok()) return salt.status();
  const size_t size = argon2_encodedlen(cost_.passes, cost_.memory_kib, cost_.lanes, kSaltBytes,
                                        kHashBytes, Argon2_id);
  std::string encoded(size, '\0');  // ends with a NUL
  const int error = argon2id_hash_encoded(cost_.passes, cost_.memory_kib, cost_.lanes,
                                          password.data(), password.size(), salt->data(),
                                          salt->size(), kHashBytes, encoded.data(), encoded.size());
  if (error != ARGON2_OK) return HashingFailed(error);
  encoded.resize(encoded.find('\0'));
  return encoded;
}

absl::StatusOr<bool> PasswordHasher::Verify(absl::string_view password,
                                            absl::string_view hash) const {
  const std::string encoded = hash.empty() ? nobodys_hash_ : std::string(hash);
  const int error = argon2id_verify(encoded.c_str(), password.data(), password.size());
  if (error == ARGON2_VERIFY_MISMATCH) return false;
  if (error != ARGON2_OK) return HashingFailed(error);
  return !hash.empty();
}

absl::Status CheckNewPassword(absl::string_view password, absl::string_view person_id) {
  if (password.size() > static_cast<size_t>(limits::kMaxPasswordBytes) ||
      !domain::IsValidUtf8(password) || HasControl(password)) {
    return BadPassword(
        absl::StrCat("新密码最多 ", limits::kMaxPasswordBytes, " 字节，不能有控制字符；请换一个。"),
        absl::StrCat("The new password may have at most ", limits::kMaxPasswordBytes,
                     " bytes and no control characters; choose another one."));
  }
  const std::vector<std::string> characters = CharactersOf(password);
  if (characters.size() < static_cast<size_t>(limits::kMinPasswordCharacters)) {
    return BadPassword(
        absl::StrCat("新密码至少 ", limits::kMinPasswordCharacters, " 个字符；请换一个更长的。"),
        absl::StrCat("The new password needs at least ", limits::kMinPasswordCharacters,
                     " characters; choose a longer one."));
  }
  const std::set<std::string> different(characters.begin(), characters.end());
  if (different.size() < static_cast<size_t>(kMinDifferentCharacters)) {
    return BadPassword(
        absl::StrCat("新密码至少要有 ", kMinDifferentCharacters, " 个不同的字符；请换一个。"),
        absl::StrCat("The new password needs at least ", kMinDifferentCharacters,
                     " different characters; choose another one."));
  }
  // What is left beside the account's id has to be a password by itself.
  const std::string lower = absl::AsciiStrToLower(password);
  if (!person_id.empty() && absl::StrContains(lower, person_id) &&
      characters.size() - person_id.size() < static_cast<size_t>(limits::kMinPasswordCharacters)) {
    return BadPassword("新密码不能由账号名拼成；请换一个。",
                       "The new password must not be made of the account's name; choose another "
                       "one.");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> MakeFirstPassword() {
  // Bytes from the last, incomplete turn through the alphabet would make its first letters
  // likelier.
  constexpr unsigned kTurns = 256 / kReadable.size() * kReadable.size();
  std::string password;
  size_t drawn = 0;
  while (drawn < kGroups * kGroupCharacters) {
    const absl::StatusOr<std::string> bytes = RandomBytes(kGroups * kGroupCharacters);
    if (!bytes.ok()) return bytes.status();
    for (const char byte : *bytes) {
      const unsigned value = static_cast<unsigned char>(byte);
      if (value >= kTurns || drawn == kGroups * kGroupCharacters) continue;
      if (drawn > 0 && drawn % kGroupCharacters == 0) password.push_back('-');
      password.push_back(kReadable[value % kReadable.size()]);
      ++drawn;
    }
  }
  return password;
}

}  // namespace bangfu::server
