#include "client/replica/sqlite_status.h"

#include <sqlite3.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace bangfu::client {

absl::Status SqliteStatus(const SQLite::Exception& error, int system_error,
                          const std::string& path) {
  const bool no_space = system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
  switch (error.getErrorCode()) {
    case SQLITE_FULL:
      return UserError(
          absl::StatusCode::kResourceExhausted,
          {absl::StrCat("磁盘已满，没有写入任何内容。请腾出空间后重试：", path),
           absl::StrCat("the disk is full, nothing was written; free space and try again: ",
                        path)});
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return UserError(
          absl::StatusCode::kAborted,
          {absl::StrCat("本地副本正被另一个命令使用，请等它结束后重试：", path),
           absl::StrCat("the replica is in use by another command; try again when it is done: ",
                        path)});
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return UserError(
          absl::StatusCode::kDataLoss,
          {absl::StrCat("本地副本文件已损坏：", path,
                        "。请保留该文件，从备份恢复，或另选文件夹重新加入服务器"),
           absl::StrCat("the replica is damaged: ", path,
                        "; keep the file, restore a backup or join again in another folder")});
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
      if (no_space) break;
      return UserError(
          absl::StatusCode::kPermissionDenied,
          {absl::StrCat("不能读写本地副本，请检查文件和文件夹的权限：", path),
           absl::StrCat("the replica cannot be read and written; check the permissions of the "
                        "file and its folder: ",
                        path)});
    default:
      break;
  }
  if (no_space) {
    return SqliteStatus(SQLite::Exception("", SQLITE_FULL), 0, path);
  }
  // SQLite's own text can quote values of a constraint, so only the code is passed on.
  return UserError(absl::StatusCode::kInternal,
                   {absl::StrCat("本地副本出错（SQLite ", error.getExtendedErrorCode(), "）：",
                                 path, "。请检查磁盘后重试"),
                    absl::StrCat("the replica failed (SQLite ", error.getExtendedErrorCode(),
                                 "): ", path, "; check the disk and try again")});
}

}  // namespace bangfu::client
