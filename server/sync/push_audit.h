#ifndef BANGFU_SERVER_SYNC_PUSH_AUDIT_H_
#define BANGFU_SERVER_SYNC_PUSH_AUDIT_H_

#include <string>

#include "bangfu/v1/audit_service.pb.h"
#include "bangfu/v1/change.pb.h"
#include "bangfu/v1/identity.pb.h"
#include "server/store/store.h"
#include "server/sync/push_state.h"

namespace bangfu::server {

// Whether the change was refused with this finding.
bool IsRefusedFor(const v1::Outcome& outcome, v1::FindingCode code);

// What a push was, for the audit log: one entry with an object for every change that was answered
// for the first time. Ids only, and of people only those who are known to have acted.
class PushAudit {
 public:
  explicit PushAudit(const PushContext& context);

  // `person`: who acted; nullptr when that is not known.
  void Add(PushState& state, const v1::Change& change, const v1::Outcome& outcome,
           const v1::Person* person);

  // Nothing when nothing was answered for the first time. What all objects have in common stands in
  // the entry alone; of several actions the entry says that the node synced.
  void AddTo(WriteSet& writes) const;

 private:
  v1::AuditEntry entry_;
  std::string person_org_;  // of the person who acted last
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_PUSH_AUDIT_H_
