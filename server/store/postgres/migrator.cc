#include "server/store/postgres/migrator.h"

#include <openssl/evp.h>

#include <array>
#include <map>
#include <optional>
#include <pqxx/pqxx>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "server/store/postgres/connection_pool.h"
#include "server/store/postgres/connection_settings.h"
#include "server/store/postgres/rows.h"
#include "server/store/postgres/sql_failure.h"

namespace bangfu::server {
namespace {

// Advisory lock of the migration of a database; any number that nothing else uses.
constexpr char kTakeTurn[] = "SELECT pg_advisory_lock(7021304)";

constexpr char kMakeTable[] =
    "CREATE TABLE IF NOT EXISTS schema_migration (number integer PRIMARY KEY, name text NOT NULL, "
    "checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())";

constexpr char kHasTable[] = "SELECT to_regclass('schema_migration') IS NOT NULL";

constexpr char kListApplied[] = "SELECT number, checksum FROM schema_migration ORDER BY number";

// $1 number, $2 name, $3 checksum.
constexpr char kRecordMigration[] =
    "INSERT INTO schema_migration (number, name, checksum) VALUES ($1::integer, $2, $3)";

using Applied = std::map<int, std::string>;  // number → checksum

std::string Sha256(absl::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), size));
}

absl::Status Refuse(const Text& text) {
  return UserError(absl::StatusCode::kFailedPrecondition, text);
}

absl::Status NotUpToDate() {
  return Refuse({"数据库结构不是最新的，请先运行 bangfu-server migrate。",
                 "the database is not up to date; run bangfu-server migrate first"});
}

absl::StatusOr<std::unique_ptr<Connection>> Connect(absl::string_view address) {
  const absl::StatusOr<std::string> settings =
      WithSessionSettings(address, {.application_name = "bangfu-migrate",
                                    .statement_timeout = absl::ZeroDuration(),
                                    .lock_timeout = kMigrationLockTimeout});
  if (!settings.ok()) return settings.status();
  try {
    auto connection = std::make_unique<Connection>(*settings);
    if (connection->server_version() < kMinServerVersion) {
      return Refuse({"PostgreSQL 版本过低，需要 15 或更高版本。",
                     "PostgreSQL is too old; version 15 or later is needed"});
    }
    return connection;
  } catch (const std::exception& error) {
    return ErrorBuilder(absl::StatusCode::kUnavailable, v1::ERROR_REASON_STORE_UNAVAILABLE,
                        {absl::StrCat("无法连接数据库：", error.what()),
                         absl::StrCat("cannot connect to the database: ", error.what())})
        .Build();
  }
}

Applied ListApplied(pqxx::transaction_base& work) {
  Applied applied;
  for (const auto& row : work.exec(kListApplied)) {
    applied.emplace(static_cast<int>(IntOf(row[0])), TextOf(row[1]));
  }
  return applied;
}

// Whether what was applied are the first of `migrations`.
absl::Status CheckApplied(const Applied& applied, const std::vector<Migration>& migrations) {
  if (!applied.empty() && applied.rbegin()->first > static_cast<int>(migrations.size())) {
    return Refuse({absl::StrCat("数据库结构（第 ", applied.rbegin()->first, " 版）比本程序（第 ",
                                migrations.size(), " 版）新，请升级 bangfu-server。"),
                   absl::StrCat("the database (schema ", applied.rbegin()->first,
                                ") is newer than this program (schema ", migrations.size(),
                                "); upgrade bangfu-server")});
  }
  int expected = 0;
  for (const auto& [number, checksum] : applied) {
    ++expected;
    const Migration& migration = migrations[static_cast<size_t>(expected - 1)];
    if (number == expected && checksum == Sha256(migration.sql)) continue;
    return Refuse(
        {absl::StrCat("数据库第 ", expected, " 步结构变更（", migration.name,
                      "）与本程序的不同。请使用建库时的程序版本，或从备份恢复。"),
         absl::StrCat(
             "migration ", expected, " (", migration.name,
             ") of the database is not that of this program; use the version of the program that "
             "made the database, or restore a backup")});
  }
  return absl::OkStatus();
}

absl::Status Apply(Connection& connection, int number, const Migration& migration) {
  const std::string operation = absl::StrCat("migration ", number, " ", migration.name);
  try {
    pqxx::work work(connection);
    work.exec(migration.sql);
    work.exec_params(kRecordMigration, absl::StrCat(number), migration.name, Sha256(migration.sql));
    work.commit();
    return absl::OkStatus();
  } catch (const pqxx::insufficient_privilege&) {
    return Refuse(
        {"数据库账户权限不足，请授予该账户在此数据库建表和建扩展的权限（GRANT CREATE ON "
         "DATABASE）。",
         "the database account may not create tables and extensions; GRANT CREATE ON DATABASE "
         "to it"});
  } catch (...) {
    return CurrentSqlFailure(operation).status;
  }
}

}  // namespace

absl::Status ApplyMigrations(absl::string_view connection_string,
                             const std::vector<Migration>& migrations) {
  const absl::StatusOr<std::unique_ptr<Connection>> connection = Connect(connection_string);
  if (!connection.ok()) return connection.status();
  Applied applied;
  try {
    pqxx::nontransaction session(**connection);
    session.exec(kTakeTurn);  // until the connection closes
    if (!session.exec1(kHasTable)[0].as<bool>()) session.exec(kMakeTable);
    applied = ListApplied(session);
  } catch (const pqxx::insufficient_privilege&) {
    return Refuse(
        {"数据库账户不能在此数据库建表，请授予权限（GRANT CREATE ON SCHEMA public）。",
         "the database account may not create tables; GRANT CREATE ON SCHEMA public to it"});
  } catch (...) {
    return CurrentSqlFailure("migrate").status;
  }
  const absl::Status known = CheckApplied(applied, migrations);
  if (!known.ok()) return known;
  for (size_t i = applied.size(); i < migrations.size(); ++i) {
    const absl::Status done = Apply(**connection, static_cast<int>(i + 1), migrations[i]);
    if (!done.ok()) return done;
  }
  return absl::OkStatus();
}

absl::Status Migrate(absl::string_view connection_string) {
  const absl::Status applied = ApplyMigrations(connection_string, EmbeddedMigrations());
  if (!applied.ok()) return applied;
  const absl::StatusOr<std::unique_ptr<Connection>> connection = Connect(connection_string);
  if (!connection.ok()) return connection.status();
  try {
    return ProvideStoreRoles(**connection);
  } catch (...) {
    return CurrentSqlFailure("provide roles").status;
  }
}

absl::StatusOr<StoreRoles> CheckSchema(absl::string_view connection_string) {
  const absl::StatusOr<std::unique_ptr<Connection>> connection = Connect(connection_string);
  if (!connection.ok()) return connection.status();
  const std::vector<Migration> migrations = EmbeddedMigrations();
  Applied applied;
  try {
    pqxx::nontransaction session(**connection);
    if (session.exec1(kHasTable)[0].as<bool>()) applied = ListApplied(session);
  } catch (...) {
    return CurrentSqlFailure("check schema").status;
  }
  const absl::Status known = CheckApplied(applied, migrations);
  if (!known.ok()) return known;
  if (applied.size() < migrations.size()) return NotUpToDate();
  try {
    std::optional<StoreRoles> roles = FindStoreRoles(**connection);
    if (!roles.has_value()) return NotUpToDate();
    return *std::move(roles);
  } catch (...) {
    return CurrentSqlFailure("find roles").status;
  }
}

}  // namespace bangfu::server
