#ifndef BANGFU_CLIENT_IMPORT_MEMBER_ROWS_H_
#define BANGFU_CLIENT_IMPORT_MEMBER_ROWS_H_

#include <functional>
#include <string>
#include <vector>

#include "client/import/cell_finding.h"
#include "client/import/cell_value.h"
#include "client/import/household.h"
#include "client/import/sheet_table.h"

namespace bangfu::client {

// Reads the rows of a sheet of members into their households: those with the row's 序号, of several
// the one whose worker has the row's 职工身份证号; by that number alone when the row has no 序号.
// What else a row says of the worker must agree with the household (error). Of several households
// that a row may belong to each is refused, for it may lack a member. Returns one error for each
// row that could not be given to a household.
std::vector<CellFinding> ReadMembers(const SheetTable& table, const std::vector<int>& rows,
                                     const CellContext& context,
                                     const std::function<std::string()>& new_id,
                                     std::vector<Household>& households);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_IMPORT_MEMBER_ROWS_H_
