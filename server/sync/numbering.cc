#include "server/sync/numbering.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "base/test_hooks.h"
#include "domain/rules/archive_number.h"

namespace bangfu::server {
namespace {

using domain::ArchiveNumber;
using domain::Error;
using domain::Findings;

}  // namespace

void Numbering::Expect(const v1::Archive& archive) {
  const std::string prefix = orgs_.NumberPrefix(archive.unit());
  if (prefix.empty()) return;
  // Also of an archive that claims a number: the claim may be withdrawn in the same transaction.
  expected_.insert({prefix, year_});
  const auto claim = domain::ParseArchiveNumber(archive.existing_number());
  if (claim && claim->prefix == prefix) {
    expected_.insert({claim->prefix, claim->year});
    claims_.insert(domain::FormatArchiveNumber(*claim));
  }
}

void Numbering::ExpectAgain(absl::string_view number) {
  const auto given = domain::ParseArchiveNumber(number);
  if (!given) return;
  expected_.insert({given->prefix, given->year});
  claims_.insert(domain::FormatArchiveNumber(*given));
}

absl::Status Numbering::Lock(Transaction& transaction) {
  if (expected_.empty()) return absl::OkStatus();
  auto last = transaction.LockCounters(std::vector<CounterKey>(expected_.begin(), expected_.end()));
  if (!last.ok()) return last.status();
  last_ = std::move(*last);
  if (claims_.empty()) return absl::OkStatus();
  auto taken = transaction.FindNumbers(std::vector<std::string>(claims_.begin(), claims_.end()));
  if (!taken.ok()) return taken.status();
  taken_ = std::move(*taken);
  return absl::OkStatus();
}

Findings Numbering::Assign(v1::Archive& archive) {
  const std::string prefix = orgs_.NumberPrefix(archive.unit());
  if (prefix.empty()) {
    return {Error("R24", v1::FINDING_CODE_NO_PREFIX, "unit",
                  {"单位或其上级在字典中没有简称，无法编号；请先由市总工会在组织字典中补充简称。",
                   "The unit or its parent has no abbreviation in the dictionary; have the city "
                   "union add it first."})};
  }
  std::optional<ArchiveNumber> number;
  if (!archive.existing_number().empty()) {
    number = domain::ParseArchiveNumber(archive.existing_number());
    if (!number || number->prefix != prefix) {
      return {Error("A36", v1::FINDING_CODE_BAD_NUMBER, "existing_number",
                    {absl::StrCat("原编号与单位不符：该单位的编号应以“", prefix,
                                  "”开头，后接年份和四位序号；请更正或清空。"),
                     absl::StrCat("The existing number is not one of this unit: it starts with ",
                                  prefix, ", then year and four digits; correct or clear it.")})};
    }
    const auto holder = taken_.find(domain::FormatArchiveNumber(*number));
    if (holder != taken_.end() && holder->second != archive.id()) {
      return {Error("A36", v1::FINDING_CODE_NUMBER_TAKEN, "existing_number",
                    {"原编号已被另一份档案使用；请核对纸质档案后更正或清空。",
                     "Another archive carries this number; check the paper archive, then correct "
                     "or clear it."})};
    }
  } else {
    number = domain::NextArchiveNumber(prefix, year_, last_[CounterKey{prefix, year_}]);
    if (!number) {
      return {Error(
          "A2", v1::FINDING_CODE_NUMBERS_EXHAUSTED, "number",
          {absl::StrCat(prefix, year_, " 的序号已用完（最多 9999），未编号；请联系市总工会。"),
           absl::StrCat("All 9999 numbers of ", prefix, year_,
                        " are given; nothing was written.")})};
    }
  }
  Give(*number, archive);
  return {};
}

Findings Numbering::AssignAgain(v1::Archive& archive, absl::string_view number, int entry_year) {
  const std::string prefix = orgs_.NumberPrefix(archive.unit());
  const auto given = domain::ParseArchiveNumber(number);
  const bool fits = given && !prefix.empty() && given->prefix == prefix &&
                    given->year >= entry_year && given->year <= year_ &&
                    archive.existing_number().empty();
  if (fits && taken_.try_emplace(domain::FormatArchiveNumber(*given), archive.id()).first->second ==
                  archive.id()) {
    Give(*given, archive);
    return {};
  }
  Findings findings = Assign(archive);
  if (archive.number() == number || domain::HasErrors(findings)) return findings;
  findings.push_back(domain::Warning(
      "R24", v1::FINDING_CODE_NUMBER_TAKEN, "number",
      {"恢复备份前给出的编号已不能再用，现编号不同；请更正纸质档案上的编号。",
       "The number that was given before the backup was restored cannot be given again; correct "
       "the number on the paper archive."}));
  return findings;
}

void Numbering::Give(const ArchiveNumber& number, v1::Archive& archive) {
  const CounterKey key{number.prefix, number.year};
  if (!BANGFU_SEEDED_BUG("number_twice")) last_[key] = std::max(last_[key], number.sequence);
  changed_.insert(key);
  prefixes_[number.prefix] = archive.unit();
  archive.set_number(domain::FormatArchiveNumber(number));
  taken_[archive.number()] = archive.id();
}

void Numbering::AddTo(WriteSet& writes) const {
  for (const CounterKey& key : changed_) writes.counters.emplace_back(key, last_.at(key));
  for (const auto& [prefix, org] : prefixes_) writes.prefixes.emplace_back(prefix, org);
}

}  // namespace bangfu::server
