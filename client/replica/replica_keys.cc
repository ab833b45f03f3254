#include "client/replica/replica_keys.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "server/seal/master_key.h"

namespace bangfu::client {
namespace {

constexpr char kKeyFile[] = "replica.key";
constexpr int32_t kSealKeyNumber = 1;  // a replica has one key as long as it lives
constexpr char kSealing[] = "replica";
constexpr char kPersons[] = "replica persons";
constexpr size_t kDigestBytes = 32;  // of SHA-256
constexpr size_t kPersonHashBytes = kDigestBytes / 2;

// Without memory no other hash may be written.
void Require(bool done) {
  if (!done) std::abort();
}

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

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
      new ReplicaKeys(*std::move(sealer), KeyedPersonHash(master->Derive(kPersons))));
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

ReplicaKeys::PersonHash ReplicaKeys::KeyedPersonHash(absl::string_view key) {
  const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> hmac(
      EVP_MAC_fetch(nullptr, "HMAC", nullptr), &EVP_MAC_free);
  Require(hmac != nullptr);
  PersonHash keyed(EVP_MAC_CTX_new(hmac.get()), &EVP_MAC_CTX_free);
  Require(keyed != nullptr);
  char digest[] = "SHA256";
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                               OSSL_PARAM_construct_end()};
  Require(EVP_MAC_init(keyed.get(), Bytes(key), key.size(), params) == 1);
  return keyed;
}

std::string ReplicaKeys::HashOfPerson(absl::string_view identity_number) const {
  const PersonHash hash(EVP_MAC_CTX_dup(person_hash_.get()), &EVP_MAC_CTX_free);
  Require(hash != nullptr);
  std::string result(kDigestBytes, '\0');
  size_t size = 0;
  Require(EVP_MAC_update(hash.get(), Bytes(identity_number), identity_number.size()) == 1);
  Require(EVP_MAC_final(hash.get(), reinterpret_cast<unsigned char*>(result.data()), &size,
                        result.size()) == 1);
  Require(size == kDigestBytes);
  result.resize(kPersonHashBytes);
  return result;
}

}  // namespace bangfu::client
