#include "server/audit/audit_head_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace bangfu::server {
namespace {

absl::Status CannotWrite(const std::string& path) {
  return UserError(absl::StatusCode::kUnavailable,
                   {absl::StrCat("无法写入 ", path, "；请检查磁盘空间与权限。"),
                    absl::StrCat("Cannot write ", path, "; check disk space and permissions.")});
}

// Writes `line` at the beginning of an open file, closes it, and returns whether it is on the disk.
bool WriteAndClose(int file, const std::string& line) {
  const bool written =
      pwrite(file, line.data(), line.size(), 0) == static_cast<ssize_t>(line.size()) &&
      fdatasync(file) == 0;
  return close(file) == 0 && written;
}

absl::Status ReplaceFile(const std::string& path, const std::string& line) {
  const std::string unfinished = absl::StrCat(path, ".new");
  const int file = open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0 || !WriteAndClose(file, line) || rename(unfinished.c_str(), path.c_str()) != 0)
    return CannotWrite(path);
  return absl::OkStatus();
}

}  // namespace

// Always as long, so that it can be written over the line before: it lies in one sector, which a
// disk writes whole or not at all. A new file every second would have the file system commit its
// journal, beside the commits of PostgreSQL.
absl::Status WriteAuditHead(const std::string& path, const AuditHead& head) {
  const std::string line = absl::StrCat(absl::Dec(head.sequence, absl::kZeroPad20), " ",
                                        absl::BytesToHexString(head.hash), "\n");
  const int file = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return ReplaceFile(path, line);
  struct stat status {};
  if (fstat(file, &status) != 0 || status.st_size != static_cast<off_t>(line.size())) {
    close(file);
    return ReplaceFile(path, line);
  }
  return WriteAndClose(file, line) ? absl::OkStatus() : CannotWrite(path);
}

absl::StatusOr<std::optional<AuditHead>> ReadAuditHead(const std::string& path) {
  if (access(path.c_str(), F_OK) != 0 && errno == ENOENT) return std::optional<AuditHead>();
  std::ifstream file(path);
  AuditHead head;
  std::string hash;
  if (file >> head.sequence >> hash && head.sequence > 0 && hash.size() % 2 == 0) {
    head.hash = absl::HexStringToBytes(hash);
    return std::optional<AuditHead>(std::move(head));
  }
  return UserError(absl::StatusCode::kDataLoss,
                   {absl::StrCat(path, " 无法读取；审计日志的末尾无法核对。"),
                    absl::StrCat(path,
                                 " cannot be read; the end of the audit log cannot be "
                                 "checked.")});
}

}  // namespace bangfu::server
