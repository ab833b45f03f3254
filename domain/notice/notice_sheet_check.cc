#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/limits.h"
#include "domain/notice/notice_sheet.h"
#include "domain/rules/label.h"
#include "domain/text/bank_card.h"
#include "domain/text/identity_number.h"
#include "domain/text/normalize.h"
#include "domain/text/phone.h"

// What the public notice must not show (R94–R101).
namespace bangfu::domain {
namespace {

using absl::string_view;
using v1::Archive;
using v1::Member;

// Where the parts of the notice are asked for.
constexpr char kAddressRule[] = "R94";
constexpr char kPersonRule[] = "R96";
constexpr char kAmountsRule[] = "R98";
constexpr char kUnitPhoneRule[] = "R100";

// Shorter texts of digits are no number of a person but an amount or a house.
constexpr size_t kMinPrivateDigits = kMinLocalDigits;
// Cards have check digits and at least so many digits (ISO/IEC 7812); shorter numbers pass by
// chance too often.
constexpr size_t kMinUnknownCardDigits = 16;

// A text of the notice and the field of the archive that it comes from.
struct PublicText {
  string_view rule;
  std::string field;
  string_view text;
  bool is_name;
};

// A number or name of the family, in the form in which texts are searched.
struct PrivateWord {
  std::string key;
  std::string field;
};

// Whether the character of UTF-8 that begins with `lead` is, or may be, an ideograph (U+4E00 to
// U+9FFF, and those beyond U+FFFF).
bool MayBeIdeograph(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return (byte >= 0xE4 && byte <= 0xE9) || byte >= 0xF0;
}

// Digits, letters and ideographs of `text`; width, blanks and signs do not count.
std::string SearchKey(string_view text) {
  std::string key;
  bool keep = false;
  for (const char c : NormalizeIdentifier(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      keep = absl::ascii_isalnum(byte);
    } else if (byte >= 0xC0) {
      keep = MayBeIdeograph(c);
    }
    if (keep) key.push_back(c);
  }
  return key;
}

void AddNumber(string_view number, std::string field, std::vector<PrivateWord>& words) {
  std::string key = SearchKey(number);
  if (key.size() >= kMinPrivateDigits) words.push_back({std::move(key), std::move(field)});
}

void AddIdentityNumber(string_view number, const std::string& field,
                       std::vector<PrivateWord>& words) {
  AddNumber(number, field, words);
  const auto read = ParseIdentityNumber(number);
  if (!read.ok()) return;
  // The old form of 15 digits tells as much: no century, no check digit (A32).
  const string_view digits = read->number;
  words.push_back({absl::StrCat(digits.substr(0, 6), digits.substr(8, 9)), field});
}

void AddPhone(string_view number, std::vector<PrivateWord>& words) {
  AddNumber(number, "phone", words);
  const auto phone = ParsePhone(number);
  if (!phone.ok() || phone->kind != PhoneKind::kLandline) return;
  // People know the area code of their town.
  for (const string_view group : absl::StrSplit(phone->number, '-')) {
    if (group.size() >= kMinLocalDigits) AddNumber(group, "phone", words);
  }
}

std::vector<PrivateWord> NumbersOf(const Archive& archive) {
  std::vector<PrivateWord> words;
  AddIdentityNumber(archive.identity_number(), "identity_number", words);
  for (const Member& member : archive.members()) {
    AddIdentityNumber(member.identity_number(),
                      absl::StrCat(ElementPath("members", member.id()), ".identity_number"), words);
  }
  AddPhone(archive.phone(), words);
  AddNumber(archive.bank_card(), "bank_card", words);
  return words;
}

// Names of the members whose names are masked.
std::vector<PrivateWord> HiddenNames(const NoticeSheet& sheet, const Archive& archive) {
  std::vector<PrivateWord> words;
  for (const NoticeRow& row : sheet.rows) {
    if (!row.name_masked) continue;
    for (const Member& member : archive.members()) {
      std::string key = SearchKey(member.name());
      // One character alone is in many words.
      if (member.id() != row.member_id || key.size() <= 3) continue;
      words.push_back({std::move(key), absl::StrCat(ElementPath("members", member.id()), ".name")});
    }
  }
  return words;
}

std::vector<PublicText> TextsOf(const NoticeSheet& sheet) {
  std::vector<PublicText> texts = {{kPersonRule, "name", sheet.worker_name, true},
                                   {kAddressRule, "address", sheet.address, false}};
  for (const NoticeRow& row : sheet.rows) {
    if (row.member_id.empty()) continue;
    const std::string path = ElementPath("members", row.member_id);
    texts.push_back({kPersonRule, absl::StrCat(path, ".name"), row.name, true});
    texts.push_back({kPersonRule, absl::StrCat(path, ".employer"), row.employer, false});
  }
  texts.push_back({kAmountsRule, "other_expense_note", sheet.other_expense_note, false});
  return texts;
}

// Whether `digits` can only be the number of a person, whosever it is.
bool IsPersonalNumber(string_view digits) {
  if (ParseIdentityNumber(digits).ok()) return true;
  if (digits.size() >= kMinUnknownCardDigits && digits.size() <= kMaxBankCardDigits &&
      PassesLuhn(digits)) {
    return true;
  }
  const auto phone = ParsePhone(digits);
  return phone.ok() && phone->kind == PhoneKind::kMobile;
}

// Whether a run of digits in `text` can only be the number of a person.
bool HasPersonalRun(string_view text) {
  std::string digits;
  for (const char c : text) {
    if (absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == 'X') {
      digits.push_back(c);
    } else if (!digits.empty()) {
      if (IsPersonalNumber(digits)) return true;
      digits.clear();
    }
  }
  return IsPersonalNumber(digits);
}

// Whether a number in `text` can only be that of a person. Blanks, dashes and brackets stand within
// a number or between two, other signs between two: they separate amounts.
bool HasPersonalNumber(string_view text) {
  const auto joined = [](std::string in) {
    return absl::StrReplaceAll(
        in, {{"-", ""}, {"(", ""}, {")", ""}, {"‑", ""}, {"–", ""}, {"—", ""}, {"−", ""}});
  };
  // The identifier is the text without blanks, in capitals.
  return HasPersonalRun(joined(NormalizeIdentifier(text))) ||
         HasPersonalRun(absl::AsciiStrToUpper(NormalizeText(text)));
}

v1::Finding NotForThePublic(const PublicText& text, string_view other_field, string_view member,
                            const Text& what) {
  v1::Finding finding =
      Error(text.rule, v1::FINDING_CODE_NOT_FOR_THE_PUBLIC, text.field,
            Text{absl::StrCat(what.zh, "，不得公示：请从该项中删去。"),
                 absl::StrCat(what.en, ", which must not be public: remove it from this field")});
  finding.set_other_field(std::string(other_field));
  finding.set_member(std::string(member));
  finding.set_next_action(v1::NEXT_ACTION_CORRECT);
  return finding;
}

// The member in a path "members[id].name".
string_view MemberOf(string_view path) {
  if (!absl::StartsWith(path, "members[")) return "";
  const size_t begin = path.find('[') + 1;
  return path.substr(begin, path.find(']') - begin);
}

const PrivateWord* FindIn(string_view key, const std::vector<PrivateWord>& words) {
  const auto found = std::find_if(words.begin(), words.end(), [key](const PrivateWord& word) {
    return absl::StrContains(key, word.key);
  });
  return found == words.end() ? nullptr : &*found;
}

// The first number of the family in `text`, or else one of anybody when `any_person`.
void CheckNumbers(const PublicText& text, const std::vector<PrivateWord>& numbers, bool any_person,
                  Findings& findings) {
  const PrivateWord* number = FindIn(SearchKey(text.text), numbers);
  if (number == nullptr && !(any_person && HasPersonalNumber(text.text))) return;
  findings.push_back(NotForThePublic(
      text, number == nullptr ? "" : number->field, MemberOf(text.field),
      Text{"公示单上的这一项含有身份证号、电话或银行卡号",
           "this text of the notice contains an identity, telephone or card number"}));
}

void CheckNames(const PublicText& text, const std::vector<PrivateWord>& names, Findings& findings) {
  const PrivateWord* name = FindIn(SearchKey(text.text), names);
  if (name == nullptr) return;
  findings.push_back(NotForThePublic(
      text, name->field, MemberOf(name->field),
      Text{absl::StrCat("公示单上的这一项含有未满", kShownNameAge, "周岁成员的姓名"),
           absl::StrCat("this text of the notice contains the name of a member under ",
                        kShownNameAge)}));
}

// Field of the archive that the unit's telephone comes from.
std::string UnitPhoneField(const NoticeSheet& sheet) {
  return sheet.posting_id.empty()
             ? "unit"
             : absl::StrCat(ElementPath("postings", sheet.posting_id), ".unit_phone");
}

v1::Finding NoUnitPhone(const NoticeSheet& sheet) {
  v1::Finding finding = Error(
      kUnitPhoneRule, v1::FINDING_CODE_REQUIRED_MISSING, UnitPhoneField(sheet),
      Text{"公示单上没有单位工会电话，职工群众无法反映异议：请在公示记录中填写，或在组织名录中"
           "补充。",
           "the notice has no telephone of the unit with which to raise an objection: record "
           "it with the posting, or add it to the dictionary of orgs"});
  finding.set_next_action(v1::NEXT_ACTION_CORRECT);
  return finding;
}

// Looking for everybody's numbers in everybody's row would take minutes.
v1::Finding TooManyMembers() {
  v1::Finding finding = Error(
      kPersonRule, v1::FINDING_CODE_TOO_LARGE, "members",
      Text{absl::StrCat("家庭成员超过", limits::kMaxMembers, "人，公示单未经检查，请先删减。"),
           absl::StrCat("more than ", limits::kMaxMembers,
                        " members: the notice was not checked, remove some first")});
  finding.set_next_action(v1::NEXT_ACTION_CORRECT);
  return finding;
}

}  // namespace

Findings CheckNoticeSheet(const NoticeSheet& sheet, const Archive& archive) {
  if (archive.members_size() > limits::kMaxMembers) return {TooManyMembers()};
  const std::vector<PrivateWord> numbers = NumbersOf(archive);
  const std::vector<PrivateWord> names = HiddenNames(sheet, archive);
  Findings findings;
  for (const PublicText& text : TextsOf(sheet)) {
    CheckNumbers(text, numbers, /*any_person=*/true, findings);
    // One name may begin with another.
    if (!text.is_name) CheckNames(text, names, findings);
  }
  if (NormalizeText(sheet.unit_phone).empty()) findings.push_back(NoUnitPhone(sheet));
  // A telephone belongs there, only not the family's.
  CheckNumbers({kUnitPhoneRule, UnitPhoneField(sheet), sheet.unit_phone, false}, numbers,
               /*any_person=*/false, findings);
  return findings;
}

}  // namespace bangfu::domain
