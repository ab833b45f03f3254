#include "server/identity/account_audit.h"

#include "base/reason_word.h"
#include "server/identity/account_rights.h"

namespace bangfu::server {
namespace {

v1::AuditResult ResultOf(const absl::Status& outcome) {
  if (outcome.ok()) return v1::AUDIT_RESULT_DONE;
  // Also what the asker may not know of: it read NOT_FOUND because it is out of scope or absent.
  const bool is_denied = absl::IsPermissionDenied(outcome) || absl::IsNotFound(outcome);
  return is_denied ? v1::AUDIT_RESULT_DENIED : v1::AUDIT_RESULT_FAILED;
}

}  // namespace

v1::AuditEntry EntryOf(const Asker& asker, const AccountAct& act, absl::string_view person_id,
                       absl::string_view org, const absl::Status& outcome, absl::Time now) {
  v1::AuditEntry entry;
  entry.mutable_time()->set_seconds(absl::ToUnixSeconds(now));
  entry.mutable_time()->set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(now - absl::FromUnixSeconds(absl::ToUnixSeconds(now)))));
  entry.set_node(asker.desk);
  entry.set_org(asker.person ? asker.person->org() : asker.node.org);
  if (asker.person) {
    entry.set_person_id(asker.person->id());
  } else {
    entry.set_peer(asker.peer);
  }
  entry.set_action(act.action);
  entry.set_result(ResultOf(outcome));
  entry.set_reason(ReasonWord(outcome));
  entry.set_stated_reason(act.stated_reason);
  if (!person_id.empty()) {
    v1::AuditObject& account = *entry.add_objects();
    account.set_action(act.on_object);
    account.set_id(std::string(person_id));
    account.set_org(std::string(org));
  }
  // The server that handed the call on, and vouches for the desk.
  if (IsRelayed(asker)) entry.add_objects()->set_id(asker.node.Key());
  return entry;
}

}  // namespace bangfu::server
