#include "tests/sim/memory_state.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/test_hooks.h"
#include "domain/record/record_type.h"

namespace bangfu::sim {
namespace {

using server::QueueEntry;
using server::StoredRecord;
using server::WriteSet;

// What a unique key of the database says when two transactions meet.
absl::Status Collision(absl::string_view what) {
  return ErrorBuilder(absl::StatusCode::kAborted, v1::ERROR_REASON_TRANSACTION_CONFLICT,
                      {absl::StrCat("事务冲突：", what), absl::StrCat("collision: ", what)})
      .Build();
}

absl::Status Broken(absl::string_view what) {
  return absl::InternalError(absl::StrCat("the store was given nonsense: ", what));
}

}  // namespace

const StoredRecord* MemoryState::Record(absl::string_view id) const {
  const auto it = records.find(std::string(id));
  return it == records.end() ? nullptr : it->second.get();
}

absl::Status MemoryState::Apply(const WriteSet& writes, absl::Time now) {
  for (const std::string& id : writes.removed_records) {
    records.erase(id);
    for (auto it = persons.begin(); it != persons.end();) {
      it = it->second == id ? persons.erase(it) : std::next(it);
    }
  }
  if (absl::Status status = WriteRecords(writes); !status.ok()) return status;
  if (absl::Status status = WriteHistory(writes); !status.ok()) return status;
  WriteConflicts(writes);
  if (absl::Status status = WritePersons(writes); !status.ok()) return status;
  if (absl::Status status = WriteNumbers(writes); !status.ok()) return status;
  WriteUpstream(writes, now);
  for (const QueueEntry& entry : writes.queue) {
    if (entry.kind == QueueEntry::Kind::kLeave) left_orgs[entry.record_id].insert(entry.org);
    queue.push_back(entry);
  }
  return absl::OkStatus();
}

absl::Status MemoryState::WriteRecords(const WriteSet& writes) {
  for (const StoredRecord& record : writes.records) {
    if (record.revision < 1 || record.org.empty()) return Broken("record without revision or org");
    const StoredRecord* before = Record(record.id);
    if (before != nullptr && before->revision > record.revision) return Collision("stale record");
    records[record.id] = std::make_shared<StoredRecord>(record);
  }
  std::map<std::string, std::string> archive_of_number;
  for (const auto& [id, record] : records) {
    const std::string& number = record->columns.number;
    if (!number.empty() && !archive_of_number.emplace(number, id).second) {
      return Collision("number");
    }
  }
  for (const StoredRecord& record : writes.records) {
    const bool first_here = record.upstream_revision == 0 && !record.columns.archive_id.empty();
    if (first_here && Record(record.columns.archive_id) == nullptr) {
      return Broken("event of an archive that is not here");
    }
  }
  return absl::OkStatus();
}

absl::Status MemoryState::WriteHistory(const WriteSet& writes) {
  for (const server::Revision& revision : writes.revisions) {
    auto& history = revisions[revision.record_id];
    if (!history.empty() && history.back()->revision >= revision.revision) {
      return Collision("revision");
    }
    history.push_back(std::make_shared<server::Revision>(revision));
  }
  for (const server::LoggedChange& change : writes.changes) {
    if (!changes.emplace(change.change_id, std::make_shared<server::LoggedChange>(change)).second) {
      return Collision("change_id");
    }
  }
  for (const v1::Receipt& receipt : writes.receipts) {
    receipts[receipt.change_id()] = std::make_shared<v1::Receipt>(receipt);
  }
  return absl::OkStatus();
}

void MemoryState::WriteConflicts(const WriteSet& writes) {
  for (const v1::Conflict& conflict : writes.conflicts) {
    if (conflicts.count(conflict.id()) > 0) continue;
    conflicts[conflict.id()] = {++last_conflict, std::make_shared<v1::Conflict>(conflict)};
  }
  for (const v1::Conflict& conflict : writes.conflict_updates) {
    ConflictRow& row = conflicts[conflict.id()];
    if (row.conflict == nullptr) row.position = ++last_conflict;
    row.conflict = std::make_shared<v1::Conflict>(conflict);
  }
}

absl::Status MemoryState::WritePersons(const WriteSet& writes) {
  for (const auto& [archive, keys] : writes.persons) {
    for (auto it = persons.begin(); it != persons.end();) {
      it = it->second == archive ? persons.erase(it) : std::next(it);
    }
  }
  for (const auto* const archives : {&writes.persons, &writes.new_persons}) {
    for (const auto& [archive, keys] : *archives) {
      for (const std::string& key : keys) {
        if (!persons.emplace(key, archive).second) return Collision("person");
      }
    }
  }
  return absl::OkStatus();
}

absl::Status MemoryState::WriteNumbers(const WriteSet& writes) {
  for (const auto& [prefix, org] : writes.prefixes) {
    if (prefixes.emplace(prefix, org).first->second != org) {
      return absl::FailedPreconditionError("the prefix belongs to another org");
    }
  }
  for (const auto& [key, last] : writes.counters) {
    int& counter = counters[key];
    counter = std::max(counter, last);
  }
  return absl::OkStatus();
}

void MemoryState::WriteUpstream(const WriteSet& writes, absl::Time now) {
  for (const int64_t position : writes.upstream_done) {
    const auto it = upstream.find(position);
    if (it == upstream.end()) continue;
    it->second.line = Line::kSent;
    it->second.answered = now;
  }
  for (const auto& [position, outcome] : writes.upstream_refused) {
    const auto it = upstream.find(position);
    if (it == upstream.end()) continue;
    it->second.line = Line::kRefused;
    it->second.parked = outcome.verdict() == v1::VERDICT_PARKED;
    it->second.answered = now;
  }
  for (const v1::Change& change : writes.upstream) {
    upstream[++last_upstream].change = std::make_shared<v1::Change>(change);
  }
  for (const v1::AuditEntry& entry : writes.audit)
    audit.push_back(std::make_shared<v1::AuditEntry>(entry));
  if (writes.upstream_cursor.has_value()) cursor = *writes.upstream_cursor;
}

int64_t MemoryState::Sequence(int limit) {
  const size_t count = std::min(queue.size(), static_cast<size_t>(limit));
  for (size_t i = 0; i < count; ++i) feed.push_back({++head, queue[i]});
  queue.erase(queue.begin(), queue.begin() + static_cast<ptrdiff_t>(count));
  return static_cast<int64_t>(count);
}

int64_t MemoryState::Acknowledged(absl::Time live_after) const {
  int64_t passed = head;
  if (BANGFU_SEEDED_BUG("compact_unacknowledged")) return passed;
  for (const auto& [key, child] : children) {
    if (child.seen >= live_after) passed = std::min(passed, child.acknowledged.value_or(0));
  }
  return passed;
}

int64_t MemoryState::Compact(absl::Time live_after, int limit) {
  const int64_t passed = Acknowledged(live_after);
  std::map<std::pair<std::string, std::string>, int64_t> last_of;  // by record and org
  for (const FeedRow& row : feed) last_of[{row.entry.record_id, row.entry.org}] = row.seq;
  std::vector<FeedRow> kept;
  int looked = 0;
  int64_t gone = 0;
  for (FeedRow& row : feed) {
    const bool leave = row.entry.kind == QueueEntry::Kind::kLeave ||
                       row.entry.kind == QueueEntry::Kind::kConflictLeave;
    const bool replaced = last_of[{row.entry.record_id, row.entry.org}] > row.seq;
    if (row.seq <= passed && looked++ < limit && (leave || replaced)) {
      if (!BANGFU_SEEDED_BUG("compact_unacknowledged")) floor = std::max(floor, row.seq);
      ++gone;
    } else {
      kept.push_back(std::move(row));
    }
  }
  feed = std::move(kept);
  return gone;
}

}  // namespace bangfu::sim
