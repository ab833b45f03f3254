#include "tests/security/scenario.h"

#include "absl/strings/str_cat.h"

namespace bangfu::security {

void Report::Figure(absl::string_view name, absl::string_view value) {
  figures_.emplace_back(std::string(name), std::string(value));
}

void Report::Figure(absl::string_view name, int64_t value) { Figure(name, absl::StrCat(value)); }

void Report::Fail(absl::string_view what) {
  if (++failure_count_ <= static_cast<int64_t>(kMaxFailures)) failures_.emplace_back(what);
}

bool Report::Check(bool holds, absl::string_view what) {
  if (!holds) Fail(what);
  return holds;
}

bool Report::Check(const absl::Status& status, absl::string_view what) {
  return Check(status.ok(), absl::StrCat(what, ": ", status.ToString()));
}

}  // namespace bangfu::security
