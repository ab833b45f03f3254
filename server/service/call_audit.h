#ifndef BANGFU_SERVER_SERVICE_CALL_AUDIT_H_
#define BANGFU_SERVER_SERVICE_CALL_AUDIT_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "bangfu/v1/audit_service.pb.h"
#include "bangfu/v1/options.pb.h"
#include "server/service/call.h"

// What calls leave in the audit log. An entry that cannot be written is an error: nothing is
// answered then.
namespace bangfu::server {

// Objects that an entry names one by one; what is more is counted.
inline constexpr int kMaxAuditObjects = 100;

// Stands before a number in the id of an object: "#120" are 120 objects that are not named.
inline constexpr char kCountMark = '#';

// Names an object of the entry, as long as there is room for it; then it is counted.
void AddObject(v1::RecordType type, absl::string_view id, absl::string_view org,
               v1::AuditEntry& entry);
// `count` objects that are not named; none for 0.
void AddCount(v1::RecordType type, int64_t count, absl::string_view org, v1::AuditEntry& entry);

// Enters something that the call may do, and is about to. UNAVAILABLE STORE_UNAVAILABLE.
absl::Status EnterAllowed(Node& node, const Rights& rights, v1::AuditEntry entry);

// Enters what the call has read, or that it was refused to it (`status`); nothing when the call
// read nothing, or failed for no lack of rights. UNAVAILABLE STORE_UNAVAILABLE.
absl::Status EnterRead(Node& node, const Call& call, const absl::Status& status);

// Enters that a call was refused, as far as the peer's quota goes. `rights` is nullptr when the
// caller is not known; `node` then is what the certificate says, or empty. UNAVAILABLE
// STORE_UNAVAILABLE.
absl::Status EnterRefusal(Node& node, const grpc::ServerContextBase& context, v1::Action action,
                          absl::string_view caller, const Rights* rights,
                          const absl::Status& status);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_CALL_AUDIT_H_
