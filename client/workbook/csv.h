#ifndef BANGFU_CLIENT_WORKBOOK_CSV_H_
#define BANGFU_CLIENT_WORKBOOK_CSV_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "client/workbook/sheet_writer.h"

namespace bangfu::client {

// Reads comma separated UTF-8 text (RFC 4180; LF or CRLF, a byte order mark is skipped) into the
// writer's last sheet. All cells are texts: the format has no types, and guessing them is how
// leading zeros get lost. Errors: INVALID_ARGUMENT not UTF-8, a quotation mark without its partner,
// over a limit.
absl::Status ReadCsv(absl::string_view content, SheetWriter& writer);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_WORKBOOK_CSV_H_
