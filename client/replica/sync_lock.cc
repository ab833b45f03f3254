#include "client/replica/sync_lock.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "client/replica/sqlite_status.h"

namespace bangfu::client {

absl::StatusOr<SyncLock> SyncLock::Acquire(const std::string& replica_path) {
  // A file of its own: closing any descriptor of an SQLite file would drop SQLite's locks on it.
  const std::string path = replica_path + ".lock";
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    const bool full = errno == ENOSPC || errno == EDQUOT;
    return SqliteStatus(SQLite::Exception("", full ? SQLITE_FULL : SQLITE_CANTOPEN), errno, path);
  }
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    close(fd);
    return UserError(
        absl::StatusCode::kAborted,
        {absl::StrCat("另一个同步正在进行，请等它结束后重试：", replica_path),
         absl::StrCat("another sync is running; try again when it is done: ", replica_path)});
  }
  return SyncLock(fd);
}

SyncLock::~SyncLock() {
  if (fd_ >= 0) close(fd_);
}

SyncLock::SyncLock(SyncLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

SyncLock& SyncLock::operator=(SyncLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

}  // namespace bangfu::client
