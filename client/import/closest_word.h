#ifndef BANGFU_CLIENT_IMPORT_CLOSEST_WORD_H_
#define BANGFU_CLIENT_IMPORT_CLOSEST_WORD_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace bangfu::client {

// The one of `words` that takes the fewest changes of a character to become `word`, the first of
// several; empty when none shares a character in its place. For "did you mean".
std::string ClosestWord(absl::string_view word, const std::vector<std::string>& words);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_IMPORT_CLOSEST_WORD_H_
