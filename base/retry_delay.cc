#include "base/retry_delay.h"

#include <algorithm>
#include <string>

#include "absl/strings/cord.h"
#include "google/rpc/error_details.pb.h"

namespace bangfu {

absl::Duration RetryDelayOf(const absl::Status& status) {
  google::rpc::RetryInfo retry;
  const auto payload =
      status.GetPayload("type.googleapis.com/" + retry.GetDescriptor()->full_name());
  if (!payload.has_value() || !retry.ParseFromString(std::string(*payload)))
    return absl::ZeroDuration();
  return std::max(absl::ZeroDuration(), absl::Seconds(retry.retry_delay().seconds()) +
                                            absl::Nanoseconds(retry.retry_delay().nanos()));
}

}  // namespace bangfu
