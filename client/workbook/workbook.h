#ifndef BANGFU_CLIENT_WORKBOOK_WORKBOOK_H_
#define BANGFU_CLIENT_WORKBOOK_WORKBOOK_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/workbook/limits.h"

namespace bangfu::client {

// One cell as it is stored. Nothing is guessed: a date kept as a serial number stays a number, a
// number kept as text stays text, blanks around a text stay.
struct Cell {
  enum class Kind { kEmpty, kText, kNumber, kBool, kError };

  Kind kind = Kind::kEmpty;
  // kText: the text, rich text joined, phonetic guides left out.
  // kNumber: its decimal digits without an exponent ("330104197903035000"). A whole number keeps
  // every digit the file
  //   has, even those a double cannot hold; others are the shortest decimal that gives `number`
  //   back ("2300.1", not the stored 2300.0999999999999).
  // kBool: TRUE or FALSE. kError: the code ("#N/A"), or kFormulaWithoutResult.
  std::string text;
  // kNumber: the value. kBool: 1 or 0.
  double number = 0;
  // The cell is displayed as a date or time. A number is then days since 1899-12-30 (see
  // Workbook::dates_from_1904).
  bool date_format = false;
};

// Error text of a formula that its program saved without calculating it. Reading it as empty would
// lose a value.
inline constexpr char kFormulaWithoutResult[] = "#FORMULA";

// A sheet with 0-based rows and columns. Only filled cells cost memory. Of merged cells the top
// left one has the value.
class Sheet {
 public:
  std::string name;
  // Hidden by its author; often a list of choices rather than data.
  bool hidden = false;

  // The cell, or an empty one outside of the filled area. Valid until the sheet changes.
  const Cell& at(int row, int column) const;

  // One more than the last row, or column, with a filled cell; blank ones in between count.
  int row_count() const { return static_cast<int>(rows_.size()); }
  int column_count() const { return column_count_; }

  // Sets a cell; an empty one is not kept. Returns false, changing nothing, if the cell was already
  // set or its position is negative.
  bool Put(int row, int column, Cell cell);

 private:
  // Per row the filled cells by ascending column.
  std::vector<std::vector<std::pair<int, Cell>>> rows_;
  int column_count_ = 0;
};

struct Workbook {
  // In the order of the tabs. Never empty when it comes from ReadWorkbook.
  std::vector<Sheet> sheets;
  // Serial dates count from 1904-01-01 (old files of Excel for Mac) instead of 1899-12-30.
  bool dates_from_1904 = false;
};

// Reads an .xlsx (or .xlsm) workbook, or a comma separated .csv in UTF-8, whose single sheet is
// named like the file and has text cells only. The content decides the format; the file's extension
// only tells CSV from other text.
//
// Retry: safe, reads only. Never throws.
// Errors: NOT_FOUND the file does not exist · INVALID_ARGUMENT it cannot be read, is empty,
// incomplete, damaged,
//         encrypted, of another kind, or over one of `limits`. Messages are Chinese and English,
//         say what to do, name file, sheet and cell, and never quote what a cell holds.
absl::StatusOr<Workbook> ReadWorkbook(absl::string_view path, const WorkbookLimits& limits = {});

// The spreadsheet's name of a cell with 0-based position: CellName(11, 28) is "AC12". Positions
// must not be negative.
std::string CellName(int row, int column);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_WORKBOOK_WORKBOOK_H_
