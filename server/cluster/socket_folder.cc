#include "server/cluster/socket_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "server/cluster/file_descriptor.h"
#include "server/cluster/system_error.h"

namespace bangfu::server {
namespace {

constexpr mode_t kOwnerOnly = 0700;
constexpr mode_t kPermissionBits = 07777;

// FNV-1a, 64 bits: absl::Hash differs from run to run.
uint64_t StableHash(absl::string_view text) {
  uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  return hash;
}

absl::Status Refused(const std::string& folder) {
  return UserError(absl::StatusCode::kFailedPrecondition,
                   {absl::StrCat("套接字文件夹 ", folder,
                                 " 属于其他用户或不是文件夹，为安全起见不使用；请查明来源后删除它"),
                    absl::StrCat("the socket folder ", folder,
                                 " belongs to another user or is no folder, and is not used for "
                                 "safety; find out who made it and remove it")});
}

}  // namespace

std::string ClusterNameFor(absl::string_view data_dir) {
  return absl::StrCat("bangfu-", absl::Hex(StableHash(data_dir), absl::kZeroPad16));
}

std::string SocketFolderFor(absl::string_view data_dir) {
  std::string inside = absl::StrCat(data_dir, "/socket");
  if (inside.size() <= kMaxSocketFolderBytes && inside.find(',') == std::string::npos) {
    return inside;
  }
  return absl::StrCat("/tmp/", ClusterNameFor(data_dir));
}

absl::Status PrepareSocketFolder(const std::string& folder, const Account& owner) {
  if (mkdir(folder.c_str(), kOwnerOnly) != 0 && errno != EEXIST) {
    return SystemError(errno, {absl::StrCat("无法创建文件夹 ", folder),
                               absl::StrCat("cannot create folder ", folder)});
  }
  // From here on through one descriptor, so that nobody can exchange the folder in between.
  const FileDescriptor opened(
      open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat info;
  if (!opened.valid() || fstat(opened.get(), &info) != 0) return Refused(folder);
  // Root's own folder may be one that an interrupted start had not yet given away.
  const bool ours = info.st_uid == owner.uid || (owner.switches_user && info.st_uid == geteuid());
  if (!ours) return Refused(folder);
  if (info.st_uid != owner.uid && fchown(opened.get(), owner.uid, owner.gid) != 0) {
    return SystemError(errno, {absl::StrCat("无法更改所有者 ", folder),
                               absl::StrCat("cannot change owner ", folder)});
  }
  if ((info.st_mode & kPermissionBits) != kOwnerOnly && fchmod(opened.get(), kOwnerOnly) != 0) {
    return SystemError(errno, {absl::StrCat("无法更改权限 ", folder),
                               absl::StrCat("cannot change mode ", folder)});
  }
  return absl::OkStatus();
}

}  // namespace bangfu::server
