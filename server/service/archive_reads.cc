#include "server/service/archive_reads.h"

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/error.h"
#include "base/limits.h"
#include "domain/record/mask.h"
#include "domain/rules/archive_number.h"
#include "domain/text/civil_date.h"
#include "domain/text/uuid.h"
#include "server/service/call_audit.h"
#include "server/service/person_read.h"
#include "server/store/store.h"

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

// One read, whatever it finds.
absl::StatusOr<std::optional<StoredRecord>> FindArchive(Node& node, const Call& call,
                                                        const std::string& id) {
  const std::string scope = call.person_scope();
  if (domain::IsUuid(id)) return node.store.GetRecord(scope, id);
  if (const auto number = domain::ParseArchiveNumber(id))
    return node.store.GetArchiveByNumber(scope, domain::FormatArchiveNumber(*number));
  return BadField("id", "请给出档案标识（UUID）或统一编号。",
                  "Give the UUID or the number of the archive.");
}

// A page of records in the order of their ids, sensitive values masked, no larger than a message
// may be; the token is the last id.
template <typename Record>
absl::Status ListPage(Node& node, Call& call, RecordQuery query, int page_size,
                      const std::string& page_token,
                      google::protobuf::RepeatedPtrField<Record>& records,
                      std::string& next_page_token) {
  if (!page_token.empty() && !domain::IsUuid(page_token)) return BadPageToken();
  query.after_id = page_token;
  query.limit = PageSize(page_size);
  auto page = node.store.ListRecords(query);
  if (!page.ok()) return page.status();
  const absl::CivilDay today = domain::ShanghaiDay(node.clock.Now());
  int64_t bytes = 0;
  std::string last_id;
  for (const StoredRecord& stored : *page) {
    bytes += static_cast<int64_t>(stored.body.size());
    if (bytes > limits::kMaxReplyBytes && !records.empty()) {
      next_page_token = last_id;
      return absl::OkStatus();
    }
    last_id = stored.id;
    if (!MayDo(call, v1::ACTION_LIST, stored.org, stored.columns.tier)) continue;
    if (!records.Add()->ParseFromString(stored.body)) return Unreadable(stored.id);
    domain::MaskRecord(*records.rbegin(), today);
    AddObject(stored.type, stored.id, stored.org, call.read);
  }
  if (static_cast<int>(page->size()) == query.limit) next_page_token = last_id;
  return absl::OkStatus();
}

absl::StatusOr<RecordQuery> OfArchive(const Call& call, v1::RecordType type,
                                      const std::string& archive_id) {
  if (!domain::IsUuid(archive_id)) {
    return BadField("archive_id", "请给出档案标识（UUID）。", "Give the UUID of the archive.");
  }
  RecordQuery query;
  query.type = type;
  query.scope = call.person_scope();
  query.archive_id = archive_id;
  return query;
}

}  // namespace

absl::Status HandleGetArchive(Node& node, Call& call, const v1::GetArchiveRequest& request,
                              v1::GetArchiveResponse& response) {
  response.Clear();
  if (absl::Status status = BeginRead(call, request.unmask_reason()); !status.ok()) return status;
  const auto found = FindArchive(node, call, request.id());
  if (!found.ok()) return found.status();
  const bool is_there = found->has_value() && (*found)->type == v1::RECORD_TYPE_ARCHIVE;
  AddObject(v1::RECORD_TYPE_ARCHIVE, is_there ? (*found)->id : request.id(),
            is_there ? (*found)->org : "", call.read);
  if (!is_there) return NotFoundInScope();
  const StoredRecord& stored = **found;
  if (!MayDo(call, v1::ACTION_READ, stored.org, stored.columns.tier)) return NotReadable(call);
  if (IsUnmasked(call) && !MayDo(call, v1::ACTION_UNMASK, stored.org, stored.columns.tier))
    return NotPermitted();
  if (!response.mutable_archive()->ParseFromString(stored.body)) return Unreadable(stored.id);
  if (!IsUnmasked(call))
    domain::MaskRecord(*response.mutable_archive(), domain::ShanghaiDay(node.clock.Now()));
  response.set_revision(stored.revision);
  return absl::OkStatus();
}

absl::Status HandleListArchives(Node& node, Call& call, const v1::ListArchivesRequest& request,
                                v1::ListArchivesResponse& response) {
  response.Clear();
  call.read.set_action(v1::ACTION_LIST);
  RecordQuery query;
  query.type = v1::RECORD_TYPE_ARCHIVE;
  query.scope = request.org().empty() ? call.person_scope() : request.org();
  if (!domain::IsOrgPath(query.scope) || !domain::IsWithin(query.scope, call.person_scope()))
    return NotFoundInScope();
  query.status = request.status();
  return ListPage(node, call, query, request.page_size(), request.page_token(),
                  *response.mutable_archives(), *response.mutable_next_page_token());
}

absl::Status HandleListAidEvents(Node& node, Call& call, const v1::ListAidEventsRequest& request,
                                 v1::ListAidEventsResponse& response) {
  response.Clear();
  call.read.set_action(v1::ACTION_LIST);
  auto query = OfArchive(call, v1::RECORD_TYPE_AID_EVENT, request.archive_id());
  if (!query.ok()) return query.status();
  return ListPage(node, call, *query, request.page_size(), request.page_token(),
                  *response.mutable_aid_events(), *response.mutable_next_page_token());
}

absl::Status HandleListVisits(Node& node, Call& call, const v1::ListVisitsRequest& request,
                              v1::ListVisitsResponse& response) {
  response.Clear();
  call.read.set_action(v1::ACTION_LIST);
  auto query = OfArchive(call, v1::RECORD_TYPE_VISIT, request.archive_id());
  if (!query.ok()) return query.status();
  return ListPage(node, call, *query, request.page_size(), request.page_token(),
                  *response.mutable_visits(), *response.mutable_next_page_token());
}

}  // namespace bangfu::server
