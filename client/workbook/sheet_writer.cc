#include "client/workbook/sheet_writer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/workbook/workbook_error.h"

namespace bangfu::client {

absl::Status SheetWriter::AddSheet(std::string name, bool hidden) {
  if (workbook_.sheets.size() >= static_cast<size_t>(limits_.sheets)) {
    return OverLimit("工作表数", "sheets", limits_.sheets);
  }
  Sheet& sheet = workbook_.sheets.emplace_back();
  sheet.name = std::move(name);
  sheet.hidden = hidden;
  return absl::OkStatus();
}

absl::Status SheetWriter::Put(int64_t row, int64_t column, Cell cell) {
  if (cell.kind == Cell::Kind::kEmpty) return absl::OkStatus();
  Sheet& sheet = workbook_.sheets.back();
  if (row >= limits_.rows) {
    return OverLimit(absl::StrCat("工作表“", sheet.name, "”的行数"),
                     absl::StrCat("rows of sheet ", sheet.name), limits_.rows);
  }
  if (column >= limits_.columns) {
    return OverLimit(absl::StrCat("工作表“", sheet.name, "”的列数"),
                     absl::StrCat("columns of sheet ", sheet.name), limits_.columns);
  }
  const int row_index = static_cast<int>(row), column_index = static_cast<int>(column);
  const int64_t bytes = static_cast<int64_t>(cell.text.size());
  if (bytes > limits_.cell_text_bytes) {
    const std::string where = absl::StrCat(sheet.name, "!", CellName(row_index, column_index));
    return OverLimit(absl::StrCat("单元格 ", where, " 的字节数"),
                     absl::StrCat("bytes of cell ", where), limits_.cell_text_bytes);
  }
  if (++cells_ > limits_.cells) return OverLimit("单元格数", "cells", limits_.cells);
  text_bytes_ += bytes;
  if (text_bytes_ > limits_.text_bytes) {
    return OverLimit("文字总字节数", "bytes of text", limits_.text_bytes);
  }
  if (!sheet.Put(row_index, column_index, std::move(cell))) {
    return DamagedWorkbook(
        absl::StrCat("cell ", CellName(row_index, column_index), " appears twice"));
  }
  return absl::OkStatus();
}

}  // namespace bangfu::client
