#ifndef BANGFU_SERVER_SERVICE_PERSON_READ_H_
#define BANGFU_SERVER_SERVICE_PERSON_READ_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "bangfu/v1/codes.pb.h"
#include "bangfu/v1/identity.pb.h"
#include "server/service/call.h"

// What people may read who sit at a desk: for the handlers of methods of Audience::kPersonAtDesk.
namespace bangfu::server {

// Whether the table allows it to the person for a record of that org.
bool MayDo(const Call& call, v1::Action action, absl::string_view record_org, v1::Tier tier);

// Begins the read of one object, masked or, with a reason, unmasked; `call.read` says what is
// read. INVALID_ARGUMENT REASON_REQUIRED: a reason without words · BAD_REQUEST: one too long.
absl::Status BeginRead(Call& call, const std::string& unmask_reason);
inline bool IsUnmasked(const Call& call) { return call.read.action() == v1::ACTION_UNMASK; }

// The answer when the table does not allow the read: as if the record were not there. It is entered
// as a refusal.
absl::Status NotReadable(Call& call);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_PERSON_READ_H_
