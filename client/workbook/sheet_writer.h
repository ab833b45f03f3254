#ifndef BANGFU_CLIENT_WORKBOOK_SHEET_WRITER_H_
#define BANGFU_CLIENT_WORKBOOK_SHEET_WRITER_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "client/workbook/limits.h"
#include "client/workbook/workbook.h"

namespace bangfu::client {

// Puts cells into sheets and refuses what exceeds the limits on sheets, rows, columns, cells and
// texts.
class SheetWriter {
 public:
  // Both must outlive the writer.
  SheetWriter(const WorkbookLimits& limits, Workbook& workbook)
      : limits_(limits), workbook_(workbook) {}

  // Errors: INVALID_ARGUMENT too many sheets.
  absl::Status AddSheet(std::string name, bool hidden);

  // Sets a cell of the sheet added last. Errors: INVALID_ARGUMENT over a limit, set before.
  absl::Status Put(int64_t row, int64_t column, Cell cell);

 private:
  const WorkbookLimits& limits_;
  Workbook& workbook_;
  int64_t cells_ = 0;
  int64_t text_bytes_ = 0;
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_WORKBOOK_SHEET_WRITER_H_
