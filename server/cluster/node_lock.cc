#include "server/cluster/node_lock.h"

#include <sys/file.h>

#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "server/cluster/system_error.h"

namespace bangfu::server {
namespace {

constexpr size_t kMaxPidBytes = 16;

std::string HolderOf(int fd) {
  std::array<char, kMaxPidBytes> text;
  const ssize_t size = pread(fd, text.data(), text.size(), 0);
  if (size <= 0) return "?";
  return std::string(
      absl::StripAsciiWhitespace(absl::string_view(text.data(), static_cast<size_t>(size))));
}

}  // namespace

absl::StatusOr<NodeLock> NodeLock::Acquire(absl::string_view data_dir) {
  const std::string path = absl::StrCat(data_dir, "/node.lock");
  FileDescriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.valid()) {
    return SystemError(errno, {absl::StrCat("无法打开锁文件 ", path),
                               absl::StrCat("cannot open the lock file ", path)});
  }
  if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return SystemError(errno,
                         {absl::StrCat("无法锁定 ", path), absl::StrCat("cannot lock ", path)});
    }
    const std::string holder = HolderOf(file.get());
    return UserError(
        absl::StatusCode::kFailedPrecondition,
        {absl::StrCat("数据文件夹 ", data_dir, " 正被另一个服务进程使用（进程号 ", holder,
                      "），请先停止它或换一个文件夹"),
         absl::StrCat("the data folder ", data_dir, " is in use by another server process (pid ",
                      holder, "); stop that one or choose another folder")});
  }
  // Only for the message above; the lock is what counts, so a failed write is no error.
  const std::string pid = absl::StrCat(getpid(), "\n");
  if (ftruncate(file.get(), 0) == 0) {
    [[maybe_unused]] const ssize_t written = pwrite(file.get(), pid.data(), pid.size(), 0);
  }
  return NodeLock(std::move(file));
}

}  // namespace bangfu::server
