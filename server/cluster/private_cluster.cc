#include "server/cluster/private_cluster.h"

#include <signal.h>

#include <exception>
#include <optional>
#include <pqxx/pqxx>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "server/cluster/cluster_folder.h"
#include "server/cluster/cluster_log.h"
#include "server/cluster/cluster_names.h"
#include "server/cluster/cluster_settings.h"
#include "server/cluster/leftover_processes.h"
#include "server/cluster/postgres_binaries.h"
#include "server/cluster/socket_folder.h"

namespace bangfu::server {
namespace {

constexpr absl::Duration kFastShutdown = absl::Seconds(60);
constexpr absl::Duration kImmediateShutdown = absl::Seconds(15);
constexpr absl::Duration kKillTimeout = absl::Seconds(10);
constexpr absl::Duration kReadyPollInterval = absl::Milliseconds(20);
constexpr char kDuplicateDatabase[] = "42P04";  // SQLSTATE duplicate_database

// libpq, "Keyword/Value Connection Strings": quotes and backslashes are escaped by a backslash.
std::string QuoteValue(absl::string_view value) {
  return absl::StrCat("'", absl::StrReplaceAll(value, {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
}

bool IsDatabaseName(absl::string_view name) {
  if (name.empty() || name.size() > kMaxDatabaseNameBytes || absl::ascii_isdigit(name.front())) {
    return false;
  }
  for (const char c : name) {
    if (!absl::ascii_islower(c) && !absl::ascii_isdigit(c) && c != '_') return false;
  }
  return true;
}

std::string ConnectionStringAt(const std::string& socket_folder, absl::string_view database) {
  return absl::StrCat("host=", QuoteValue(socket_folder), " port=5432 user=", kClusterUser,
                      " dbname=", QuoteValue(database));
}

absl::Status NoDatabase(absl::string_view name, absl::string_view reason) {
  return UserError(
      absl::StatusCode::kInternal,
      {absl::StrCat("无法创建数据库 ", name, "，请查看 postgresql.log：", reason),
       absl::StrCat("cannot create the database ", name, ", see postgresql.log: ", reason)});
}

absl::Status CheckOptions(const PrivateClusterOptions& options) {
  if (options.max_connections < kMinMaxConnections ||
      options.max_connections > kMaxMaxConnections) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {absl::StrCat("max_connections 必须在 ", kMinMaxConnections, " 和 ",
                                   kMaxMaxConnections, " 之间：", options.max_connections),
                      absl::StrCat("max_connections must be between ", kMinMaxConnections, " and ",
                                   kMaxMaxConnections, ": ", options.max_connections)});
  }
  return absl::OkStatus();
}

absl::Status CheckReachable(const Account& account, const std::string& data_dir) {
  absl::StatusOr<std::optional<std::string>> closed = FirstFolderClosedTo(account, data_dir);
  if (!closed.ok()) return closed.status();
  if (!closed->has_value()) return absl::OkStatus();
  return UserError(
      absl::StatusCode::kFailedPrecondition,
      {absl::StrCat("PostgreSQL 以用户 ", account.name, " 运行，但该用户无法进入文件夹 ", **closed,
                    "；请执行 chmod o+x ", **closed,
                    "，或把数据文件夹换到别处（例如 /var/lib/bangfu）"),
       absl::StrCat("PostgreSQL runs as user ", account.name, ", who cannot enter the folder ",
                    **closed, "; run chmod o+x ", **closed,
                    " or put the data folder elsewhere (for example /var/lib/bangfu)")});
}

}  // namespace

PrivateCluster::PrivateCluster(NodeLock lock, std::string socket_folder)
    : lock_(std::move(lock)),
      socket_folder_(std::move(socket_folder)),
      connection_string_(ConnectionString("postgres")) {}

PrivateCluster::~PrivateCluster() { Stop().IgnoreError(); }

absl::StatusOr<std::unique_ptr<PrivateCluster>> PrivateCluster::Start(
    const PrivateClusterOptions& options) {
  absl::Status status = CheckOptions(options);
  if (!status.ok()) return status;
  const absl::StatusOr<std::string> data_dir = PrepareDataFolder(options.data_dir);
  if (!data_dir.ok()) return data_dir.status();
  absl::StatusOr<NodeLock> lock = NodeLock::Acquire(*data_dir);
  if (!lock.ok()) return lock.status();

  const absl::StatusOr<std::optional<ClusterOrigin>> origin = ReadClusterOrigin(*data_dir);
  if (!origin.ok()) return origin.status();
  const bool exists = origin->has_value();
  const absl::StatusOr<Account> account =
      AccountForCluster(exists ? std::optional<uid_t>((*origin)->owner) : std::nullopt);
  if (!account.ok()) return account.status();
  status = CheckReachable(*account, *data_dir);
  if (!status.ok()) return status;
  const absl::StatusOr<PostgresBinaries> binaries = FindPostgresBinaries(
      exists ? std::optional<int>((*origin)->major) : std::nullopt, kPostgresInstallRoot);
  if (!binaries.ok()) return binaries.status();

  const std::string cluster_folder = absl::StrCat(*data_dir, "/", kClusterFolder);
  ClusterSettings settings;
  settings.socket_folder = SocketFolderFor(*data_dir);
  settings.cluster_name = ClusterNameFor(*data_dir);
  settings.max_connections = options.max_connections;
  settings.max_prepared_transactions = options.max_prepared_transactions;
  settings.durable = options.durable;
  status = StopLeftoverProcesses({cluster_folder, settings.cluster_name, account->uid});
  if (!status.ok()) return status;

  const std::string log_path = absl::StrCat(*data_dir, "/", kClusterLog);
  const absl::StatusOr<FileDescriptor> log = OpenClusterLog(log_path);
  if (!log.ok()) return log.status();
  if (!exists) {
    status =
        InitializeCluster(*data_dir, *account, *binaries, options.durable, log->get(), log_path);
    if (!status.ok()) return status;
  }
  status = PrepareSocketFolder(settings.socket_folder, *account);
  if (!status.ok()) return status;

  ChildProgram postgres;
  postgres.arguments = {binaries->folder + "/postgres", "-D", cluster_folder};
  for (std::string& argument : EnforcedSettings(settings)) {
    postgres.arguments.push_back(std::move(argument));
  }
  postgres.environment = ClusterEnvironment();
  postgres.working_folder = cluster_folder;
  postgres.account = *account;
  postgres.output_fd = log->get();
  absl::StatusOr<std::unique_ptr<ChildProcess>> postmaster = ChildProcess::Start(postgres);
  if (!postmaster.ok()) return postmaster.status();

  std::unique_ptr<PrivateCluster> cluster(
      new PrivateCluster(*std::move(lock), settings.socket_folder));
  cluster->postmaster_ = *std::move(postmaster);
  status = cluster->WaitUntilReady(options.start_timeout, log_path);
  if (!status.ok()) return status;
  return cluster;
}

absl::Status PrivateCluster::WaitUntilReady(absl::Duration timeout, const std::string& log_path) {
  const absl::Time deadline = absl::Now() + timeout;
  while (true) {
    // First the process, then the socket: otherwise another postmaster could answer for a dead one.
    if (!postmaster_->Running()) {
      const std::string complaint = LastComplaint(log_path);
      return UserError(
          absl::StatusCode::kInternal,
          {absl::StrCat("PostgreSQL 无法启动，日志见 ", log_path, "：", complaint),
           absl::StrCat("PostgreSQL does not start, log: ", log_path, ": ", complaint)});
    }
    try {
      const pqxx::connection connection(connection_string_ + " connect_timeout=5");
      return absl::OkStatus();
    } catch (const std::exception&) {
      // Not yet: no socket, or recovery is under way.
    }
    if (absl::Now() >= deadline) {
      const std::string limit = absl::FormatDuration(timeout);
      return UserError(
          absl::StatusCode::kDeadlineExceeded,
          {absl::StrCat("PostgreSQL 在 ", limit, " 内未就绪，可能仍在恢复，请查看日志后重试：",
                        log_path),
           absl::StrCat("PostgreSQL was not ready within ", limit,
                        ", it may still be recovering; see the log and retry: ", log_path)});
    }
    postmaster_->WaitForExit(kReadyPollInterval);
  }
}

std::string PrivateCluster::ConnectionString(absl::string_view database) const {
  return ConnectionStringAt(socket_folder_, database);
}

absl::StatusOr<std::string> PrivateCluster::ConnectionStringBeside(const std::string& data_dir,
                                                                   absl::string_view database) {
  const absl::StatusOr<std::string> folder = PrepareDataFolder(data_dir);
  if (!folder.ok()) return folder.status();
  const absl::StatusOr<NodeLock> lock = NodeLock::Acquire(*folder);
  if (!lock.ok() && absl::IsFailedPrecondition(lock.status()))
    return ConnectionStringAt(SocketFolderFor(*folder), database);
  if (!lock.ok()) return lock.status();
  return UserError(absl::StatusCode::kFailedPrecondition,
                   {absl::StrCat("没有节点在使用数据目录 ", *folder, "。"),
                    absl::StrCat("no node uses the data folder ", *folder, ".")});
}

absl::Status PrivateCluster::CreateDatabaseIfMissing(absl::string_view name) {
  if (!IsDatabaseName(name)) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {absl::StrCat("数据库名只能用小写字母、数字和下划线，不以数字开头，最多 ",
                                   kMaxDatabaseNameBytes, " 字节"),
                      absl::StrCat("a database name has lower case letters, digits and "
                                   "underscores, does not begin with a digit and has at most ",
                                   kMaxDatabaseNameBytes, " bytes")});
  }
  try {
    pqxx::connection connection(connection_string_);
    pqxx::nontransaction session(connection);
    // Purpose: does the database exist? Parameter: its name. Index: pg_database_datname_index.
    const pqxx::result found =
        session.exec_params("SELECT 1 FROM pg_database WHERE datname = $1", std::string(name));
    if (!found.empty()) return absl::OkStatus();
    session.exec(absl::StrCat("CREATE DATABASE ", session.quote_name(std::string(name))));
    return absl::OkStatus();
  } catch (const pqxx::broken_connection&) {
    return UserError(absl::StatusCode::kUnavailable,
                     {"无法连接本节点的 PostgreSQL，请查看 postgresql.log",
                      "cannot reach this node's PostgreSQL; see postgresql.log"});
  } catch (const pqxx::sql_error& error) {
    // Someone else was faster.
    if (error.sqlstate() == kDuplicateDatabase) return absl::OkStatus();
    return NoDatabase(name, absl::StrCat("SQLSTATE ", error.sqlstate()));
  } catch (const std::exception& error) {
    return NoDatabase(name, error.what());
  }
}

absl::Status PrivateCluster::Stop() {
  if (postmaster_ == nullptr) return absl::OkStatus();
  const std::unique_ptr<ChildProcess> postmaster = std::move(postmaster_);
  postmaster->Signal(SIGINT);
  const bool in_order = postmaster->WaitForExit(kFastShutdown);
  if (!in_order) {
    postmaster->Signal(SIGQUIT);
    if (!postmaster->WaitForExit(kImmediateShutdown)) {
      postmaster->Signal(SIGKILL);
      postmaster->WaitForExit(kKillTimeout);
    }
  }
  lock_.Release();
  if (in_order) return absl::OkStatus();
  return UserError(
      absl::StatusCode::kDeadlineExceeded,
      {"PostgreSQL 未能按时正常停止，已强制结束；下次启动会自动恢复",
       "PostgreSQL did not stop in time and was ended at once; the next start recovers"});
}

bool PrivateCluster::Running() { return postmaster_ != nullptr && postmaster_->Running(); }

}  // namespace bangfu::server
