#include "client/cli/instant_text.h"

#include "domain/text/civil_date.h"

namespace bangfu::client {

std::string InstantText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", time, domain::ShanghaiTimeZone());
}

std::string InstantText(const google::protobuf::Timestamp& timestamp) {
  return InstantText(absl::FromUnixSeconds(timestamp.seconds()));
}

Json InstantJson(absl::Time time) {
  if (time == absl::InfinitePast() || time == absl::InfiniteFuture()) return {};
  return absl::FormatTime(absl::RFC3339_sec, time, absl::UTCTimeZone());
}

}  // namespace bangfu::client
