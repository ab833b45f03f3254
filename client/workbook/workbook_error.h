#ifndef BANGFU_CLIENT_WORKBOOK_WORKBOOK_ERROR_H_
#define BANGFU_CLIENT_WORKBOOK_WORKBOOK_ERROR_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace bangfu::client {

// INVALID_ARGUMENT with both texts. Each says what is wrong and what to do.
absl::Status WorkbookError(absl::string_view chinese, absl::string_view english);

// The file lacks a part or its parts contradict each other; `detail` (English, no cell contents) is
// for support.
absl::Status DamagedWorkbook(absl::string_view detail);

// `what` exceeds its limit; both texts name the limited thing ("行数", "rows").
absl::Status OverLimit(absl::string_view chinese_what, absl::string_view english_what,
                       int64_t limit);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_WORKBOOK_WORKBOOK_ERROR_H_
