#include "server/service/conflict_reads.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "domain/text/uuid.h"
#include "server/service/call_audit.h"
#include "server/service/conflict_mask.h"
#include "server/service/person_read.h"
#include "server/store/store.h"

namespace bangfu::server {
namespace {

// The table tells no tiers apart for reading.
constexpr v1::Tier kAnyTier = v1::TIER_UNSPECIFIED;

// Whether a server below copies the log; else somebody reads it.
bool Copies(const Call& call) { return call.principal.kind == v1::NODE_KIND_SERVER; }

std::string ScopeOf(const Call& call) { return Copies(call) ? call.scope() : call.person_scope(); }

// Entered under the id of the entry; the record that it is about is named beside it.
void NoteRead(const v1::Conflict& conflict, Call& call) {
  AddObject(v1::RECORD_TYPE_UNSPECIFIED, conflict.id(), conflict.org(), call.read);
  AddObject(conflict.record_type(), conflict.record_id(), conflict.org(), call.read);
}

}  // namespace

absl::Status HandleGetConflict(Node& node, Call& call, const v1::GetConflictRequest& request,
                               v1::GetConflictResponse& response) {
  response.Clear();
  if (Copies(call)) {
    call.read.set_action(v1::ACTION_REPLICATE);
  } else if (absl::Status status = BeginRead(call, request.unmask_reason()); !status.ok()) {
    return status;
  }
  if (!domain::IsUuid(request.id()))
    return BadField("id", "请给出冲突标识（UUID）。", "Give the UUID of the entry.");
  auto found = node.store.GetConflict(ScopeOf(call), request.id());
  if (!found.ok()) return found.status();
  if (!found->has_value()) {
    AddObject(v1::RECORD_TYPE_UNSPECIFIED, request.id(), "", call.read);
    return NotFoundInScope();
  }
  v1::Conflict& conflict = **found;
  NoteRead(conflict, call);
  if (Copies(call)) {
    *response.mutable_conflict() = std::move(conflict);
    return absl::OkStatus();
  }
  if (!MayDo(call, v1::ACTION_READ, conflict.org(), kAnyTier)) return NotReadable(call);
  if (IsUnmasked(call) && !MayDo(call, v1::ACTION_UNMASK, conflict.org(), kAnyTier))
    return NotPermitted();
  if (!IsUnmasked(call)) MaskConflict(conflict);
  *response.mutable_conflict() = std::move(conflict);
  return absl::OkStatus();
}

absl::Status HandleListConflicts(Node& node, Call& call, const v1::ListConflictsRequest& request,
                                 v1::ListConflictsResponse& response) {
  call.read.set_action(Copies(call) ? v1::ACTION_REPLICATE : v1::ACTION_LIST);
  ConflictQuery query;
  query.scope = ScopeOf(call);
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
    call.read.clear_objects();
    for (v1::Conflict& conflict : page->conflicts) {
      if (!Copies(call) && !MayDo(call, v1::ACTION_LIST, conflict.org(), kAnyTier)) continue;
      AddObject(v1::RECORD_TYPE_UNSPECIFIED, conflict.id(), conflict.org(), call.read);
      MaskConflict(conflict);
      *response.add_conflicts() = std::move(conflict);
    }
    if (page->next_before > 0) response.set_next_page_token(absl::StrCat(page->next_before));
    if (static_cast<int64_t>(response.ByteSizeLong()) <= limits::kMaxReplyBytes || query.limit == 1)
      return absl::OkStatus();
  }
}

}  // namespace bangfu::server
