#include "server/sync/move_preview.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "domain/text/uuid.h"
#include "server/authz/permissions.h"
#include "server/sync/conflict_entry.h"

namespace bangfu::server {
namespace {

using domain::IsWithin;

// Archives whose aid events and visits are read at once.
constexpr size_t kArchivesAtOnce = 50;

absl::Status BadRequest(absl::string_view field, absl::string_view description, const Text& text) {
  return ErrorBuilder(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_BAD_REQUEST, text)
      .Field(field, description)
      .Build();
}

absl::Status NotFound() {
  return ErrorBuilder(absl::StatusCode::kNotFound, v1::ERROR_REASON_NOT_FOUND,
                      {"在您的管辖范围内没有这些档案或组织；请核对后重试。",
                       "No such archives or org in your scope; check them and try again."})
      .Build();
}

absl::Status CheckOrg(const domain::OrgTree& orgs, const Principal& principal,
                      absl::string_view field, const std::string& org) {
  if (orgs.Find(org) == nullptr && orgs.FindSuccessor(org) == nullptr) {
    return BadRequest(field, "path of an org in the dictionary",
                      {"组织名录中没有这个组织；请核对路径。",
                       "The dictionary of orgs has no such org; check its path."});
  }
  return MayAccess(orgs, principal, org) ? absl::OkStatus() : NotFound();
}

absl::Status Check(const domain::OrgTree& orgs, const Principal& principal,
                   const v1::PreviewMoveRequest& request) {
  if (request.archive_ids().empty() == request.from_org().empty()) {
    return BadRequest(
        "archive_ids", "either archive_ids or from_org",
        {"请指定档案或原组织，二者择一。", "Name archives, or the org that they leave, not both."});
  }
  const bool uuids = std::all_of(request.archive_ids().begin(), request.archive_ids().end(),
                                 [](const std::string& id) { return domain::IsUuid(id); });
  if (!uuids || request.archive_ids_size() > limits::kMaxRecordsById) {
    return BadRequest(
        "archive_ids", "UUIDs, lower case, RFC 9562",
        {absl::StrCat("档案标识须为 UUID，一次最多 ", limits::kMaxRecordsById, " 个。"),
         absl::StrCat("Ids of archives are UUIDs in lower case, at most ", limits::kMaxRecordsById,
                      " in one request.")});
  }
  if (absl::Status status = CheckOrg(orgs, principal, "to_org", request.to_org()); !status.ok())
    return status;
  return request.from_org().empty() ? absl::OkStatus()
                                    : CheckOrg(orgs, principal, "from_org", request.from_org());
}

// Records that would move: by id with the org that they leave, or everything in a subtree.
struct Moving {
  std::map<std::string, std::string> records;
  std::string from_org;                   // of a whole subtree
  std::map<std::string, int64_t> by_org;  // in either case, without what is at the new org already
};

class MovePreviewer {
 public:
  MovePreviewer(Store& store, std::string scope, std::string to_org)
      : store_(store), scope_(std::move(scope)), to_org_(std::move(to_org)) {}

  absl::Status ReadSubtree(const std::string& from_org) {
    auto counts = store_.CountByOrg(from_org);
    if (!counts.ok()) return counts.status();
    moving_.from_org = from_org;
    moving_.by_org = *std::move(counts);
    moving_.by_org.erase(to_org_);
    return absl::OkStatus();
  }

  // NOT_FOUND when one of them is no archive in the scope.
  absl::Status ReadArchives(const google::protobuf::RepeatedPtrField<std::string>& ids) {
    std::set<std::string> missing(ids.begin(), ids.end());
    std::vector<std::string> archives(missing.begin(), missing.end());
    while (!missing.empty()) {
      // A page holds so many bytes: what did not fit is asked for again.
      auto page = store_.GetRecords(scope_, {missing.begin(), missing.end()});
      if (!page.ok()) return page.status();
      if (page->empty()) return NotFound();
      for (const StoredRecord& record : *page) {
        if (record.type != v1::RECORD_TYPE_ARCHIVE || missing.erase(record.id) == 0)
          return NotFound();
        Add(record);
      }
    }
    for (size_t begin = 0; begin < archives.size(); begin += kArchivesAtOnce) {
      const size_t end = std::min(begin + kArchivesAtOnce, archives.size());
      const std::vector<std::string> some(archives.begin() + static_cast<std::ptrdiff_t>(begin),
                                          archives.begin() + static_cast<std::ptrdiff_t>(end));
      absl::Status status = store_.Transact([&](Transaction& transaction) {
        auto children = transaction.ChildrenOf(some);
        if (!children.ok()) return children.status();
        for (const StoredRecord& child : *children) Add(child);
        return absl::OkStatus();
      });
      if (!status.ok()) return status;
    }
    for (const auto& [id, org] : moving_.records) ++moving_.by_org[org];
    return absl::OkStatus();
  }

  absl::StatusOr<v1::PreviewMoveResponse> Run() {
    auto children = store_.ListChildren(scope_);
    if (!children.ok()) return children.status();
    v1::PreviewMoveResponse response;
    for (const auto& [org, count] : moving_.by_org)
      response.set_records(response.records() + count);
    for (const ChildContact& child : *children) {
      v1::MovePreview preview;
      preview.set_child(child.key);
      Count(child, preview);
      if (preview.loses() == 0 && preview.gains() == 0) continue;
      if (absl::Status status = AddUnsent(child, preview); !status.ok()) return status;
      *preview.mutable_last_seen() = ToProto(child.seen);
      *response.add_children() = std::move(preview);
    }
    std::stable_sort(
        response.mutable_children()->begin(), response.mutable_children()->end(),
        [](const v1::MovePreview& a, const v1::MovePreview& b) { return a.loses() > b.loses(); });
    return response;
  }

 private:
  void Add(const StoredRecord& record) {
    if (record.org != to_org_) moving_.records.emplace(record.id, record.org);
  }

  void Count(const ChildContact& child, v1::MovePreview& preview) const {
    const bool has_after = IsWithin(to_org_, child.scope);
    for (const auto& [org, count] : moving_.by_org) {
      const bool has_before = IsWithin(org, child.scope);
      if (has_before && !has_after) preview.set_loses(preview.loses() + count);
      if (!has_before && has_after) preview.set_gains(preview.gains() + count);
    }
  }

  absl::Status AddUnsent(const ChildContact& child, v1::MovePreview& preview) {
    if (preview.loses() == 0 || child.pending_records.empty()) return absl::OkStatus();
    std::vector<std::string> unsent;
    if (moving_.from_org.empty()) {
      for (const std::string& id : child.pending_records) {
        const auto record = moving_.records.find(id);
        if (record != moving_.records.end() && IsWithin(record->second, child.scope))
          unsent.push_back(id);
      }
    } else {
      auto found = store_.FindRecords(moving_.from_org, child.pending_records);
      if (!found.ok()) return found.status();
      unsent = std::move(found->inside);
    }
    std::sort(unsent.begin(), unsent.end());
    unsent.erase(std::unique(unsent.begin(), unsent.end()), unsent.end());
    preview.set_unsent(static_cast<int64_t>(unsent.size()));
    for (std::string& id : unsent) preview.add_unsent_record_ids(std::move(id));
    return absl::OkStatus();
  }

  Store& store_;
  const std::string scope_;
  const std::string to_org_;
  Moving moving_;
};

}  // namespace

absl::StatusOr<v1::PreviewMoveResponse> PreviewMove(Store& store, const domain::OrgTree& orgs,
                                                    const Principal& principal,
                                                    const v1::PreviewMoveRequest& request) {
  if (absl::Status status = Check(orgs, principal, request); !status.ok()) return status;
  MovePreviewer previewer(store, orgs.ReadScope(principal.org), request.to_org());
  absl::Status read = request.from_org().empty() ? previewer.ReadArchives(request.archive_ids())
                                                 : previewer.ReadSubtree(request.from_org());
  if (!read.ok()) return read;
  return previewer.Run();
}

}  // namespace bangfu::server
