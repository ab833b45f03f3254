#include "server/cluster/account.h"

#include <grp.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "server/cluster/file_descriptor.h"
#include "server/cluster/system_error.h"

namespace bangfu::server {
namespace {

constexpr size_t kPasswdBufferBytes = 16 * 1024;
constexpr int kMaxGroups = 256;
constexpr std::array<const char*, 2> kPreferredAccounts = {"postgres", "nobody"};

Account AccountFromPasswd(const passwd& entry) {
  Account account;
  account.name = entry.pw_name;
  account.uid = entry.pw_uid;
  account.gid = entry.pw_gid;
  std::array<gid_t, kMaxGroups> groups;
  int count = kMaxGroups;
  if (getgrouplist(entry.pw_name, entry.pw_gid, groups.data(), &count) < 0) count = 0;
  account.groups.assign(groups.begin(), groups.begin() + count);
  if (account.groups.empty()) account.groups.push_back(entry.pw_gid);
  return account;
}

std::optional<Account> AccountByName(const char* name) {
  std::vector<char> buffer(kPasswdBufferBytes);
  passwd entry;
  passwd* found = nullptr;
  if (getpwnam_r(name, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) {
    return std::nullopt;
  }
  return AccountFromPasswd(entry);
}

Account AccountByUid(uid_t uid) {
  std::vector<char> buffer(kPasswdBufferBytes);
  passwd entry;
  passwd* found = nullptr;
  if (getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) {
    return AccountFromPasswd(entry);
  }
  // No login name (containers with arbitrary uids): the group of the same number as a last resort.
  Account account;
  account.name = absl::StrCat(uid);
  account.uid = uid;
  account.gid = uid == geteuid() ? getegid() : static_cast<gid_t>(uid);
  account.groups.push_back(account.gid);
  return account;
}

std::vector<std::string> FoldersDownTo(absl::string_view folder) {
  std::vector<std::string> folders = {"/"};
  for (size_t slash = folder.find('/', 1); slash != absl::string_view::npos;
       slash = folder.find('/', slash + 1)) {
    folders.emplace_back(folder.substr(0, slash));
  }
  if (folder.size() > 1 && folder.back() != '/') folders.emplace_back(folder);
  return folders;
}

}  // namespace

absl::StatusOr<Account> AccountForCluster(std::optional<uid_t> owner) {
  const uid_t self = geteuid();
  if (owner.has_value() && *owner == 0) {
    return UserError(
        absl::StatusCode::kFailedPrecondition,
        {"数据库文件夹 pg 属于 root，而 PostgreSQL 不能以 root 运行；请执行 chown -R postgres pg",
         "the cluster folder pg belongs to root and PostgreSQL refuses to run as root; run chown "
         "-R postgres pg"});
  }
  if (self != 0) {
    if (owner.has_value() && *owner != self) {
      const std::string name = AccountByUid(*owner).name;
      return UserError(absl::StatusCode::kFailedPrecondition,
                       {absl::StrCat("数据库文件夹 pg 属于用户 ", name, "，请以该用户或 root 启动"),
                        absl::StrCat("the cluster folder pg belongs to user ", name,
                                     "; start the server as that user or as root")});
    }
    return AccountByUid(self);
  }
  if (owner.has_value()) {
    Account account = AccountByUid(*owner);
    account.switches_user = true;
    return account;
  }
  for (const char* name : kPreferredAccounts) {
    std::optional<Account> account = AccountByName(name);
    if (!account.has_value()) continue;
    account->switches_user = true;
    return *std::move(account);
  }
  return UserError(absl::StatusCode::kNotFound,
                   {"没有可用于运行 PostgreSQL 的普通用户，请创建用户 postgres",
                    "no unprivileged account to run PostgreSQL; create the user postgres"});
}

bool BecomeAccount(const Account& account) {
  return setgroups(account.groups.size(), account.groups.data()) == 0 && setgid(account.gid) == 0 &&
         setuid(account.uid) == 0;
}

absl::StatusOr<std::optional<std::string>> FirstFolderClosedTo(const Account& account,
                                                               absl::string_view folder) {
  const std::vector<std::string> folders = FoldersDownTo(folder);
  if (!account.switches_user) {
    for (const std::string& each : folders) {
      if (access(each.c_str(), X_OK) != 0) return std::optional<std::string>(each);
    }
    return std::optional<std::string>();
  }
  // Only the kernel knows about access lists and the like, so a child asks it as that user.
  std::array<int, 2> ends;
  if (pipe2(ends.data(), O_CLOEXEC) != 0)
    return SystemError(errno, {"无法创建管道", "cannot make a pipe"});
  const FileDescriptor read_end(ends[0]);
  FileDescriptor write_end(ends[1]);
  const pid_t child = fork();
  if (child < 0) return SystemError(errno, {"无法创建进程", "cannot make a process"});
  if (child == 0) {
    if (!BecomeAccount(account)) _exit(1);
    size_t open_folders = 0;
    while (open_folders < folders.size() && access(folders[open_folders].c_str(), X_OK) == 0) {
      ++open_folders;
    }
    _exit(write(write_end.get(), &open_folders, sizeof(open_folders)) > 0 ? 0 : 1);
  }
  write_end.reset();
  size_t open_folders = 0;
  ssize_t count;
  do {
    count = read(read_end.get(), &open_folders, sizeof(open_folders));
  } while (count < 0 && errno == EINTR);
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (count != static_cast<ssize_t>(sizeof(open_folders))) {
    return UserError(
        absl::StatusCode::kInternal,
        {absl::StrCat("无法以用户 ", account.name,
                      " 检查文件夹；请以该用户启动，或以拥有全部权限的 root 启动"),
         absl::StrCat("cannot check folders as user ", account.name,
                      "; start the server as that user, or as root with all its capabilities")});
  }
  if (open_folders >= folders.size()) return std::optional<std::string>();
  return std::optional<std::string>(folders[open_folders]);
}

}  // namespace bangfu::server
