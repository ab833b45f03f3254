#include "server/upstream/parent_log.h"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"

namespace bangfu::server {
namespace {

// Entries of a page that the node has not got, or not so.
absl::StatusOr<std::vector<std::string>> Differing(Store& store,
                                                   const v1::ListConflictsResponse& page) {
  std::vector<std::string> ids;
  for (const v1::Conflict& entry : page.conflicts()) ids.push_back(entry.id());
  std::vector<std::string> differing;
  const absl::Status status = store.Transact([&](Transaction& transaction) -> absl::Status {
    differing.clear();
    auto known = transaction.LockConflicts(ids);
    if (!known.ok()) return known.status();
    for (const v1::Conflict& entry : page.conflicts()) {
      // Values are masked here: whether they are the same cannot be seen, but only a decision or a
      // move changes an entry.
      const auto it = known->find(entry.id());
      if (it == known->end() || it->second.state() != entry.state() ||
          it->second.org() != entry.org())
        differing.push_back(entry.id());
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return differing;
}

}  // namespace

absl::Status TakeParentLog(client::ServerLink& parent, Store& store, ParentSync& apply) {
  v1::ListConflictsRequest query;
  query.set_page_size(limits::kDefaultPageSize);
  for (std::set<std::string> tokens; tokens.insert(query.page_token()).second;) {
    auto page = parent.ListConflicts(query);
    if (!page.ok()) return page.status();
    auto differing = Differing(store, *page);
    if (!differing.ok()) return differing.status();
    std::vector<v1::Conflict> entries;
    for (const std::string& id : *differing) {
      auto entry = parent.GetConflict(id);
      if (absl::IsNotFound(entry.status())) continue;  // it has left meanwhile
      if (!entry.ok()) return entry.status();
      entries.push_back(*std::move(entry));
    }
    if (!entries.empty()) {
      if (absl::Status status = apply.ApplyConflicts(entries); !status.ok()) return status;
    }
    if (page->next_page_token().empty()) break;
    query.set_page_token(page->next_page_token());
  }
  return absl::OkStatus();
}

}  // namespace bangfu::server
