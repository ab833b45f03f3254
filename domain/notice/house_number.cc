#include "domain/notice/house_number.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "domain/text/normalize.h"

namespace bangfu::domain {
namespace {

using absl::string_view;

constexpr string_view kChineseNumerals[] = {"〇", "○",  "零", "一", "二", "三", "四", "五", "六",
                                            "七", "八", "九", "十", "百", "千", "两", "廿", "卅"};
constexpr string_view kDashes[] = {"-", "‐", "‑", "–", "—", "−", "~", "/", "#", ".", "_"};

// What a house number is followed by.
constexpr string_view kHouseWords[] = {"号", "幢", "栋", "单元", "室", "楼", "层"};
constexpr string_view kWordAfterLetter = "座";
// Streets whose names are numbers, as in 下沙: no house numbers.
constexpr string_view kNumberedStreets[] = {"号大街", "号路", "号支路"};
// What a number in digits may be followed by and still be the name of a street or settlement.
constexpr string_view kStreetWords[] = {
    "号大街", "号路", "号支路", "大街", "路", "街", "巷", "弄", "国道", "省道",  "县道",
    "社区",   "区",   "苑",     "期",   "村", "组", "社", "队", "大队", "生产队"};

enum class Kind { kOther, kDigit, kLetter, kNumeral, kDash };

// Length in bytes of the character that begins with `lead` in well-formed UTF-8.
size_t CharacterSize(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

string_view FirstCharacter(string_view text) {
  return text.substr(0, text.empty() ? 0 : CharacterSize(text[0]));
}

template <size_t kSize>
bool IsOneOf(string_view character, const string_view (&list)[kSize]) {
  return std::find(std::begin(list), std::end(list), character) != std::end(list);
}

template <size_t kSize>
bool StartsWithOneOf(string_view text, const string_view (&words)[kSize]) {
  return std::any_of(std::begin(words), std::end(words),
                     [text](string_view word) { return absl::StartsWith(text, word); });
}

// ①…⒛ (U+2460…U+249B) and Ⅰ…ⅿ (U+2160…U+217F), by their bytes in UTF-8.
bool IsNumberSign(string_view character) {
  return (character >= "\u2460" && character <= "\u249B") ||
         (character >= "\u2160" && character <= "\u217F");
}

Kind KindOf(string_view character) {
  if (character.empty()) return Kind::kOther;
  if (absl::ascii_isdigit(static_cast<unsigned char>(character[0]))) return Kind::kDigit;
  if (absl::ascii_isalpha(static_cast<unsigned char>(character[0]))) return Kind::kLetter;
  if (IsOneOf(character, kDashes)) return Kind::kDash;
  if (IsOneOf(character, kChineseNumerals)) return Kind::kNumeral;
  return IsNumberSign(character) ? Kind::kDigit : Kind::kOther;
}

// Digits, letters and numerals in a row, with the dashes between them.
struct NumberRun {
  size_t size = 0;  // bytes
  bool digits = false;
  bool letters = false;
  bool numerals = false;
  bool dashes = false;
};

NumberRun RunAt(string_view text) {
  NumberRun run;
  size_t end = 0;
  while (end < text.size()) {
    const string_view character = FirstCharacter(text.substr(end));
    const Kind kind = KindOf(character);
    if (kind == Kind::kOther || (kind == Kind::kDash && run.size == 0)) break;
    end += character.size();
    if (kind == Kind::kDash) continue;
    run.dashes = run.dashes || end - character.size() > run.size;
    run.digits = run.digits || kind == Kind::kDigit;
    run.letters = run.letters || kind == Kind::kLetter;
    run.numerals = run.numerals || kind == Kind::kNumeral;
    run.size = end;
  }
  return run;
}

bool IsHouseNumber(const NumberRun& run, string_view after) {
  absl::ConsumePrefix(&after, " ");
  if (run.digits) {
    return run.letters || run.numerals || run.dashes || !StartsWithOneOf(after, kStreetWords);
  }
  if (run.numerals && run.dashes) return true;
  if (run.letters && absl::StartsWith(after, kWordAfterLetter)) return true;
  return StartsWithOneOf(after, kHouseWords) && !StartsWithOneOf(after, kNumberedStreets);
}

}  // namespace

std::string HideHouseNumbers(string_view address) {
  const std::string normal = NormalizeText(address);
  std::string shown;
  for (string_view rest = normal; !rest.empty();) {
    const NumberRun run = RunAt(rest);
    const size_t size = run.size == 0 ? FirstCharacter(rest).size() : run.size;
    const string_view part = rest.substr(0, size);
    rest.remove_prefix(size);
    if (run.size > 0 && IsHouseNumber(run, rest)) {
      shown += kHiddenNumber;
    } else {
      shown.append(part.data(), part.size());
    }
  }
  return shown;
}

}  // namespace bangfu::domain
