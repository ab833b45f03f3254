#include "server/service/replicated.h"

#include "server/service/call_audit.h"

namespace bangfu::server {

v1::AuditEntry Replicated::TakeEntry(absl::string_view scope) {
  v1::AuditEntry entry;
  if (total_ == 0) return entry;
  entry.set_action(v1::ACTION_REPLICATE);
  if (total_ <= kMaxReplicatedIds) {
    for (const Named& record : named_) AddObject(record.type, record.id, record.org, entry);
  } else {
    for (const auto& [type, count] : counts_) AddCount(type, count, scope, entry);
  }
  *this = Replicated();
  return entry;
}

PullAudit::~PullAudit() {
  if (!replicated_.empty()) Enter().IgnoreError();  // the log of events has it
}

absl::Status PullAudit::Add(const v1::PullResponse& page) {
  replicated_.Add(page.records());
  if (replicated_.empty() || (entered_ && !page.caught_up())) return absl::OkStatus();
  entered_ = true;
  return Enter();
}

absl::Status PullAudit::Enter() {
  return EnterAllowed(node_, call_, replicated_.TakeEntry(call_.scope()));
}

}  // namespace bangfu::server
