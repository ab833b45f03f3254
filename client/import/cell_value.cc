#include "client/import/cell_value.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/finding.pb.h"
#include "bangfu/v1/options.pb.h"
#include "base/error.h"
#include "domain/codes/code_list.h"
#include "domain/codes/field_spec.h"
#include "domain/record/value_text.h"
#include "domain/rules/archive_number.h"
#include "domain/rules/contract_term.h"
#include "domain/text/bank_card.h"
#include "domain/text/civil_date.h"
#include "domain/text/date_text.h"
#include "domain/text/identity_number.h"
#include "domain/text/list_split.h"
#include "domain/text/money.h"
#include "domain/text/normalize.h"
#include "domain/text/phone.h"
#include "domain/text/spreadsheet_number.h"

namespace bangfu::client {
namespace {

using domain::ValueProblem;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Days from serial 0 of the 1900 date system to serial 0 of the 1904 date system (ECMA-376 part 1,
// 18.17.4.1).
constexpr double kDaysFrom1900To1904 = 1462;

ValueProblem Wrong(v1::FindingCode code, absl::string_view zh, absl::string_view en) {
  return ValueProblem{code, v1::SEVERITY_ERROR, Text{std::string(zh), std::string(en)}};
}

ValueProblem ErrorCell(const Cell& cell) {
  if (cell.text == kFormulaWithoutResult) {
    return Wrong(
        v1::FINDING_CODE_MALFORMED,
        "公式没有保存计算结果，请用表格软件打开并保存后再导入，或直接填写",
        "the formula was saved without its result: open and save the file in a spreadsheet "
        "program, or type the value");
  }
  return Wrong(v1::FINDING_CODE_MALFORMED, "单元格是表格软件的出错值，请改正公式或直接填写",
               "the cell is an error of the spreadsheet, correct the formula or type the value");
}

ValueProblem DateInsteadOfValue() {
  return Wrong(v1::FINDING_CODE_MALFORMED, "单元格是日期格式，请改为常规或文本格式后重新填写",
               "the cell is formatted as a date: format it as general or text and type it again");
}

ValueProblem NumericDamage() {
  return Wrong(v1::FINDING_CODE_NUMERIC_DAMAGE,
               "被表格软件当作数字保存，后面的数字已经丢失；请把该列设为文本格式，对照原件重新填写",
               "digits were lost because a spreadsheet kept it as a number; format the column as "
               "text and type the number again from the original");
}

ValueProblem BadMoney(domain::MoneyError error) {
  constexpr v1::FindingCode kBad = v1::FINDING_CODE_BAD_MONEY;
  switch (error) {
    case domain::MoneyError::kNegative:
      return Wrong(kBad, "不能是负数，请核对金额", "must not be negative, check the amount");
    case domain::MoneyError::kTooManyDecimals:
      return Wrong(kBad, "最多两位小数，请按元、角、分填写",
                   "has more than two decimals, write yuan with at most two");
    case domain::MoneyError::kTooLarge: {
      const std::string most = domain::FormatYuan(domain::kMaxAmountFen);
      return Wrong(kBad, absl::StrCat("超过", most, "元，请核对金额"),
                   absl::StrCat("is more than ", most, " yuan, check the amount"));
    }
    default:
      return Wrong(kBad, "不是金额，请以元为单位只填数字，如“1470.00”",
                   "is not an amount, write yuan in digits, like 1470.00");
  }
}

using DayOrError = domain::Parsed<absl::CivilDay, domain::DateError>;

DayOrError DayOfCell(const Cell& cell, const CellContext& context) {
  if (cell.kind != Cell::Kind::kNumber) return domain::ReadDate(cell.text);
  const double serial = cell.number + (context.dates_from_1904 ? kDaysFrom1900To1904 : 0);
  if (!cell.date_format && (serial < kMinBareSerial || serial >= kMaxBareSerial + 1)) {
    return domain::ReadDate(cell.text);
  }
  const std::optional<absl::CivilDay> day = domain::FromExcelSerial(serial);
  return day ? DayOrError(*day) : DayOrError(domain::DateError::kNotADay);
}

ValueProblem BadDate(domain::DateError error) {
  if (auto problem = domain::IncompleteDate(error)) return *std::move(problem);
  return Wrong(v1::FINDING_CODE_BAD_DATE,
               "不是真实、完整的日期，请按“1985年7月28日”或“1985-07-28”的格式填写",
               "is not a real and complete date, write it like 1985-07-28");
}

// Reads one cell; the members are what every kind of value needs.
class CellReader {
 public:
  CellReader(const Cell& cell, const FieldDescriptor& field, const CellContext& context,
             Message& record)
      : cell_(cell),
        field_(field),
        format_(domain::SpecOf(field).format()),
        context_(context),
        record_(record) {}

  std::vector<ValueProblem> Read() {
    if (cell_.kind == Cell::Kind::kError) {
      problems_.push_back(ErrorCell(cell_));
    } else if (format_ == v1::FORMAT_DATE) {
      ReadDate();
    } else if (cell_.date_format && cell_.kind == Cell::Kind::kNumber) {
      problems_.push_back(DateInsteadOfValue());
    } else if (field_.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      ReadCodes();
    } else if (format_ == v1::FORMAT_MONEY) {
      ReadMoney();
    } else if (field_.cpp_type() != FieldDescriptor::CPPTYPE_STRING || field_.is_repeated()) {
      ReadOther();
    } else if (LostDigits(cell_)) {
      problems_.push_back(NumericDamage());
    } else if (format_ == v1::FORMAT_ORG) {
      ReadOrg();
    } else {
      Set(Normalised());
    }
    return std::move(problems_);
  }

 private:
  void Set(const std::string& text) { record_.GetReflection()->SetString(&record_, &field_, text); }

  void ReadDate() {
    const DayOrError day = DayOfCell(cell_, context_);
    if (day.ok()) {
      Set(domain::FormatDate(*day));
    } else {
      problems_.push_back(BadDate(day.error()));
    }
  }

  void ReadCodes() {
    const EnumDescriptor& list = *field_.enum_type();
    if (ReadContractTerm()) return;
    if (!field_.is_repeated()) {
      if (const auto code = ReadCode(list, cell_.text)) {
        record_.GetReflection()->SetEnumValue(&record_, &field_, *code);
      }
      return;
    }
    // A word of the list may have a separator in it.
    std::vector<std::string> words = {cell_.text};
    if (!domain::FindCode(list, cell_.text)) words = domain::SplitList(cell_.text);
    for (const std::string& word : words) {
      if (const auto code = ReadCode(list, word)) {
        record_.GetReflection()->AddEnumValue(&record_, &field_, *code);
      }
    }
  }

  // A term that is no word of the list, "36个月", "2013.1.1-2015.12.31": its word follows from it
  // (A13). Months that the row states in a column of their own stay.
  bool ReadContractTerm() {
    auto* archive = google::protobuf::DynamicCastToGenerated<v1::Archive>(&record_);
    if (archive == nullptr || field_.number() != v1::Archive::kContractTermFieldNumber ||
        domain::FindCode(*field_.enum_type(), cell_.text)) {
      return false;
    }
    const auto stated = domain::ParseContractTerm(cell_.text);
    if (!stated) return false;
    archive->set_contract_term(stated->term);
    if (stated->months && !archive->has_contract_months()) {
      archive->set_contract_months(*stated->months);
    }
    return true;
  }

  // "36个月" in the column of months.
  bool ReadContractMonths() {
    auto* archive = google::protobuf::DynamicCastToGenerated<v1::Archive>(&record_);
    if (archive == nullptr || field_.number() != v1::Archive::kContractMonthsFieldNumber) {
      return false;
    }
    const auto stated = domain::ParseContractTerm(cell_.text);
    if (!stated || !stated->months) return false;
    archive->set_contract_months(*stated->months);
    return true;
  }

  // The word is not quoted unless it is one of the list: it may have slipped from another column.
  std::optional<int> ReadCode(const EnumDescriptor& list, absl::string_view word) {
    const std::optional<domain::CodeMatch> match = domain::FindCode(list, word);
    if (!match) {
      const std::string labels = domain::CodeLabels(list);
      problems_.push_back(Wrong(
          v1::FINDING_CODE_UNKNOWN_CODE, absl::StrCat("不在可填的词中，请改为其中之一：", labels),
          absl::StrCat("is not one of the possible words, choose one: ", labels)));
      return std::nullopt;
    }
    if (match->misprint) {
      const std::string meant = domain::CodeLabel(list, match->number);
      const std::string misprint = domain::NormalizeText(word);
      problems_.push_back(
          ValueProblem{v1::FINDING_CODE_MISPRINT_ACCEPTED, v1::SEVERITY_WARNING,
                       Text{absl::StrCat("“", misprint, "”不是可填的词，已按“", meant,
                                         "”导入，请核对并改正登记表"),
                            absl::StrCat("\"", misprint,
                                         "\" is not one of the possible words and "
                                         "was read as \"",
                                         meant, "\", check it and correct the register")}});
    }
    return match->number;
  }

  void ReadMoney() {
    const auto amount = domain::ParseYuan(cell_.text);
    if (amount.ok()) {
      record_.GetReflection()->SetInt64(&record_, &field_, *amount);
    } else {
      problems_.push_back(BadMoney(amount.error()));
    }
  }

  void ReadOrg() {
    if (const v1::Org* org = context_.orgs.FindByName(cell_.text, context_.org)) {
      Set(org->id());
      return;
    }
    const v1::Org* city = context_.orgs.City();
    const v1::Org* elsewhere =
        city == nullptr ? nullptr : context_.orgs.FindByName(cell_.text, city->id());
    if (elsewhere == nullptr) {
      problems_.push_back(Wrong(v1::FINDING_CODE_OUT_OF_SCOPE,
                                "组织名录中没有这个单位，或有多个同名单位；请填写名录中的全称，"
                                "名录缺少的请报市总工会补充",
                                "the dictionary of orgs has no such unit, or several of this name: "
                                "write its full name, or have the city union add it"));
      return;
    }
    const v1::Org* owner = context_.orgs.UnionOf(elsewhere->id());
    if (owner == nullptr || owner == elsewhere) owner = elsewhere;
    problems_.push_back(
        Wrong(v1::FINDING_CODE_OUT_OF_SCOPE,
              absl::StrCat("“", elsewhere->name(), "”不在填报单位之下，属于“", owner->name(),
                           "”；请改正单位，或交由“", owner->name(), "”填报"),
              absl::StrCat("\"", elsewhere->name(),
                           "\" is not under the org that files but belongs "
                           "to \"",
                           owner->name(), "\": correct the unit, or have \"", owner->name(),
                           "\" file it")));
  }

  void ReadOther() {
    if (ReadContractMonths()) return;
    if (!domain::SetValueText(record_, field_, TextOf(cell_))) {
      record_.GetReflection()->ClearField(&record_, &field_);
      problems_.push_back(Wrong(v1::FINDING_CODE_MALFORMED, "不是该列的值，请重新填写",
                                "is not a value of this column, type it again"));
    }
  }

  std::string Normalised() const {
    const std::string& text = cell_.text;
    switch (format_) {
      case v1::FORMAT_IDENTITY_NUMBER: {
        const auto number = domain::ParseIdentityNumber(text);
        return number.ok() ? number->number : domain::NormalizeIdentifier(text);
      }
      case v1::FORMAT_BANK_CARD: {
        const auto card = domain::ParseBankCard(text);
        return card.ok() ? *card : domain::NormalizeIdentifier(text);
      }
      case v1::FORMAT_PHONE: {
        const auto phone = domain::ParsePhone(text);
        return phone.ok() ? phone->number : domain::NormalizeIdentifier(text);
      }
      case v1::FORMAT_ARCHIVE_NUMBER: {
        const auto number = domain::ParseArchiveNumber(text);
        return number ? domain::FormatArchiveNumber(*number) : domain::NormalizeIdentifier(text);
      }
      default:
        return domain::NormalizeText(text);
    }
  }

  const Cell& cell_;
  const FieldDescriptor& field_;
  const v1::Format format_;
  const CellContext& context_;
  Message& record_;
  std::vector<ValueProblem> problems_;
};

}  // namespace

bool IsBlank(const Cell& cell) {
  if (cell.text.empty()) return true;
  if (absl::ascii_isgraph(static_cast<unsigned char>(cell.text.front()))) return false;
  return domain::NormalizeText(cell.text).empty();
}

std::string TextOf(const Cell& cell) { return domain::NormalizeText(cell.text); }

bool LostDigits(const Cell& cell) {
  if (cell.kind != Cell::Kind::kNumber) return false;
  const size_t whole = std::min(cell.text.find('.'), cell.text.size());
  const auto digits =
      std::count_if(cell.text.begin(), cell.text.begin() + static_cast<std::ptrdiff_t>(whole),
                    absl::ascii_isdigit);
  return digits > domain::kSpreadsheetDigits;
}

std::vector<ValueProblem> ReadCell(const Cell& cell, const FieldDescriptor& field,
                                   const CellContext& context, Message& record) {
  return CellReader(cell, field, context, record).Read();
}

}  // namespace bangfu::client
