#ifndef BANGFU_SERVER_SEAL_MASTER_KEY_H_
#define BANGFU_SERVER_SEAL_MASTER_KEY_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bangfu::server {

// The key that wraps the data keys. In a file of the node, never in the database.
class MasterKey {
 public:
  // Reads it from `path`; makes one (32 random bytes, mode 0600, in a folder of mode 0700) when
  // there is none. FAILED_PRECONDITION when others may read the file.
  static absl::StatusOr<MasterKey> Open(const std::string& path);
  // INVALID_ARGUMENT unless there are 32, or 64: of one that was renewed, the secret of derived
  // keys stands in the second half.
  static absl::StatusOr<MasterKey> FromBytes(std::string bytes);

  std::string Wrap(int32_t number, absl::string_view data_key) const;
  // FAILED_PRECONDITION when another master key wrapped it.
  absl::StatusOr<std::string> Unwrap(int32_t number, absl::string_view wrapped) const;

  // A key of its own for another purpose ("audit"), 32 bytes, HKDF-SHA256 (RFC 5869) without salt.
  // Another master key derives another one; a renewed one the same, so that what was made with a
  // derived key can still be verified.
  std::string Derive(absl::string_view purpose) const;

  // A new key to wrap with, which derives the same keys as this one.
  absl::StatusOr<MasterKey> Renewed() const;
  // Writes it to a new file: ALREADY_EXISTS when there is one.
  absl::Status Save(const std::string& path) const;

 private:
  MasterKey(std::string wrapping, std::string deriving)
      : wrapping_(std::move(wrapping)), deriving_(std::move(deriving)) {}

  std::string wrapping_;
  std::string deriving_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SEAL_MASTER_KEY_H_
