#ifndef BANGFU_CLIENT_WORKBOOK_ZIP_H_
#define BANGFU_CLIENT_WORKBOOK_ZIP_H_

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bangfu::client {

// Reads the files of a zip archive (PKWARE APPNOTE 6.3) held in memory: stored or deflated, one
// disk, not encrypted.
// Sizes the archive claims are never trusted with memory.
class ZipArchive {
 public:
  // `bytes` must outlive the archive. Errors: INVALID_ARGUMENT incomplete, damaged, more than
  // `max_entries` files.
  static absl::StatusOr<ZipArchive> Open(absl::string_view bytes, int max_entries);

  // Names are compared without case (ECMA-376 part 2, 6.2.2.3), a leading slash is ignored.
  bool Contains(absl::string_view name) const;

  // The unpacked file, its checksum verified, at most `max_bytes` long.
  // Errors: INVALID_ARGUMENT missing, damaged, encrypted, longer than `max_bytes`.
  absl::StatusOr<std::string> Read(absl::string_view name, int64_t max_bytes) const;

 private:
  struct Entry {
    uint16_t flags = 0;
    uint16_t method = 0;
    uint32_t crc = 0;
    uint64_t packed_bytes = 0;
    uint64_t bytes = 0;
    uint64_t header_offset = 0;
  };

  explicit ZipArchive(absl::string_view bytes) : bytes_(bytes) {}
  absl::StatusOr<absl::string_view> Packed(const Entry& entry) const;

  absl::string_view bytes_;
  absl::flat_hash_map<std::string, Entry> entries_;
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_WORKBOOK_ZIP_H_
