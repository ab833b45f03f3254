#include "server/identity/enrollment_audit.h"

#include "server/identity/account_audit.h"

namespace bangfu::server {
namespace {

void AddObject(absl::string_view id, absl::string_view org, v1::AuditEntry& entry) {
  if (id.empty()) return;
  v1::AuditObject& object = *entry.add_objects();
  object.set_id(std::string(id));
  object.set_org(std::string(org));
}

}  // namespace

v1::AuditEntry EntryOf(const Asker& asker, const NodeAct& act, const absl::Status& outcome,
                       absl::Time now) {
  v1::AuditEntry entry =
      EntryOf(asker, AccountAct{act.action, v1::ACTION_UNSPECIFIED, act.stated_reason}, "", "",
              outcome, now);
  // Who has no certificate yet is known by the address only.
  if (asker.node.node.empty()) entry.clear_node();
  if (asker.node.node.empty()) entry.clear_objects();
  AddObject(act.node, act.org, entry);
  AddObject(act.enrollment, act.org, entry);
  AddObject(act.serial, act.org, entry);
  return entry;
}

}  // namespace bangfu::server
