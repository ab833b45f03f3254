#ifndef BANGFU_CLIENT_REPLICA_REPLICA_KEYS_H_
#define BANGFU_CLIENT_REPLICA_REPLICA_KEYS_H_

#include <openssl/evp.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/seal/sealer.h"

namespace bangfu::client {

// The key file of a replica, beside it: "<folder>/replica.key". Without it nothing in the replica
// can be read.
std::string ReplicaKeyFile(const std::string& replica_path);

// What seals the values of a replica and hashes identity numbers in it; both keys come from its key
// file.
class ReplicaKeys {
 public:
  // Makes the file (mode 0600) when there is none. FAILED_PRECONDITION when others may read it.
  static absl::StatusOr<std::shared_ptr<const ReplicaKeys>> OpenOrMake(
      const std::string& replica_path);
  // FAILED_PRECONDITION when there is no file, too.
  static absl::StatusOr<std::shared_ptr<const ReplicaKeys>> Open(const std::string& replica_path);

  // `place` is what the value belongs to, "outbox/<id>" (server/seal/sealer.h).
  std::string Seal(absl::string_view place, absl::string_view plain) const;
  // nullopt when it is not sealed, was altered, or belongs to another place.
  std::optional<std::string> Unseal(absl::string_view place, absl::string_view sealed) const;

  // Finds equal identity numbers without telling them: HMAC-SHA256-128 (RFC
  // 2104, truncated as its section 5 allows), 16 bytes.
  std::string HashOfPerson(absl::string_view identity_number) const;

 private:
  using PersonHash = std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)>;

  ReplicaKeys(std::shared_ptr<const server::Sealer> sealer, PersonHash person_hash)
      : sealer_(std::move(sealer)), person_hash_(std::move(person_hash)) {}

  static PersonHash KeyedPersonHash(absl::string_view key);

  const std::shared_ptr<const server::Sealer> sealer_;
  // Has taken the key and nothing else: each hash begins with a copy.
  const PersonHash person_hash_;
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_REPLICA_KEYS_H_
