#include "client/cli/as_of.h"

#include "base/error.h"
#include "domain/text/civil_date.h"

namespace bangfu::client {

absl::StatusOr<absl::CivilDay> ReadAsOf(const std::string& as_of, absl::CivilDay today) {
  if (as_of.empty()) return today;
  if (const auto day = domain::ParseIsoDate(as_of)) return *day;
  return UserError(
      absl::StatusCode::kInvalidArgument,
      {"--as-of 须为真实的日期，如 2014-03-10。", "--as-of takes a real day like 2014-03-10."});
}

}  // namespace bangfu::client
