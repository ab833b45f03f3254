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

absl::StatusOr<Ids> OpenAtServer(ServerLink& link) {
  Ids ids;
  v1::ListConflictsRequest request;
  request.set_state(v1::CONFLICT_STATE_OPEN);
  request.set_page_size(limits::kMaxPageSize);
  for (;;) {
    auto page = link.ListConflicts(request);
    if (!page.ok()) return page.status();
    const size_t before = ids.size();
    for (const v1::Conflict& conflict : page->conflicts()) ids.insert(conflict.id());
    // A server that repeats itself is not asked for ever.
    if (page->next_page_token().empty() || ids.size() == before) return ids;
    request.set_page_token(page->next_page_token());
  }
}

absl::StatusOr<Ids> OpenHere(const Replica& replica) {
  auto open = replica.ListConflicts("", v1::CONFLICT_STATE_OPEN, std::numeric_limits<int>::max());
  if (!open.ok()) return open.status();
  Ids ids;
  for (const v1::Conflict& conflict : *open) ids.insert(conflict.id());
  return ids;
}

}  // namespace

absl::Status RefreshConflicts(ServerLink& link, Replica& replica) {
  auto theirs = OpenAtServer(link);
  if (!theirs.ok()) return theirs.status();
  auto ours = OpenHere(replica);
  if (!ours.ok()) return ours.status();
  Ids differing;
  for (const std::string& id : *theirs) {
    if (ours->count(id) == 0) differing.insert(id);
  }
  for (const std::string& id : *ours) {
    if (theirs->count(id) == 0) differing.insert(id);
  }
  for (const std::string& id : differing) {
    auto conflict = link.GetConflict(id);
    absl::Status taken;
    if (conflict.ok()) {
      taken = replica.ApplyConflicts({*conflict}, {});
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
