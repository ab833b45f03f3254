#include "server/store/postgres/postgres_audit_store.h"

#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "domain/rules/org_tree.h"
#include "server/store/postgres/array_literal.h"
#include "server/store/postgres/audit_queries.h"
#include "server/store/postgres/audit_statements.h"
#include "server/store/postgres/rows.h"

namespace bangfu::server {
namespace {

// Kinds of mentions: stored.
enum class Mention { kPerson = 1, kObject = 2 };

std::string KindText(Mention kind) { return absl::StrCat(static_cast<int>(kind)); }

// PostgreSQL has no text with a NUL: what holds one is in the entry, but nobody searches for it.
bool IsSearchable(absl::string_view text) {
  return !text.empty() && !absl::StrContains(text, '\0');
}

AuditHead HeadOf(pqxx::transaction_base& work) {
  const pqxx::result rows = work.exec(queries::kAuditHead);
  if (rows.empty()) return {};
  return {.sequence = IntOf(rows[0][0]), .hash = BytesOf(rows[0][1])};
}

std::vector<v1::ChainedAuditEntry> EntriesFrom(const pqxx::result& rows) {
  std::vector<v1::ChainedAuditEntry> entries;
  for (const auto& row : rows) {
    v1::ChainedAuditEntry& entry = entries.emplace_back();
    entry.set_sequence(IntOf(row[0]));
    entry.set_entry(BytesOf(row[1]));
    entry.set_hash(BytesOf(row[2]));
  }
  return entries;
}

// Entries in their places, as columns.
class ChainColumns {
 public:
  void Add(const AuditHead& place, const std::string& bytes) {
    v1::AuditEntry entry;
    // What somebody else put there is chained as it is; it says nothing that could be searched for.
    if (!entry.ParseFromString(bytes)) entry.Clear();
    sequences_.Int(place.sequence);
    entries_.Bytes(bytes);
    hashes_.Bytes(place.hash);
    times_.Text(TimestampText(absl::FromUnixSeconds(entry.time().seconds()) +
                              absl::Nanoseconds(entry.time().nanos())));
    people_.TextOrNull(IsSearchable(entry.person_id()) ? entry.person_id() : "");
    orgs_.TextOrNull(domain::IsOrgPath(entry.org()) ? entry.org() : "");
    actions_.Int(static_cast<int>(entry.action()));
    AddMention(Mention::kPerson, entry.person_id(), place.sequence);
    for (const v1::AuditObject& object : entry.objects()) {
      AddMention(Mention::kPerson, object.person_id(), place.sequence);
      AddMention(Mention::kObject, object.id(), place.sequence);
    }
  }

  void Write(pqxx::transaction_base& work) const {
    work.exec_params(queries::kWriteAuditLog, sequences_.Build(), entries_.Build(), hashes_.Build(),
                     times_.Build(), people_.Build(), orgs_.Build(), actions_.Build());
    ArrayLiteral kinds, ids, sequences;
    for (const auto& [kind, id, sequence] : mentions_) {
      kinds.Int(static_cast<int>(kind));
      ids.Text(id);
      sequences.Int(sequence);
    }
    work.exec_params(queries::kWriteAuditMentions, kinds.Build(), ids.Build(), sequences.Build());
  }

 private:
  void AddMention(Mention kind, const std::string& id, int64_t sequence) {
    if (IsSearchable(id)) mentions_.emplace(kind, id, sequence);
  }

  ArrayLiteral sequences_, entries_, hashes_, times_, people_, orgs_, actions_;
  std::set<std::tuple<Mention, std::string, int64_t>> mentions_;
};

}  // namespace

absl::Status PostgresAuditStore::Append(const std::vector<v1::AuditEntry>& entries) {
  return statements_
      .Read<bool>("AppendAudit",
                  [&](pqxx::transaction_base& session) {
                    AppendAudit(session, entries);
                    return true;
                  })
      .status();
}

absl::StatusOr<AuditStore::Chained> PostgresAuditStore::Chain(
    int limit,
    absl::FunctionRef<std::string(const AuditHead& head, absl::string_view entry)> link) {
  return statements_.Change<Chained>("ChainAudit", [&](pqxx::transaction_base& work) {
    Chained chained;
    const bool alone = BoolOf(work.exec1(queries::kTryChain)[0]);
    // Read after the lock was taken: the chainer before has committed.
    chained.head = HeadOf(work);
    if (!alone) return chained;
    ChainColumns columns;
    ArrayLiteral ids;
    for (const auto& row : work.exec_params(queries::kQueuedAudit, absl::StrCat(limit))) {
      const std::string entry = BytesOf(row[1]);
      std::string hash = link(chained.head, entry);
      chained.head = {.sequence = chained.head.sequence + 1, .hash = std::move(hash)};
      ++chained.entries;
      columns.Add(chained.head, entry);
      ids.Int(IntOf(row[0]));
    }
    if (chained.entries == 0) return chained;
    columns.Write(work);
    work.exec_params(queries::kForgetQueuedAudit, ids.Build());
    return chained;
  });
}

absl::StatusOr<std::vector<v1::ChainedAuditEntry>> PostgresAuditStore::Read(int64_t after,
                                                                            int limit) {
  return statements_.Read<std::vector<v1::ChainedAuditEntry>>(
      "ReadAudit", [&](pqxx::transaction_base& session) {
        return EntriesFrom(
            session.exec_params(queries::kReadAudit, absl::StrCat(after), absl::StrCat(limit)));
      });
}

absl::StatusOr<std::vector<v1::ChainedAuditEntry>> PostgresAuditStore::List(
    const AuditQuery& query) {
  using Entries = std::vector<v1::ChainedAuditEntry>;
  const bool by_person = !query.person_id.empty();
  const bool by_object = !query.object_id.empty();
  if (!domain::IsOrgPath(query.scope) || (by_person && !IsSearchable(query.person_id)) ||
      (by_object && !IsSearchable(query.object_id))) {
    return Entries();
  }
  return statements_.Read<Entries>("ListAudit", [&](pqxx::transaction_base& session) {
    const std::string action = absl::StrCat(static_cast<int>(query.action));
    const std::string before = absl::StrCat(query.before);
    const std::string limit = absl::StrCat(query.limit);
    if (!by_person && !by_object) {
      return EntriesFrom(
          session.exec_params(queries::kListAudit, query.scope, action, before, limit));
    }
    // An object has fewer entries than a person.
    const Mention kind = by_object ? Mention::kObject : Mention::kPerson;
    return EntriesFrom(session.exec_params(queries::kListAuditAbout, query.scope, action, before,
                                           limit, KindText(kind),
                                           by_object ? query.object_id : query.person_id,
                                           by_object ? query.person_id : std::string()));
  });
}

absl::StatusOr<AuditHead> PostgresAuditStore::Head() {
  return statements_.Read<AuditHead>(
      "AuditHead", [](pqxx::transaction_base& session) { return HeadOf(session); });
}

}  // namespace bangfu::server
