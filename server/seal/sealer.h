#ifndef BANGFU_SERVER_SEAL_SEALER_H_
#define BANGFU_SERVER_SEAL_SEALER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bangfu::server {

// Data keys by number, of kSealKeyBytes each.
using SealKeys = std::map<int32_t, std::string>;

// Seals values for one store: AES-256-GCM under data keys, of which the newest seals and all open.
// A sealed value begins with a byte that no protobuf message begins with (0), a version (1, or 2
// for a compressed value), the key's number (4 bytes, big end first), in version 2 the size of the
// plain value (4 bytes), and a random nonce (12 bytes); the tag (16 bytes) ends it.
// `place` is what the value belongs to ("record/<uuid>"): it is authenticated, so that a value that
// was moved elsewhere does not open. Thread-safe.
class Sealer {
 public:
  // Reads the keys anew from where they are kept.
  using ReadKeys = std::function<absl::StatusOr<SealKeys>()>;

  // The highest number seals. With `read_again`, a value under a key that was made elsewhere in the
  // meantime opens, too. INVALID_ARGUMENT without any key, or with one of another length.
  static absl::StatusOr<std::shared_ptr<const Sealer>> Make(SealKeys keys,
                                                            ReadKeys read_again = nullptr);

  std::string Seal(absl::string_view place, absl::string_view plain) const;

  // The plain value. DATA_LOSS when it was altered, belongs to another place, or its key is not
  // there. A value that is not sealed (of an older edition, before it is sealed in the background)
  // is returned as it is. Errors of reading the keys again.
  absl::StatusOr<std::string> Open(absl::string_view place, absl::string_view sealed) const;

  // Reads the keys again, so that a newer one seals from now on.
  absl::Status Refresh() const;

  static bool IsSealed(absl::string_view value);
  // Number of the key that sealed it; 0 for a value that is not sealed.
  static int32_t KeyNumberOf(absl::string_view sealed);

  int32_t newest_key() const { return keys()->rbegin()->first; }

 private:
  Sealer(SealKeys keys, ReadKeys read_again)
      : read_again_(std::move(read_again)),
        keys_(std::make_shared<const SealKeys>(std::move(keys))) {}

  // Keys of one moment; never empty.
  std::shared_ptr<const SealKeys> keys() const;
  // Keys with that of a number, read again when it is not known; without it when there is none.
  absl::StatusOr<std::shared_ptr<const SealKeys>> KeysWith(int32_t number) const;

  const ReadKeys read_again_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const SealKeys> keys_ ABSL_GUARDED_BY(mutex_);
  // A key that was not there, and when: damaged values must not make every read ask again.
  mutable int32_t missing_ ABSL_GUARDED_BY(mutex_) = 0;
  mutable absl::Time missed_at_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SEAL_SEALER_H_
