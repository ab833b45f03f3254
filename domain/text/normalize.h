#ifndef BANGFU_DOMAIN_TEXT_NORMALIZE_H_
#define BANGFU_DOMAIN_TEXT_NORMALIZE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace bangfu::domain {

// True when `text` is well-formed UTF-8 (no overlong forms, no surrogates, nothing cut off). The
// empty text is. Text from outside is checked with this once, at the border; the functions below
// read an ill-formed sequence as U+FFFD.
bool IsValidUtf8(absl::string_view text);

// Free text in the form in which it is kept and compared (R31: full-width = half-width): full-width
// ASCII forms (U+FF01..U+FF5E) become ASCII, white space of any kind (U+3000, no-break space, tab,
// line break) is trimmed at both ends and otherwise becomes one ASCII space per run, control and
// invisible format characters (NUL, byte order mark, zero-width space, the direction marks that
// chat programs copy along) are dropped, save the joiners that some scripts spell with. Nothing
// else changes: NFKC would also rewrite circled numbers, units and ideographs of personal names.
std::string NormalizeText(absl::string_view text);

// Identifiers and numbers (identity, card, telephone) in the form in which they are checked and
// compared: NFKC, then no white space, control or format characters at all, then ASCII letters in
// upper case.
std::string NormalizeIdentifier(absl::string_view text);

// The key by which a word of a closed list is looked up: equal for 下（待）岗 and 下(待)岗 with or
// without blanks. NFKC less white space, control and format characters. For comparing, not showing.
std::string CodeKey(absl::string_view text);

// `text` after NormalizeIdentifier with all but its first `front` and last `back` characters
// replaced by '*', one for one. When fewer than kMinMaskedCharacters would be hidden everything is.
inline constexpr int kMinMaskedCharacters = 4;
std::string MaskMiddle(absl::string_view text, int front, int back);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_TEXT_NORMALIZE_H_
