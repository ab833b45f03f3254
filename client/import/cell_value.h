#ifndef BANGFU_CLIENT_IMPORT_CELL_VALUE_H_
#define BANGFU_CLIENT_IMPORT_CELL_VALUE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "client/workbook/workbook.h"
#include "domain/rules/org_tree.h"
#include "domain/rules/value_check.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace bangfu::client {

// What cells are read against.
struct CellContext {
  const domain::OrgTree& orgs;
  absl::string_view org;  // orgs are looked up at or below it
  bool dates_from_1904 = false;
};

// Numbers in cells without a date format that are taken for serial dates in a date column:
// 1900-01-01 to 2099-12-31 would also hold years and small numbers, so the range begins with
// 1920-01-01. In the 1900 date system.
inline constexpr double kMinBareSerial = 7306;
inline constexpr double kMaxBareSerial = 73050;

// Whether the cell has nothing but blanks.
bool IsBlank(const Cell& cell);

// What the cell holds as normalised text; a number as its digits.
std::string TextOf(const Cell& cell);

// Whether the cell is a number of more digits than a spreadsheet keeps, so that some are lost.
bool LostDigits(const Cell& cell);

// Reads a cell that is not blank into the value field `field` of `record`, by the field's type and
// format: code words (several in a repeated field), the contract term in months or as two days too
// (which sets the months as well), dates as text or serial, money as text or
// number, names of orgs; identity, card, telephone and archive numbers normalised. Returns what is
// wrong with the cell, and then the field stays as it was (a repeated field gets the items that
// could be read), and warnings about accepted misprints. A text that reads but is no valid value of
// its format is set, for CheckValues to judge.
std::vector<domain::ValueProblem> ReadCell(const Cell& cell,
                                           const google::protobuf::FieldDescriptor& field,
                                           const CellContext& context,
                                           google::protobuf::Message& record);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_IMPORT_CELL_VALUE_H_
