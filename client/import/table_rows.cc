#include "client/import/table_rows.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/import/cell_value.h"
#include "domain/text/normalize.h"

namespace bangfu::client {
namespace {

constexpr const char* kTotals[] = {"合计", "总计", "小计", "共计"};
// A total names itself in one of this many filled cells from the left.
constexpr int kTotalCells = 3;
// A note has no more filled cells than that.
constexpr size_t kMaxNoteCells = 4;
// Longer texts in the column are no running numbers, and are not repeated in messages.
constexpr size_t kMaxShownSequence = 8;  // bytes

bool IsTotalWord(const Cell& cell) {
  const std::string key = domain::CodeKey(cell.text);
  return std::any_of(std::begin(kTotals), std::end(kTotals),
                     [&key](const char* total) { return absl::StartsWith(key, total); });
}

// What a row is made of.
class RowView {
 public:
  RowView(const SheetTable& table, int row) : table_(table), row_(row) {
    for (int column = 0; column < table.sheet->column_count(); ++column) {
      if (!IsBlank(table.sheet->at(row, column))) filled_.push_back(column);
    }
  }

  const std::vector<int>& filled() const { return filled_; }

  bool IsRecord() const {
    if (std::all_of(filled_.begin(), filled_.end(), [this](int c) { return IsLink(c); })) {
      return false;
    }
    return HasPerson() || !(IsTotal() || IsNote());
  }

 private:
  const Cell& at(int column) const { return table_.sheet->at(row_, column); }

  // Whether the column only says which household it is about.
  bool IsLink(int column) const {
    return column == table_.sequence ||
           std::any_of(table_.worker.begin(), table_.worker.end(),
                       [column](const TableColumn& worker) { return worker.index == column; });
  }

  // Whether somebody is named who is no total ("合计" may stand in the column of names).
  bool HasPerson() const {
    return std::any_of(table_.columns.begin(), table_.columns.end(), [this](const TableColumn& c) {
      return IsIdentifying(*c.field) && !IsBlank(at(c.index)) && !IsTotalWord(at(c.index));
    });
  }

  bool IsTotal() const {
    const auto last = std::min(filled_.size(), size_t{kTotalCells});
    return std::any_of(filled_.begin(), filled_.begin() + static_cast<std::ptrdiff_t>(last),
                       [this](int column) { return IsTotalWord(at(column)); });
  }

  bool IsNote() const {
    if (filled_.size() > kMaxNoteCells) return false;
    bool note = false;
    for (const int column : filled_) {
      if (at(column).kind != Cell::Kind::kText) return false;
      const std::string text = TextOf(at(column));
      note = note || absl::StrContains(text, ":") ||
             (column == table_.sequence &&
              std::none_of(text.begin(), text.end(), absl::ascii_isdigit));
    }
    return note;
  }

  const SheetTable& table_;
  const int row_;
  std::vector<int> filled_;
};

}  // namespace

TableRows FindRows(const SheetTable& table) {
  TableRows found;
  for (int row = table.header_row + 1; row < table.sheet->row_count(); ++row) {
    const RowView view(table, row);
    if (!view.IsRecord()) continue;
    found.rows.push_back(row);
    for (const int column : view.filled()) {
      if (std::binary_search(table.unnamed.begin(), table.unnamed.end(), column)) {
        found.unnamed.try_emplace(column, row);
      }
    }
  }
  return found;
}

std::string SequenceOf(const SheetTable& table, int row) {
  return table.sequence < 0 ? "" : TextOf(table.sheet->at(row, table.sequence));
}

Text RowName(int row, const std::string& sequence) {
  const bool shown = !sequence.empty() && sequence.size() <= kMaxShownSequence;
  return Text{
      absl::StrCat("第", row + 1, "行", shown ? absl::StrCat("（序号", sequence, "）") : ""),
      absl::StrCat("row ", row + 1, shown ? absl::StrCat(" (no. ", sequence, ")") : "")};
}

}  // namespace bangfu::client
