#ifndef BANGFU_SERVER_STORE_AUDIT_STORE_H_
#define BANGFU_SERVER_STORE_AUDIT_STORE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bangfu/v1/audit_service.pb.h"

namespace bangfu::server {

// Place and hash of the last entry of the chain; sequence 0 and no hash before the first.
struct AuditHead {
  int64_t sequence = 0;
  std::string hash;
};

struct AuditQuery {
  std::string scope;  // org path: entries of people and nodes within
  std::string person_id;
  std::string object_id;
  v1::Action action = v1::ACTION_UNSPECIFIED;
  int64_t before = 0;  // exclusive; 0 for the newest
  int limit = 0;
};

// The audit log in the store. Append-only: nobody changes or removes an entry. Errors of every
// method: UNAVAILABLE STORE_UNAVAILABLE, INTERNAL.
class AuditStore {
 public:
  virtual ~AuditStore() = default;

  // Adds entries, committed when it returns OK. One with a report_id that is there already is left
  // out.
  virtual absl::Status Append(const std::vector<v1::AuditEntry>& entries) = 0;

  // Gives committed entries their places: calls `link` with the head and each entry's bytes in
  // order, which returns its hash. At most `limit` in one transaction; one chainer at a time per
  // database, others get 0. Returns how many and the head after them.
  struct Chained {
    int64_t entries = 0;
    AuditHead head;
  };
  virtual absl::StatusOr<Chained> Chain(
      int limit,
      absl::FunctionRef<std::string(const AuditHead& head, absl::string_view entry)> link) = 0;

  // Entries after `after`, in order.
  virtual absl::StatusOr<std::vector<v1::ChainedAuditEntry>> Read(int64_t after, int limit) = 0;
  // Newest first.
  virtual absl::StatusOr<std::vector<v1::ChainedAuditEntry>> List(const AuditQuery& query) = 0;
  virtual absl::StatusOr<AuditHead> Head() = 0;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_AUDIT_STORE_H_
