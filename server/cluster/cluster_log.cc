#include "server/cluster/cluster_log.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "server/cluster/system_error.h"

namespace bangfu::server {
namespace {

constexpr off_t kTailBytes = 4096;
constexpr std::array<const char*, 3> kSignsOfFailure = {"FATAL", "PANIC", "error:"};

}  // namespace

absl::StatusOr<FileDescriptor> OpenClusterLog(const std::string& path) {
  struct stat info;
  if (lstat(path.c_str(), &info) == 0 && info.st_size > kMaxClusterLogBytes) {
    if (rename(path.c_str(), (path + ".1").c_str()) != 0) {
      return SystemError(errno,
                         {absl::StrCat("无法改名 ", path), absl::StrCat("cannot rename ", path)});
    }
  }
  FileDescriptor file(
      open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.valid()) {
    return SystemError(
        errno, {absl::StrCat("无法写入日志 ", path), absl::StrCat("cannot write the log ", path)});
  }
  return file;
}

std::string LastComplaint(const std::string& path) {
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info;
  if (!file.valid() || fstat(file.get(), &info) != 0) return "-";
  std::string tail(static_cast<size_t>(kTailBytes), '\0');
  const off_t start = std::max<off_t>(0, info.st_size - kTailBytes);
  const ssize_t size = pread(file.get(), tail.data(), tail.size(), start);
  tail.resize(size > 0 ? static_cast<size_t>(size) : 0);
  const std::vector<std::string> lines = absl::StrSplit(tail, '\n', absl::SkipWhitespace());
  if (lines.empty()) return "-";
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    for (const char* const sign : kSignsOfFailure) {
      if (absl::StrContains(*line, sign)) return *line;
    }
  }
  return lines.back();
}

}  // namespace bangfu::server
