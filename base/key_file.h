#ifndef BANGFU_BASE_KEY_FILE_H_
#define BANGFU_BASE_KEY_FILE_H_

#include <cstddef>
#include <initializer_list>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/error.h"

namespace bangfu {

inline constexpr size_t kKeyFileBytes = 32;

// The key in the file `path`: kKeyFileBytes random bytes. Makes it (mode 0600) when there is none;
// its folder must be there. Programs that start together agree on one key, and a key that was half
// written never appears. `name` is what the key is called in messages ("人员密钥", "person key").
// Errors: FAILED_PRECONDITION others may read the file, or it is not a key; otherwise what the
// system says.
absl::StatusOr<std::string> OpenKeyFile(const std::string& path, const Text& name);

// The same without making one, of one of these sizes: NOT_FOUND when there is none.
absl::StatusOr<std::string> ReadKeyFile(const std::string& path, const Text& name,
                                        std::initializer_list<size_t> sizes = {kKeyFileBytes});

// Writes `key` to a new file: ALREADY_EXISTS when there is one, which stays as it is.
absl::Status WriteKeyFile(const std::string& path, const Text& name, const std::string& key);

}  // namespace bangfu

#endif  // BANGFU_BASE_KEY_FILE_H_
