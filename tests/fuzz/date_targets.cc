#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "domain/text/civil_date.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/targets.h"

namespace bangfu::fuzz {
namespace {

constexpr int kMaxMonths = 12 * 200;  // of the steps that are tried

// What must hold of month arithmetic, whatever the day (R52, A19, A20).
void CheckMonths(absl::CivilDay day, int64_t months) {
  const absl::CivilDay moved = domain::AddMonths(day, months);
  FUZZ_CHECK(absl::CivilMonth(moved) == absl::CivilMonth(day) + months);
  const absl::CivilDay last = absl::CivilDay(absl::CivilMonth(moved) + 1) - 1;
  FUZZ_CHECK(moved.day() == std::min(day.day(), last.day()));
}

void CheckAge(absl::CivilDay birth, absl::CivilDay day) {
  const auto age = domain::AgeOn(birth, day);
  FUZZ_CHECK(age.has_value() == (birth <= day));
  if (!age) return;
  FUZZ_CHECK(domain::AddMonths(birth, int64_t{*age} * 12) <= day);
  FUZZ_CHECK(domain::AddMonths(birth, (int64_t{*age} + 1) * 12) > day);
}

void CheckDay(absl::CivilDay day) {
  FUZZ_CHECK(day.year() >= domain::kMinYear && day.year() <= domain::kMaxYear);
  FUZZ_CHECK(domain::RealDay(static_cast<int>(day.year()), day.month(), day.day()) == day);
  const std::string iso = domain::FormatDate(day);
  FUZZ_CHECK(domain::ParseIsoDate(iso) == day);
  FUZZ_CHECK(domain::ParseDate(iso) == day);
  for (const char* form :
       {"%04d%02d%02d", "%d.%d.%d", "%d/%02d/%d", "%d年%d月%d日", "%d 年%d月%d号"}) {
    const std::string text = absl::StrFormat(*absl::ParsedFormat<'d', 'd', 'd'>::New(form),
                                             day.year(), day.month(), day.day());
    FUZZ_CHECK(domain::ParseDate(text) == day);
  }
}

}  // namespace

void FuzzDate(absl::string_view input) {
  const auto iso = domain::ParseIsoDate(input);
  const auto day = domain::ParseDate(input);
  if (iso) {
    FUZZ_CHECK(day == iso);
    FUZZ_CHECK(domain::FormatDate(*iso) == input);
  }
  if (!day) return;
  CheckDay(*day);
  uint16_t step = 0;
  if (input.size() >= sizeof(step)) std::memcpy(&step, input.data(), sizeof(step));
  const int64_t months = step % (2 * kMaxMonths) - kMaxMonths;
  CheckMonths(*day, months);
  CheckAge(*day, *day + months);
  CheckAge(*day, domain::AddMonths(*day, months));
  FUZZ_CHECK(domain::AddDays(domain::AddDays(*day, step), -int64_t{step}) == *day);
}

void FuzzExcelSerial(absl::string_view input) {
  double serial = 0;
  if (!absl::SimpleAtod(input, &serial)) {
    std::memcpy(&serial, input.data(), std::min(input.size(), sizeof(serial)));
  }
  const auto day = domain::FromExcelSerial(serial);
  if (!day) {
    FUZZ_CHECK(!(serial >= domain::kMinExcelSerial && serial < domain::kExcelPhantomSerial));
    FUZZ_CHECK(!(serial >= domain::kExcelPhantomSerial + 1 && serial <= domain::kMaxExcelSerial));
    return;
  }
  CheckDay(*day);
  FUZZ_CHECK(*day >= absl::CivilDay(1900, 1, 1));
  const auto next = domain::FromExcelSerial(std::floor(serial) + 1);
  if (next) FUZZ_CHECK(*next == *day + 1);
}

}  // namespace bangfu::fuzz
