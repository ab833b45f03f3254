#ifndef BANGFU_CLIENT_WORKBOOK_NUMBER_H_
#define BANGFU_CLIENT_WORKBOOK_NUMBER_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace bangfu::client {

struct StoredNumber {
  double value = 0;
  // See Cell::text.
  std::string digits;
};

// The number a spreadsheet stored as `stored` (xsd:double: "31885", "3.3010419790303501E+17"), or
// nothing if it is none or not finite.
std::optional<StoredNumber> ParseStoredNumber(absl::string_view stored);

// Whether cells with this number format are displayed as a date or time (ECMA-376 part 1, 18.8.30
// and 18.8.31). `format_id` is one of the built-in formats; `format_code` the text of a format of
// the workbook's own.
bool IsBuiltInDateFormat(int format_id);
bool IsDateFormat(absl::string_view format_code);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_WORKBOOK_NUMBER_H_
