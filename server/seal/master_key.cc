#include "server/seal/master_key.h"

#include <openssl/rand.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/key_file.h"
#include "server/seal/hkdf.h"
#include "server/seal/sealed_value.h"

namespace bangfu::server {
namespace {

constexpr mode_t kFolderMode = 0700;  // the node's account only
constexpr size_t kRenewedBytes = 2 * kSealKeyBytes;
constexpr char kWrapping[] = "bangfu data keys";
constexpr int32_t kMasterNumber = 0;  // a wrapped key does not say by which master

const Text kName = {"主密钥", "master key"};

std::string WrappingKey(absl::string_view master) {
  return HkdfSha256(master, "", kWrapping, kSealKeyBytes);
}

std::string PlaceOf(int32_t number) { return absl::StrCat("data_key/", number); }

absl::Status MakeFolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos || slash == 0) return absl::OkStatus();
  const std::string folder = path.substr(0, slash);
  if (mkdir(folder.c_str(), kFolderMode) == 0 || errno == EEXIST) return absl::OkStatus();
  const int error = errno;
  const char* const reason = std::strerror(error);
  return UserError(absl::ErrnoToStatusCode(error),
                   {absl::StrCat("无法建立密钥目录 ", folder, "：", reason, "。"),
                    absl::StrCat("the folder of keys ", folder, " cannot be made: ", reason)});
}

}  // namespace

absl::StatusOr<MasterKey> MasterKey::Open(const std::string& path) {
  if (const absl::Status made = MakeFolderOf(path); !made.ok()) return made;
  absl::StatusOr<std::string> bytes = ReadKeyFile(path, kName, {kSealKeyBytes, kRenewedBytes});
  if (absl::IsNotFound(bytes.status())) bytes = OpenKeyFile(path, kName);
  if (!bytes.ok()) return bytes.status();
  return FromBytes(*std::move(bytes));
}

absl::StatusOr<MasterKey> MasterKey::FromBytes(std::string bytes) {
  if (bytes.size() != kSealKeyBytes && bytes.size() != kRenewedBytes) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {"主密钥必须是 32 字节。", "a master key is 32 bytes long"});
  }
  return MasterKey(bytes.substr(0, kSealKeyBytes), bytes.substr(bytes.size() - kSealKeyBytes));
}

std::string MasterKey::Wrap(int32_t number, absl::string_view data_key) const {
  return SealValue(WrappingKey(wrapping_), kMasterNumber, PlaceOf(number), data_key);
}

absl::StatusOr<std::string> MasterKey::Unwrap(int32_t number, absl::string_view wrapped) const {
  std::optional<std::string> data_key = OpenValue(WrappingKey(wrapping_), PlaceOf(number), wrapped);
  if (data_key.has_value()) return *std::move(data_key);
  return UserError(
      absl::StatusCode::kFailedPrecondition,
      {"主密钥文件不是封存本数据库的那一个，无法读取其中的内容。请从本节点的备份恢复主密钥文件，"
       "或用 --master-key 指明其位置。",
       "the master key is not the one that this database was sealed with, so nothing in it can be "
       "read; restore the master key file from the backup of this node, or say with --master-key "
       "where it is"});
}

std::string MasterKey::Derive(absl::string_view purpose) const {
  return HkdfSha256(deriving_, "", purpose, kSealKeyBytes);
}

absl::StatusOr<MasterKey> MasterKey::Renewed() const {
  std::string fresh(kSealKeyBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(fresh.data()), kSealKeyBytes) != 1) {
    return UserError(absl::StatusCode::kInternal,
                     {"系统随机数不可用。", "the system's random numbers are not available"});
  }
  return MasterKey(std::move(fresh), deriving_);
}

absl::Status MasterKey::Save(const std::string& path) const {
  if (const absl::Status made = MakeFolderOf(path); !made.ok()) return made;
  return WriteKeyFile(path, kName, wrapping_ + deriving_);
}

}  // namespace bangfu::server
