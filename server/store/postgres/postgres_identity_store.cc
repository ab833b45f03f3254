// The directory and the keys of sessions. Accounts and enrollment are in files of their own.
#include "server/store/postgres/postgres_identity_store.h"

#include <map>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "server/store/postgres/array_literal.h"
#include "server/store/postgres/audit_statements.h"
#include "server/store/postgres/identity_queries.h"
#include "server/store/postgres/people_statements.h"
#include "server/store/postgres/rows.h"

namespace bangfu::server {
namespace {

// Parts of kLoadDirectory.
enum Part { kVersion = 0, kPeople = 1, kRevokedNodes = 2, kTokenKeys = 3 };

std::string PlaceOfKey(absl::string_view id) { return absl::StrCat("token_key/", id); }

absl::Time TimeFrom(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

template <typename Nodes>
void WriteRevokedNodes(pqxx::transaction_base& work, const Nodes& revoked_nodes) {
  // One statement cannot write a row twice; the later one counts.
  std::map<std::pair<absl::string_view, absl::string_view>, const v1::RevokedNode*> by_key;
  for (const v1::RevokedNode& node : revoked_nodes) {
    const v1::RevokedNode*& latest = by_key[{node.node(), node.serial()}];
    if (latest == nullptr || TimeFrom(latest->revoked_time()) < TimeFrom(node.revoked_time()))
      latest = &node;
  }
  ArrayLiteral nodes, serials, times, bodies;
  for (const auto& [key, node] : by_key) {
    nodes.Text(node->node());
    serials.Text(node->serial());
    times.Text(TimestampText(TimeFrom(node->revoked_time())));
    bodies.Bytes(node->SerializeAsString());
  }
  work.exec_params(queries::kWriteRevokedNodes, nodes.Build(), serials.Build(), times.Build(),
                   bodies.Build());
}

absl::Status IsRoot() {
  return ErrorBuilder(
             absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_BAD_REQUEST,
             {"本数据库中有账号，它属于根节点，不能接收上级的人员目录。请为下级节点另建数据库。",
              "this database has accounts: it is that of a root and takes no directory of a "
              "parent; give a node below the root a database of its own"})
      .Build();
}

}  // namespace

absl::StatusOr<int64_t> PostgresIdentityStore::DirectoryVersion() {
  // Prepared: every call asks, most of them twice.
  return statements_.Run<int64_t>("DirectoryVersion", [](Connection& connection) {
    pqxx::nontransaction session(connection);
    return IntOf(session.exec_prepared1(connection.Prepared(queries::kDirectoryVersion))[0]);
  });
}

absl::StatusOr<v1::Directory> PostgresIdentityStore::LoadDirectory() {
  return statements_.Read<v1::Directory>("LoadDirectory", [](pqxx::transaction_base& session) {
    v1::Directory directory;
    for (const auto& row : session.exec(queries::kLoadDirectory)) {
      switch (static_cast<Part>(IntOf(row[0]))) {
        case kVersion:
          directory.set_version(IntOf(row[1]));
          break;
        case kPeople:
          Parse(row[2], *directory.add_people());
          break;
        case kRevokedNodes:
          Parse(row[2], *directory.add_revoked_nodes());
          break;
        case kTokenKeys: {
          v1::TokenKey& key = *directory.add_token_keys();
          key.set_key_id(TextOf(row[1]));
          key.set_public_key_pem(TextOf(row[3]));
          break;
        }
      }
    }
    return directory;
  });
}

absl::Status PostgresIdentityStore::SaveDirectory(const v1::Directory& directory) {
  absl::Status result;
  const absl::StatusOr<bool> done =
      statements_.Change<bool>("SaveDirectory", [&](pqxx::transaction_base& work) {
        if (IntOf(work.exec1(queries::kLockDirectory)[0]) == directory.version()) return true;
        if (BoolOf(work.exec1(queries::kHasAccounts)[0])) {
          result = IsRoot();
          return true;
        }
        ArrayLiteral ids;
        for (const v1::Person& person : directory.people()) ids.Text(person.id());
        work.exec_params(queries::kRemoveOtherPeople, ids.Build());
        WritePeople(work, {directory.people().begin(), directory.people().end()});
        work.exec(queries::kRemoveRevokedNodes);
        WriteRevokedNodes(work, directory.revoked_nodes());
        work.exec(queries::kRemoveTokenKeys);
        for (const v1::TokenKey& key : directory.token_keys()) {
          work.exec_params(queries::kWriteTokenKey, key.key_id(), key.public_key_pem(), "",
                           TimestampText(absl::UnixEpoch()));
        }
        work.exec_params(queries::kWriteDirectoryVersion, absl::StrCat(directory.version()));
        return true;
      });
  return done.ok() ? result : done.status();
}

absl::Status PostgresIdentityStore::RevokeNode(const v1::RevokedNode& node,
                                               const v1::AuditEntry& audit) {
  return statements_
      .Change<bool>("RevokeNode",
                    [&](pqxx::transaction_base& work) {
                      work.exec(queries::kNextDirectory);
                      WriteRevokedNodes(work, std::vector<v1::RevokedNode>{node});
                      AppendAudit(work, {audit});
                      return true;
                    })
      .status();
}

absl::StatusOr<std::vector<StoredTokenKey>> PostgresIdentityStore::LoadTokenKeys() {
  using Keys = std::vector<StoredTokenKey>;
  return statements_.Read<Keys>("LoadTokenKeys", [&](pqxx::transaction_base& session) {
    Keys keys;
    for (const auto& row : session.exec(queries::kLoadTokenKeys)) {
      StoredTokenKey& key = keys.emplace_back();
      key.key.set_key_id(TextOf(row[0]));
      key.key.set_public_key_pem(TextOf(row[1]));
      key.private_key_pem = OpenedBytes(*sealer_, PlaceOfKey(key.key.key_id()), row[2]);
      key.created = TimeOf(row[3]);
    }
    return keys;
  });
}

absl::Status PostgresIdentityStore::AddTokenKey(const StoredTokenKey& key, absl::Time drop_before,
                                                const v1::AuditEntry& audit) {
  const std::string& id = key.key.key_id();
  return statements_
      .Change<bool>("AddTokenKey",
                    [&](pqxx::transaction_base& work) {
                      work.exec(queries::kNextDirectory);
                      work.exec_params(queries::kWriteTokenKey, id, key.key.public_key_pem(),
                                       absl::BytesToHexString(
                                           sealer_->Seal(PlaceOfKey(id), key.private_key_pem)),
                                       TimestampText(key.created));
                      work.exec_params(queries::kRemoveOldTokenKeys, TimestampText(drop_before));
                      AppendAudit(work, {audit});
                      return true;
                    })
      .status();
}

}  // namespace bangfu::server
