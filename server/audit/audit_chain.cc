#include "server/audit/audit_chain.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace bangfu::server {
namespace {

constexpr size_t kHashBytes = 32;  // HMAC-SHA256

std::string BigEnd(int64_t value) {
  std::string bytes(8, '\0');
  for (size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>((static_cast<uint64_t>(value) >> (56 - 8 * i)) & 0xff);
  return bytes;
}

bool SameHash(const std::string& one, const std::string& other) {
  return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace

std::string AuditChain::Link(const AuditHead& head, absl::string_view entry) const {
  std::string input = head.sequence == 0 ? std::string(kHashBytes, '\0') : head.hash;
  input += BigEnd(head.sequence + 1);
  input.append(entry.data(), entry.size());
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash;
  unsigned int size = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
       reinterpret_cast<const unsigned char*>(input.data()), input.size(), hash.data(), &size);
  return std::string(reinterpret_cast<const char*>(hash.data()), size);
}

std::string AuditChain::Seal(const AuditHead& head) const {
  // No entry begins so: it is no message.
  return Link(head, "end");
}

AuditChain::Verifier::Fault AuditChain::Verifier::Check(const v1::ChainedAuditEntry& entry) {
  const int64_t expected = head_.sequence + 1;
  if (entry.sequence() < expected) return Fault::kOutOfOrder;
  const bool missing = entry.sequence() > expected;
  const bool changed = !missing && !SameHash(chain_.Link(head_, entry.entry()), entry.hash());
  // What follows is checked against this entry: one fault is told once.
  head_ = {entry.sequence(), entry.hash()};
  return missing ? Fault::kMissing : changed ? Fault::kChanged : Fault::kNone;
}

}  // namespace bangfu::server
