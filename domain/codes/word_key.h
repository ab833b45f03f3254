#ifndef BANGFU_DOMAIN_CODES_WORD_KEY_H_
#define BANGFU_DOMAIN_CODES_WORD_KEY_H_

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "domain/text/normalize.h"

namespace bangfu::domain {

// The key by which code words and column headers are looked up: CodeKey, and ASCII letters in lower
// case. Empty for a text of blanks.
inline std::string WordKey(absl::string_view word) { return absl::AsciiStrToLower(CodeKey(word)); }

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_CODES_WORD_KEY_H_
