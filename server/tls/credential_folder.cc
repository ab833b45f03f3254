#include "server/tls/credential_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace bangfu::server {
namespace {

constexpr mode_t kSecretMode = 0600;
constexpr mode_t kPublicMode = 0644;

absl::Status FileError(int error, const std::string& path, const Text& doing) {
  const std::string reason = std::generic_category().message(error);
  return UserError(absl::ErrnoToStatusCode(error),
                   {absl::StrCat(doing.zh, " ", path, "：", reason),
                    absl::StrCat(doing.en, " ", path, ": ", reason)});
}

// Writes a new file through to the disk. The mode is right from the first byte on.
absl::Status WriteNewFile(const std::string& path, const CredentialFile& file) {
  const mode_t mode = file.secret ? kSecretMode : kPublicMode;
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  if (fd < 0) return FileError(errno, path, {"无法创建文件", "cannot create the file"});
  size_t written = 0;
  int error = fchmod(fd, mode) == 0 ? 0 : errno;  // whatever the umask
  while (error == 0 && written < file.content.size()) {
    const ssize_t count = write(fd, file.content.data() + written, file.content.size() - written);
    if (count >= 0) {
      written += static_cast<size_t>(count);
    } else if (errno != EINTR) {
      error = errno;
    }
  }
  if (error == 0 && fsync(fd) != 0) error = errno;
  if (close(fd) != 0 && error == 0) error = errno;
  if (error != 0) return FileError(error, path, {"无法写入文件", "cannot write the file"});
  return absl::OkStatus();
}

absl::Status SyncFolder(const std::string& folder) {
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const int error = fd >= 0 && fsync(fd) == 0 ? 0 : errno;
  if (fd >= 0) close(fd);
  if (error != 0) return FileError(error, folder, {"无法写盘", "cannot sync"});
  return absl::OkStatus();
}

absl::Status WriteAndRename(const std::string& unfinished, const std::string& folder,
                            const std::vector<CredentialFile>& files) {
  for (const CredentialFile& file : files) {
    const absl::Status written = WriteNewFile(absl::StrCat(unfinished, "/", file.name), file);
    if (!written.ok()) return written;
  }
  const absl::Status synced = SyncFolder(unfinished);
  if (!synced.ok()) return synced;
  // rename(2) replaces an empty folder only.
  if (rename(unfinished.c_str(), folder.c_str()) == 0) return absl::OkStatus();
  if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR) {
    return UserError(
        absl::StatusCode::kAlreadyExists,
        {absl::StrCat(folder, " 已存在且不为空，不会覆盖；请换一个文件夹"),
         absl::StrCat(folder,
                      " exists and is not empty, nothing is overwritten; choose another "
                      "folder")});
  }
  return FileError(errno, folder,
                   {"无法写入，请换一个尚不存在的文件夹",
                    "cannot write here, choose a folder that does not exist yet:"});
}

// Keeps other processes from replacing files in the folder.
class FolderLock {
 public:
  explicit FolderLock(const std::string& folder)
      : fd_(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (fd_ < 0 || flock(fd_, LOCK_EX) != 0) {
      status_ = FileError(errno, folder, {"无法打开文件夹", "cannot open the folder"});
    }
  }
  FolderLock(const FolderLock&) = delete;
  ~FolderLock() {
    if (fd_ >= 0) close(fd_);
  }
  const absl::Status& status() const { return status_; }

 private:
  const int fd_;
  absl::Status status_;
};

std::string UnfinishedPath(const std::string& folder, const CredentialFile& file) {
  return absl::StrCat(folder, "/", file.name, kUnfinishedSuffix);
}

// In order; files that are not there were renamed before.
absl::Status RenameUnfinished(const std::string& folder, const std::vector<CredentialFile>& files) {
  for (const CredentialFile& file : files) {
    const std::string path = absl::StrCat(folder, "/", file.name);
    if (rename(UnfinishedPath(folder, file).c_str(), path.c_str()) != 0 && errno != ENOENT) {
      return FileError(errno, path, {"无法替换文件", "cannot replace the file"});
    }
  }
  return SyncFolder(folder);
}

// Once the first file was renamed, the rest follows. Until then all are dropped, the first one at
// last: it is what says so.
absl::Status SettleUnfinished(const std::string& folder, const std::vector<CredentialFile>& files) {
  if (files.empty() || !HasUnfinishedFile(folder, files.front().name)) {
    return RenameUnfinished(folder, files);
  }
  for (auto file = files.rbegin(); file != files.rend(); ++file) {
    const std::string path = UnfinishedPath(folder, *file);
    if (unlink(path.c_str()) != 0 && errno != ENOENT) {
      return FileError(errno, path, {"无法删除文件", "cannot remove the file"});
    }
  }
  return SyncFolder(folder);
}

}  // namespace

absl::Status PublishFolder(const std::string& folder, const std::vector<CredentialFile>& files) {
  std::error_code error;
  std::filesystem::path target = std::filesystem::absolute(folder, error).lexically_normal();
  if (!target.has_filename()) target = target.parent_path();  // "folder/"
  if (folder.empty() || error || !target.has_filename()) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {"未指定输出文件夹", "no folder to write to was given"});
  }
  const std::string parent = target.parent_path().string();
  std::filesystem::create_directories(parent, error);
  if (error)
    return FileError(error.value(), parent, {"无法创建文件夹", "cannot create the folder"});
  std::string unfinished = target.string() + ".new-XXXXXX";
  if (mkdtemp(unfinished.data()) == nullptr) {
    return FileError(errno, unfinished, {"无法创建文件夹", "cannot create the folder"});
  }
  const absl::Status status = WriteAndRename(unfinished, target.string(), files);
  if (!status.ok()) {
    std::filesystem::remove_all(unfinished, error);
    return status;
  }
  return SyncFolder(parent);
}

absl::Status ReplaceFiles(const std::string& folder, const std::vector<CredentialFile>& files) {
  const FolderLock lock(folder);
  if (!lock.status().ok()) return lock.status();
  absl::Status status = SettleUnfinished(folder, files);
  if (!status.ok()) return status;
  for (const CredentialFile& file : files) {
    status = WriteNewFile(UnfinishedPath(folder, file), file);
    if (!status.ok()) return status;
  }
  status = SyncFolder(folder);
  return status.ok() ? RenameUnfinished(folder, files) : status;
}

bool HasUnfinishedFile(const std::string& folder, const std::string& name) {
  return access(absl::StrCat(folder, "/", name, kUnfinishedSuffix).c_str(), F_OK) == 0;
}

absl::StatusOr<std::string> ReadCredential(const std::string& folder, const std::string& name) {
  const std::string path = absl::StrCat(folder, "/", name);
  // Checked first: a stream does not say why it failed to open.
  if (access(path.c_str(), R_OK) != 0) {
    return FileError(errno, path,
                     {"无法读取证书或密钥文件，请检查文件夹与权限",
                      "cannot read the certificate or key file, check folder and permissions:"});
  }
  std::ifstream file(path, std::ios::binary);
  std::string content(kMaxCredentialBytes + 1, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  content.resize(static_cast<size_t>(file.gcount()));
  if (file.bad() || content.empty() || content.size() > kMaxCredentialBytes) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {absl::StrCat(path, " 为空或过大，不是证书或密钥；请重新签发"),
                      absl::StrCat(path,
                                   " is empty or too large to be a certificate or key; issue "
                                   "it again")});
  }
  return content;
}

}  // namespace bangfu::server
