#ifndef BANGFU_CLIENT_IMPORT_HOUSEHOLD_H_
#define BANGFU_CLIENT_IMPORT_HOUSEHOLD_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "bangfu/v1/archive.pb.h"
#include "client/import/cell_finding.h"
#include "client/import/cell_value.h"
#include "client/import/sheet_table.h"
#include "domain/rules/finding.h"
#include "domain/rules/value_check.h"

namespace bangfu::client {

// A row of the register while it is read.
struct Household {
  int row = 0;  // 0-based
  std::string sequence;
  v1::Archive archive;
  std::vector<CellFinding> findings;
  // Paths of fields whose cells could not be read: they are empty, but not missing.
  std::set<std::string> unread;
  // Rows of the members in their sheet, 0-based, by member id.
  std::map<std::string, int> member_rows;
};

// Tells the cell that a finding is about.
class CellPlaces {
 public:
  // `members` is nullptr when the workbook has no sheet of members. Both must outlive this.
  CellPlaces(const SheetTable& households, const SheetTable* members)
      : households_(households), members_(members) {}

  // A finding about a cell of a row, or the whole row when `column` is nullptr.
  static CellFinding At(const SheetTable& table, int row, const TableColumn* column,
                        v1::Finding finding);

  // A finding about the household, by the path of its field: into the row of the household, or of
  // one of its members. A field that has no column concerns the whole row.
  CellFinding Of(const Household& household, v1::Finding finding) const;

  // Sorts findings by their position: household first, then members; in a row from left to right,
  // what concerns the whole row last.
  void Sort(std::vector<CellFinding>& findings) const;

 private:
  const SheetTable& households_;
  const SheetTable* members_;
};

// A problem of one field as a finding. `label` is put before the field's own, "家庭成员（王*）·".
v1::Finding FindingOf(const google::protobuf::FieldDescriptor& field, absl::string_view path,
                      const Text& label, const domain::ValueProblem& problem);

// Whether the problem leaves the field empty.
bool IsError(const domain::ValueProblem& problem);

// Reads the cells of one row; `archive` is what an empty row would give.
Household ReadHousehold(const SheetTable& table, int row, v1::Archive archive,
                        const CellContext& context);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_IMPORT_HOUSEHOLD_H_
