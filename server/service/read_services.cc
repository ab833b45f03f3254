#include "server/service/read_services.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "domain/record/field_values.h"
#include "domain/record/mask.h"
#include "domain/record/record_type.h"
#include "domain/rules/archive_number.h"
#include "domain/text/civil_date.h"
#include "domain/text/uuid.h"
#include "server/service/call.h"
#include "server/sync/move_preview.h"

namespace bangfu::server {
namespace {

absl::Status Unreadable(absl::string_view record_id) {
  return ErrorBuilder(absl::StatusCode::kInternal, v1::ERROR_REASON_INTERNAL,
                      {"服务器存储的记录无法读取；请联系管理员检查数据库并升级本节点。",
                       "A stored record cannot be read; ask the operator to check the database and "
                       "update this node."})
      .With("record_id", record_id)
      .Build();
}

absl::Status HandleGetArchive(Node& node, Call& call, const v1::GetArchiveRequest& request,
                              v1::GetArchiveResponse& response) {
  absl::StatusOr<std::optional<StoredRecord>> found = std::optional<StoredRecord>();
  if (domain::IsUuid(request.id())) {
    found = node.store.GetRecord(call.scope(), request.id());
  } else if (const auto number = domain::ParseArchiveNumber(request.id())) {
    found = node.store.GetArchiveByNumber(call.scope(), domain::FormatArchiveNumber(*number));
  } else {
    return BadField("id", "请给出档案标识（UUID）或统一编号。",
                    "Give the UUID or the number of the archive.");
  }
  if (!found.ok()) return found.status();
  if (!found->has_value() || (*found)->type != v1::RECORD_TYPE_ARCHIVE) return NotFoundInScope();
  if (!response.mutable_archive()->ParseFromString((*found)->body)) return Unreadable((*found)->id);
  response.set_revision((*found)->revision);
  return absl::OkStatus();
}

// A page of records in the order of their ids, sensitive values masked, no larger than a message
// may be; the token is the last id.
template <typename Record>
absl::Status ListPage(Node& node, RecordQuery query, int page_size, const std::string& page_token,
                      google::protobuf::RepeatedPtrField<Record>& records,
                      std::string& next_page_token) {
  if (!page_token.empty() && !domain::IsUuid(page_token)) return BadPageToken();
  query.after_id = page_token;
  query.limit = PageSize(page_size);
  auto page = node.store.ListRecords(query);
  if (!page.ok()) return page.status();
  int64_t bytes = 0;
  std::string last_id;
  for (const StoredRecord& stored : *page) {
    bytes += static_cast<int64_t>(stored.body.size());
    if (bytes > limits::kMaxReplyBytes && !records.empty()) {
      next_page_token = last_id;
      return absl::OkStatus();
    }
    if (!records.Add()->ParseFromString(stored.body)) return Unreadable(stored.id);
    domain::MaskRecord(*records.rbegin(), domain::ShanghaiDay(node.clock.Now()));
    last_id = stored.id;
  }
  if (static_cast<int>(page->size()) == query.limit) next_page_token = last_id;
  return absl::OkStatus();
}

absl::Status HandleListArchives(Node& node, Call& call, const v1::ListArchivesRequest& request,
                                v1::ListArchivesResponse& response) {
  RecordQuery query;
  query.type = v1::RECORD_TYPE_ARCHIVE;
  query.scope = request.org().empty() ? call.scope() : request.org();
  if (!domain::IsOrgPath(query.scope) || !domain::IsWithin(query.scope, call.scope()))
    return NotFoundInScope();
  query.status = request.status();
  return ListPage(node, query, request.page_size(), request.page_token(),
                  *response.mutable_archives(), *response.mutable_next_page_token());
}

absl::StatusOr<RecordQuery> OfArchive(Call& call, v1::RecordType type,
                                      const std::string& archive_id) {
  if (!domain::IsUuid(archive_id)) {
    return BadField("archive_id", "请给出档案标识（UUID）。", "Give the UUID of the archive.");
  }
  RecordQuery query;
  query.type = type;
  query.scope = call.scope();
  query.archive_id = archive_id;
  return query;
}

absl::Status HandleListAidEvents(Node& node, Call& call, const v1::ListAidEventsRequest& request,
                                 v1::ListAidEventsResponse& response) {
  auto query = OfArchive(call, v1::RECORD_TYPE_AID_EVENT, request.archive_id());
  if (!query.ok()) return query.status();
  return ListPage(node, *query, request.page_size(), request.page_token(),
                  *response.mutable_aid_events(), *response.mutable_next_page_token());
}

absl::Status HandleListVisits(Node& node, Call& call, const v1::ListVisitsRequest& request,
                              v1::ListVisitsResponse& response) {
  auto query = OfArchive(call, v1::RECORD_TYPE_VISIT, request.archive_id());
  if (!query.ok()) return query.status();
  return ListPage(node, *query, request.page_size(), request.page_token(),
                  *response.mutable_visits(), *response.mutable_next_page_token());
}

absl::Status HandleGetConflict(Node& node, Call& call, const v1::GetConflictRequest& request,
                               v1::GetConflictResponse& response) {
  if (!domain::IsUuid(request.id()))
    return BadField("id", "请给出冲突标识（UUID）。", "Give the UUID of the entry.");
  auto found = node.store.GetConflict(call.scope(), request.id());
  if (!found.ok()) return found.status();
  if (!found->has_value()) return NotFoundInScope();
  *response.mutable_conflict() = std::move(**found);
  return absl::OkStatus();
}

std::string Masked(v1::RecordType type, absl::string_view path, const std::string& value) {
  const auto record = domain::NewRecord(type);
  return record == nullptr ? std::string()
                           : domain::DisplayValue(*record->GetDescriptor(), path, value, true);
}

// In lists an entry shows which fields disagree and who wrote them, values masked; the whole is for
// GetConflict.
void MaskConflict(v1::Conflict& conflict) {
  for (v1::FieldConflict& field : *conflict.mutable_fields()) {
    if (field.has_base())
      field.set_base(Masked(conflict.record_type(), field.field(), field.base()));
    if (field.has_ours())
      field.set_ours(Masked(conflict.record_type(), field.field(), field.ours()));
    if (field.has_theirs())
      field.set_theirs(Masked(conflict.record_type(), field.field(), field.theirs()));
  }
  if (conflict.has_resolution()) {
    for (v1::DecidedField& field : *conflict.mutable_resolution()->mutable_fields()) {
      if (field.has_value())
        field.set_value(Masked(conflict.record_type(), field.field(), field.value()));
    }
  }
  if (conflict.change().has_put()) conflict.mutable_change()->mutable_put()->clear_record();
}

absl::Status HandleListConflicts(Node& node, Call& call, const v1::ListConflictsRequest& request,
                                 v1::ListConflictsResponse& response) {
  ConflictQuery query;
  query.scope = call.scope();
  query.record_id = request.record_id();
  query.state = request.state();
  query.limit = PageSize(request.page_size());
  if (!query.record_id.empty() && !domain::IsUuid(query.record_id)) {
    return BadField("record_id", "请给出记录标识（UUID）。", "Give the UUID of the record.");
  }
  if (!request.page_token().empty() &&
      (!absl::SimpleAtoi(request.page_token(), &query.before) || query.before <= 0)) {
    return BadPageToken();
  }
  for (;; query.limit /= 2) {  // until it fits into a message
    auto page = node.store.ListConflicts(query);
    if (!page.ok()) return page.status();
    response.Clear();
    for (v1::Conflict& conflict : page->conflicts) {
      MaskConflict(conflict);
      *response.add_conflicts() = std::move(conflict);
    }
    if (page->next_before > 0) response.set_next_page_token(absl::StrCat(page->next_before));
    if (static_cast<int64_t>(response.ByteSizeLong()) <= limits::kMaxReplyBytes || query.limit == 1)
      return absl::OkStatus();
  }
}

absl::Status HandleGetOrgTree(Call& call, const v1::GetOrgTreeRequest& request,
                              v1::GetOrgTreeResponse& response) {
  if (call.orgs->version() != request.known_version())
    *response.mutable_tree() = call.orgs->proto();
  return absl::OkStatus();
}

absl::Status HandlePreviewMove(Node& node, Call& call, const v1::PreviewMoveRequest& request,
                               v1::PreviewMoveResponse& response) {
  auto preview = PreviewMove(node.store, *call.orgs, call.principal, request);
  if (preview.ok()) response = *std::move(preview);
  return preview.status();
}

absl::Status HandleGetPolicySet(Node& node, const v1::GetPolicySetRequest& request,
                                v1::GetPolicySetResponse& response) {
  if (node.policy.SavedVersion() != request.known_version())
    *response.mutable_policy_set() = node.policy.Book()->proto();
  return absl::OkStatus();
}

}  // namespace

grpc::Status ArchiveService::GetArchive(grpc::ServerContext* context,
                                        const v1::GetArchiveRequest* request,
                                        v1::GetArchiveResponse* response) {
  return Answer(node_, *context, "GetArchive",
                [&](Call& call) { return HandleGetArchive(node_, call, *request, *response); });
}

grpc::Status ArchiveService::ListArchives(grpc::ServerContext* context,
                                          const v1::ListArchivesRequest* request,
                                          v1::ListArchivesResponse* response) {
  return Answer(node_, *context, "ListArchives",
                [&](Call& call) { return HandleListArchives(node_, call, *request, *response); });
}

grpc::Status AidService::ListAidEvents(grpc::ServerContext* context,
                                       const v1::ListAidEventsRequest* request,
                                       v1::ListAidEventsResponse* response) {
  return Answer(node_, *context, "ListAidEvents",
                [&](Call& call) { return HandleListAidEvents(node_, call, *request, *response); });
}

grpc::Status AidService::ListVisits(grpc::ServerContext* context,
                                    const v1::ListVisitsRequest* request,
                                    v1::ListVisitsResponse* response) {
  return Answer(node_, *context, "ListVisits",
                [&](Call& call) { return HandleListVisits(node_, call, *request, *response); });
}

grpc::Status ConflictService::GetConflict(grpc::ServerContext* context,
                                          const v1::GetConflictRequest* request,
                                          v1::GetConflictResponse* response) {
  return Answer(node_, *context, "GetConflict",
                [&](Call& call) { return HandleGetConflict(node_, call, *request, *response); });
}

grpc::Status ConflictService::ListConflicts(grpc::ServerContext* context,
                                            const v1::ListConflictsRequest* request,
                                            v1::ListConflictsResponse* response) {
  return Answer(node_, *context, "ListConflicts",
                [&](Call& call) { return HandleListConflicts(node_, call, *request, *response); });
}

grpc::Status OrgService::GetOrgTree(grpc::ServerContext* context,
                                    const v1::GetOrgTreeRequest* request,
                                    v1::GetOrgTreeResponse* response) {
  return Answer(node_, *context, "GetOrgTree",
                [&](Call& call) { return HandleGetOrgTree(call, *request, *response); });
}

grpc::Status OrgService::PreviewMove(grpc::ServerContext* context,
                                     const v1::PreviewMoveRequest* request,
                                     v1::PreviewMoveResponse* response) {
  return Answer(node_, *context, "PreviewMove",
                [&](Call& call) { return HandlePreviewMove(node_, call, *request, *response); });
}

grpc::Status OrgService::GetPolicySet(grpc::ServerContext* context,
                                      const v1::GetPolicySetRequest* request,
                                      v1::GetPolicySetResponse* response) {
  return Answer(node_, *context, "GetPolicySet",
                [&](Call&) { return HandleGetPolicySet(node_, *request, *response); });
}

}  // namespace bangfu::server
