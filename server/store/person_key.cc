#include "server/store/person_key.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace bangfu::server {
namespace {

constexpr size_t kKeyBytes = 32;                  // as long as the digest (RFC 2104, 3)
constexpr char kFingerprintOf[] = "fingerprint";  // no identity number is like this
constexpr mode_t kKeyMode = 0600;                 // the node's account only
constexpr mode_t kForbiddenBits = 0077;           // group and others

absl::Status SystemError(absl::string_view path, int error) {
  const char* const reason = std::strerror(error);
  return UserError(absl::ErrnoToStatusCode(error),
                   {absl::StrCat("无法使用人员密钥文件 ", path, "：", reason, "。请检查目录权限。"),
                    absl::StrCat("the person key file ", path, " cannot be used: ", reason,
                                 "; check the permissions of its folder")});
}

absl::Status BadKeyFile(absl::string_view path, absl::string_view zh, absl::string_view en) {
  return UserError(absl::StatusCode::kFailedPrecondition,
                   {absl::StrCat("人员密钥文件 ", path, " ", zh),
                    absl::StrCat("the person key file ", path, " ", en)});
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

absl::Status SyncFolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder =
      slash == std::string::npos ? "." : path.substr(0, slash == 0 ? 1 : slash);
  const int file = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return SystemError(path, errno);
  const int error = fsync(file) == 0 ? 0 : errno;
  close(file);
  return error == 0 ? absl::OkStatus() : SystemError(path, error);
}

// Makes the file with a new key unless another server of the node was quicker. It appears under its
// name only when it is complete: a key that was half written would split one person into two.
absl::Status MakeKeyFile(const std::string& path) {
  std::array<unsigned char, kKeyBytes> random;
  std::array<unsigned char, 8> suffix;
  if (RAND_bytes(random.data(), kKeyBytes) != 1 || RAND_bytes(suffix.data(), 8) != 1) {
    return UserError(absl::StatusCode::kInternal,
                     {"系统随机数不可用。", "the system's random numbers are not available"});
  }
  const std::string key(random.begin(), random.end());
  const std::string draft =
      absl::StrCat(path, ".",
                   absl::BytesToHexString(absl::string_view(
                       reinterpret_cast<const char*>(suffix.data()), suffix.size())));
  const int file = open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kKeyMode);
  if (file < 0) return SystemError(path, errno);
  const auto remove_draft = absl::MakeCleanup([&draft] { unlink(draft.c_str()); });
  const int write_error = WriteAll(file, key);
  close(file);
  if (write_error != 0) return SystemError(path, write_error);
  if (link(draft.c_str(), path.c_str()) != 0 && errno != EEXIST) return SystemError(path, errno);
  return SyncFolderOf(path);
}

// NOT_FOUND when there is no file.
absl::StatusOr<std::string> ReadKeyFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (file < 0) return SystemError(path, errno);
  const auto close_file = absl::MakeCleanup([file] { close(file); });
  struct stat state;
  if (fstat(file, &state) != 0) return SystemError(path, errno);
  if (!S_ISREG(state.st_mode)) return BadKeyFile(path, "不是普通文件。", "is not a regular file");
  if ((state.st_mode & kForbiddenBits) != 0) {
    return BadKeyFile(path, "可被其他账户读取，请执行 chmod 600。",
                      "is open to other accounts; run chmod 600 on it");
  }
  std::string key(kKeyBytes + 1, '\0');
  size_t size = 0;
  while (size < key.size()) {
    const ssize_t count = read(file, key.data() + size, key.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return SystemError(path, errno);
    if (count == 0) break;
    size += static_cast<size_t>(count);
  }
  if (size != kKeyBytes) {
    return BadKeyFile(path, "长度不是 32 字节，请从备份恢复。",
                      "is not 32 bytes long; restore it from a backup");
  }
  key.resize(kKeyBytes);
  return key;
}

}  // namespace

absl::StatusOr<PersonKeyer> PersonKeyer::Open(const std::string& path) {
  absl::StatusOr<std::string> key = ReadKeyFile(path);
  if (absl::IsNotFound(key.status())) {
    const absl::Status made = MakeKeyFile(path);
    if (!made.ok()) return made;
    key = ReadKeyFile(path);
  }
  if (!key.ok()) return key.status();
  return PersonKeyer(*std::move(key));
}

std::string PersonKeyer::Key(absl::string_view identity_number) const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()),
       reinterpret_cast<const unsigned char*>(identity_number.data()), identity_number.size(),
       digest.data(), &size);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), size));
}

std::string PersonKeyer::Fingerprint() const { return Key(kFingerprintOf); }

}  // namespace bangfu::server
