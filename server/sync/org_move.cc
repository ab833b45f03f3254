#include "server/sync/org_move.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/limits.h"
#include "domain/record/record_type.h"
#include "server/sync/batch.h"

namespace bangfu::server {
namespace {

// In one transaction: what belongs to an archive moves with it.
constexpr int kArchivesAtOnce = 100;
static_assert(kArchivesAtOnce <= limits::kMaxChangesPerPush);

// Who moves, in the history of the records.
constexpr char kOrgTree[] = "org-tree";

class OrgMove {
 public:
  OrgMove(Store& store, const Clock& clock, const PersonKeyer& keyer, const domain::OrgTree& orgs)
      : store_(store), clock_(clock), keyer_(keyer), orgs_(orgs) {}

  // Moves everything of exactly the path `from` to the org `to`.
  absl::StatusOr<int64_t> Move(const std::string& from, const std::string& to) {
    auto counts = store_.CountByOrg(from);
    if (!counts.ok()) return counts.status();
    int64_t moved = 0;
    if (counts->count(from) > 0) {
      // Archives first: what belongs to them moves with them, the rest is what lost its archive.
      for (const v1::RecordType type :
           {v1::RECORD_TYPE_ARCHIVE, v1::RECORD_TYPE_AID_EVENT, v1::RECORD_TYPE_VISIT}) {
        auto of_type = MoveType(type, from, to);
        if (!of_type.ok()) return of_type.status();
        moved += *of_type;
      }
    }
    if (absl::Status status = MoveParked(from, to); !status.ok()) return status;
    return moved;
  }

 private:
  absl::StatusOr<int64_t> MoveType(v1::RecordType type, const std::string& from,
                                   const std::string& to) {
    RecordQuery query;
    query.type = type;
    query.scope = from;
    query.limit = kArchivesAtOnce;
    int64_t moved = 0;
    while (true) {
      auto page = store_.ListRecords(query);
      if (!page.ok()) return page.status();
      if (page->empty()) return moved;
      query.after_id = page->back().id;
      std::vector<std::string> ids;
      for (const StoredRecord& record : *page) {
        if (record.org == from) ids.push_back(record.id);
      }
      auto at_once = MoveRecords(ids, from, to);
      if (!at_once.ok()) return at_once.status();
      moved += *at_once;
    }
  }

  absl::StatusOr<int64_t> MoveRecords(const std::vector<std::string>& ids, const std::string& from,
                                      const std::string& to) {
    if (ids.empty()) return 0;
    const absl::Time now = clock_.Now();
    int64_t moved = 0;
    absl::Status status = store_.Transact([&](Transaction& transaction) -> absl::Status {
      Batch batch(keyer_);
      if (absl::Status locked = batch.Lock(transaction, ids); !locked.ok()) return locked;
      for (const std::string& id : ids) {
        WorkingRecord* record = batch.Find(id);
        if (record != nullptr && record->stored.org == from) Commit(batch, *record, to, now);
      }
      if (absl::Status written = batch.Write(transaction); !written.ok()) return written;
      moved = static_cast<int64_t>(batch.Moved().size());
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
    return moved;
  }

  void Commit(Batch& batch, WorkingRecord& record, const std::string& to, absl::Time now) const {
    Attribution attribution;
    attribution.pushed_by = kOrgTree;
    attribution.actor.set_org(orgs_.City()->id());
    attribution.entry_time = now;
    attribution.received_time = now;
    std::unique_ptr<google::protobuf::Message> next(record.message->New());
    next->CopyFrom(*record.message);
    if (record.archive() != nullptr) static_cast<v1::Archive&>(*next).set_unit(to);
    batch.Commit(&record, record.stored.type, record.stored.id, to, std::move(next), attribution);
  }

  // Entries of the conflict log about filings that were parked: there is no record that they could
  // follow.
  absl::Status MoveParked(const std::string& from, const std::string& to) {
    ConflictQuery query;
    query.scope = from;
    query.limit = kArchivesAtOnce;
    do {
      auto page = store_.ListConflicts(query);
      if (!page.ok()) return page.status();
      query.before = page->next_before;
      std::vector<std::string> ids;
      for (const v1::Conflict& entry : page->conflicts) {
        if (entry.org() == from) ids.push_back(entry.id());
      }
      if (ids.empty()) continue;
      absl::Status status = store_.Transact([&](Transaction& transaction) -> absl::Status {
        Batch batch(keyer_);
        if (absl::Status locked = batch.LockConflicts(transaction, ids); !locked.ok())
          return locked;
        for (const std::string& id : ids) {
          const v1::Conflict* entry = batch.FindConflict(id);
          if (entry == nullptr || entry->org() != from) continue;
          v1::Conflict moved = *entry;
          moved.set_org(to);
          batch.PutConflict(std::move(moved));
        }
        return batch.Write(transaction);
      });
      if (!status.ok()) return status;
    } while (query.before != 0);
    return absl::OkStatus();
  }

  Store& store_;
  const Clock& clock_;
  const PersonKeyer& keyer_;
  const domain::OrgTree& orgs_;
};

}  // namespace

absl::StatusOr<int64_t> MoveFormerOrgs(Store& store, const Clock& clock, const PersonKeyer& keyer,
                                       const domain::OrgTree& orgs) {
  OrgMove move(store, clock, keyer, orgs);
  int64_t moved = 0;
  for (const v1::Org& org : orgs.proto().orgs()) {
    for (const std::string& former : org.former_ids()) {
      auto of_path = move.Move(former, org.id());
      if (!of_path.ok()) return of_path.status();
      moved += *of_path;
    }
  }
  return moved;
}

}  // namespace bangfu::server
