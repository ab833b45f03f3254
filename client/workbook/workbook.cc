#include "client/workbook/workbook.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"

namespace bangfu::client {
namespace {

bool LeftOf(const std::pair<int, Cell>& entry, int column) { return entry.first < column; }

}  // namespace

const Cell& Sheet::at(int row, int column) const {
  static const Cell* const kEmptyCell = new Cell();
  if (row < 0 || row >= row_count()) return *kEmptyCell;
  const auto& cells = rows_[static_cast<size_t>(row)];
  const auto found = std::lower_bound(cells.begin(), cells.end(), column, LeftOf);
  return found != cells.end() && found->first == column ? found->second : *kEmptyCell;
}

bool Sheet::Put(int row, int column, Cell cell) {
  if (row < 0 || column < 0) return false;
  if (cell.kind == Cell::Kind::kEmpty) return true;
  if (row >= row_count()) rows_.resize(static_cast<size_t>(row) + 1);
  auto& cells = rows_[static_cast<size_t>(row)];
  const auto place = std::lower_bound(cells.begin(), cells.end(), column, LeftOf);
  if (place != cells.end() && place->first == column) return false;
  cells.emplace(place, column, std::move(cell));
  column_count_ = std::max(column_count_, column + 1);
  return true;
}

std::string CellName(int row, int column) {
  std::string letters;
  for (int rest = column + 1; rest > 0; rest = (rest - 1) / 26) {
    letters.insert(letters.begin(), static_cast<char>('A' + (rest - 1) % 26));
  }
  return absl::StrCat(letters, row + 1);
}

}  // namespace bangfu::client
