#include "domain/text/phone.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "domain/text/normalize.h"
#include "domain/text/spreadsheet_number.h"

namespace bangfu::domain {
namespace {

constexpr int kMaskFront = 3;
constexpr int kMaskBack = 4;
constexpr size_t kShortAreaDigits = 3;  // 010 and 02x, whose local numbers all have 8 digits
constexpr size_t kLongAreaDigits = 4;

// One spelling per sign: dashes as '-', every way to announce an extension as 'X'.
std::string Canonical(absl::string_view text) {
  return absl::StrReplaceAll(
      NormalizeIdentifier(text),
      {{"–", "-"}, {"—", "-"}, {"−", "-"}, {"转", "X"}, {"EXT.", "X"}, {"EXT", "X"}, {"#", "X"}});
}

bool AllDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

bool IsMobile(absl::string_view digits) {
  return digits.size() == kMobileDigits && digits[0] == '1' && digits[1] >= '3';
}

bool IsLocal(absl::string_view digits) {
  return digits.size() >= kMinLocalDigits && digits.size() <= kMaxLocalDigits && digits[0] >= '2';
}

// Digits of the area code with which `digits` begins; 0 when it does with none.
size_t AreaDigits(absl::string_view digits) {
  if (digits.size() < kLongAreaDigits || digits[0] != '0') return 0;
  if (absl::StartsWith(digits, "010") || digits[1] == '2') return kShortAreaDigits;
  return digits[1] >= '3' ? kLongAreaDigits : 0;
}

bool IsLocalOf(size_t area_digits, absl::string_view local) {
  return IsLocal(local) && (area_digits != kShortAreaDigits || local.size() == kMaxLocalDigits);
}

// The landline number with a hyphen after its area code.
std::optional<std::string> Landline(absl::string_view digits) {
  if (IsLocal(digits)) return std::string(digits);
  const size_t area = AreaDigits(digits);
  if (area == 0 || !IsLocalOf(area, digits.substr(area))) return std::nullopt;
  return absl::StrCat(digits.substr(0, area), "-", digits.substr(area));
}

std::optional<Phone> Number(absl::string_view digits) {
  if (!AllDigits(digits)) return std::nullopt;
  absl::string_view mobile = digits;
  if (IsMobile(mobile) || (absl::ConsumePrefix(&mobile, "0") && IsMobile(mobile))) {
    return Phone{PhoneKind::kMobile, std::string(mobile)};
  }
  auto landline = Landline(digits);
  if (!landline) return std::nullopt;
  return Phone{PhoneKind::kLandline, *std::move(landline)};
}

std::optional<Phone> WithExtension(absl::string_view digits, absl::string_view extension) {
  auto phone = Number(digits);
  if (!phone || phone->kind != PhoneKind::kLandline || extension.empty() ||
      extension.size() > kMaxExtensionDigits || !AllDigits(extension)) {
    return std::nullopt;
  }
  absl::StrAppend(&phone->number, "-", extension);
  return phone;
}

// The runs of digits between hyphens and parentheses, without the country code.
std::vector<absl::string_view> Groups(absl::string_view text) {
  std::vector<absl::string_view> groups =
      absl::StrSplit(text, absl::ByAnyChar("-()"), absl::SkipEmpty());
  if (groups.empty()) return groups;
  absl::string_view& first = groups.front();
  if (!absl::ConsumePrefix(&first, "+86") && !absl::ConsumePrefix(&first, "0086") &&
      groups.size() > 1 && first == "86") {
    first = "";
  }
  return groups;
}

}  // namespace

Parsed<Phone, PhoneError> ParsePhone(absl::string_view text) {
  const std::string canonical = Canonical(text);
  if (canonical.empty()) return PhoneError::kEmpty;
  if (IsScientificNotation(canonical)) return PhoneError::kNumericDamage;
  if (canonical.find_first_not_of("0123456789+-()X") != std::string::npos) {
    return PhoneError::kCharacters;
  }

  const std::vector<absl::string_view> halves = absl::StrSplit(canonical, absl::MaxSplits('X', 1));
  const std::vector<absl::string_view> groups = Groups(halves[0]);
  std::optional<Phone> phone;
  if (halves.size() == 2) {
    phone = WithExtension(absl::StrJoin(groups, ""), halves[1]);
  } else {
    // After a whole number the last group is an extension: 8716107-9, the form in which we keep
    // 8716107转9, is not 87161079.
    if (groups.size() > 1) {
      phone = WithExtension(absl::StrJoin(groups.begin(), groups.end() - 1, ""), groups.back());
    }
    if (!phone) phone = Number(absl::StrJoin(groups, ""));
  }
  if (!phone) return PhoneError::kFormat;
  return *std::move(phone);
}

bool IsKeptPhone(absl::string_view text) {
  if (AllDigits(text)) return IsMobile(text) || IsLocal(text);
  const size_t area = AreaDigits(text);
  return area != 0 && AllDigits(text.substr(0, area)) && text[area] == '-' &&
         AllDigits(text.substr(area + 1)) && IsLocalOf(area, text.substr(area + 1));
}

std::string MaskPhone(absl::string_view text) { return MaskMiddle(text, kMaskFront, kMaskBack); }

}  // namespace bangfu::domain
