#include "server/store/postgres/postgres_store.h"

#include <algorithm>
#include <map>
#include <random>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/test_hooks.h"
#include "domain/rules/org_tree.h"
#include "domain/text/uuid.h"
#include "server/store/postgres/connection_settings.h"
#include "server/store/postgres/feed_queries.h"
#include "server/store/postgres/key_ring.h"
#include "server/store/postgres/migrator.h"
#include "server/store/postgres/postgres_feed_listener.h"
#include "server/store/postgres/postgres_sequencer.h"
#include "server/store/postgres/postgres_transaction.h"
#include "server/store/postgres/queries.h"
#include "server/store/postgres/rows.h"
#include "server/store/postgres/sql_failure.h"

namespace bangfu::server {
namespace {

// Longest pause before the second run of a body; doubles with every further run.
constexpr absl::Duration kFirstRerunPause = absl::Milliseconds(8);

// Sleeps for a random part of the pause, so that those who collided do not meet again.
void PauseBeforeRun(int attempt) {
  const absl::Duration longest = kFirstRerunPause * (1 << attempt);
  std::random_device random;
  absl::SleepFor(longest * std::uniform_real_distribution<double>(0, 1)(random));
}

std::string UuidOrEmpty(absl::string_view id) {
  return domain::IsUuid(id) ? std::string(id) : std::string();
}

absl::Status FrozenPrefix(absl::string_view prefix, absl::string_view org) {
  return ErrorBuilder(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_BAD_REQUEST,
                      {absl::StrCat("编号前缀“", prefix, "”已用于 ", org,
                                    " 的档案，不能改动（A4）。请在组织字典中保留它。"),
                       absl::StrCat("the number prefix '", prefix, "' is in use by ", org,
                                    " and cannot change (A4); keep it in the org dictionary")})
      .With("prefix", prefix)
      .With("org", org)
      .Build();
}

}  // namespace

absl::StatusOr<std::unique_ptr<PostgresStore>> PostgresStore::Open(const PostgresOptions& options) {
  if (!options.master_key.has_value()) {
    return UserError(
        absl::StatusCode::kInvalidArgument,
        {"未给出主密钥，无法打开数据库。", "without a master key the database cannot be opened"});
  }
  const absl::StatusOr<StoreRoles> roles = CheckSchema(options.connection_string);
  if (!roles.ok()) return roles.status();
  const auto address_of = [&options](absl::string_view suffix, const std::string& role) {
    return WithSessionSettings(
        options.connection_string,
        SessionSettings{.application_name = absl::StrCat(options.application_name, suffix),
                        .statement_timeout = options.statement_timeout,
                        .lock_timeout = options.lock_timeout,
                        .role = role});
  };
  absl::StatusOr<std::string> node = address_of("", roles->node);
  if (!node.ok()) return node.status();
  absl::StatusOr<std::string> reader = address_of("", roles->reader);
  if (!reader.ok()) return reader.status();
  absl::StatusOr<std::string> sequencer = address_of(kSequencerSuffix, roles->node);
  if (!sequencer.ok()) return sequencer.status();
  absl::StatusOr<std::string> listener = address_of(kListenerSuffix, roles->node);
  if (!listener.ok()) return listener.status();
  absl::StatusOr<std::shared_ptr<const Sealer>> sealer =
      OpenKeyRing(options.connection_string, *options.master_key);
  if (!sealer.ok()) return sealer.status();
  // The constructor is private.
  return std::unique_ptr<PostgresStore>(new PostgresStore(options,
                                                          {.node = *std::move(node),
                                                           .reader = *std::move(reader),
                                                           .sequencer = *std::move(sequencer),
                                                           .listener = *std::move(listener)},
                                                          *std::move(sealer)));
}

PostgresStore::PostgresStore(const PostgresOptions& options, Addresses addresses,
                             std::shared_ptr<const Sealer> sealer)
    : addresses_(std::move(addresses)),
      sealer_(std::move(sealer)),
      node_(addresses_.node, options.connections, options.connection_wait),
      reader_(addresses_.reader, options.reader_connections, options.connection_wait),
      bell_(addresses_.node),
      identity_(node_, sealer_),
      audit_(node_) {}

std::optional<SqlFailure> PostgresStore::TransactOnce(
    absl::FunctionRef<absl::Status(Transaction&)> body, absl::Status& result) {
  constexpr char kOperation[] = "Transact";
  absl::StatusOr<ConnectionPool::Lease> lease = node_.Acquire(kOperation);
  if (!lease.ok()) return SqlFailure{.status = lease.status()};
  std::optional<SqlFailure> failure;
  bool queued = false;
  try {
    pqxx::work work(**lease);
    PostgresTransaction transaction(**lease, work, *sealer_);
    result = body(transaction);
    failure = transaction.failure();
    if (!failure.has_value() && result.ok()) {
      BANGFU_STEP("store.before_commit");
      work.commit();
      BANGFU_STEP("store.after_commit");
      queued = transaction.queued();
    }
    if (!failure.has_value() && !result.ok()) work.abort();
  } catch (...) {
    failure = CurrentSqlFailure(kOperation);
  }
  if (failure.has_value() && failure->connection_broken) lease->MarkBroken();
  if (queued) bell_.Ring();
  return failure;
}

absl::Status PostgresStore::Transact(absl::FunctionRef<absl::Status(Transaction&)> body) {
  for (int attempt = 1;; ++attempt) {
    absl::Status result;
    const std::optional<SqlFailure> failure = TransactOnce(body, result);
    if (!failure.has_value()) return result;
    if (!failure->collision || attempt == limits::kMaxTxnAttempts) return failure->status;
    PauseBeforeRun(attempt);
  }
}

absl::Status PostgresStore::CheckPersonKey(const PersonKeyer& keyer) {
  const std::string fingerprint = keyer.Fingerprint();
  const absl::StatusOr<std::string> kept =
      node_.Read<std::string>("CheckPersonKey", [&](pqxx::transaction_base& session) {
        session.exec_params(queries::kKeepPersonKey, fingerprint);
        return TextOf(session.exec1(queries::kPersonKey)[0]);
      });
  if (!kept.ok()) return kept.status();
  if (*kept == fingerprint) return absl::OkStatus();
  return UserError(
      absl::StatusCode::kFailedPrecondition,
      {"数据目录中的人员密钥（person.key）不是本数据库使用的那一个；用它无法再保证一人一档。"
       "请从本节点的备份恢复该文件。",
       "the person key (person.key) in the data folder is not the one that this database was "
       "filled with, so one person could get two archives; restore that file from the backup of "
       "this node"});
}

absl::StatusOr<std::optional<StoredRecord>> PostgresStore::GetRecord(absl::string_view scope,
                                                                     absl::string_view id) {
  if (!domain::IsOrgPath(scope) || !domain::IsUuid(id)) return std::optional<StoredRecord>();
  return reader_.ReadWithin<std::optional<StoredRecord>>(
      "GetRecord", scope, [&](pqxx::transaction_base& session) {
        const pqxx::result rows =
            session.exec_params(queries::kGetRecord, std::string(scope), std::string(id));
        return rows.empty() ? std::nullopt : std::optional(RecordFrom(rows[0], 0, *sealer_));
      });
}

absl::StatusOr<std::optional<StoredRecord>> PostgresStore::GetArchiveByNumber(
    absl::string_view scope, absl::string_view number) {
  // PostgreSQL has no text with a NUL, so none is stored.
  if (!domain::IsOrgPath(scope) || absl::StrContains(number, '\0'))
    return std::optional<StoredRecord>();
  return reader_.ReadWithin<std::optional<StoredRecord>>(
      "GetArchiveByNumber", scope, [&](pqxx::transaction_base& session) {
        const pqxx::result rows = session.exec_params(queries::kGetArchiveByNumber,
                                                      std::string(scope), std::string(number));
        return rows.empty() ? std::nullopt : std::optional(RecordFrom(rows[0], 0, *sealer_));
      });
}

absl::StatusOr<std::vector<StoredRecord>> PostgresStore::ListRecords(const RecordQuery& query) {
  const bool no_such_archive = !query.archive_id.empty() && !domain::IsUuid(query.archive_id);
  if (!domain::IsOrgPath(query.scope) || no_such_archive) return std::vector<StoredRecord>();
  return reader_.ReadPageWithin<std::vector<StoredRecord>>(
      "ListRecords", query.scope, [&](pqxx::transaction_base& session) {
        std::vector<StoredRecord> records;
        for (const auto& row : session.exec_params(
                 queries::kListRecords, query.scope, absl::StrCat(static_cast<int>(query.type)),
                 absl::StrCat(static_cast<int>(query.status)), query.archive_id,
                 UuidOrEmpty(query.after_id), absl::StrCat(query.limit))) {
          records.push_back(RecordFrom(row, 0, *sealer_));
        }
        return records;
      });
}

absl::StatusOr<std::optional<v1::Conflict>> PostgresStore::GetConflict(absl::string_view scope,
                                                                       absl::string_view id) {
  if (!domain::IsOrgPath(scope) || !domain::IsUuid(id)) return std::optional<v1::Conflict>();
  return reader_.ReadWithin<std::optional<v1::Conflict>>(
      "GetConflict", scope, [&](pqxx::transaction_base& session) {
        const pqxx::result rows =
            session.exec_params(queries::kGetConflict, std::string(scope), std::string(id));
        return rows.empty() ? std::nullopt : std::optional(ConflictFrom(rows[0], 0, *sealer_));
      });
}

absl::StatusOr<ConflictPage> PostgresStore::ListConflicts(const ConflictQuery& query) {
  const bool no_such_record = !query.record_id.empty() && !domain::IsUuid(query.record_id);
  if (!domain::IsOrgPath(query.scope) || no_such_record) return ConflictPage();
  return reader_.ReadPageWithin<ConflictPage>(
      "ListConflicts", query.scope, [&](pqxx::transaction_base& session) {
        // One more than asked for tells whether this page is the last.
        const pqxx::result rows =
            session.exec_params(queries::kListConflicts, query.scope, query.record_id,
                                absl::StrCat(static_cast<int>(query.state)),
                                absl::StrCat(query.before), absl::StrCat(query.limit + 1));
        ConflictPage page;
        for (const auto& row : rows) {
          if (static_cast<int>(page.conflicts.size()) == query.limit) {
            page.next_before = IntOf(rows[row.num() - 1][0]);
            break;
          }
          page.conflicts.push_back(ConflictFrom(row, 1, *sealer_));
        }
        return page;
      });
}

absl::StatusOr<v1::OrgTree> PostgresStore::LoadOrgTree() {
  return node_.Read<v1::OrgTree>("LoadOrgTree", [](pqxx::transaction_base& session) {
    const pqxx::result rows = session.exec(queries::kLoadOrgTree);
    return rows.empty() ? v1::OrgTree() : MessageOf<v1::OrgTree>(rows[0][0]);
  });
}

absl::Status PostgresStore::SaveOrgTree(const v1::OrgTree& tree) {
  constexpr char kOperation[] = "SaveOrgTree";
  const absl::StatusOr<domain::OrgTree> orgs = domain::OrgTree::Build(tree);
  if (!orgs.ok()) return orgs.status();
  absl::StatusOr<ConnectionPool::Lease> lease = node_.Acquire(kOperation);
  if (!lease.ok()) return lease.status();
  try {
    pqxx::work work(**lease);
    work.exec(queries::kFreezePrefixes);
    const bool higher = work.exec_params(queries::kSaveOrgTree, absl::StrCat(tree.version()),
                                         absl::BytesToHexString(tree.SerializeAsString()))
                            .affected_rows() == 1;
    if (!higher) return absl::OkStatus();
    for (const auto& row : work.exec(queries::kListPrefixes)) {
      const std::string prefix = TextOf(row[0]);
      const std::string org = TextOf(row[1]);
      if (orgs->NumberPrefix(org) == prefix) continue;
      // An org that was re-zoned or merged leaves its prefix to its successor: to use, or to keep
      // from others.
      const v1::Org* successor = orgs->Find(org) == nullptr ? orgs->FindSuccessor(org) : nullptr;
      const v1::Org* user = orgs->FindByPrefix(prefix);
      if (successor == nullptr || (user != nullptr && user != successor))
        return FrozenPrefix(prefix, org);
      if (user == successor) work.exec_params(queries::kHandOnPrefix, prefix, successor->id());
    }
    work.commit();
    return absl::OkStatus();
  } catch (...) {
    const SqlFailure failure = CurrentSqlFailure(kOperation);
    if (failure.connection_broken) lease->MarkBroken();
    return failure.status;
  }
}

absl::StatusOr<v1::PolicySet> PostgresStore::LoadPolicySet() {
  return node_.Read<v1::PolicySet>("LoadPolicySet", [](pqxx::transaction_base& session) {
    const pqxx::result rows = session.exec(queries::kLoadPolicySet);
    return rows.empty() ? v1::PolicySet() : MessageOf<v1::PolicySet>(rows[0][0]);
  });
}

absl::Status PostgresStore::SavePolicySet(const v1::PolicySet& set) {
  return node_.Execute("SavePolicySet", queries::kSavePolicySet, absl::StrCat(set.version()),
                       absl::BytesToHexString(set.SerializeAsString()));
}

}  // namespace bangfu::server
