#include "client/workbook/worksheet.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/workbook/number.h"
#include "client/workbook/package_parts.h"
#include "client/workbook/workbook_error.h"
#include "client/workbook/xml.h"

namespace bangfu::client {
namespace {

// The most any spreadsheet addresses (ECMA-376: row 1,048,576; column XFD). The caller's limits
// come on top.
constexpr int64_t kFormatRows = 1 << 20;
constexpr int64_t kFormatColumns = 1 << 14;

struct Position {
  int64_t row = 0;
  int64_t column = 0;
};

// "AC12" as row 11, column 28.
std::optional<Position> ParseReference(absl::string_view reference) {
  Position position;
  size_t letters = 0;
  for (; letters < reference.size(); ++letters) {
    const unsigned char c = static_cast<unsigned char>(reference[letters]);
    if (!absl::ascii_isalpha(c)) break;
    position.column = position.column * 26 + (absl::ascii_toupper(c) - 'A' + 1);
    if (position.column > kFormatColumns) return std::nullopt;
  }
  if (letters == 0 || !absl::SimpleAtoi(reference.substr(letters), &position.row)) {
    return std::nullopt;
  }
  if (position.row < 1 || position.row > kFormatRows) return std::nullopt;
  return Position{position.row - 1, position.column - 1};
}

class WorksheetVisitor : public XmlVisitor {
 public:
  WorksheetVisitor(absl::string_view part, const std::vector<std::string>& strings,
                   const std::vector<bool>& date_styles, SheetWriter& writer)
      : part_(part), strings_(strings), date_styles_(date_styles), writer_(writer) {}

  // After the first error the rest is only skipped.
  const absl::Status& status() const { return status_; }

  void StartElement(absl::string_view name, const XmlAttributes& attributes) override {
    if (name == "sheetData") {
      in_sheet_data_ = true;
    } else if (!in_sheet_data_) {
      return;  // anchors of pictures, too, have elements named row
    } else if (name == "row") {
      StartRow(attributes);
    } else if (name == "c") {
      StartCell(attributes);
    } else if (in_cell_ && name == "v") {
      in_value_ = has_value_ = true;
    } else if (in_cell_ && name == "f") {
      has_formula_ = true;
    } else if (in_cell_ && name == "is") {
      in_inline_ = has_value_ = true;
    } else if (in_inline_) {
      inline_.Start(name);
    }
  }

  void EndElement(absl::string_view name) override {
    if (name == "sheetData") {
      in_sheet_data_ = false;
    } else if (name == "v") {
      in_value_ = false;
    } else if (name == "is") {
      in_inline_ = false;
    } else if (name == "c" && in_cell_) {
      in_cell_ = false;
      if (status_.ok()) PutCell();
    } else if (in_inline_) {
      inline_.End(name);
    }
  }

  void Text(absl::string_view text) override {
    if (in_value_) absl::StrAppend(&value_, text);
    if (in_inline_) inline_.Text(text);
  }

 private:
  void Fail(absl::string_view detail) {
    if (status_.ok()) {
      status_ = DamagedWorkbook(absl::StrCat(
          part_, " ", CellName(static_cast<int>(at_.row), static_cast<int>(at_.column)), ": ",
          detail));
    }
  }

  // A row or cell without its number follows the one before it.
  void StartRow(const XmlAttributes& attributes) {
    ++row_;
    column_ = -1;
    const std::optional<absl::string_view> number = attributes.Get("r");
    if (!number) return;
    if (!absl::SimpleAtoi(*number, &row_) || row_ < 1 || row_ > kFormatRows) {
      row_ = 0;
      Fail("row number");
      return;
    }
    --row_;
  }

  void StartCell(const XmlAttributes& attributes) {
    in_cell_ = true;
    has_value_ = has_formula_ = false;
    value_.clear();
    inline_ = StringItem();
    type_ = std::string(attributes.Get("t").value_or("n"));
    at_ = {row_, column_ + 1};
    if (const std::optional<absl::string_view> reference = attributes.Get("r")) {
      const std::optional<Position> position = ParseReference(*reference);
      if (!position) return Fail("cell reference");
      at_ = *position;
    }
    if (at_.row < 0 || at_.row >= kFormatRows || at_.column >= kFormatColumns) {
      at_ = {};
      return Fail("cell outside of the sheet");
    }
    column_ = at_.column;
    size_t style = 0;
    date_format_ = absl::SimpleAtoi(attributes.Get("s").value_or("0"), &style) &&
                   style < date_styles_.size() && date_styles_[style];
  }

  void PutCell() {
    Cell cell;
    cell.date_format = date_format_;
    if (has_value_) {
      FillCell(cell);
    } else if (has_formula_) {
      cell.kind = Cell::Kind::kError;
      cell.text = kFormulaWithoutResult;
    }
    if (status_.ok()) status_ = writer_.Put(at_.row, at_.column, std::move(cell));
  }

  // By the cell's type, ECMA-376 part 1, 18.18.11 ST_CellType.
  void FillCell(Cell& cell) {
    if (type_ == "inlineStr") {
      SetText(cell, inline_.Take());
    } else if (type_ == "s") {
      size_t index = 0;
      if (value_.empty()) return;
      if (!absl::SimpleAtoi(value_, &index) || index >= strings_.size()) {
        return Fail("no such shared string");
      }
      SetText(cell, strings_[index]);
    } else if (type_ == "str" || type_ == "d") {
      SetText(cell, std::move(value_));
    } else if (type_ == "b") {
      if (value_ != "0" && value_ != "1") return Fail("not a boolean");
      cell.kind = Cell::Kind::kBool;
      cell.number = value_ == "1" ? 1 : 0;
      cell.text = value_ == "1" ? "TRUE" : "FALSE";
    } else if (type_ == "e") {
      cell.kind = Cell::Kind::kError;
      cell.text = std::move(value_);
    } else if (type_ == "n") {
      if (value_.empty()) return;
      std::optional<StoredNumber> number = ParseStoredNumber(value_);
      if (!number) return Fail("not a number");
      cell.kind = Cell::Kind::kNumber;
      cell.number = number->value;
      cell.text = std::move(number->digits);
    } else {
      Fail("unknown type of cell");
    }
  }

  static void SetText(Cell& cell, std::string text) {
    if (text.empty()) return;
    cell.kind = Cell::Kind::kText;
    cell.text = std::move(text);
  }

  absl::string_view part_;
  const std::vector<std::string>& strings_;
  const std::vector<bool>& date_styles_;
  SheetWriter& writer_;
  absl::Status status_;

  bool in_sheet_data_ = false;
  int64_t row_ = -1;
  int64_t column_ = -1;
  // The open cell.
  bool in_cell_ = false;
  bool in_value_ = false;
  bool in_inline_ = false;
  bool has_value_ = false;
  bool has_formula_ = false;
  bool date_format_ = false;
  Position at_;
  std::string type_;
  std::string value_;
  StringItem inline_;
};

}  // namespace

absl::Status ReadWorksheet(absl::string_view part, absl::string_view content,
                           const std::vector<std::string>& strings,
                           const std::vector<bool>& date_styles, SheetWriter& writer) {
  WorksheetVisitor visitor(part, strings, date_styles, writer);
  if (absl::Status s = ParseXml(part, content, visitor); !s.ok()) return s;
  return visitor.status();
}

}  // namespace bangfu::client
