#ifndef BANGFU_BASE_ERROR_H_
#define BANGFU_BASE_ERROR_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "bangfu/v1/error_reason.pb.h"

namespace bangfu {

// A message for people in both languages. Never holds personal data.
struct Text {
  std::string zh;
  std::string en;
};

// Builds an error that a person and a program can both act on. The status message is the English
// text; payloads carry google.rpc.ErrorInfo (reason, metadata), LocalizedMessage (zh-CN),
// BadRequest and RetryInfo, and are copied to the wire by the service layer and back into a status
// by the client.
class ErrorBuilder {
 public:
  ErrorBuilder(absl::StatusCode code, v1::ErrorReason reason, Text text);
  ErrorBuilder& With(absl::string_view key, absl::string_view value);  // ErrorInfo.metadata
  ErrorBuilder& Field(absl::string_view field, absl::string_view description);  // BadRequest
  ErrorBuilder& RetryAfter(absl::Duration delay);
  absl::Status Build() const;

 private:
  absl::StatusCode code_;
  v1::ErrorReason reason_;
  Text text_;
  std::vector<std::pair<std::string, std::string>> metadata_;
  std::vector<std::pair<std::string, std::string>> fields_;
  absl::Duration retry_after_ = absl::ZeroDuration();
};

// An error for people without a machine-readable reason, for what never crosses the wire (files,
// command line).
absl::Status UserError(absl::StatusCode code, const Text& text);

// The texts of a status: the Chinese one from its payload (the English one where there is none).
Text TextOf(const absl::Status& status);

// The reason of a status, ERROR_REASON_UNSPECIFIED where it has none.
v1::ErrorReason ReasonOf(const absl::Status& status);

}  // namespace bangfu

#endif  // BANGFU_BASE_ERROR_H_
