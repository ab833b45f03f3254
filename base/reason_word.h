#ifndef BANGFU_BASE_REASON_WORD_H_
#define BANGFU_BASE_REASON_WORD_H_

#include <string>

#include "absl/status/status.h"

namespace bangfu {

// Why something failed, in a word for status, metrics and logs: the ErrorReason without its prefix,
// "STORE_UNAVAILABLE", else the status code, "UNAVAILABLE"; empty for OK.
std::string ReasonWord(const absl::Status& status);

}  // namespace bangfu

#endif  // BANGFU_BASE_REASON_WORD_H_
