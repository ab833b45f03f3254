#include "client/transport/retry_delay.h"

#include <algorithm>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "base/limits.h"
#include "google/rpc/error_details.pb.h"

namespace bangfu::client {
namespace {

bool FindRetryInfo(const absl::Status& status, google::rpc::RetryInfo& retry) {
  bool found = false;
  status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& payload) {
    if (type_url.substr(type_url.rfind('/') + 1) == "google.rpc.RetryInfo")
      found = retry.ParseFromString(std::string(payload));
  });
  return found;
}

}  // namespace

absl::Duration BoundedWait(const google::protobuf::Duration& wait) {
  const absl::Duration asked = absl::Seconds(wait.seconds()) + absl::Nanoseconds(wait.nanos());
  return std::clamp(asked, absl::ZeroDuration(), limits::kMaxBackoff);
}

absl::Duration RetryDelayOf(const absl::Status& status) {
  google::rpc::RetryInfo retry;
  return FindRetryInfo(status, retry) ? BoundedWait(retry.retry_delay()) : absl::ZeroDuration();
}

bool MayPass(const absl::Status& status) {
  google::rpc::RetryInfo retry;
  return status.code() == absl::StatusCode::kUnavailable ||
         (status.code() == absl::StatusCode::kResourceExhausted && FindRetryInfo(status, retry));
}

}  // namespace bangfu::client
