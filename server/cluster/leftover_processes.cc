#include "server/cluster/leftover_processes.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "server/cluster/cluster_names.h"

namespace bangfu::server {
namespace {

constexpr absl::Duration kFastShutdown = absl::Seconds(60);
constexpr absl::Duration kImmediateShutdown = absl::Seconds(15);
constexpr absl::Duration kPollInterval = absl::Milliseconds(20);

enum class Part { kNone, kPostmaster, kOther };

std::string ReadWhole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

// The part that process `pid` plays in the cluster. Zombies have no command line: kNone.
Part PartOf(pid_t pid, const ClusterProcesses& cluster) {
  const std::string folder = absl::StrCat("/proc/", pid);
  struct stat info;
  if (stat(folder.c_str(), &info) != 0 || info.st_uid != cluster.uid) return Part::kNone;
  const std::string command_line = ReadWhole(folder + "/cmdline");
  if (absl::StartsWith(command_line, absl::StrCat("postgres: ", cluster.cluster_name, ": "))) {
    return Part::kOther;
  }
  const std::vector<std::string> arguments = absl::StrSplit(command_line, '\0');
  const std::string program = std::filesystem::path(arguments.front()).filename().string();
  const auto names = [&](const std::string& value) {
    return std::find(arguments.begin(), arguments.end(), value) != arguments.end();
  };
  if (program == "postgres" && names(cluster.cluster_folder)) return Part::kPostmaster;
  if (program == "initdb" && names(cluster.cluster_folder + kUnfinishedSuffix)) return Part::kOther;
  return Part::kNone;
}

std::vector<pid_t> ProcessesOf(const ClusterProcesses& cluster) {
  std::vector<pid_t> found;
  std::error_code error;
  for (std::filesystem::directory_iterator it("/proc", error), end; !error && it != end;
       it.increment(error)) {
    pid_t pid = 0;
    if (!absl::SimpleAtoi(it->path().filename().string(), &pid)) continue;
    if (PartOf(pid, cluster) != Part::kNone) found.push_back(pid);
  }
  return found;
}

// Sends `signal` to the postmaster, or to every process when it is gone, until all have ended.
bool StopAll(const ClusterProcesses& cluster, int signal, absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  bool signalled_postmaster = false;
  while (true) {
    const std::vector<pid_t> pids = ProcessesOf(cluster);
    if (pids.empty()) return true;
    bool has_postmaster = false;
    for (const pid_t pid : pids) {
      if (PartOf(pid, cluster) != Part::kPostmaster) continue;
      has_postmaster = true;
      if (!signalled_postmaster) kill(pid, signal);
    }
    signalled_postmaster = has_postmaster;
    if (!has_postmaster) {
      // Orphans: what they had not committed is lost already, so they may go at once.
      for (const pid_t pid : pids) kill(pid, SIGQUIT);
    }
    if (absl::Now() >= deadline) return false;
    absl::SleepFor(kPollInterval);
  }
}

void RemovePidFileOfStranger(const ClusterProcesses& cluster) {
  const std::string path = cluster.cluster_folder + "/postmaster.pid";
  const std::vector<std::string> lines = absl::StrSplit(ReadWhole(path), '\n');
  pid_t pid = 0;
  if (!absl::SimpleAtoi(absl::StripAsciiWhitespace(lines.front()), &pid) || pid <= 0) return;
  if (kill(pid, 0) != 0) return;
  // A postmaster that someone started by hand, in a way PartOf() does not know, keeps its file:
  // then the start is refused by PostgreSQL instead of running twice.
  const std::string command_line = ReadWhole(absl::StrCat("/proc/", pid, "/cmdline"));
  const std::string program =
      command_line.substr(0, command_line.find_first_of(std::string({':', '\0'})));
  if (std::filesystem::path(program).filename() != "postgres") unlink(path.c_str());
}

}  // namespace

absl::Status StopLeftoverProcesses(const ClusterProcesses& cluster) {
  if (!StopAll(cluster, SIGINT, kFastShutdown) && !StopAll(cluster, SIGQUIT, kImmediateShutdown)) {
    const std::string pids = absl::StrJoin(ProcessesOf(cluster), ", ");
    return UserError(
        absl::StatusCode::kDeadlineExceeded,
        {absl::StrCat("上次遗留的 PostgreSQL 进程无法停止，请手动结束：", pids),
         absl::StrCat(
             "PostgreSQL processes left over from an earlier run do not stop, end them by hand: ",
             pids)});
  }
  RemovePidFileOfStranger(cluster);
  return absl::OkStatus();
}

}  // namespace bangfu::server
