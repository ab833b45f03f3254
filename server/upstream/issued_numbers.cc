#include "server/upstream/issued_numbers.h"

#include <algorithm>
#include <utility>

namespace bangfu::server {
namespace {

constexpr char kNumberField[] = "number";

}  // namespace

absl::StatusOr<std::map<std::string, std::string>> IssuedNumbers(
    Store& store, std::vector<std::string> archive_ids) {
  std::map<std::string, std::string> numbers;
  if (archive_ids.empty()) return numbers;
  std::sort(archive_ids.begin(), archive_ids.end());
  archive_ids.erase(std::unique(archive_ids.begin(), archive_ids.end()), archive_ids.end());
  std::vector<std::pair<std::string, int64_t>> all;
  for (const std::string& id : archive_ids) all.emplace_back(id, 0);
  const absl::Status status = store.Transact([&](Transaction& transaction) -> absl::Status {
    numbers.clear();
    auto revisions = transaction.RevisionsSince(all);
    if (!revisions.ok()) return revisions.status();
    // Oldest first: the last number that was taken away, then the one that is there.
    for (const Revision& revision : *revisions) {
      const auto it = revision.before.find(kNumberField);
      if (it != revision.before.end() && it->second.has_value() && !it->second->empty())
        numbers[revision.record_id] = *it->second;
    }
    auto records = transaction.LockRecords(archive_ids);
    if (!records.ok()) return records.status();
    for (const auto& [id, record] : *records) {
      if (!record.columns.number.empty()) numbers[id] = record.columns.number;
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return numbers;
}

}  // namespace bangfu::server
