#ifndef BANGFU_CLIENT_WORKBOOK_WORKSHEET_H_
#define BANGFU_CLIENT_WORKBOOK_WORKSHEET_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "client/workbook/sheet_writer.h"

namespace bangfu::client {

// Reads the XML text of a worksheet part (ECMA-376 part 1, 18.3) into the writer's last sheet. Of
// formulas the saved result is read. `strings` are the shared strings, `date_styles` tells per cell
// format whether it displays dates. Errors: INVALID_ARGUMENT not well-formed, references to
// nothing, over a limit. `part` names the part in them.
absl::Status ReadWorksheet(absl::string_view part, absl::string_view content,
                           const std::vector<std::string>& strings,
                           const std::vector<bool>& date_styles, SheetWriter& writer);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_WORKBOOK_WORKSHEET_H_
