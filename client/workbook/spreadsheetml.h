#ifndef BANGFU_CLIENT_WORKBOOK_SPREADSHEETML_H_
#define BANGFU_CLIENT_WORKBOOK_SPREADSHEETML_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/workbook/limits.h"
#include "client/workbook/workbook.h"

namespace bangfu::client {

// Reads an .xlsx package (ECMA-376 part 1, 18; transitional and strict) from memory.
//
// On zlib and expat, not on liborcus 0.17 (Debian 12): its import filter drops inline strings (many
// exporting programs, xlsxwriter's constant-memory mode) and error cells, does not check inflate
// errors and checksums, and hands out numbers as double, which damages ID numbers that are still
// whole in the file. Its XML parser aborts the process on some malformed input (&#x110000;, an
// unfinished comment).
//
// Errors: as ReadWorkbook, without the file's name.
absl::StatusOr<Workbook> ReadSpreadsheetMl(absl::string_view package, const WorkbookLimits& limits);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_WORKBOOK_SPREADSHEETML_H_
