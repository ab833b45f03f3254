#include "base/key_file.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace bangfu {
namespace {

constexpr size_t kSuffixBytes = 8;       // of a draft's name
constexpr mode_t kKeyMode = 0600;        // the node's account only
constexpr mode_t kForbiddenBits = 0077;  // group and others

absl::Status SystemError(absl::string_view path, const Text& name, int error) {
  const char* const reason = std::strerror(error);
  return UserError(
      absl::ErrnoToStatusCode(error),
      {absl::StrCat("无法使用", name.zh, "文件 ", path, "：", reason, "。请检查目录权限。"),
       absl::StrCat("the ", name.en, " file ", path, " cannot be used: ", reason,
                    "; check the permissions of its folder")});
}

absl::Status BadKeyFile(absl::string_view path, const Text& name, const Text& why) {
  return UserError(absl::StatusCode::kFailedPrecondition,
                   {absl::StrCat(name.zh, "文件 ", path, " ", why.zh),
                    absl::StrCat("the ", name.en, " file ", path, " ", why.en)});
}

// Random bytes of the kernel; empty when it has none.
std::string RandomBytes(size_t count) {
  std::string bytes(count, '\0');
  // Up to 256 bytes come whole (getrandom(2)).
  const bool whole = getrandom(bytes.data(), count, 0) == static_cast<ssize_t>(count);
  return whole ? bytes : std::string();
}

// Writes all of `bytes` and waits for the disk; 0 or errno.
int WriteAll(int file, const std::string& bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t written = write(file, bytes.data() + done, bytes.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    done += static_cast<size_t>(written);
  }
  return fsync(file) == 0 ? 0 : errno;
}

absl::Status SyncFolderOf(const std::string& path, const Text& name) {
  const size_t slash = path.rfind('/');
  const std::string folder =
      slash == std::string::npos ? "." : path.substr(0, slash == 0 ? 1 : slash);
  const int file = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return SystemError(path, name, errno);
  const int error = fsync(file) == 0 ? 0 : errno;
  close(file);
  return error == 0 ? absl::OkStatus() : SystemError(path, name, error);
}

absl::Status NoRandomness() {
  return UserError(absl::StatusCode::kInternal,
                   {"系统随机数不可用。", "the system's random numbers are not available"});
}

}  // namespace

absl::Status WriteKeyFile(const std::string& path, const Text& name, const std::string& key) {
  const std::string suffix = RandomBytes(kSuffixBytes);
  if (suffix.empty()) return NoRandomness();
  // It appears under its name only when it is complete.
  const std::string draft = absl::StrCat(path, ".", absl::BytesToHexString(suffix));
  const int file = open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kKeyMode);
  if (file < 0) return SystemError(path, name, errno);
  const auto remove_draft = absl::MakeCleanup([&draft] { unlink(draft.c_str()); });
  const int write_error = WriteAll(file, key);
  close(file);
  if (write_error != 0) return SystemError(path, name, write_error);
  if (link(draft.c_str(), path.c_str()) != 0) return SystemError(path, name, errno);
  return SyncFolderOf(path, name);
}

absl::StatusOr<std::string> ReadKeyFile(const std::string& path, const Text& name,
                                        std::initializer_list<size_t> sizes) {
  const int file = open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (file < 0) return SystemError(path, name, errno);
  const auto close_file = absl::MakeCleanup([file] { close(file); });
  struct stat state;
  if (fstat(file, &state) != 0) return SystemError(path, name, errno);
  if (!S_ISREG(state.st_mode)) {
    return BadKeyFile(path, name, {"不是普通文件。", "is not a regular file"});
  }
  if ((state.st_mode & kForbiddenBits) != 0) {
    return BadKeyFile(
        path, name,
        {"可被其他账户读取，请执行 chmod 600。", "is open to other accounts; run chmod 600 on it"});
  }
  std::string key(std::max(sizes) + 1, '\0');
  size_t size = 0;
  while (size < key.size()) {
    const ssize_t count = read(file, key.data() + size, key.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return SystemError(path, name, errno);
    if (count == 0) break;
    size += static_cast<size_t>(count);
  }
  if (std::find(sizes.begin(), sizes.end(), size) == sizes.end()) {
    return BadKeyFile(
        path, name,
        {absl::StrCat("长度不是 ", *sizes.begin(), " 字节，请从备份恢复。"),
         absl::StrCat("is not ", *sizes.begin(), " bytes long; restore it from a backup")});
  }
  key.resize(size);
  return key;
}

absl::StatusOr<std::string> OpenKeyFile(const std::string& path, const Text& name) {
  absl::StatusOr<std::string> key = ReadKeyFile(path, name);
  if (!absl::IsNotFound(key.status())) return key;
  const std::string fresh = RandomBytes(kKeyFileBytes);
  if (fresh.empty()) return NoRandomness();
  const absl::Status made = WriteKeyFile(path, name, fresh);
  if (!made.ok() && !absl::IsAlreadyExists(made)) return made;
  return ReadKeyFile(path, name);
}

}  // namespace bangfu
