#ifndef BANGFU_SERVER_IDENTITY_ACCOUNT_AUDIT_H_
#define BANGFU_SERVER_IDENTITY_ACCOUNT_AUDIT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "bangfu/v1/audit_service.pb.h"
#include "server/identity/authority.h"

namespace bangfu::server {

// What a call about accounts is for the audit log. ACTION_MANAGE_ACCOUNTS is told apart by what was
// done to its object: CREATE, EDIT, CHANGE_PASSWORD (new credentials), SIGN_IN (sessions ended).
struct AccountAct {
  v1::Action action = v1::ACTION_UNSPECIFIED;
  v1::Action on_object = v1::ACTION_UNSPECIFIED;
  std::string stated_reason{};
};

// The entry of a call that ended with `outcome`. `person_id` and `org` are those of the account
// that it was about, empty when there is none: a name that is no account may be a password typed in
// the wrong place.
v1::AuditEntry EntryOf(const Asker& asker, const AccountAct& act, absl::string_view person_id,
                       absl::string_view org, const absl::Status& outcome, absl::Time now);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_ACCOUNT_AUDIT_H_
