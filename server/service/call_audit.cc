#include "server/service/call_audit.h"

#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/reason_word.h"
#include "server/sync/conflict_entry.h"

namespace bangfu::server {
namespace {

bool IsRefusal(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnauthenticated ||
         status.code() == absl::StatusCode::kPermissionDenied ||
         status.code() == absl::StatusCode::kNotFound;
}

// "ipv4:10.0.0.7:50312" without the port, which is another one with each connection.
absl::string_view HostOf(absl::string_view peer) { return peer.substr(0, peer.rfind(':')); }

absl::Status Write(Node& node, v1::AuditEntry entry) {
  *entry.mutable_time() = ToProto(node.security_clock.Now());
  const absl::Status written = node.audit.Append({std::move(entry)});
  if (written.ok()) return absl::OkStatus();
  node.log.Error("audit", written);
  return ErrorBuilder(absl::StatusCode::kUnavailable, v1::ERROR_REASON_STORE_UNAVAILABLE,
                      {"审计日志暂时无法写入，因此不能答复；请稍后重试。",
                       "The audit log cannot be written, so nothing is answered; retry later."})
      .Build();
}

void SetWho(const Rights& rights, v1::AuditEntry& entry) {
  entry.set_node(rights.desk);
  entry.set_org(rights.person ? rights.person->org() : rights.principal.org);
  if (rights.person) entry.set_person_id(rights.person->id());
  if (rights.is_operator && !rights.person)
    entry.set_person_id(absl::StrCat("operator@", rights.desk));
}

// False when the peer's quota is used up.
bool TakePlace(Node& node, absl::string_view peer, v1::AuditEntry& entry) {
  const auto counted = node.denials.Enter(peer, node.security_clock.Now());
  if (!counted) return false;
  AddCount(v1::RECORD_TYPE_UNSPECIFIED, *counted, "", entry);
  return true;
}

}  // namespace

void AddObject(v1::RecordType type, absl::string_view id, absl::string_view org,
               v1::AuditEntry& entry) {
  if (entry.objects_size() >= kMaxAuditObjects) {
    v1::AuditObject& last = *entry.mutable_objects(entry.objects_size() - 1);
    int64_t count = 1;
    if (last.id()[0] == kCountMark && absl::SimpleAtoi(last.id().substr(1), &count)) {
      last.set_id(absl::StrCat(absl::string_view(&kCountMark, 1), count + 1));
    } else {
      AddCount(type, 1, "", entry);
    }
    return;
  }
  v1::AuditObject& object = *entry.add_objects();
  object.set_record_type(type);
  object.set_id(std::string(id));
  object.set_org(std::string(org));
}

void AddCount(v1::RecordType type, int64_t count, absl::string_view org, v1::AuditEntry& entry) {
  if (count == 0) return;
  v1::AuditObject& object = *entry.add_objects();
  object.set_record_type(type);
  object.set_id(absl::StrCat(absl::string_view(&kCountMark, 1), count));
  object.set_org(std::string(org));
}

absl::Status EnterAllowed(Node& node, const Rights& rights, v1::AuditEntry entry) {
  SetWho(rights, entry);
  entry.set_result(v1::AUDIT_RESULT_DONE);
  return Write(node, std::move(entry));
}

absl::Status EnterRead(Node& node, const Call& call, const absl::Status& status) {
  if (call.read.action() == v1::ACTION_UNSPECIFIED) return absl::OkStatus();
  if (!status.ok() && !IsRefusal(status)) return absl::OkStatus();
  if (status.ok()) return EnterAllowed(node, call, call.read);
  v1::AuditEntry entry = call.read;
  if (!TakePlace(node, call.principal.Key(), entry)) return absl::OkStatus();
  SetWho(call, entry);
  if (entry.result() == v1::AUDIT_RESULT_UNSPECIFIED)
    entry.set_result(status.code() == absl::StatusCode::kNotFound ? v1::AUDIT_RESULT_FAILED
                                                                  : v1::AUDIT_RESULT_DENIED);
  entry.set_reason(ReasonWord(status));
  return Write(node, std::move(entry));
}

absl::Status EnterRefusal(Node& node, const grpc::ServerContextBase& context, v1::Action action,
                          absl::string_view caller, const Rights* rights,
                          const absl::Status& status) {
  if (!IsRefusal(status)) return absl::OkStatus();
  const std::string peer = context.peer();
  v1::AuditEntry entry;
  if (!TakePlace(node, caller.empty() ? HostOf(peer) : caller, entry)) return absl::OkStatus();
  entry.set_node(std::string(caller));
  entry.set_org(std::string(caller.substr(0, caller.find('/'))));
  if (rights != nullptr) SetWho(*rights, entry);
  entry.set_action(action);
  entry.set_result(v1::AUDIT_RESULT_DENIED);
  entry.set_reason(ReasonWord(status));
  if (status.code() == absl::StatusCode::kUnauthenticated) entry.set_peer(peer);
  return Write(node, std::move(entry));
}

}  // namespace bangfu::server
