#include "server/store/postgres/write_set_statements.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "domain/digest/record_digest.h"
#include "domain/text/uuid.h"
#include "server/store/postgres/array_literal.h"
#include "server/store/postgres/audit_statements.h"
#include "server/store/postgres/binary_array.h"
#include "server/store/postgres/binary_copy.h"
#include "server/store/postgres/feed_queries.h"
#include "server/store/postgres/pipeline.h"
#include "server/store/postgres/places.h"
#include "server/store/postgres/queries.h"
#include "server/store/postgres/rows.h"
#include "server/store/postgres/upstream_queries.h"

namespace bangfu::server {
namespace {

// A transaction, and what waits to go to it together.
struct Session {
  pqxx::transaction_base& work;
  Pipeline pipeline;
};

// Runs a statement after all that waits.
template <typename... Parameters>
pqxx::result ExecuteText(Session& session, const char* query, const Parameters&... parameters) {
  session.pipeline.Run();
  return session.work.exec_params(query, parameters...);
}
template <typename... Arrays>
pqxx::result Execute(Session& session, const char* query, const Arrays&... arrays) {
  return ExecuteText(session, query, arrays.Build()...);
}

// The value, or NULL when it is empty.
template <typename Append>
void OrNull(Append append, absl::string_view value, std::string& bytes) {
  value.empty() ? AppendNull(bytes) : append(value, bytes);
}

// The elements in the order of their keys, so that two transactions meet in one order.
template <typename Element, typename KeyOf>
std::vector<const Element*> InOrder(const std::vector<Element>& elements, KeyOf key_of) {
  std::vector<const Element*> sorted;
  sorted.reserve(elements.size());
  for (const Element& element : elements) sorted.push_back(&element);
  std::sort(sorted.begin(), sorted.end(),
            [&](const Element* a, const Element* b) { return key_of(*a) < key_of(*b); });
  return sorted;
}

void RemoveRecords(Session& session, const std::vector<std::string>& ids) {
  if (!ids.empty()) ExecuteText(session, queries::kRemoveRecords, TextArray(ids));
}

void WriteRecords(Session& session, const std::vector<StoredRecord>& records,
                  const Sealer& sealer) {
  if (records.empty()) return;
  // One statement cannot write a row twice; the last one counts.
  std::map<absl::string_view, const StoredRecord*> by_id;
  for (const StoredRecord& record : records) by_id[record.id] = &record;
  using Of = BinaryArray::Of;
  BinaryArray ids(Of::kUuid), types(Of::kSmallint), orgs(Of::kText), archives(Of::kUuid),
      revisions(Of::kBigint), upstream_revisions(Of::kBigint), statuses(Of::kSmallint),
      tiers(Of::kSmallint), categories(Of::kSmallint), numbers(Of::kText), days(Of::kText),
      bodies(Of::kBytes), buckets(Of::kInteger), leaves(Of::kBigint), upstream_leaves(Of::kBigint);
  for (const auto& [id, record] : by_id) {
    AppendUuid(id, ids.Next());
    AppendNumber(static_cast<int16_t>(record->type), types.Next());
    AppendText(record->org, orgs.Next());
    OrNull(AppendUuid, record->columns.archive_id, archives.Next());
    AppendNumber(record->revision, revisions.Next());
    AppendNumber(record->upstream_revision, upstream_revisions.Next());
    AppendNumber(static_cast<int16_t>(record->columns.status), statuses.Next());
    AppendNumber(static_cast<int16_t>(record->columns.tier), tiers.Next());
    AppendNumber(static_cast<int16_t>(record->columns.category), categories.Next());
    OrNull(AppendText, record->columns.number, numbers.Next());
    OrNull(AppendText, record->columns.on_date, days.Next());
    AppendBytes(sealer.Seal(RecordPlace(id), record->body), bodies.Next());
    AppendNumber(static_cast<int32_t>(domain::DigestBucket(id)), buckets.Next());
    const std::string body_digest = domain::BodyDigest(record->body);
    AppendNumber(domain::DigestLeaf(id, record->revision, body_digest), leaves.Next());
    if (record->upstream_revision == 0) {
      AppendNull(upstream_leaves.Next());
    } else {
      AppendNumber(domain::DigestLeaf(id, record->upstream_revision, body_digest),
                   upstream_leaves.Next());
    }
  }
  const BinaryArray* const columns[] = {
      &ids,      &types,  &orgs,           &archives, &revisions, &upstream_revisions,
      &statuses, &tiers,  &categories,     &numbers,  &days,      &bodies,
      &buckets,  &leaves, &upstream_leaves};
  std::string parameters;
  for (const BinaryArray* column : columns) AppendBytes(column->Build(), parameters);
  session.pipeline.Add(queries::kWriteRecords, std::move(parameters), std::size(columns),
                       [expected = static_cast<int64_t>(by_id.size())](int64_t rows) {
                         if (rows != expected) throw StaleRecord();
                       });
  // PostgreSQL writes them while their history is sealed.
  if (by_id.size() > kFewRows) session.pipeline.Begin();
}

void WriteRevisions(Session& session, const std::vector<Revision>& revisions,
                    const Sealer& sealer) {
  BinaryCopy rows(8);
  for (const Revision* revision :
       InOrder(revisions, [](const Revision& r) { return std::tie(r.record_id, r.revision); })) {
    std::string& row = rows.Row();
    AppendUuid(revision->record_id, row);
    AppendNumber(revision->revision, row);
    OrNull(AppendUuid, revision->change_id, row);
    AppendText(revision->pushed_by, row);
    AppendBytes(sealer.Seal(ActorPlace(revision->record_id, revision->revision),
                            revision->actor.SerializeAsString()),
                row);
    AppendTime(revision->entry_time, row);
    AppendTime(revision->received_time, row);
    AppendBytes(sealer.Seal(BeforePlace(revision->record_id, revision->revision),
                            EncodePrevious(*revision)),
                row);
  }
  rows.Send(session.pipeline, queries::kRevisionRows);
}

void WriteChanges(Session& session, const std::vector<LoggedChange>& changes) {
  BinaryCopy rows(7);
  for (const LoggedChange* change :
       InOrder(changes, [](const LoggedChange& c) { return std::tie(c.change_id); })) {
    std::string& row = rows.Row();
    AppendUuid(change->change_id, row);
    AppendUuid(change->record_id, row);
    AppendText(change->pushed_by, row);
    AppendBytes(change->digest, row);
    AppendBytes(change->outcome.SerializeAsString(), row);
    AppendBool(change->forwarded, row);
    AppendBool(!change->forwarded, row);  // settled
  }
  rows.Send(session.pipeline, queries::kChangeRows);
}

void WriteReceipts(Session& session, const std::vector<v1::Receipt>& receipts) {
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
  Execute(session, queries::kWriteReceipts, ids, bodies, settled);
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
  void Write(Session& session, const char* query) const {
    Execute(session, query, ids_, orgs_, records_, states_, bodies_);
  }

 private:
  const Sealer& sealer_;
  ArrayLiteral ids_, orgs_, records_, states_, bodies_;
};

void WriteConflicts(Session& session, const WriteSet& writes, const Sealer& sealer) {
  if (!writes.removed_conflicts.empty()) {
    ExecuteText(session, queries::kRemoveConflicts, TextArray(writes.removed_conflicts));
  }
  if (!writes.conflicts.empty()) {
    ConflictColumns columns(sealer);
    for (const v1::Conflict& conflict : writes.conflicts) columns.Add(conflict);
    columns.Write(session, queries::kWriteConflicts);
  }
  if (!writes.conflict_updates.empty()) {
    std::map<absl::string_view, const v1::Conflict*> by_id;  // the last one counts
    for (const v1::Conflict& conflict : writes.conflict_updates) by_id[conflict.id()] = &conflict;
    ConflictColumns columns(sealer);
    for (const auto& [id, conflict] : by_id) columns.Add(*conflict);
    columns.Write(session, queries::kUpdateConflicts);
  }
}

void WritePersons(
    Session& session,
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
  Execute(session, queries::kRemovePersons, archives, keys, archives_of_keys);
  Execute(session, queries::kWritePersons, keys, archives_of_keys);
}

using ArchivePersons = std::pair<std::string, std::vector<std::string>>;

void WriteNewPersons(Session& session, const std::vector<ArchivePersons>& archives) {
  std::vector<std::pair<absl::string_view, absl::string_view>> persons;
  for (const auto& [archive, keys] : archives) {
    for (const std::string& key : keys) persons.emplace_back(key, archive);
  }
  std::sort(persons.begin(), persons.end());
  BinaryCopy rows(2);
  for (const auto& [key, archive] : persons) {
    std::string& row = rows.Row();
    AppendUuid(key, row);
    AppendUuid(archive, row);
  }
  rows.Send(session.pipeline, queries::kPersonRows);
}

void WriteCounters(Session& session, const std::vector<std::pair<CounterKey, int>>& counters) {
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
  Execute(session, queries::kWriteCounters, prefixes, years, sequences);
}

void WritePrefixes(Session& session,
                   const std::vector<std::pair<std::string, std::string>>& org_of_prefixes) {
  if (org_of_prefixes.empty()) return;
  ArrayLiteral prefixes, orgs;
  for (const auto& [prefix, org] : org_of_prefixes) {
    prefixes.Text(prefix);
    orgs.Text(org);
  }
  const pqxx::result written = Execute(session, queries::kWritePrefixes, prefixes, orgs);
  if (written.affected_rows() == org_of_prefixes.size()) return;
  const pqxx::result foreign = Execute(session, queries::kForeignPrefix, prefixes, orgs);
  if (!foreign.empty()) throw PrefixTaken(TextOf(foreign[0][0]));
}

void WriteUpstream(Session& session, const WriteSet& writes, const Sealer& sealer) {
  if (!writes.upstream_done.empty()) {
    ArrayLiteral positions;
    for (const int64_t position : writes.upstream_done) positions.Int(position);
    Execute(session, queries::kFinishUpstream, positions);
  }
  if (!writes.upstream_refused.empty()) {
    ArrayLiteral positions, outcomes, parked;
    for (const auto& [position, outcome] : writes.upstream_refused) {
      positions.Int(position);
      outcomes.Bytes(
          sealer.Seal(UpstreamOutcomePlace(outcome.change_id()), outcome.SerializeAsString()));
      parked.Bool(outcome.verdict() == v1::VERDICT_PARKED);
    }
    Execute(session, queries::kRefuseUpstream, positions, outcomes, parked);
  }
  if (!writes.upstream.empty()) {
    ArrayLiteral records, ids, changes;
    for (const v1::Change& change : writes.upstream) {
      records.Text(change.record_id());
      ids.Text(change.change_id());
      changes.Bytes(
          sealer.Seal(UpstreamChangePlace(change.change_id()), change.SerializeAsString()));
    }
    Execute(session, queries::kWriteUpstream, records, ids, changes);
  }
  if (writes.upstream_cursor.has_value()) {
    ExecuteText(session, queries::kWriteUpstreamCursor,
                absl::BytesToHexString(*writes.upstream_cursor));
  }
}

void WriteQueue(Session& session, const std::vector<QueueEntry>& queue) {
  if (queue.empty()) return;
  ArrayLiteral left_records, left_orgs;
  bool left = false;
  BinaryCopy rows(4);
  for (const QueueEntry& entry : queue) {
    if (entry.kind == QueueEntry::Kind::kLeave) {
      left = true;
      left_records.Text(entry.record_id);
      left_orgs.Text(entry.org);
    }
    std::string& row = rows.Row();
    AppendNumber(static_cast<int16_t>(entry.kind), row);
    AppendUuid(entry.record_id, row);
    AppendNumber(entry.revision, row);
    AppendPath(entry.org, row);
  }
  if (left) Execute(session, queries::kWriteFormerOrgs, left_records, left_orgs);
  rows.Send(session.pipeline, queries::kQueueRows);
}

}  // namespace

void ExecuteWriteSet(Connection& connection, pqxx::transaction_base& work, const WriteSet& writes,
                     const Sealer& sealer) {
  Session session{.work = work, .pipeline = Pipeline(connection)};
  if (writes.comes_again) session.pipeline.Add(queries::kCommitWithoutWaiting, "", 0);
  RemoveRecords(session, writes.removed_records);
  WriteRecords(session, writes.records, sealer);
  WriteRevisions(session, writes.revisions, sealer);
  WriteChanges(session, writes.changes);
  WriteReceipts(session, writes.receipts);
  WriteConflicts(session, writes, sealer);
  WritePersons(session, writes.persons);
  WriteNewPersons(session, writes.new_persons);
  WritePrefixes(session, writes.prefixes);
  WriteCounters(session, writes.counters);
  WriteUpstream(session, writes, sealer);
  AppendAudit(session.pipeline, work, writes.audit);
  WriteQueue(session, writes.queue);
  session.pipeline.Run();
}

}  // namespace bangfu::server
