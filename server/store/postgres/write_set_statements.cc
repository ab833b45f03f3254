#include "server/store/postgres/write_set_statements.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/escaping.h"
#include "server/store/postgres/array_literal.h"
#include "server/store/postgres/queries.h"
#include "server/store/postgres/rows.h"

namespace bangfu::server {
namespace {

template <typename... Arrays>
pqxx::result Execute(pqxx::transaction_base& work, const char* query, const Arrays&... arrays) {
  return work.exec_params(query, arrays.Build()...);
}

void RemoveRecords(pqxx::transaction_base& work, const std::vector<std::string>& ids) {
  if (!ids.empty()) work.exec_params(queries::kRemoveRecords, TextArray(ids));
}

void WriteRecords(pqxx::transaction_base& work, const std::vector<StoredRecord>& records) {
  if (records.empty()) return;
  // One statement cannot write a row twice; the last one counts.
  std::map<absl::string_view, const StoredRecord*> by_id;
  for (const StoredRecord& record : records) by_id[record.id] = &record;
  ArrayLiteral ids, types, orgs, archives, revisions, upstream_revisions, statuses, tiers,
      categories, numbers, days, bodies;
  for (const auto& [id, record] : by_id) {
    ids.Text(id);
    types.Int(static_cast<int>(record->type));
    orgs.Text(record->org);
    archives.TextOrNull(record->columns.archive_id);
    revisions.Int(record->revision);
    upstream_revisions.Int(record->upstream_revision);
    statuses.Int(static_cast<int>(record->columns.status));
    tiers.Int(static_cast<int>(record->columns.tier));
    categories.Int(static_cast<int>(record->columns.category));
    numbers.TextOrNull(record->columns.number);
    days.TextOrNull(record->columns.on_date);
    bodies.Bytes(record->body);
  }
  const pqxx::result written =
      Execute(work, queries::kWriteRecords, ids, types, orgs, archives, revisions,
              upstream_revisions, statuses, tiers, categories, numbers, days, bodies);
  if (written.affected_rows() != by_id.size()) throw StaleRecord();
}

void WriteRevisions(pqxx::transaction_base& work, const std::vector<Revision>& revisions) {
  if (revisions.empty()) return;
  ArrayLiteral records, numbers, changes, pushers, actors, entered, received, before;
  for (const Revision& revision : revisions) {
    records.Text(revision.record_id);
    numbers.Int(revision.revision);
    changes.TextOrNull(revision.change_id);
    pushers.Text(revision.pushed_by);
    actors.Bytes(revision.actor.SerializeAsString());
    entered.Text(TimestampText(revision.entry_time));
    received.Text(TimestampText(revision.received_time));
    before.Bytes(EncodeEdits(revision.before));
  }
  Execute(work, queries::kWriteRevisions, records, numbers, changes, pushers, actors, entered,
          received, before);
}

void WriteChanges(pqxx::transaction_base& work, const std::vector<LoggedChange>& changes) {
  if (changes.empty()) return;
  ArrayLiteral ids, records, pushers, digests, outcomes;
  for (const LoggedChange& change : changes) {
    ids.Text(change.change_id);
    records.Text(change.record_id);
    pushers.Text(change.pushed_by);
    digests.Bytes(change.digest);
    outcomes.Bytes(change.outcome.SerializeAsString());
  }
  Execute(work, queries::kWriteChanges, ids, records, pushers, digests, outcomes);
}

void WriteConflicts(pqxx::transaction_base& work, const std::vector<v1::Conflict>& conflicts) {
  if (conflicts.empty()) return;
  ArrayLiteral ids, orgs, records, states, bodies;
  for (const v1::Conflict& conflict : conflicts) {
    ids.Text(conflict.id());
    orgs.Text(conflict.org());
    records.Text(conflict.record_id());
    states.Int(static_cast<int>(conflict.state()));
    bodies.Bytes(conflict.SerializeAsString());
  }
  Execute(work, queries::kWriteConflicts, ids, orgs, records, states, bodies);
}

void WritePersons(
    pqxx::transaction_base& work,
    const std::vector<std::pair<std::string, std::vector<std::string>>>& persons_of_archives) {
  if (persons_of_archives.empty()) return;
  ArrayLiteral archives, keys, archives_of_keys;
  for (const auto& [archive, persons] : persons_of_archives) {
    archives.Text(archive);
    for (const std::string& person : persons) {
      keys.Text(person);
      archives_of_keys.Text(archive);
    }
  }
  Execute(work, queries::kRemovePersons, archives, keys, archives_of_keys);
  Execute(work, queries::kWritePersons, keys, archives_of_keys);
}

void WriteCounters(pqxx::transaction_base& work,
                   const std::vector<std::pair<CounterKey, int>>& counters) {
  if (counters.empty()) return;
  std::map<CounterKey, int> last_by_key;
  for (const auto& [key, last] : counters) {
    const auto [it, inserted] = last_by_key.try_emplace(key, last);
    if (!inserted) it->second = std::max(it->second, last);
  }
  ArrayLiteral prefixes, years, sequences;
  for (const auto& [key, last] : last_by_key) {
    prefixes.Text(key.prefix);
    years.Int(key.year);
    sequences.Int(last);
  }
  Execute(work, queries::kWriteCounters, prefixes, years, sequences);
}

void WritePrefixes(pqxx::transaction_base& work,
                   const std::vector<std::pair<std::string, std::string>>& org_of_prefixes) {
  if (org_of_prefixes.empty()) return;
  ArrayLiteral prefixes, orgs;
  for (const auto& [prefix, org] : org_of_prefixes) {
    prefixes.Text(prefix);
    orgs.Text(org);
  }
  const pqxx::result written = Execute(work, queries::kWritePrefixes, prefixes, orgs);
  if (written.affected_rows() == org_of_prefixes.size()) return;
  const pqxx::result foreign = Execute(work, queries::kForeignPrefix, prefixes, orgs);
  if (!foreign.empty()) throw PrefixTaken(TextOf(foreign[0][0]));
}

void WriteUpstream(pqxx::transaction_base& work, const WriteSet& writes) {
  if (!writes.upstream_done.empty()) {
    ArrayLiteral positions;
    for (const int64_t position : writes.upstream_done) positions.Int(position);
    Execute(work, queries::kRemoveUpstream, positions);
  }
  if (!writes.upstream_refused.empty()) {
    ArrayLiteral positions, outcomes;
    for (const auto& [position, outcome] : writes.upstream_refused) {
      positions.Int(position);
      outcomes.Bytes(outcome.SerializeAsString());
    }
    Execute(work, queries::kRefuseUpstream, positions, outcomes);
  }
  if (!writes.upstream.empty()) {
    ArrayLiteral records, changes;
    for (const v1::Change& change : writes.upstream) {
      records.Text(change.record_id());
      changes.Bytes(change.SerializeAsString());
    }
    Execute(work, queries::kWriteUpstream, records, changes);
  }
  if (writes.upstream_cursor.has_value()) {
    work.exec_params(queries::kWriteUpstreamCursor,
                     absl::BytesToHexString(*writes.upstream_cursor));
  }
}

void WriteQueue(pqxx::transaction_base& work, const std::vector<QueueEntry>& queue) {
  if (queue.empty()) return;
  ArrayLiteral kinds, records, revisions, orgs;
  for (const QueueEntry& entry : queue) {
    kinds.Int(entry.kind == QueueEntry::Kind::kUpsert ? 1 : 2);
    records.Text(entry.record_id);
    revisions.Int(entry.revision);
    orgs.Text(entry.org);
  }
  Execute(work, queries::kWriteQueue, kinds, records, revisions, orgs);
  work.exec(queries::kNotifyQueue);
}

}  // namespace

void ExecuteWriteSet(pqxx::transaction_base& work, const WriteSet& writes) {
  RemoveRecords(work, writes.removed_records);
  WriteRecords(work, writes.records);
  WriteRevisions(work, writes.revisions);
  WriteChanges(work, writes.changes);
  WriteConflicts(work, writes.conflicts);
  WritePersons(work, writes.persons);
  WritePrefixes(work, writes.prefixes);
  WriteCounters(work, writes.counters);
  WriteUpstream(work, writes);
  WriteQueue(work, writes.queue);
}

}  // namespace bangfu::server
