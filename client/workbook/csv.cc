#include "client/workbook/csv.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/workbook/utf8.h"
#include "client/workbook/workbook_error.h"

namespace bangfu::client {
namespace {

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

absl::Status BadQuote(int64_t row, int64_t column) {
  const std::string cell = CellName(static_cast<int>(row), static_cast<int>(column));
  return WorkbookError(
      absl::StrCat("单元格 ", cell, " 的引号不成对。请在 Excel 或 WPS 中打开并另存为 .xlsx"),
      absl::StrCat("cell ", cell,
                   " has a quotation mark without its partner; open the file in Excel or WPS and "
                   "save it as .xlsx"));
}

Cell TextCell(std::string text) {
  Cell cell;
  if (text.empty()) return cell;
  cell.kind = Cell::Kind::kText;
  cell.text = std::move(text);
  return cell;
}

// Takes one field off the front of `rest`, leaving what follows it. False if its quotation marks do
// not match.
bool TakeField(absl::string_view& rest, std::string& field) {
  if (!absl::ConsumePrefix(&rest, "\"")) {
    const size_t end = std::min(rest.find_first_of(",\n"), rest.size());
    absl::string_view text = rest.substr(0, end);
    if (end == rest.size() || rest[end] == '\n') absl::ConsumeSuffix(&text, "\r");
    field = std::string(text);
    rest.remove_prefix(end);
    return true;
  }
  while (true) {
    const size_t quote = rest.find('"');
    if (quote == absl::string_view::npos) return false;
    absl::StrAppend(&field, rest.substr(0, quote));
    rest.remove_prefix(quote + 1);
    if (!absl::ConsumePrefix(&rest, "\"")) break;
    field += '"';
  }
  if (rest == "\r" || absl::StartsWith(rest, "\r\n")) rest.remove_prefix(1);
  return rest.empty() || rest[0] == ',' || rest[0] == '\n';
}

}  // namespace

absl::Status ReadCsv(absl::string_view content, SheetWriter& writer) {
  if (!IsUtf8(content)) {
    return WorkbookError(
        "CSV 文件不是 UTF-8 编码。请在 Excel 或 WPS 中另存为“CSV UTF-8”或 .xlsx",
        "the CSV file is not UTF-8; save it as \"CSV UTF-8\" or .xlsx in Excel or WPS");
  }
  absl::ConsumePrefix(&content, kByteOrderMark);
  int64_t row = 0, column = 0;
  while (!content.empty()) {
    std::string field;
    if (!TakeField(content, field)) return BadQuote(row, column);
    if (absl::Status put = writer.Put(row, column, TextCell(std::move(field))); !put.ok()) {
      return put;
    }
    if (absl::ConsumePrefix(&content, ",")) {
      ++column;
    } else if (absl::ConsumePrefix(&content, "\n")) {
      ++row;
      column = 0;
    }
  }
  return absl::OkStatus();
}

}  // namespace bangfu::client
