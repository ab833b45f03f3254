#include "server/store/postgres/postgres_transaction.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "domain/text/uuid.h"
#include "server/store/postgres/array_literal.h"
#include "server/store/postgres/places.h"
#include "server/store/postgres/queries.h"
#include "server/store/postgres/rows.h"
#include "server/store/postgres/upstream_queries.h"
#include "server/store/postgres/write_set_statements.h"

namespace bangfu::server {
namespace {

// PostgreSQL has no text with a NUL, so what holds one is stored nowhere.
std::vector<std::string> Texts(const std::vector<std::string>& keys) {
  std::vector<std::string> texts;
  std::copy_if(keys.begin(), keys.end(), std::back_inserter(texts),
               [](const std::string& key) { return !absl::StrContains(key, '\0'); });
  return texts;
}

absl::Status TakenPrefix(absl::string_view prefix) {
  return ErrorBuilder(
             absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_BAD_REQUEST,
             {absl::StrCat("编号前缀“", prefix,
                           "”已归另一单位使用，不能改用（A4）。请改正组织字典。"),
              absl::StrCat("the number prefix '", prefix,
                           "' already belongs to another unit for ever (A4); correct the org "
                           "dictionary")})
      .With("prefix", prefix)
      .Build();
}

}  // namespace

template <typename... Parameters>
pqxx::result PostgresTransaction::Query(const char* statement, const Parameters&... parameters) {
  return work_.exec_prepared(connection_.Prepared(statement), parameters...);
}

template <typename Result, typename Statements>
absl::StatusOr<Result> PostgresTransaction::Run(absl::string_view operation,
                                                Statements statements) {
  if (failure_.has_value()) return failure_->status;
  try {
    return statements();
  } catch (const StaleRecord&) {
    failure_ = RecordCollision(operation);
  } catch (const PrefixTaken& error) {
    failure_ = SqlFailure{.status = TakenPrefix(error.prefix())};
  } catch (...) {
    failure_ = CurrentSqlFailure(operation);
  }
  return failure_->status;
}

absl::StatusOr<std::map<std::string, LoggedChange>> PostgresTransaction::FindChanges(
    const std::vector<std::string>& change_ids) {
  return Run<std::map<std::string, LoggedChange>>("FindChanges", [&] {
    std::map<std::string, LoggedChange> changes;
    for (const auto& row : Query(queries::kFindChanges, UuidArray(change_ids))) {
      LoggedChange change = LoggedChangeFrom(row);
      const std::string id = change.change_id;
      changes.emplace(id, std::move(change));
    }
    return changes;
  });
}

absl::StatusOr<std::map<std::string, StoredRecord>> PostgresTransaction::LockRecords(
    const std::vector<std::string>& ids) {
  return Run<std::map<std::string, StoredRecord>>("LockRecords", [&] {
    std::map<std::string, StoredRecord> records;
    for (const auto& row : Query(queries::kLockRecords, UuidArray(ids))) {
      StoredRecord record = RecordFrom(row, 0, sealer_);
      const std::string id = record.id;
      records.emplace(id, std::move(record));
    }
    return records;
  });
}

absl::StatusOr<std::vector<Revision>> PostgresTransaction::RevisionsSince(
    const std::vector<std::pair<std::string, int64_t>>& records) {
  return Run<std::vector<Revision>>("RevisionsSince", [&] {
    // A record that is asked for twice is answered once, from the earlier revision.
    std::map<std::string, int64_t> since;
    for (const auto& [id, revision] : records) {
      if (!domain::IsUuid(id)) continue;
      const auto [it, inserted] = since.try_emplace(id, revision);
      if (!inserted) it->second = std::min(it->second, revision);
    }
    ArrayLiteral ids, numbers;
    for (const auto& [id, revision] : since) {
      ids.Text(id);
      numbers.Int(revision);
    }
    std::vector<Revision> revisions;
    for (const auto& row : Query(queries::kRevisionsSince, ids.Build(), numbers.Build())) {
      revisions.push_back(RevisionFrom(row, sealer_));
    }
    return revisions;
  });
}

absl::StatusOr<std::map<std::string, PersonHolder>> PostgresTransaction::FindPersons(
    const std::vector<std::string>& keys) {
  return Run<std::map<std::string, PersonHolder>>("FindPersons", [&] {
    std::map<std::string, PersonHolder> holders;
    for (const auto& row : Query(queries::kFindPersons, TextArray(Texts(keys)))) {
      holders.emplace(TextOf(row[0]),
                      PersonHolder{.archive_id = TextOf(row[1]), .org = TextOf(row[2])});
    }
    return holders;
  });
}

absl::StatusOr<std::vector<StoredRecord>> PostgresTransaction::ChildrenOf(
    const std::vector<std::string>& archive_ids) {
  return Run<std::vector<StoredRecord>>("ChildrenOf", [&] {
    std::vector<StoredRecord> records;
    for (const auto& row : Query(queries::kChildrenOf, UuidArray(archive_ids))) {
      records.push_back(RecordFrom(row, 0, sealer_));
    }
    return records;
  });
}

absl::StatusOr<std::map<std::string, std::string>> PostgresTransaction::FindNumbers(
    const std::vector<std::string>& numbers) {
  return Run<std::map<std::string, std::string>>("FindNumbers", [&] {
    std::map<std::string, std::string> archives;
    for (const auto& row : Query(queries::kFindNumbers, TextArray(Texts(numbers)))) {
      archives.emplace(TextOf(row[0]), TextOf(row[1]));
    }
    return archives;
  });
}

absl::StatusOr<std::map<CounterKey, int>> PostgresTransaction::LockCounters(
    const std::vector<CounterKey>& keys) {
  return Run<std::map<CounterKey, int>>("LockCounters", [&] {
    ArrayLiteral prefixes, years;
    for (const CounterKey& key : std::set<CounterKey>(keys.begin(), keys.end())) {
      prefixes.Text(key.prefix);
      years.Int(key.year);
    }
    Query(queries::kMakeCounters, prefixes.Build(), years.Build());
    std::map<CounterKey, int> last;
    for (const auto& row : Query(queries::kLockCounters, prefixes.Build(), years.Build())) {
      last.emplace(CounterKey{TextOf(row[0]), static_cast<int>(IntOf(row[1]))},
                   static_cast<int>(IntOf(row[2])));
    }
    return last;
  });
}

absl::StatusOr<std::map<std::string, std::vector<v1::Change>>> PostgresTransaction::PendingUpstream(
    const std::vector<std::string>& record_ids) {
  return Run<std::map<std::string, std::vector<v1::Change>>>("PendingUpstream", [&] {
    std::map<std::string, std::vector<v1::Change>> changes;
    for (const auto& row : Query(queries::kPendingUpstream, UuidArray(record_ids))) {
      changes[TextOf(row[0])].push_back(
          OpenedMessage<v1::Change>(sealer_, UpstreamChangePlace(TextOf(row[1])), row[2]));
    }
    return changes;
  });
}

absl::StatusOr<std::map<std::string, v1::Conflict>> PostgresTransaction::LockConflicts(
    const std::vector<std::string>& ids) {
  return Run<std::map<std::string, v1::Conflict>>("LockConflicts", [&] {
    std::map<std::string, v1::Conflict> entries;
    for (const auto& row : Query(queries::kLockConflicts, UuidArray(ids))) {
      v1::Conflict entry = ConflictFrom(row, 0, sealer_);
      const std::string id = entry.id();
      entries.emplace(id, std::move(entry));
    }
    return entries;
  });
}

absl::StatusOr<std::vector<v1::Conflict>> PostgresTransaction::LockConflictsOf(
    const std::vector<std::string>& record_ids) {
  return Run<std::vector<v1::Conflict>>("LockConflictsOf", [&] {
    std::vector<v1::Conflict> entries;
    for (const auto& row : Query(queries::kLockConflictsOf, UuidArray(record_ids))) {
      entries.push_back(ConflictFrom(row, 0, sealer_));
    }
    return entries;
  });
}

absl::StatusOr<std::map<std::string, std::vector<std::string>>> PostgresTransaction::FormerOrgs(
    const std::vector<std::string>& record_ids) {
  return Run<std::map<std::string, std::vector<std::string>>>("FormerOrgs", [&] {
    std::map<std::string, std::vector<std::string>> orgs;
    for (const auto& row : Query(queries::kFormerOrgs, UuidArray(record_ids))) {
      orgs[TextOf(row[0])].push_back(TextOf(row[1]));
    }
    return orgs;
  });
}

absl::Status PostgresTransaction::Write(const WriteSet& writes) {
  return Run<bool>("Write",
                   [&] {
                     ExecuteWriteSet(connection_, work_, writes, sealer_);
                     queued_ |= !writes.queue.empty();
                     return true;
                   })
      .status();
}

}  // namespace bangfu::server
