#include "tests/sim/memory_transaction.h"

#include <algorithm>
#include <set>

namespace bangfu::sim {

using server::CounterKey;
using server::LoggedChange;
using server::PersonHolder;
using server::Revision;
using server::StoredRecord;

void MemoryTransaction::Undo() {
  if (before_.has_value()) state_ = *std::move(before_);
  before_.reset();
}

absl::StatusOr<std::map<std::string, LoggedChange>> MemoryTransaction::FindChanges(
    const std::vector<std::string>& change_ids) {
  std::map<std::string, LoggedChange> found;
  for (const std::string& id : change_ids) {
    const auto it = state_.changes.find(id);
    if (it != state_.changes.end()) found.emplace(id, *it->second);
  }
  return found;
}

absl::StatusOr<std::map<std::string, StoredRecord>> MemoryTransaction::LockRecords(
    const std::vector<std::string>& ids) {
  std::map<std::string, StoredRecord> found;
  for (const std::string& id : ids) {
    if (const StoredRecord* record = state_.Record(id)) found.emplace(id, *record);
  }
  return found;
}

absl::StatusOr<std::vector<Revision>> MemoryTransaction::RevisionsSince(
    const std::vector<std::pair<std::string, int64_t>>& records) {
  std::map<std::string, int64_t> since;
  for (const auto& [id, revision] : records) {
    const auto [it, inserted] = since.try_emplace(id, revision);
    if (!inserted) it->second = std::min(it->second, revision);
  }
  std::vector<Revision> found;
  for (const auto& [id, after] : since) {
    const auto history = state_.revisions.find(id);
    if (history == state_.revisions.end()) continue;
    for (const auto& revision : history->second) {
      if (revision->revision > after) found.push_back(*revision);
    }
  }
  return found;
}

absl::StatusOr<std::map<std::string, PersonHolder>> MemoryTransaction::FindPersons(
    const std::vector<std::string>& keys) {
  std::map<std::string, PersonHolder> found;
  for (const std::string& key : keys) {
    const auto it = state_.persons.find(key);
    if (it == state_.persons.end()) continue;
    const StoredRecord* record = state_.Record(it->second);
    if (record != nullptr) found.emplace(key, PersonHolder{it->second, record->org});
  }
  return found;
}

absl::StatusOr<std::vector<StoredRecord>> MemoryTransaction::ChildrenOf(
    const std::vector<std::string>& archive_ids) {
  const std::set<std::string> wanted(archive_ids.begin(), archive_ids.end());
  std::vector<StoredRecord> found;
  for (const auto& [id, record] : state_.records) {
    if (wanted.count(record->columns.archive_id) > 0) found.push_back(*record);
  }
  std::stable_sort(found.begin(), found.end(), [](const StoredRecord& a, const StoredRecord& b) {
    return a.columns.archive_id < b.columns.archive_id;
  });
  return found;
}

absl::StatusOr<std::map<std::string, std::string>> MemoryTransaction::FindNumbers(
    const std::vector<std::string>& numbers) {
  const std::set<std::string> wanted(numbers.begin(), numbers.end());
  std::map<std::string, std::string> found;
  for (const auto& [id, record] : state_.records) {
    const std::string& number = record->columns.number;
    if (!number.empty() && wanted.count(number) > 0) found.emplace(number, id);
  }
  return found;
}

absl::StatusOr<std::map<CounterKey, int>> MemoryTransaction::LockCounters(
    const std::vector<CounterKey>& keys) {
  std::map<CounterKey, int> last;
  for (const CounterKey& key : keys) {
    const auto it = state_.counters.find(key);
    last[key] = it == state_.counters.end() ? 0 : it->second;
  }
  return last;
}

absl::StatusOr<std::map<std::string, std::vector<v1::Change>>> MemoryTransaction::PendingUpstream(
    const std::vector<std::string>& record_ids) {
  const std::set<std::string> wanted(record_ids.begin(), record_ids.end());
  std::map<std::string, std::vector<v1::Change>> pending;
  for (const auto& [position, row] : state_.upstream) {
    if (row.line != MemoryState::Line::kWaiting) continue;
    const std::string& id = row.change->record_id();
    if (wanted.count(id) > 0) pending[id].push_back(*row.change);
  }
  return pending;
}

absl::StatusOr<std::map<std::string, v1::Conflict>> MemoryTransaction::LockConflicts(
    const std::vector<std::string>& ids) {
  std::map<std::string, v1::Conflict> found;
  for (const std::string& id : ids) {
    const auto it = state_.conflicts.find(id);
    if (it != state_.conflicts.end()) found.emplace(id, *it->second.conflict);
  }
  return found;
}

absl::StatusOr<std::vector<v1::Conflict>> MemoryTransaction::LockConflictsOf(
    const std::vector<std::string>& record_ids) {
  const std::set<std::string> wanted(record_ids.begin(), record_ids.end());
  std::vector<v1::Conflict> found;
  for (const auto& [id, row] : state_.conflicts) {
    if (wanted.count(row.conflict->record_id()) > 0) found.push_back(*row.conflict);
  }
  return found;
}

absl::StatusOr<std::map<std::string, std::vector<std::string>>> MemoryTransaction::FormerOrgs(
    const std::vector<std::string>& record_ids) {
  std::map<std::string, std::vector<std::string>> former;
  for (const std::string& id : record_ids) {
    const auto it = state_.left_orgs.find(id);
    if (it != state_.left_orgs.end()) former[id] = {it->second.begin(), it->second.end()};
  }
  return former;
}

absl::Status MemoryTransaction::Write(const server::WriteSet& writes) {
  if (!before_.has_value()) before_ = state_;
  return state_.Apply(writes, now_);
}

}  // namespace bangfu::sim
