#ifndef BANGFU_CLIENT_CLI_READING_H_
#define BANGFU_CLIENT_CLI_READING_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bangfu/v1/change.pb.h"
#include "bangfu/v1/identity.pb.h"
#include "client/cli/person_rights.h"
#include "client/cli/session.h"

namespace bangfu::client {

// How somebody wants to see the details of something.
struct Sight {
  bool unmask = false;  // without masks, for which a reason is given
  std::string reason{};
};

// What is seen.
struct Seen {
  v1::RecordType type = v1::RECORD_TYPE_UNSPECIFIED;  // unspecified: an entry of the conflict log
  std::string id{};
  ActedUpon place{};
};

// Lets the person at the desk see details, and notes it for the audit log of the server: the next
// sync reports it. To be asked before anything is shown. Errors: those of Session::Signed ·
// PERMISSION_DENIED NOT_PERMITTED · INVALID_ARGUMENT REASON_REQUIRED, or a reason that is too long.
absl::Status AdmitReader(Session& session, const Sight& sight, const Seen& seen);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_READING_H_
