#ifndef BANGFU_SERVER_SERVICE_REPLICATED_H_
#define BANGFU_SERVER_SERVICE_REPLICATED_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "bangfu/v1/audit_service.pb.h"
#include "bangfu/v1/sync_service.pb.h"
#include "server/service/call.h"

namespace bangfu::server {

// What a node has taken in one call, for the audit log: by name while they are few
// (kMaxReplicatedIds), else how many of each type.
class Replicated {
 public:
  template <typename Records>
  void Add(const Records& records) {
    for (const v1::Record& record : records) {
      ++counts_[record.type()];
      if (++total_ <= kMaxReplicatedIds)
        named_.push_back({record.type(), record.id(), record.org()});
    }
  }

  bool empty() const { return total_ == 0; }
  // As an entry of the call's; what was added is forgotten.
  v1::AuditEntry TakeEntry(absl::string_view scope);

 private:
  static constexpr int64_t kMaxReplicatedIds = 20;
  struct Named {
    v1::RecordType type;
    std::string id;
    std::string org;
  };
  std::map<v1::RecordType, int64_t> counts_;
  std::vector<Named> named_;
  int64_t total_ = 0;
};

// Enters a pull in the audit log: before its first records are sent, and before its last page, so
// that there are two entries at most. A pull that finds nothing leaves none.
class PullAudit {
 public:
  PullAudit(Node& node, const Call& call) : node_(node), call_(call) {}
  PullAudit(const PullAudit&) = delete;
  PullAudit& operator=(const PullAudit&) = delete;
  // What was sent without an entry gets it now: the pull was cut off.
  ~PullAudit();

  // To be called before the page is sent. UNAVAILABLE STORE_UNAVAILABLE: do not send it.
  absl::Status Add(const v1::PullResponse& page);

 private:
  absl::Status Enter();

  Node& node_;
  const Call& call_;
  Replicated replicated_;
  bool entered_ = false;  // the first records
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_REPLICATED_H_
