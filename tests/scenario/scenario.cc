#include "tests/scenario/scenario.h"

#include "absl/strings/str_cat.h"

namespace bangfu::scenario {

void Report::Figure(absl::string_view name, absl::string_view value) {
  const std::lock_guard<std::mutex> lock(mutex_);
  figures_.emplace_back(std::string(name), std::string(value));
}

void Report::Figure(absl::string_view name, int64_t value) { Figure(name, absl::StrCat(value)); }

void Report::Fail(absl::string_view what) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (++failure_count_ <= static_cast<int64_t>(kMaxFailures)) {
    failures_.emplace_back(what);
  }
}

bool Report::Check(bool holds, absl::string_view what) {
  if (!holds) Fail(what);
  return holds;
}

bool Report::Check(const absl::Status& status, absl::string_view what) {
  return Check(status.ok(), absl::StrCat(what, ": ", status.ToString()));
}

bool Report::CheckEqual(int64_t actual, int64_t expected, absl::string_view what) {
  return Check(actual == expected, absl::StrCat(what, ": ", actual, " instead of ", expected));
}

bool Report::failed() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return failure_count_ > 0;
}

Report::Figures Report::figures() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return figures_;
}

std::vector<std::string> Report::failures() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<std::string> shown = failures_;
  if (failure_count_ > static_cast<int64_t>(shown.size())) {
    shown.push_back(
        absl::StrCat("… and ", failure_count_ - static_cast<int64_t>(shown.size()), " more"));
  }
  return shown;
}

}  // namespace bangfu::scenario
