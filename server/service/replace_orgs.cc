#include "server/service/replace_orgs.h"

#include <google/protobuf/util/message_differencer.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "domain/rules/permission_table.h"
#include "server/service/asker.h"
#include "server/sync/conflict_entry.h"

namespace bangfu::server {
namespace {

absl::Status CheckRights(const Node& node, const Call& call) {
  if (!call.is_operator && !call.person) return SignInRequired();
  const v1::Org* city = call.orgs->City();
  const bool allowed =
      call.is_operator || (city != nullptr && domain::MayManage(*call.orgs, v1::ACTION_MANAGE_ORGS,
                                                                *call.person, city->id()));
  return allowed && !node.has_upstream ? absl::OkStatus() : NotPermitted();
}

absl::Status NotHigher(int64_t version) {
  return BadField("tree.version",
                  absl::StrCat("组织字典的版本号须大于现行的 ", version, "，请修改后重新提交。"),
                  absl::StrCat("The version of the dictionary has to be higher than the present ",
                               version, "."));
}

absl::Status ReasonRequired() {
  return ErrorBuilder(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_REASON_REQUIRED,
                      {"请写明变更组织字典的理由。", "Say why the dictionary of orgs is changed."})
      .Field("reason", "required")
      .Build();
}

v1::AuditEntry EntryOf(const Node& node, const Call& call,
                       const v1::ReplaceOrgTreeRequest& request) {
  v1::AuditEntry entry;
  *entry.mutable_time() = ToProto(node.security_clock.Now());
  entry.set_node(call.principal.Key());
  entry.set_person_id(AskerOf(node, call).Name());
  entry.set_org(call.person ? call.person->org() : call.principal.org);
  entry.set_action(v1::ACTION_MANAGE_ORGS);
  entry.set_result(v1::AUDIT_RESULT_DONE);
  entry.add_objects()->set_id(absl::StrCat("org_tree/", request.tree().version()));
  entry.set_stated_reason(request.reason());
  return entry;
}

// What was of an org's former path becomes its own. Moves nothing the second time.
absl::StatusOr<int64_t> FollowOrgs(Node& node) {
  const std::shared_ptr<const domain::OrgTree> orgs = node.orgs.Tree();
  for (const v1::Org& org : orgs->proto().orgs()) {
    for (const std::string& former : org.former_ids()) {
      if (auto moved = node.identity.MoveAccounts(former, org.id()); !moved.ok())
        return moved.status();
    }
  }
  return node.move_former_orgs ? node.move_former_orgs(*orgs) : 0;
}

}  // namespace

absl::Status HandleReplaceOrgTree(Node& node, Call& call, const v1::ReplaceOrgTreeRequest& request,
                                  v1::ReplaceOrgTreeResponse& response) {
  if (absl::Status status = CheckRights(node, call); !status.ok()) return status;
  if (request.reason().empty()) return ReasonRequired();
  // The same edition again finishes what was cut off.
  const std::shared_ptr<const domain::OrgTree> before = node.orgs.Tree();
  const bool same =
      google::protobuf::util::MessageDifferencer::Equals(request.tree(), before->proto());
  if (!same) {
    if (request.tree().version() <= before->version()) return NotHigher(before->version());
    if (absl::Status status = node.orgs.Replace(request.tree()); !status.ok()) return status;
  }
  if (absl::Status status = node.audit.Append({EntryOf(node, call, request)}); !status.ok())
    return status;
  const auto moved = FollowOrgs(node);
  if (!moved.ok()) return moved.status();
  response.set_version(node.orgs.Tree()->version());
  response.set_moved_records(*moved);
  return absl::OkStatus();
}

}  // namespace bangfu::server
