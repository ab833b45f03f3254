#include "client/cli/table.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>

namespace bangfu::client {
namespace {

constexpr int kGap = 2;  // blanks between columns

}  // namespace

int TerminalWidth(absl::string_view text) {
  int width = 0;
  const int32_t length = static_cast<int32_t>(text.size());
  for (int32_t i = 0; i < length;) {
    UChar32 character = 0;
    U8_NEXT_OR_FFFD(reinterpret_cast<const uint8_t*>(text.data()), i, length, character);
    const int8_t category = u_charType(character);
    if (category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK || category == U_FORMAT_CHAR)
      continue;
    const int east_asian = u_getIntPropertyValue(character, UCHAR_EAST_ASIAN_WIDTH);
    width += east_asian == U_EA_WIDE || east_asian == U_EA_FULLWIDTH ? 2 : 1;
  }
  return width;
}

void Table::Print(std::ostream& out) const {
  std::vector<int> widths;
  for (const std::string& title : header_) widths.push_back(TerminalWidth(title));
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size() && i < widths.size(); ++i)
      widths[i] = std::max(widths[i], TerminalWidth(row[i]));
  }
  const auto print = [&](const std::vector<std::string>& row) {
    for (size_t i = 0; i < row.size(); ++i) {
      out << row[i];
      const int padding = i + 1 < row.size() ? widths[i] - TerminalWidth(row[i]) + kGap : 0;
      out << std::string(static_cast<size_t>(padding), ' ');
    }
    out << "\n";
  };
  print(header_);
  for (const auto& row : rows_) print(row);
}

}  // namespace bangfu::client
