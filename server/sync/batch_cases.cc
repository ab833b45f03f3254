#include "server/sync/batch_cases.h"

#include <memory>
#include <utility>

#include "bangfu/v1/aid_event.pb.h"
#include "bangfu/v1/visit.pb.h"
#include "base/error.h"
#include "domain/record/record_type.h"

namespace bangfu::server {
namespace {

void AddTo(domain::Case& c, const WorkingRecord& child) {
  if (child.stored.columns.archive_id != c.archive->id()) return;
  if (child.stored.type == v1::RECORD_TYPE_AID_EVENT) {
    c.aid_events.push_back(static_cast<const v1::AidEvent*>(child.message.get()));
  } else if (child.stored.type == v1::RECORD_TYPE_VISIT) {
    c.visits.push_back(static_cast<const v1::Visit*>(child.message.get()));
  }
}

}  // namespace

absl::Status BatchCases::Load(Transaction& transaction,
                              const std::vector<std::string>& archive_ids) {
  if (archive_ids.empty()) return absl::OkStatus();
  auto children = transaction.ChildrenOf(archive_ids);
  if (!children.ok()) return children.status();
  for (StoredRecord& stored : *children) {
    auto message = domain::ParseRecord(stored.type, stored.body);
    if (!message.ok()) {
      return ErrorBuilder(absl::StatusCode::kInternal, v1::ERROR_REASON_INTERNAL,
                          {"存储的记录无法读取；请联系维护人员。",
                           "A stored record cannot be read; call support."})
          .With("record_id", stored.id)
          .Build();
    }
    WorkingRecord child;
    child.stored = std::move(stored);
    child.message = std::move(*message);
    std::vector<WorkingRecord>& siblings = stored_[child.stored.columns.archive_id];
    siblings.push_back(std::move(child));
  }
  return absl::OkStatus();
}

domain::Case BatchCases::CaseOf(const v1::Archive& archive) const {
  domain::Case c;
  c.archive = &archive;
  if (const auto children = stored_.find(archive.id()); children != stored_.end()) {
    for (const WorkingRecord& child : children->second) {
      // What the transaction has locked it knows better.
      if (batch_.records().count(child.stored.id) == 0) AddTo(c, child);
    }
  }
  for (const auto& [id, record] : batch_.records()) AddTo(c, record);
  return c;
}

}  // namespace bangfu::server
