#ifndef BANGFU_CLIENT_WORKBOOK_UTF8_H_
#define BANGFU_CLIENT_WORKBOOK_UTF8_H_

#include "absl/strings/string_view.h"

namespace bangfu::client {

// Whether `text` is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, at most
// U+10FFFF).
bool IsUtf8(absl::string_view text);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_WORKBOOK_UTF8_H_
