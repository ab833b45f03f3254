#include "server/store/postgres/write_set_statements.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/escaping.h"
#include "domain/digest/record_digest.h"
#include "domain/text/uuid.h"
#include "server/store/postgres/array_literal.h"
#include "server/store/postgres/audit_statements.h"
#include "server/store/postgres/feed_queries.h"
#include "server/store/postgres/places.h"
#include "server/store/postgres/queries.h"
#include "server/store/postgres/rows.h"
#include "server/store/postgres/upstream_queries.h"

namespace bangfu::server {
namespace {

template <typename... Arrays>
pqxx::result Execute(pqxx::transaction_base& work, const char* query, const Arrays&... arrays) {
  return work.exec_params(query, arrays.Build()...);
}

void RemoveRecords(pqxx::transaction_base& work, const std::vector<std::string>& ids) {
  if (!ids.empty()) work.exec_params(queries::kRemoveRecords, TextArray(ids));
}

void WriteRecords(pqxx::transaction_base& work, const std::vector<StoredRecord>& records,
                  const Sealer& sealer) {
  if (records.empty()) return;
  // One statement cannot write a row twice; the last one counts.
  std::map<absl::string_view, const StoredRecord*> by_id;
  for (const StoredRecord& record : records) by_id[record.id] = &record;
  ArrayLiteral ids, types, orgs, archives, revisions, upstream_revisions, statuses, tiers,
      categories, numbers, days, bodies, buckets, leaves, upstream_leaves;
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
    bodies.Bytes(sealer.Seal(RecordPlace(id), record->body));
    buckets.Int(domain::DigestBucket(id));
    const std::string body_digest = domain::BodyDigest(record->body);
    leaves.Int(domain::DigestLeaf(id, record->revision, body_digest));
    if (record->upstream_revision == 0) {
      upstream_leaves.Null();
    } else {
      upstream_leaves.Int(domain::DigestLeaf(id, record->upstream_revision, body_digest));
    }
  }
  const pqxx::result written = Execute(work, queries::kWriteRecords, ids, types, orgs, archives,
                                       revisions, upstream_revisions, statuses, tiers, categories,
                                       numbers, days, bodies, buckets, leaves, upstream_leaves);
  if (written.affected_rows() != by_id.size()) throw StaleRecord();
}

void WriteRevisions(pqxx::transaction_base& work, const std::vector<Revision>& revisions,
                    const Sealer& sealer) {
  if (revisions.empty()) return;
  ArrayLiteral records, numbers, changes, pushers, actors, entered, received, before;
  for (const Revision& revision : revisions) {
    records.Text(revision.record_id);
    numbers.Int(revision.revision);
    changes.TextOrNull(revision.change_id);
    pushers.Text(revision.pushed_by);
    actors.Bytes(sealer.Seal(ActorPlace(revision.record_id, revision.revision),
                             revision.actor.SerializeAsString()));
    entered.Text(TimestampText(revision.entry_time));
    received.Text(TimestampText(revision.received_time));
    before.Bytes(sealer.Seal(BeforePlace(revision.record_id, revision.revision),
                             EncodeEdits(revision.before)));
  }
  Execute(work, queries::kWriteRevisions, records, numbers, changes, pushers, actors, entered,
          received, before);
}

void WriteChanges(pqxx::transaction_base& work, const std::vector<LoggedChange>& changes) {
  if (changes.empty()) return;
  ArrayLiteral ids, records, pushers, digests, outcomes, forwarded;
  for (const LoggedChange& change : changes) {
    ids.Text(change.change_id);
    records.Text(change.record_id);
    pushers.Text(change.pushed_by);
    digests.Bytes(change.digest);
    outcomes.Bytes(change.outcome.SerializeAsString());
    forwarded.Bool(change.forwarded);
  }
  Execute(work, queries::kWriteChanges, ids, records, pushers, digests, outcomes, forwarded);
}

void WriteReceipts(pqxx::transaction_base& work, const std::vector<v1::Receipt>& receipts) {
  std::map<absl::string_view, const v1::Receipt*> by_change;  // the last one counts
  for (const v1::Receipt& receipt : receipts) {
    if (domain::IsUuid(receipt.change_id())) by_change[receipt.change_id()] = &receipt;
  }
  if (by_change.empty()) return;
  ArrayLiteral ids, bodies, settled;
  for (const auto& [id, receipt] : by_change) {
    ids.Text(id);
    bodies.Bytes(receipt->SerializeAsString());
    settled.Bool(receipt->settled());
  }
  Execute(work, queries::kWriteReceipts, ids, bodies, settled);
}

// The columns of entries of the conflict log, in the order that is given.
class ConflictColumns {
 public:
  explicit ConflictColumns(const Sealer& sealer) : sealer_(sealer) {}
  void Add(const v1::Conflict& conflict) {
    ids_.Text(conflict.id());
    orgs_.Text(conflict.org());
    records_.Text(conflict.record_id());
    states_.Int(static_cast<int>(conflict.state()));
    bodies_.Bytes(sealer_.Seal(ConflictPlace(conflict.id()), conflict.SerializeAsString()));
  }
  void Write(pqxx::transaction_base& work, const char* query) const {
    Execute(work, query, ids_, orgs_, records_, states_, bodies_);
  }

 private:
  const Sealer& sealer_;
  ArrayLiteral ids_, orgs_, records_, states_, bodies_;
};

void WriteConflicts(pqxx::transaction_base& work, const WriteSet& writes, const Sealer& sealer) {
  if (!writes.removed_conflicts.empty()) {
    work.exec_params(queries::kRemoveConflicts, TextArray(writes.removed_conflicts));
  }
  if (!writes.conflicts.empty()) {
    ConflictColumns columns(sealer);
    for (const v1::Conflict& conflict : writes.conflicts) columns.Add(conflict);
    columns.Write(work, queries::kWriteConflicts);
  }
  if (!writes.conflict_updates.empty()) {
    std::map<absl::string_view, const v1::Conflict*> by_id;  // the last one counts
    for (const v1::Conflict& conflict : writes.conflict_updates) by_id[conflict.id()] = &conflict;
    ConflictColumns columns(sealer);
    for (const auto& [id, conflict] : by_id) columns.Add(*conflict);
    columns.Write(work, queries::kUpdateConflicts);
  }
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

void WriteUpstream(pqxx::transaction_base& work, const WriteSet& writes, const Sealer& sealer) {
  if (!writes.upstream_done.empty()) {
    ArrayLiteral positions;
    for (const int64_t position : writes.upstream_done) positions.Int(position);
    Execute(work, queries::kFinishUpstream, positions);
  }
  if (!writes.upstream_refused.empty()) {
    ArrayLiteral positions, outcomes, parked;
    for (const auto& [position, outcome] : writes.upstream_refused) {
      positions.Int(position);
      outcomes.Bytes(
          sealer.Seal(UpstreamOutcomePlace(outcome.change_id()), outcome.SerializeAsString()));
      parked.Bool(outcome.verdict() == v1::VERDICT_PARKED);
    }
    Execute(work, queries::kRefuseUpstream, positions, outcomes, parked);
  }
  if (!writes.upstream.empty()) {
    ArrayLiteral records, ids, changes;
    for (const v1::Change& change : writes.upstream) {
      records.Text(change.record_id());
      ids.Text(change.change_id());
      changes.Bytes(
          sealer.Seal(UpstreamChangePlace(change.change_id()), change.SerializeAsString()));
    }
    Execute(work, queries::kWriteUpstream, records, ids, changes);
  }
  if (writes.upstream_cursor.has_value()) {
    work.exec_params(queries::kWriteUpstreamCursor,
                     absl::BytesToHexString(*writes.upstream_cursor));
  }
}

void WriteQueue(pqxx::transaction_base& work, const std::vector<QueueEntry>& queue) {
  if (queue.empty()) return;
  ArrayLiteral kinds, records, revisions, orgs, left_records, left_orgs;
  bool left = false;
  for (const QueueEntry& entry : queue) {
    if (entry.kind == QueueEntry::Kind::kLeave) {
      left = true;
      left_records.Text(entry.record_id);
      left_orgs.Text(entry.org);
    }
    kinds.Int(static_cast<int>(entry.kind));
    records.Text(entry.record_id);
    revisions.Int(entry.revision);
    orgs.Text(entry.org);
  }
  if (left) Execute(work, queries::kWriteFormerOrgs, left_records, left_orgs);
  Execute(work, queries::kWriteQueue, kinds, records, revisions, orgs);
  work.exec(queries::kNotifyQueue);
}

}  // namespace

void ExecuteWriteSet(pqxx::transaction_base& work, const WriteSet& writes, const Sealer& sealer) {
  RemoveRecords(work, writes.removed_records);
  WriteRecords(work, writes.records, sealer);
  WriteRevisions(work, writes.revisions, sealer);
  WriteChanges(work, writes.changes);
  WriteReceipts(work, writes.receipts);
  WriteConflicts(work, writes, sealer);
  WritePersons(work, writes.persons);
  WritePrefixes(work, writes.prefixes);
  WriteCounters(work, writes.counters);
  WriteUpstream(work, writes, sealer);
  AppendAudit(work, writes.audit);
  WriteQueue(work, writes.queue);
}

}  // namespace bangfu::server
