#include "base/reason_word.h"

#include "absl/strings/strip.h"
#include "base/error.h"

namespace bangfu {

std::string ReasonWord(const absl::Status& status) {
  if (status.ok()) return "";
  const v1::ErrorReason reason = ReasonOf(status);
  if (reason == v1::ERROR_REASON_UNSPECIFIED) return absl::StatusCodeToString(status.code());
  return std::string(absl::StripPrefix(v1::ErrorReason_Name(reason), "ERROR_REASON_"));
}

}  // namespace bangfu
