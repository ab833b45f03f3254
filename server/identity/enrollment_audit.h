#ifndef BANGFU_SERVER_IDENTITY_ENROLLMENT_AUDIT_H_
#define BANGFU_SERVER_IDENTITY_ENROLLMENT_AUDIT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "bangfu/v1/audit_service.pb.h"
#include "server/identity/authority.h"

namespace bangfu::server {

// What was done to a node or its enrollment, for the audit log.
struct NodeAct {
  v1::Action action = v1::ACTION_MANAGE_NODES;
  std::string node{};  // "hz.fuyang/fuyang"; empty when it was not found
  std::string org{};
  std::string enrollment{};  // UUID
  std::string serial{};      // of the certificate
  std::string stated_reason{};
};

// The entry of a call of `asker` that ended with `outcome`.
v1::AuditEntry EntryOf(const Asker& asker, const NodeAct& act, const absl::Status& outcome,
                       absl::Time now);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_ENROLLMENT_AUDIT_H_
