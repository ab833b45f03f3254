#ifndef BANGFU_SERVER_STORE_PERSON_KEY_H_
#define BANGFU_SERVER_STORE_PERSON_KEY_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bangfu::server {

// Turns identity numbers into keys that can be compared but not read back: HMAC-SHA-256-128 (RFC
// 2104, truncated as its section 5 allows) under a key of the node that is not in the database.
class PersonKeyer {
 public:
  explicit PersonKeyer(std::string secret) : secret_(std::move(secret)) {}

  // Reads the key of the node from `path`; makes one (32 random bytes, mode 0600) when there is
  // none.
  static absl::StatusOr<PersonKeyer> Open(const std::string& path);

  // For a normalised identity number: 128 bits, written as a UUID of no version, because that is
  // how they lie in the database (of all that an archive brings there, its persons are the most).
  std::string Key(absl::string_view identity_number) const;

  // Tells one key from another without giving it away; 64 hexadecimal characters.
  std::string Fingerprint() const;

 private:
  std::string secret_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_PERSON_KEY_H_
