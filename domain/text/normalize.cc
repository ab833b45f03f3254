#include "domain/text/normalize.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uniset.h>
#include <unicode/unistr.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"

namespace bangfu::domain {
namespace {

icu::UnicodeString FromUtf8(absl::string_view text) {
  return icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}

// Cannot fail: the tables are inside ICU's data library, without which the program does not start.
const icu::Normalizer2& Nfkc() {
  UErrorCode status = U_ZERO_ERROR;
  return *icu::Normalizer2::getNFKCInstance(status);
}

constexpr UChar32 kFirstFullWidthAscii = 0xFF01;
constexpr UChar32 kLastFullWidthAscii = 0xFF5E;

// NFKC applied to the full-width ASCII forms alone.
const icu::Normalizer2& FullWidthAsciiToAscii() {
  static const auto* const forms = static_cast<icu::UnicodeSet*>(
      (new icu::UnicodeSet(kFirstFullWidthAscii, kLastFullWidthAscii))->freeze());
  static const auto* const normalizer = new icu::FilteredNormalizer2(Nfkc(), *forms);
  return *normalizer;
}

icu::UnicodeString Normalize(const icu::Normalizer2& normalizer, const icu::UnicodeString& text) {
  UErrorCode status = U_ZERO_ERROR;
  return normalizer.normalize(text, status);
}

// Characters that nobody sees and nobody typed.
bool IsInvisible(UChar32 c) {
  const auto type = u_charType(c);
  return type == U_CONTROL_CHAR || type == U_FORMAT_CHAR;
}

// Joiners are invisible too, but words in the scripts of several nationalities are spelled with
// them.
bool IsDroppedFromText(UChar32 c) {
  return IsInvisible(c) && !u_hasBinaryProperty(c, UCHAR_JOIN_CONTROL);
}

// Most text that arrives is in its normal form already. Seeing that is several times cheaper than
// making it so, which counts in bulk imports; both functions may answer false for normal text,
// never true for other text.
constexpr UChar32 kReplacement = 0xFFFD;  // may stand for ill-formed bytes

bool IsNormalText(const icu::UnicodeString& text) {
  const int32_t length = text.length();
  UChar32 before = u' ';
  for (int32_t i = 0; i < length; ++i) {
    const UChar32 c = text.charAt(i);
    if (c == u' ' && (before == u' ' || i + 1 == length)) return false;
    const bool common = (c >= 0x20 && c < 0x7F) || (c >= 0x4E00 && c <= 0x9FFF);
    if (!common &&
        (c == kReplacement || U16_IS_SURROGATE(c) || u_isUWhiteSpace(c) || IsDroppedFromText(c) ||
         (c >= kFirstFullWidthAscii && c <= kLastFullWidthAscii))) {
      return false;
    }
    before = c;
  }
  return true;
}

constexpr size_t kIdeographBytes = 3;

// Whether one of the common ideographs U+4E00 to U+9FFF, E4 B8 80 to E9 BF BF in UTF-8, stands at
// `at`. No normal form changes them.
bool IsIdeograph(absl::string_view text, size_t at) {
  if (at + kIdeographBytes > text.size()) return false;
  const auto first = static_cast<unsigned char>(text[at]);
  const auto second = static_cast<unsigned char>(text[at + 1]);
  const auto third = static_cast<unsigned char>(text[at + 2]);
  return first >= 0xE4 && first <= 0xE9 && (second & 0xC0) == 0x80 && (third & 0xC0) == 0x80 &&
         (first > 0xE4 || second >= 0xB8);
}

// Whether `text` consists of common ideographs and the ASCII characters that `is_common` lets pass.
template <typename IsCommon>
bool IsCommonText(absl::string_view text, const IsCommon& is_common) {
  for (size_t i = 0; i < text.size();) {
    if (is_common(text[i])) {
      ++i;
    } else if (IsIdeograph(text, i)) {
      i += kIdeographBytes;
    } else {
      return false;
    }
  }
  return true;
}

bool IsVisibleAscii(char c) { return c > ' ' && c < 0x7F; }

// As IsNormalText, without decoding; false for more texts.
bool IsCommonNormalText(absl::string_view text) {
  char before = ' ';
  const bool common = IsCommonText(text, [&before](char c) {
    const bool second_blank = c == ' ' && before == ' ';
    before = c;
    return IsVisibleAscii(c) || (c == ' ' && !second_blank);
  });
  return common && (text.empty() || text.back() != ' ');
}

bool IsNormalIdentifier(absl::string_view text) {
  return IsCommonText(text, [](char c) {
    return IsVisibleAscii(c) && !absl::ascii_islower(static_cast<unsigned char>(c));
  });
}

icu::UnicodeString WithoutBlanks(const icu::UnicodeString& text) {
  icu::UnicodeString kept;
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    if (!u_isUWhiteSpace(c) && !IsInvisible(c)) kept.append(c);
  }
  return kept;
}

icu::UnicodeString AsciiToUpper(icu::UnicodeString text) {
  for (int32_t i = 0; i < text.length(); ++i) {
    const char16_t c = text.charAt(i);
    if (c >= u'a' && c <= u'z') text.setCharAt(i, static_cast<char16_t>(c - u'a' + u'A'));
  }
  return text;
}

// Repeats `step` until nothing changes: what stood on both sides of a blank may combine once it is
// gone, and a capital letter may combine where the small one does not.
template <typename Step>
icu::UnicodeString UntilStable(icu::UnicodeString text, const Step& step) {
  while (true) {
    icu::UnicodeString next = step(text);
    if (next == text) return next;
    text = std::move(next);
  }
}

icu::UnicodeString Compact(const icu::UnicodeString& text) {
  return UntilStable(text, [](const icu::UnicodeString& before) {
    return WithoutBlanks(Normalize(Nfkc(), before));
  });
}

std::string ToUtf8(const icu::UnicodeString& text) {
  std::string utf8;
  return text.toUTF8String(utf8);
}

}  // namespace

bool IsValidUtf8(absl::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  int32_t utf16_length = 0;
  u_strFromUTF8(nullptr, 0, &utf16_length, text.data(), static_cast<int32_t>(text.size()), &status);
  // Without a buffer every well-formed text but the empty one "overflows".
  return status == U_BUFFER_OVERFLOW_ERROR || U_SUCCESS(status);
}

std::string NormalizeText(absl::string_view text) {
  if (IsCommonNormalText(text)) return std::string(text);
  const icu::UnicodeString whole = FromUtf8(text);
  if (IsNormalText(whole)) return std::string(text);
  const icu::UnicodeString narrow = Normalize(FullWidthAsciiToAscii(), whole);
  icu::UnicodeString kept;
  bool blank_before = false;
  for (int32_t i = 0; i < narrow.length(); i = narrow.moveIndex32(i, 1)) {
    const UChar32 c = narrow.char32At(i);
    if (u_isUWhiteSpace(c)) {
      blank_before = true;
    } else if (!IsDroppedFromText(c)) {
      if (blank_before && !kept.isEmpty()) kept.append(u' ');
      blank_before = false;
      kept.append(c);
    }
  }
  return ToUtf8(kept);
}

std::string NormalizeIdentifier(absl::string_view text) {
  if (IsNormalIdentifier(text)) return std::string(text);
  return ToUtf8(UntilStable(FromUtf8(text), [](const icu::UnicodeString& before) {
    return AsciiToUpper(Compact(before));
  }));
}

std::string CodeKey(absl::string_view text) {
  if (IsCommonText(text, IsVisibleAscii)) return std::string(text);
  return ToUtf8(Compact(FromUtf8(text)));
}

std::string MaskMiddle(absl::string_view text, int front, int back) {
  const icu::UnicodeString whole = FromUtf8(NormalizeIdentifier(text));
  const int32_t length = whole.countChar32();
  const bool hide_all = length - front - back < kMinMaskedCharacters;
  icu::UnicodeString masked;
  for (int32_t n = 0; n < length; ++n) {
    const bool shown = !hide_all && (n < front || n >= length - back);
    masked.append(shown ? whole.char32At(whole.moveIndex32(0, n)) : UChar32{u'*'});
  }
  return ToUtf8(masked);
}

}  // namespace bangfu::domain
