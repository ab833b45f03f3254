#include "client/import/filing_date.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "bangfu/v1/archive.pb.h"
#include "base/error.h"
#include "domain/codes/field_spec.h"
#include "domain/text/civil_date.h"
#include "domain/text/normalize.h"

namespace bangfu::client {
namespace {

using google::protobuf::FieldDescriptor;

const FieldDescriptor& FiledOn() {
  return *v1::Archive::descriptor()->FindFieldByNumber(v1::Archive::kFiledOnFieldNumber);
}

// "2014年3月10日 填表人:…" without the next label, which begins after the last blank before its
// colon. A date that nothing divides from the label is left to fail.
absl::string_view BeforeNextLabel(absl::string_view text) {
  const size_t colon = text.find(':');
  if (colon == absl::string_view::npos) return text;
  const size_t blank = text.substr(0, colon).rfind(' ');
  if (blank != absl::string_view::npos) return text.substr(0, blank);
  const bool has_digits = std::any_of(text.begin(), text.end(), absl::ascii_isdigit);
  return has_digits ? text : absl::string_view();
}

// What follows a label of the filing date in `text` (normalised), up to the next label; nothing
// when there is no such label. A label ends with a colon, or with the cell.
std::optional<std::string> AfterLabel(const std::string& text) {
  const v1::FieldSpec& spec = domain::SpecOf(FiledOn());
  std::vector<std::string> labels(spec.aliases().begin(), spec.aliases().end());
  labels.push_back(spec.label_zh());
  for (const std::string& label : labels) {
    const size_t at = text.find(label);
    if (at == std::string::npos) continue;
    absl::string_view rest = absl::string_view(text).substr(at + label.size());
    rest = absl::StripLeadingAsciiWhitespace(rest);
    if (!rest.empty() && !absl::ConsumePrefix(&rest, ":")) continue;
    rest = absl::StripAsciiWhitespace(rest);
    return std::string(BeforeNextLabel(rest));
  }
  return std::nullopt;
}

absl::Status Refuse(const Sheet& sheet, int row, int column, absl::string_view zh,
                    absl::string_view en) {
  const std::string cell = CellName(row, column);
  const std::string& label = domain::SpecOf(FiledOn()).label_zh();
  return UserError(
      absl::StatusCode::kInvalidArgument,
      Text{absl::StrCat("工作表“", Quoted(sheet.name), "”的单元格", cell, "：", label, zh,
                        "，没有导入。"),
           absl::StrCat("sheet \"", Quoted(sheet.name), "\", cell ", cell, ": ",
                        domain::SpecOf(FiledOn()).label_en(), " ", en, "; nothing was imported")});
}

}  // namespace

absl::StatusOr<std::optional<absl::CivilDay>> FindFilingDate(const SheetTable& table,
                                                             const CellContext& context,
                                                             absl::CivilDay today) {
  const Sheet& sheet = *table.sheet;
  for (int row = 0; row < table.header_row; ++row) {
    for (int column = 0; column < sheet.column_count(); ++column) {
      if (sheet.at(row, column).kind != Cell::Kind::kText) continue;
      const std::optional<std::string> text = AfterLabel(TextOf(sheet.at(row, column)));
      if (!text) continue;
      Cell cell;
      cell.kind = Cell::Kind::kText;
      cell.text = *text;
      int at = column;
      if (text->empty()) {
        do {
          ++at;
        } while (at < sheet.column_count() && IsBlank(sheet.at(row, at)));
        cell = sheet.at(row, at);
        // Another label follows, so the date was left blank.
        if (absl::StrContains(TextOf(cell), ":")) continue;
      }
      if (IsBlank(cell)) continue;
      v1::Archive archive;
      if (!ReadCell(cell, FiledOn(), context, archive).empty()) {
        return Refuse(sheet, row, at, "不是真实、完整的日期，请写成“2014年3月10日”或删去",
                      "is not a real and complete date, write it like 2014-03-10 or delete it");
      }
      const absl::CivilDay day = *domain::ParseIsoDate(archive.filed_on());
      if (day > today) {
        return Refuse(sheet, row, at, "晚于今天，请核对日期", "lies in the future, check it");
      }
      return day;
    }
  }
  return std::nullopt;
}

}  // namespace bangfu::client
