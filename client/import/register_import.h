#ifndef BANGFU_CLIENT_IMPORT_REGISTER_IMPORT_H_
#define BANGFU_CLIENT_IMPORT_REGISTER_IMPORT_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "bangfu/v1/archive.pb.h"
#include "client/import/cell_finding.h"
#include "client/workbook/workbook.h"
#include "domain/rules/org_tree.h"

namespace bangfu::client {

// What a register is read against.
struct RegisterContext {
  const domain::OrgTree& orgs;
  // Path of the org that files. Units are looked up by name at or below it; a filing unit that
  // files for itself need not name itself in the register.
  std::string org;
  absl::CivilDay today;  // in Asia/Shanghai
  // Tier of archives whose row does not state one.
  v1::Tier tier = v1::TIER_UNSPECIFIED;
  // A new UUIDv7 with every call, for archives and members.
  std::function<std::string()> new_id;
  // Id of the live archive in the replica that has the person as worker or member. Called once for
  // every valid identity number of a row.
  std::function<std::optional<std::string>(const std::string& identity_number)> find_person;
};

// One household of the register.
struct RegisterRow {
  int row = 0;           // 1-based as people see it
  std::string sequence;  // 序号, empty when the register has none
  // What could be read. Complete and in order only when accepted.
  v1::Archive archive;
  // By position: the household's own cells, those of its members, then what concerns no cell.
  std::vector<CellFinding> findings;
  // Whether none of the findings is an error.
  bool accepted = false;
};

struct Register {
  std::string sheet;
  int rows_read = 0;  // households, blank rows and totals not counted
  std::vector<RegisterRow> rows;
  // About rows of members that could not be given to a household; all are errors.
  std::vector<CellFinding> findings;
  // Day of filing of archives whose row does not state one: from above the header, else today.
  absl::CivilDay filed_on;
};

// Turns a union's register of households, and the sheet of their members if there is one, into new
// archives. Sheets and header rows are found by their headers: a column is a field of Archive or
// Member (label or alias in the proto) or 序号. Members belong to the household with their 序号,
// else to the worker with their 职工身份证号; what the sheet says of the worker besides must agree.
//
// A row is refused by its errors, all of which are reported: cells that cannot be read,
// CheckValues, CheckRequired, CheckLogic, unit outside of `org`, existing number that is not the
// unit's (A36), and persons or existing numbers that are in the replica or in an *accepted* row
// above: so the first of two rows in order is filed, and a row that was refused for another reason
// does not block the one that replaces it (a warning names both). Nothing is stored. Rows and
// findings are in the order of the file; the result depends on the arguments only. Linear in the
// number of cells.
//
// Findings and messages name rows and columns and never hold a name, an identity, card or telephone
// number, save a member's name masked.
//
// Errors, then nothing of the file is read: INVALID_ARGUMENT no sheet, or more than one, is a
// register; a column that is unknown, there twice, missing, without header, or not for the filing
// side; a filing date that is no day or lies in the future · FAILED_PRECONDITION `org` is not in
// the dictionary.
absl::StatusOr<Register> ReadRegister(const Workbook& workbook, const RegisterContext& context);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_IMPORT_REGISTER_IMPORT_H_
