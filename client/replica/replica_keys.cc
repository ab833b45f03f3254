#include "client/replica/replica_keys.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <unistd.h>

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "server/seal/master_key.h"

namespace bangfu::client {
namespace {

constexpr char kKeyFile[] = "replica.key";
constexpr int32_t kSealKeyNumber = 1;  // a replica has one key as long as it lives
constexpr char kSealing[] = "replica";
constexpr char kPersons[] = "replica persons";

}  // namespace

std::string ReplicaKeyFile(const std::string& replica_path) {
  const size_t slash = replica_path.rfind('/');
  return slash == std::string::npos ? kKeyFile
                                    : absl::StrCat(replica_path.substr(0, slash + 1), kKeyFile);
}

absl::StatusOr<std::shared_ptr<const ReplicaKeys>> ReplicaKeys::OpenOrMake(
    const std::string& replica_path) {
  auto master = server::MasterKey::Open(ReplicaKeyFile(replica_path));
  if (!master.ok()) return master.status();
  auto sealer = server::Sealer::Make({{kSealKeyNumber, master->Derive(kSealing)}});
  if (!sealer.ok()) return sealer.status();
  return std::shared_ptr<const ReplicaKeys>(
      new ReplicaKeys(*std::move(sealer), master->Derive(kPersons)));
}

absl::StatusOr<std::shared_ptr<const ReplicaKeys>> ReplicaKeys::Open(
    const std::string& replica_path) {
  const std::string path = ReplicaKeyFile(replica_path);
  if (access(path.c_str(), F_OK) == 0) return OpenOrMake(replica_path);
  return UserError(
      absl::StatusCode::kFailedPrecondition,
      {absl::StrCat("找不到本地副本的密钥文件 ", path,
                    "，其中的内容无法读取；请从备份恢复该文件，或另选数据目录重新加入服务器"),
       absl::StrCat("the key file ", path,
                    " of the replica is missing, so nothing in it can be read; restore it from a "
                    "backup, or join again in another data folder")});
}

std::string ReplicaKeys::Seal(absl::string_view place, absl::string_view plain) const {
  return sealer_->Seal(place, plain);
}

std::optional<std::string> ReplicaKeys::Unseal(absl::string_view place,
                                               absl::string_view sealed) const {
  // Sealer returns what is not sealed as it is; here nothing may be planted.
  if (!server::Sealer::IsSealed(sealed)) return std::nullopt;
  auto plain = sealer_->Open(place, sealed);
  if (!plain.ok()) return std::nullopt;
  return *std::move(plain);
}

std::string ReplicaKeys::HashOfPerson(absl::string_view identity_number) const {
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), person_key_.data(), static_cast<int>(person_key_.size()),
       reinterpret_cast<const unsigned char*>(identity_number.data()), identity_number.size(), hash,
       &size);
  return std::string(reinterpret_cast<const char*>(hash), size);
}

}  // namespace bangfu::client
