#include "client/replica/replica_file.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "client/replica/replica_row.h"
#include "client/replica/schema.h"
#include "client/replica/seal_existing.h"
#include "client/replica/sqlite_status.h"
#include "client/replica/sync_lock.h"

namespace bangfu::client {
namespace {

constexpr mode_t kOwnerOnly = 0600;
constexpr mode_t kOthers = 0077;

// One thread at a time uses a replica: SQLite need not lock for every call.
constexpr int kOpenFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;

// SQLite's own 2 MiB hold less than the pages that one batch of a pull changes: ids and hashes lie
// all over their indexes. What does not fit is written, and read back, in the middle of the batch.
constexpr int kCacheKibibytes = 64 * 1024;
// Pages in the log before they are moved into the file, 16 MiB. SQLite's own 1000 are full after
// every batch, and a page that several batches change would be moved each time.
constexpr int kCheckpointPages = 4096;

absl::Status FileError(int error, const std::string& path) {
  const bool full = error == ENOSPC || error == EDQUOT;
  return SqliteStatus(SQLite::Exception("", full ? SQLITE_FULL : SQLITE_CANTOPEN), error, path);
}

absl::Status AlreadyThere(const std::string& path) {
  return UserError(
      absl::StatusCode::kAlreadyExists,
      {absl::StrCat("本地副本已存在，无需再次加入：", path),
       absl::StrCat("there is a replica already, joining again is not needed: ", path)});
}

absl::Status OtherKeys(const std::string& path) {
  const std::string key = ReplicaKeyFile(path);
  return UserError(
      absl::StatusCode::kFailedPrecondition,
      {absl::StrCat("密钥文件 ", key, " 不是封存本地副本的那一个；请从备份恢复该文件"),
       absl::StrCat("the key file ", key,
                    " is not the one that the replica was sealed with; restore it from a backup")});
}

// The name of a new file is only safe on the disk when its folder is.
void SyncFolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  fsync(fd);
  close(fd);
}

void Configure(SealedDatabase& db) {
  db.exec("PRAGMA foreign_keys = ON");
  db.exec("PRAGMA synchronous = FULL");
  // Deleted records hold personal data: overwrite them.
  db.exec("PRAGMA secure_delete = ON");
  // A negative size is one in KiB.
  db.exec(absl::StrCat("PRAGMA cache_size = -", kCacheKibibytes));
  db.exec(absl::StrCat("PRAGMA wal_autocheckpoint = ", kCheckpointPages));
}

// Brings a replica of an older program up to date, all or nothing. Another process may have done so
// while this one waited for the file.
void Migrate(SealedDatabase& db) {
  SQLite::Transaction transaction(db, SQLite::TransactionBehavior::IMMEDIATE);
  const int version = db.execAndGet("PRAGMA user_version").getInt();
  for (int next = version; next < kSchemaVersion; ++next) {
    db.exec(kMigrations[next - 1]);
    if (next + 1 == kSealedVersion) SealExisting(db);
  }
  db.exec(absl::StrCat("PRAGMA user_version = ", kSchemaVersion));
  transaction.commit();
  // What was not sealed is not to stay in the log of pages.
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace

absl::Status CreateReplicaFile(const std::string& path,
                               absl::FunctionRef<void(SealedDatabase&)> fill) {
  absl::StatusOr<SyncLock> lock = SyncLock::Acquire(path);
  if (!lock.ok()) return lock.status();
  if (access(path.c_str(), F_OK) == 0) return AlreadyThere(path);
  auto keys = ReplicaKeys::OpenOrMake(path);
  if (!keys.ok()) return keys.status();
  // A crash before the end leaves only the draft, which the next attempt replaces.
  const std::string draft = path + ".new";
  for (const char* suffix : {"", "-wal", "-shm"}) unlink((draft + suffix).c_str());
  const int fd = open(draft.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
  if (fd < 0) return FileError(errno, path);
  close(fd);
  int system_error = 0;
  try {
    SealedDatabase db(draft, kOpenFlags);
    db.UseKeys(*std::move(keys));
    try {
      Configure(db);
      db.exec("PRAGMA journal_mode = WAL");
      SQLite::Transaction transaction(db, SQLite::TransactionBehavior::IMMEDIATE);
      db.exec(absl::StrCat("PRAGMA application_id = ", kApplicationId));
      db.exec(absl::StrCat("PRAGMA user_version = ", kSchemaVersion));
      db.exec(kSchema);
      fill(db);
      transaction.commit();
      db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (const SQLite::Exception&) {
      system_error = sqlite3_system_errno(db.getHandle());
      throw;
    }
  } catch (const SQLite::Exception& error) {
    for (const char* suffix : {"", "-wal", "-shm"}) unlink((draft + suffix).c_str());
    return SqliteStatus(error, system_error, path);
  }
  if (rename(draft.c_str(), path.c_str()) != 0) {
    const int error = errno;
    unlink(draft.c_str());
    return FileError(error, path);
  }
  SyncFolderOf(path);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<SealedDatabase>> OpenReplicaFile(const std::string& path) {
  struct stat file;
  if (stat(path.c_str(), &file) != 0) {
    if (errno != ENOENT) return FileError(errno, path);
    return UserError(absl::StatusCode::kNotFound,
                     {absl::StrCat("找不到本地副本：", path, "。请先运行 bangfu join 加入服务器"),
                      absl::StrCat("there is no replica: ", path, "; run bangfu join first")});
  }
  // Somebody copied it or restored a backup with other permissions: it holds identity numbers.
  if ((file.st_mode & kOthers) != 0 && chmod(path.c_str(), kOwnerOnly) != 0) {
    return FileError(errno, path);
  }
  int system_error = 0;
  try {
    auto db = std::make_unique<SealedDatabase>(
        path, kOpenFlags, static_cast<int>(absl::ToInt64Milliseconds(kBusyTimeout)));
    try {
      Configure(*db);
      const int application = db->execAndGet("PRAGMA application_id").getInt();
      const int version = db->execAndGet("PRAGMA user_version").getInt();
      if (application != kApplicationId) {
        return UserError(absl::StatusCode::kFailedPrecondition,
                         {absl::StrCat("该文件不是帮扶系统的本地副本：", path),
                          absl::StrCat("the file is not a replica of bangfu: ", path)});
      }
      if (version < 1 || version > kSchemaVersion) {
        return UserError(absl::StatusCode::kFailedPrecondition,
                         {absl::StrCat("本地副本的格式版本是 ", version, "，本程序支持 ",
                                       kSchemaVersion, "。请安装新版程序：", path),
                          absl::StrCat("the replica has format ", version, ", this program knows ",
                                       kSchemaVersion, "; install the newer program: ", path)});
      }
      auto keys =
          version < kSealedVersion ? ReplicaKeys::OpenOrMake(path) : ReplicaKeys::Open(path);
      if (!keys.ok()) return keys.status();
      db->UseKeys(*std::move(keys));
      if (version < kSchemaVersion) Migrate(*db);
      if (!FitsKeys(*db)) return OtherKeys(path);
    } catch (const SQLite::Exception&) {
      system_error = sqlite3_system_errno(db->getHandle());
      throw;
    }
    return db;
  } catch (const SQLite::Exception& error) {
    return SqliteStatus(error, system_error, path);
  }
}

}  // namespace bangfu::client
