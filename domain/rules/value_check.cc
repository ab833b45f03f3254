#include "domain/rules/value_check.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "domain/rules/archive_number.h"
#include "domain/rules/org_tree.h"
#include "domain/text/bank_card.h"
#include "domain/text/civil_date.h"
#include "domain/text/date_text.h"
#include "domain/text/division.h"
#include "domain/text/identity_number.h"
#include "domain/text/money.h"
#include "domain/text/phone.h"
#include "domain/text/uuid.h"

namespace bangfu::domain {
namespace {

using Problem = std::optional<ValueProblem>;

constexpr size_t kDivisionDigits = 6;  // of an identity number

Problem Wrong(v1::FindingCode code, absl::string_view zh, absl::string_view en) {
  return ValueProblem{code, v1::SEVERITY_ERROR, Text{std::string(zh), std::string(en)}};
}

Problem NumericDamage() {
  return Wrong(v1::FINDING_CODE_NUMERIC_DAMAGE,
               "被表格软件当作数字保存，后面的数字已经丢失；请把该列设为文本格式，对照原件重新填写",
               "digits were lost because a spreadsheet kept it as a number; format the column as "
               "text and type the number again from the original");
}

// UTF-8 continuation bytes are 10xxxxxx; every other byte begins a character.
int CountCharacters(absl::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// A text has no more characters than bytes, so that short ones need not be counted.
bool IsLongerThan(absl::string_view text, int max_characters) {
  return text.size() > static_cast<size_t>(max_characters) &&
         CountCharacters(text) > max_characters;
}

// Line breaks and tabs belong into descriptions; other control characters would break terminals,
// forms and SQL texts.
bool IsControlCharacter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7F;
}

bool HasControlCharacters(absl::string_view text) {
  return HasSuspectBytes(text) && std::any_of(text.begin(), text.end(), IsControlCharacter);
}

Problem CheckDate(absl::string_view text, DateRange range, absl::CivilDay today) {
  const std::optional<absl::CivilDay> day = ParseIsoDate(text);
  if (!day) {
    const auto written = ReadDate(text);
    if (!written.ok()) {
      if (auto problem = IncompleteDate(written.error())) return problem;
    }
    return Wrong(v1::FINDING_CODE_BAD_DATE, "不是真实的日期，请按“2014-03-10”的格式填写",
                 "is not a real day, write it like 2014-03-10");
  }
  if (range == DateRange::kPast && *day > today) {
    return Wrong(v1::FINDING_CODE_DATE_IN_FUTURE, "晚于今天，请核对日期",
                 "lies in the future, check the date");
  }
  return std::nullopt;
}

Problem CheckPhone(absl::string_view text) {
  const auto phone = ParsePhone(text);
  if (phone.ok() || phone.error() == PhoneError::kEmpty) return std::nullopt;
  switch (phone.error()) {
    case PhoneError::kNumericDamage:
      return NumericDamage();
    case PhoneError::kCharacters:
      return Wrong(v1::FINDING_CODE_BAD_PHONE, "含有电话号码中不应有的字符，请只填写一个号码",
                   "contains characters that belong in no telephone number, write one number only");
    default:
      return Wrong(v1::FINDING_CODE_BAD_PHONE,
                   "不是手机号码或固定电话号码，请填写一个11位手机号或带区号的固定电话",
                   "is neither a mobile nor a landline number, write one mobile number of 11 "
                   "digits or one landline number with its area code");
  }
}

// Tables of divisions are never complete, so this only asks somebody to look.
Problem CheckDivision(const IdentityNumber& number, absl::CivilDay today) {
  switch (StandingOfDivision(number.division_code, number.birth_date, today)) {
    case DivisionStanding::kInForce:
      return std::nullopt;
    case DivisionStanding::kNotInForce:
      return ValueProblem{
          v1::FINDING_CODE_UNKNOWN_DIVISION, v1::SEVERITY_WARNING,
          Text{"前六位的行政区划代码从出生到今天都没有使用过，请对照身份证核对；与身份证一致的不用"
               "改",
               "its first six digits are a division that was not in force at any time from birth "
               "to today: check it against the card and leave it when the card says the same"}};
    case DivisionStanding::kUnknown:
      break;
  }
  return ValueProblem{
      v1::FINDING_CODE_UNKNOWN_DIVISION, v1::SEVERITY_WARNING,
      Text{"前六位不是已知的行政区划代码，请对照身份证核对；与身份证一致的不用改",
           "its first six digits are no division that is known: check it against the card and "
           "leave it when the card says the same"}};
}

Problem CheckIdentityNumber(absl::string_view text, absl::CivilDay today) {
  constexpr v1::FindingCode kBad = v1::FINDING_CODE_BAD_IDENTITY_NUMBER;
  const auto number = ParseIdentityNumber(text);
  if (number.ok()) {
    if (number->birth_date <= today) return CheckDivision(*number, today);
    return Wrong(kBad, "其中的出生日期晚于今天，请对照身份证核对",
                 "its birth date lies in the future, check it against the card");
  }
  switch (number.error()) {
    case IdentityNumberError::kEmpty:
      return std::nullopt;
    case IdentityNumberError::kNumericDamage:
      return NumericDamage();
    case IdentityNumberError::kCharacters:
      return Wrong(kBad, "应为17位数字加1位数字或字母X，请对照身份证核对",
                   "must be 17 digits and a final digit or X, check it against the card");
    case IdentityNumberError::kLength15:
      return Wrong(kBad, "15位旧号码已停用，请填写18位公民身份号码（A32）",
                   "old numbers of 15 digits are no longer valid, write the 18 characters of the "
                   "present card (A32)");
    case IdentityNumberError::kLength:
      return Wrong(kBad, "位数不对，应为18位，请对照身份证核对",
                   "has the wrong length, it must be 18 characters, check it against the card");
    case IdentityNumberError::kDivision:
      return Wrong(kBad, "前两位不是省级行政区划代码，请对照身份证核对",
                   "its first two digits are no province, check it against the card");
    case IdentityNumberError::kBirthDate:
      return Wrong(kBad, "其中的出生日期不是真实的日期，请对照身份证核对",
                   "its birth date is not a real day, check it against the card");
    default:
      return Wrong(kBad, "校验码不对，至少有一位写错，请对照身份证核对",
                   "its check digit is wrong, so at least one character is: check it against the "
                   "card");
  }
}

Problem CheckBankCard(absl::string_view text) {
  constexpr v1::FindingCode kBad = v1::FINDING_CODE_BAD_BANK_CARD;
  const auto card = ParseBankCard(text);
  if (card.ok()) {
    if (PassesLuhn(*card)) return std::nullopt;
    return ValueProblem{kBad, v1::SEVERITY_WARNING,
                        Text{"校验位不对，请对照银行卡核对；如为老式存折可不改",
                             "its check digit is wrong, check it against the card; leave it when "
                             "it is an old passbook"}};
  }
  switch (card.error()) {
    case BankCardError::kEmpty:
      return std::nullopt;
    case BankCardError::kNumericDamage:
      return NumericDamage();
    case BankCardError::kCharacters:
      return Wrong(kBad, "只能是数字，请对照银行卡核对",
                   "must be digits only, check it against the card");
    default:
      return Wrong(kBad,
                   absl::StrCat("位数不对，应为", kMinBankCardDigits, "至", kMaxBankCardDigits,
                                "位数字，请对照银行卡核对"),
                   absl::StrCat("has the wrong length, it must be ", kMinBankCardDigits, " to ",
                                kMaxBankCardDigits, " digits, check it against the card"));
  }
}

// What is wrong with a text that is not plainly right, if anything is.
Problem FindProblem(v1::Format format, absl::string_view text, int max_characters, DateRange range,
                    absl::CivilDay today) {
  if (HasControlCharacters(text)) {
    return Wrong(v1::FINDING_CODE_MALFORMED, "含有控制字符，请重新填写",
                 "contains control characters, type it again");
  }
  if (IsLongerThan(text, max_characters)) {
    return Wrong(v1::FINDING_CODE_TOO_LONG, absl::StrCat("超过", max_characters, "个字，请缩短"),
                 absl::StrCat("is longer than ", max_characters, " characters, shorten it"));
  }
  switch (format) {
    case v1::FORMAT_DATE:
      return CheckDate(text, range, today);
    case v1::FORMAT_PHONE:
      return CheckPhone(text);
    case v1::FORMAT_IDENTITY_NUMBER:
      return CheckIdentityNumber(text, today);
    case v1::FORMAT_BANK_CARD:
      return CheckBankCard(text);
    case v1::FORMAT_UUID:
      if (IsUuid(text)) return std::nullopt;
      return Wrong(v1::FINDING_CODE_MALFORMED, "不是小写的UUID，请由程序生成",
                   "is not a UUID in lower case, let the program make it");
    case v1::FORMAT_ORG:
      if (IsOrgPath(text)) return std::nullopt;
      return Wrong(v1::FINDING_CODE_MALFORMED, "不是组织路径，请从组织名录中选择",
                   "is not the path of an org, choose it from the dictionary");
    case v1::FORMAT_ARCHIVE_NUMBER:
      if (ParseArchiveNumber(text)) return std::nullopt;
      return Wrong(v1::FINDING_CODE_BAD_NUMBER,
                   "应为单位简称加4位年份（2000–2099）加4位序号，如“工业橡胶20130006”",
                   "must be the unit's prefix, a year of 2000–2099 and a sequence of 4 digits, "
                   "like 工业橡胶20130006");
    default:
      return std::nullopt;
  }
}

}  // namespace

bool IsRightIdentityNumber(absl::string_view text, const absl::CivilDay& today) {
  const auto facts = ReadNormalIdentityNumber(text);
  return facts && facts->birth_date <= today &&
         StandingOfDivision(text.substr(0, kDivisionDigits), facts->birth_date, today) ==
             DivisionStanding::kInForce;
}

bool IsRightBankCard(absl::string_view text) {
  return text.size() >= kMinBankCardDigits && text.size() <= kMaxBankCardDigits && PassesLuhn(text);
}

std::optional<ValueProblem> CheckTextValue(v1::Format format, absl::string_view text,
                                           int max_characters, DateRange range,
                                           absl::CivilDay today) {
  if (IsPlainlyRight(format, text, max_characters, range, today)) return std::nullopt;
  return FindProblem(format, text, max_characters, range, today);
}

std::optional<ValueProblem> IncompleteDate(DateError error) {
  switch (error) {
    case DateError::kNoDay:
      return Wrong(v1::FINDING_CODE_BAD_DATE,
                   "没有写到日，请对照证件补全年、月、日，如“1990年7月12日”",
                   "has no day: write year, month and day as the papers have them, like "
                   "1990-07-12");
    case DateError::kTwoDigitYear:
      return Wrong(v1::FINDING_CODE_BAD_DATE, "年份只有两位，请写四位年份，如“1985年7月28日”",
                   "has a year of two digits: write all four, like 1985-07-28");
    default:
      return std::nullopt;
  }
}

std::optional<ValueProblem> CheckNumber(int64_t number, int64_t least, int64_t most,
                                        absl::string_view unit_zh, absl::string_view unit_en) {
  if (number >= least && number <= most) return std::nullopt;
  return Wrong(v1::FINDING_CODE_MALFORMED,
               absl::StrCat("应为", least, "至", most, unit_zh, "，请核对"),
               absl::StrCat("must be ", least, " to ", most, " ", unit_en, ", check it"));
}

std::optional<ValueProblem> CheckAmount(int64_t amount_fen) {
  if (amount_fen < 0) {
    return Wrong(v1::FINDING_CODE_BAD_MONEY, "不能是负数，请核对金额",
                 "must not be negative, check the amount");
  }
  if (amount_fen > kMaxAmountFen) {
    const std::string most = FormatYuan(kMaxAmountFen);
    return Wrong(v1::FINDING_CODE_BAD_MONEY, absl::StrCat("超过", most, "元，请核对金额"),
                 absl::StrCat("is more than ", most, " yuan, check the amount"));
  }
  return std::nullopt;
}

}  // namespace bangfu::domain
