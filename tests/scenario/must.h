#ifndef BANGFU_TESTS_SCENARIO_MUST_H_
#define BANGFU_TESTS_SCENARIO_MUST_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bangfu::scenario {

// Ends the program with the status: for what no scenario is about and none can go on without.
void Must(const absl::Status& status, absl::string_view what);
template <typename T>
T Must(absl::StatusOr<T> value, absl::string_view what) {
  Must(value.status(), what);
  return *std::move(value);
}

}  // namespace bangfu::scenario

#endif  // BANGFU_TESTS_SCENARIO_MUST_H_
