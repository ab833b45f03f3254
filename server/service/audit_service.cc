#include "server/service/audit_service.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "domain/rules/permission_table.h"
#include "domain/text/uuid.h"
#include "server/service/call.h"

namespace bangfu::server {
namespace {

constexpr int kMaxReportedObjects = 10;  // records of one reported read
constexpr size_t kMaxReasonBytes = 4 * limits::kMaxCharactersOfReason;  // UTF-8

// Org path whose entries the caller may read. Errors: SIGN_IN_REQUIRED, NOT_PERMITTED.
absl::StatusOr<std::string> ReadableScope(const Node& node, const Call& call) {
  if (call.is_operator) return node.self.org;
  if (!call.person) return SignInRequired();
  const std::string& org = call.person->org();
  if (!domain::MayManage(*call.orgs, v1::ACTION_READ_AUDIT, *call.person, org))
    return NotPermitted();
  return org;
}

absl::Status HandleListAudit(Node& node, Call& call, const v1::ListAuditRequest& request,
                             v1::ListAuditResponse& response) {
  auto scope = ReadableScope(node, call);
  if (!scope.ok()) return scope.status();
  AuditQuery query;
  query.scope = *std::move(scope);
  query.person_id = request.person_id();
  query.object_id = request.object_id();
  query.action = request.action();
  query.limit = PageSize(request.page_size());
  if (!request.page_token().empty() &&
      (!absl::SimpleAtoi(request.page_token(), &query.before) || query.before <= 0)) {
    return BadPageToken();
  }
  const auto page = node.audit.List(query);
  if (!page.ok()) return page.status();
  response.Clear();
  int64_t bytes = 0;
  bool more = static_cast<int>(page->size()) == query.limit;
  for (const v1::ChainedAuditEntry& entry : *page) {
    bytes += static_cast<int64_t>(entry.ByteSizeLong());
    if (bytes > limits::kMaxReplyBytes && response.entries_size() > 0) {
      more = true;
      break;
    }
    *response.add_entries() = entry;
  }
  if (more && response.entries_size() > 0)
    response.set_next_page_token(absl::StrCat(response.entries().rbegin()->sequence()));
  call.read.set_action(v1::ACTION_READ_AUDIT);
  return absl::OkStatus();
}

// A read as the desk tells of it, with what the desk cannot choose.
absl::StatusOr<v1::AuditEntry> ReportedRead(const Call& call, const v1::AuditEntry& reported) {
  const v1::Person* person = call.people->Find(reported.person_id());
  const bool of_reading = reported.action() == v1::ACTION_READ ||
                          reported.action() == v1::ACTION_UNMASK ||
                          reported.action() == v1::ACTION_LIST;
  if (!domain::IsUuid(reported.report_id()) || !of_reading || person == nullptr ||
      reported.objects_size() > kMaxReportedObjects ||
      reported.stated_reason().size() > kMaxReasonBytes ||
      !domain::IsWithin(person->org(), call.principal.org)) {
    return BadField("entries", "每条查看记录须有标识（UUID）、查看动作和本单位的人员。",
                    "An entry has a UUID, an action of reading and a person of the desk's org.");
  }
  v1::AuditEntry entry;
  entry.set_report_id(reported.report_id());
  *entry.mutable_time() = reported.time();
  entry.set_node(call.principal.Key());
  entry.set_person_id(person->id());
  entry.set_org(person->org());
  entry.set_action(reported.action());
  entry.set_result(v1::AUDIT_RESULT_DONE);
  entry.set_stated_reason(reported.stated_reason());
  for (const v1::AuditObject& object : reported.objects()) {
    v1::AuditObject& added = *entry.add_objects();
    added.set_record_type(object.record_type());
    added.set_id(object.id());
    added.set_org(object.org());
  }
  return entry;
}

absl::Status HandleReportReads(Node& node, Call& call, const v1::ReportReadsRequest& request) {
  if (request.entries_size() > limits::kMaxReportedReads) {
    return BadField("entries", "一次上报的查看记录过多。", "Too many entries in one report.");
  }
  std::vector<v1::AuditEntry> entries;
  for (const v1::AuditEntry& reported : request.entries()) {
    auto entry = ReportedRead(call, reported);
    if (!entry.ok()) return entry.status();
    entries.push_back(*std::move(entry));
  }
  return node.audit.Append(entries);
}

}  // namespace

grpc::Status AuditService::ListAudit(grpc::ServerContext* context,
                                     const v1::ListAuditRequest* request,
                                     v1::ListAuditResponse* response) {
  static constexpr Method kMethod{"ListAudit", v1::ACTION_READ_AUDIT, Audience::kEveryNode, true};
  return Answer(node_, *context, kMethod,
                [&](Call& call) { return HandleListAudit(node_, call, *request, *response); });
}

grpc::Status AuditService::ReportReads(grpc::ServerContext* context,
                                       const v1::ReportReadsRequest* request,
                                       v1::ReportReadsResponse*) {
  static constexpr Method kMethod{"ReportReads", v1::ACTION_UNMASK, Audience::kSyncingNode, false};
  return Answer(node_, *context, kMethod,
                [&](Call& call) { return HandleReportReads(node_, call, *request); });
}

}  // namespace bangfu::server
