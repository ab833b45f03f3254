#ifndef BANGFU_SERVER_AUDIT_AUDIT_CHAIN_H_
#define BANGFU_SERVER_AUDIT_AUDIT_CHAIN_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bangfu/v1/audit_service.pb.h"
#include "server/store/audit_store.h"

namespace bangfu::server {

// Hash of an entry in its place: HMAC-SHA256 under the audit key of the node of the hash before (32
// bytes, zeros for the first), the sequence (8 bytes, big end first) and the entry's bytes.
class AuditChain {
 public:
  explicit AuditChain(std::string key) : key_(std::move(key)) {}

  std::string Link(const AuditHead& head, absl::string_view entry) const;

  // What ends an exported log whose last entry is `head`: HMAC-SHA256 of "end" and the hash that
  // the next entry would follow. Nobody without the key can end a log earlier.
  std::string Seal(const AuditHead& head) const;

  // Checks entries as they come, in the order of a file or the store.
  class Verifier {
   public:
    explicit Verifier(const AuditChain& chain) : chain_(chain) {}
    // What is wrong with this entry, nothing when it follows the one before.
    enum class Fault { kNone, kMissing, kOutOfOrder, kChanged };
    Fault Check(const v1::ChainedAuditEntry& entry);
    const AuditHead& head() const { return head_; }

   private:
    const AuditChain& chain_;
    AuditHead head_;
  };

 private:
  std::string key_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_AUDIT_AUDIT_CHAIN_H_
