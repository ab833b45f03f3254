#include "server/cluster/cluster_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "server/cluster/child_process.h"
#include "server/cluster/cluster_log.h"
#include "server/cluster/cluster_names.h"
#include "server/cluster/cluster_settings.h"
#include "server/cluster/file_descriptor.h"
#include "server/cluster/system_error.h"

namespace bangfu::server {
namespace {

constexpr mode_t kOwnerOnly = 0700;
constexpr mode_t kOwnerAndPassThrough = 0711;
constexpr absl::Duration kInitTimeout = absl::Minutes(5);

absl::Status SyncPath(const std::string& path) {
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid() || fsync(file.get()) != 0) {
    return SystemError(errno,
                       {absl::StrCat("无法写盘 ", path), absl::StrCat("cannot sync ", path)});
  }
  return absl::OkStatus();
}

uint64_t MemoryBytes() {
  struct sysinfo info;
  if (sysinfo(&info) != 0) return 0;
  return static_cast<uint64_t>(info.totalram) * info.mem_unit;
}

absl::Status AppendConfiguration(const std::string& folder, bool durable) {
  const std::string path = folder + "/postgresql.conf";
  std::ofstream file(path, std::ios::app);
  file << InitialConfiguration(MemoryBytes());
  file.close();
  if (!file) {
    return UserError(absl::StatusCode::kInternal,
                     {absl::StrCat("无法写入 ", path, "，请检查磁盘空间"),
                      absl::StrCat("cannot write ", path, ", check the disk")});
  }
  return durable ? SyncPath(path) : absl::OkStatus();
}

absl::Status RunInitdb(const std::string& folder, const Account& account,
                       const PostgresBinaries& binaries, bool durable, int log_fd,
                       const std::string& log_path) {
  ChildProgram initdb;
  initdb.arguments = {binaries.folder + "/initdb",
                      "-D",
                      folder,
                      "-U",
                      kClusterUser,
                      "--auth=trust",
                      "--encoding=UTF8",
                      "--locale=C",
                      "--lc-ctype=C.UTF-8",
                      "--text-search-config=simple",
                      "--data-checksums"};
  if (!durable) initdb.arguments.emplace_back("--no-sync");
  initdb.environment = ClusterEnvironment();
  initdb.working_folder = folder;
  initdb.account = account;
  initdb.output_fd = log_fd;
  absl::StatusOr<std::unique_ptr<ChildProcess>> process = ChildProcess::Start(initdb);
  if (!process.ok()) return process.status();
  if (!(*process)->WaitForExit(kInitTimeout)) {
    return UserError(
        absl::StatusCode::kDeadlineExceeded,
        {absl::StrCat("初始化数据库超时，请检查磁盘，日志见 ", log_path),
         absl::StrCat("initdb did not finish in time, check the disk; log: ", log_path)});
  }
  if (!(*process)->Succeeded()) {
    const std::string complaint = LastComplaint(log_path);
    return UserError(absl::StatusCode::kInternal,
                     {absl::StrCat("初始化数据库失败，日志见 ", log_path, "：", complaint),
                      absl::StrCat("initdb failed, log: ", log_path, ": ", complaint)});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> PrepareDataFolder(const std::string& data_dir) {
  if (data_dir.empty()) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {"未指定数据文件夹", "no data folder was given"});
  }
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::absolute(data_dir, error);
  if (!error && !std::filesystem::exists(folder, error)) {
    const bool created = std::filesystem::create_directories(folder, error);
    if (created && chmod(folder.c_str(), geteuid() == 0 ? kOwnerAndPassThrough : kOwnerOnly) != 0) {
      return SystemError(errno, {absl::StrCat("无法更改权限 ", data_dir),
                                 absl::StrCat("cannot change mode ", data_dir)});
    }
  }
  const std::unique_ptr<char, decltype(&free)> canonical(realpath(folder.c_str(), nullptr), &free);
  if (error || canonical == nullptr) {
    return SystemError(error ? error.value() : errno,
                       {absl::StrCat("无法使用数据文件夹 ", data_dir),
                        absl::StrCat("cannot use the data folder ", data_dir)});
  }
  return std::string(canonical.get());
}

absl::StatusOr<std::optional<ClusterOrigin>> ReadClusterOrigin(absl::string_view data_dir) {
  const std::string folder = absl::StrCat(data_dir, "/", kClusterFolder);
  struct stat info;
  if (lstat(folder.c_str(), &info) != 0) {
    if (errno == ENOENT) return std::optional<ClusterOrigin>();
    return SystemError(errno,
                       {absl::StrCat("无法读取 ", folder), absl::StrCat("cannot read ", folder)});
  }
  ClusterOrigin origin;
  origin.owner = info.st_uid;
  std::ifstream version(folder + "/PG_VERSION");
  if (!(version >> origin.major)) {
    return UserError(
        absl::StatusCode::kFailedPrecondition,
        {absl::StrCat(folder, " 不是可读的 PostgreSQL 数据库，请移走它或从备份恢复"),
         absl::StrCat(
             folder,
             " is not a PostgreSQL cluster this user can read; move it away or restore a backup")});
  }
  return std::optional<ClusterOrigin>(origin);
}

absl::Status InitializeCluster(const std::string& data_dir, const Account& account,
                               const PostgresBinaries& binaries, bool durable, int log_fd,
                               const std::string& log_path) {
  const std::string finished = absl::StrCat(data_dir, "/", kClusterFolder);
  const std::string unfinished = finished + kUnfinishedSuffix;
  std::error_code error;
  std::filesystem::remove_all(unfinished, error);
  if (error) {
    return SystemError(error.value(), {absl::StrCat("无法删除 ", unfinished),
                                       absl::StrCat("cannot remove ", unfinished)});
  }
  if (mkdir(unfinished.c_str(), kOwnerOnly) != 0) {
    return SystemError(
        errno, {absl::StrCat("无法创建 ", unfinished), absl::StrCat("cannot create ", unfinished)});
  }
  if (account.switches_user && chown(unfinished.c_str(), account.uid, account.gid) != 0) {
    return SystemError(errno, {absl::StrCat("无法更改所有者 ", unfinished),
                               absl::StrCat("cannot change owner ", unfinished)});
  }
  absl::Status status = RunInitdb(unfinished, account, binaries, durable, log_fd, log_path);
  if (status.ok()) status = AppendConfiguration(unfinished, durable);
  if (!status.ok()) return status;
  if (rename(unfinished.c_str(), finished.c_str()) != 0) {
    return SystemError(
        errno, {absl::StrCat("无法改名 ", unfinished), absl::StrCat("cannot rename ", unfinished)});
  }
  return durable ? SyncPath(data_dir) : absl::OkStatus();
}

}  // namespace bangfu::server
