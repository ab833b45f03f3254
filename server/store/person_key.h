#ifndef BANGFU_SERVER_STORE_PERSON_KEY_H_
#define BANGFU_SERVER_STORE_PERSON_KEY_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bangfu::server {

// Turns identity numbers into keys that can be compared but not read back: HMAC-SHA-256 (RFC 2104)
// under a key of the node that is not in the database.
class PersonKeyer {
 public:
  explicit PersonKeyer(std::string secret) : secret_(std::move(secret)) {}

  // Reads the key of the node from `path`; makes one (32 random bytes, mode 0600) when there is
  // none.
  static absl::StatusOr<PersonKeyer> Open(const std::string& path);

  // 64 hexadecimal characters for a normalised identity number.
  std::string Key(absl::string_view identity_number) const;

  // Tells one key from another without giving it away; 64 hexadecimal characters.
  std::string Fingerprint() const;

 private:
  std::string secret_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_PERSON_KEY_H_
