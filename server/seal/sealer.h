#ifndef BANGFU_SERVER_SEAL_SEALER_H_
#define BANGFU_SERVER_SEAL_SEALER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bangfu::server {

inline constexpr size_t kSealKeyBytes = 32;  // AES-256

// Seals values for one store: AES-256-GCM under data keys, of which the newest seals and all open.
// A sealed value begins with a byte that no protobuf message begins with (0), a version, the key's
// number (4 bytes, big end first) and a random nonce (12 bytes); the tag (16 bytes) ends it.
// `place` is what the value belongs to ("record/<uuid>"): it is authenticated, so that a value that
// was moved elsewhere does not open. Thread-safe.
class Sealer {
 public:
  // Keys by number, of kSealKeyBytes each; the highest number seals. INVALID_ARGUMENT without any.
  static absl::StatusOr<std::shared_ptr<const Sealer>> Make(std::map<int32_t, std::string> keys);

  std::string Seal(absl::string_view place, absl::string_view plain) const;

  // The plain value. DATA_LOSS when it was altered, belongs to another place, or its key is not
  // there. A value that is not sealed (of an older edition, before it is sealed in the background)
  // is returned as it is.
  absl::StatusOr<std::string> Open(absl::string_view place, absl::string_view sealed) const;

  static bool IsSealed(absl::string_view value);
  // Number of the key that sealed it; 0 for a value that is not sealed.
  static int32_t KeyNumberOf(absl::string_view sealed);

  int32_t newest_key() const { return keys_.rbegin()->first; }

 private:
  explicit Sealer(std::map<int32_t, std::string> keys) : keys_(std::move(keys)) {}

  std::map<int32_t, std::string> keys_;
};

// The key that wraps the data keys. In a file of the node, never in the database.
class MasterKey {
 public:
  // Reads it from `path`; makes one (32 random bytes, mode 0600, in a folder of mode 0700) when
  // there is none. FAILED_PRECONDITION when others may read the file.
  static absl::StatusOr<MasterKey> Open(const std::string& path);
  static absl::StatusOr<MasterKey> FromBytes(std::string bytes);

  std::string Wrap(int32_t number, absl::string_view data_key) const;
  // FAILED_PRECONDITION when another master key wrapped it.
  absl::StatusOr<std::string> Unwrap(int32_t number, absl::string_view wrapped) const;

  // A key of its own for another purpose ("audit"), HKDF-SHA256 (RFC 5869).
  std::string Derive(absl::string_view purpose) const;

 private:
  explicit MasterKey(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SEAL_SEALER_H_
