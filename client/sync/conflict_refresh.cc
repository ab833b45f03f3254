#include "client/sync/conflict_refresh.h"

#include <limits>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/limits.h"

namespace bangfu::client {
namespace {

using Ids = std::set<std::string>;

// The newest entries, whatever their state: one page.
absl::Status AddNewestAtServer(ConflictLog& log, Ids& ids) {
  v1::ListConflictsRequest request;
  request.set_page_size(limits::kMaxPageSize);
  auto page = log.List(request);
  if (!page.ok()) return page.status();
  for (const v1::Conflict& conflict : page->conflicts()) ids.insert(conflict.id());
  return absl::OkStatus();
}

absl::StatusOr<Ids> OpenAtServer(ConflictLog& log) {
  Ids ids;
  v1::ListConflictsRequest request;
  request.set_state(v1::CONFLICT_STATE_OPEN);
  request.set_page_size(limits::kMaxPageSize);
  for (;;) {
    auto page = log.List(request);
    if (!page.ok()) return page.status();
    const size_t before = ids.size();
    for (const v1::Conflict& conflict : page->conflicts()) ids.insert(conflict.id());
    // A server that repeats itself is not asked for ever.
    if (page->next_page_token().empty() || ids.size() == before) return ids;
    request.set_page_token(page->next_page_token());
  }
}

// Ids of the entries here, of one state or of all.
absl::StatusOr<Ids> IdsHere(const Replica& replica, v1::ConflictState state) {
  auto entries = replica.ListConflicts("", state, std::numeric_limits<int>::max());
  if (!entries.ok()) return entries.status();
  Ids ids;
  for (const v1::Conflict& conflict : *entries) ids.insert(conflict.id());
  return ids;
}

}  // namespace

absl::Status RefreshConflicts(ConflictLog& log, Replica& replica) {
  auto theirs = OpenAtServer(log);
  if (!theirs.ok()) return theirs.status();
  auto open = IdsHere(replica, v1::CONFLICT_STATE_OPEN);
  if (!open.ok()) return open.status();
  auto ours = IdsHere(replica, v1::CONFLICT_STATE_UNSPECIFIED);
  if (!ours.ok()) return ours.status();
  Ids differing;
  for (const std::string& id : *theirs) {
    if (open->count(id) == 0) differing.insert(id);
  }
  for (const std::string& id : *open) {
    if (theirs->count(id) == 0) differing.insert(id);
  }
  Ids newest;
  if (absl::Status status = AddNewestAtServer(log, newest); !status.ok()) return status;
  for (const std::string& id : newest) {
    if (ours->count(id) == 0) differing.insert(id);
  }
  for (const std::string& id : differing) {
    auto conflict = log.Get(id);
    absl::Status taken;
    if (conflict.ok()) {
      if (conflict->has_value()) taken = replica.ApplyConflicts({**conflict}, {});
    } else if (absl::IsNotFound(conflict.status())) {
      taken = replica.ApplyConflicts({}, {id});
    } else {
      taken = conflict.status();
    }
    if (!taken.ok()) return taken;
  }
  return absl::OkStatus();
}

}  // namespace bangfu::client
