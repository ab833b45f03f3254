#include "server/sync/push_read.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "domain/record/record_type.h"
#include "domain/rules/finding.h"
#include "domain/text/uuid.h"
#include "server/sync/conflict_resolution.h"
#include "server/sync/merge_touches.h"
#include "server/sync/push_paths.h"

namespace bangfu::server {
namespace {

// What changes name.
struct Names {
  std::vector<std::string> change_ids;
  std::vector<std::string> record_ids;
  std::vector<std::string> to_withdraw;
  std::vector<const v1::Change*> resolutions;
};

// Whether the people of an archive may be others after the change: not when it names the fields
// that it writes, and they are none of theirs.
bool MayChangePeople(const v1::Change& change) {
  if (!change.has_put()) return true;
  if (change.record_type() != v1::RECORD_TYPE_ARCHIVE) return false;
  if (change.put().changed_fields().empty()) return true;
  const auto& fields = change.put().changed_fields();
  return std::any_of(fields.begin(), fields.end(), [](absl::string_view field) {
    return absl::StartsWith(field, "identity_number") || absl::StartsWith(field, "members");
  });
}

Names NamesIn(const std::vector<PreparedChange>& changes) {
  Names names;
  for (const PreparedChange& prepared : changes) {
    const v1::Change& change = *prepared.change;
    names.change_ids.push_back(change.change_id());
    // Of a refused change too: the answer shows the record as it is.
    names.record_ids.push_back(change.record_id());
    if (change.has_merge_into()) names.record_ids.push_back(change.merge_into().archive_id());
    if (change.has_withdraw()) names.to_withdraw.push_back(change.record_id());
    if (domain::HasErrors(prepared.findings)) continue;
    if (change.has_resolve_conflict()) names.resolutions.push_back(&change);
    if (prepared.theirs == nullptr) continue;
    const std::string archive_id = domain::ParentIdOf(*prepared.theirs);
    if (!archive_id.empty()) names.record_ids.push_back(archive_id);
  }
  return names;
}

// Adds who is in the archives whose people the changes may change, now and afterwards. The batch
// has locked them.
void AddPeople(const std::vector<PreparedChange>& changes, Batch& batch,
               std::vector<std::string>& identity_numbers) {
  std::vector<std::string> archives;
  for (const PreparedChange& prepared : changes) {
    const v1::Change& change = *prepared.change;
    if (domain::HasErrors(prepared.findings)) continue;
    const bool is_new = batch.Find(change.record_id()) == nullptr;
    if (!is_new && !MayChangePeople(change)) continue;
    archives.push_back(change.record_id());
    if (change.has_merge_into()) archives.push_back(change.merge_into().archive_id());
    if (prepared.theirs == nullptr || change.record_type() != v1::RECORD_TYPE_ARCHIVE) continue;
    for (std::string& number :
         domain::PersonsOf(static_cast<const v1::Archive&>(*prepared.theirs))) {
      identity_numbers.push_back(std::move(number));
    }
  }
  batch.AddPersonsOf(archives, identity_numbers);
}

// Of what the caller does not see: whether it once did.
absl::Status ReadFormerOrgs(Transaction& transaction, const std::vector<std::string>& record_ids,
                            PushState& state) {
  std::set<std::string> unseen;
  for (const std::string& id : record_ids) {
    if (domain::IsUuid(id) && state.Visible(id) == nullptr) unseen.insert(id);
  }
  if (unseen.empty()) return absl::OkStatus();
  auto orgs = transaction.FormerOrgs({unseen.begin(), unseen.end()});
  if (!orgs.ok()) return orgs.status();
  state.former_orgs = std::move(*orgs);
  return absl::OkStatus();
}

// The revision after which a change needs the history of its record.
int64_t OldestNeeded(const PushState& state, const v1::Change& change,
                     const WorkingRecord& record) {
  if (state.ReofferOf(change) != nullptr) return 0;
  if (change.has_put()) {
    // Of an element that is gone somebody must know how it was.
    const std::vector<std::string> elements = ElementsWithin(change.put());
    if (!elements.empty()) {
      const domain::FieldValues current = domain::ReadFields(*record.message);
      for (const std::string& element : elements) {
        if (current.count(element) == 0) return 0;
      }
    }
  }
  return state.BaseOf(change, record);
}

absl::Status ReadHistory(Transaction& transaction, const std::vector<PreparedChange>& changes,
                         PushState& state) {
  std::map<std::string, int64_t> oldest;
  const auto need = [&](const v1::Change& change) {
    const bool compares = change.has_put() || change.has_submit() || change.has_review() ||
                          change.has_approve() || change.has_resolve_conflict();
    const WorkingRecord* record = state.batch.Find(change.record_id());
    if (!compares || record == nullptr) return;
    const int64_t after = OldestNeeded(state, change, *record);
    if (after == record->stored.revision) return;
    const auto [it, first] = oldest.try_emplace(record->stored.id, after);
    if (!first) it->second = std::min(it->second, after);
  };
  for (const PreparedChange& prepared : changes) {
    need(*prepared.change);
    if (!prepared.change->has_resolve_conflict()) continue;
    if (const v1::Change* parked = ParkedFor(state.batch, *prepared.change)) need(*parked);
  }
  if (oldest.empty()) return absl::OkStatus();
  auto revisions = transaction.RevisionsSince({oldest.begin(), oldest.end()});
  if (!revisions.ok()) return revisions.status();
  for (Revision& revision : *revisions) {
    if (WorkingRecord* record = state.batch.Find(revision.record_id))
      record->history.push_back(std::move(revision));
  }
  return absl::OkStatus();
}

void ExpectNumbers(const std::vector<PreparedChange>& changes, PushState& state) {
  std::set<std::string> approved;
  for (const PreparedChange& prepared : changes) {
    if (!prepared.change->has_approve()) continue;
    approved.insert(prepared.change->record_id());
    if (const v1::Reoffer* reoffer = state.ReofferOf(*prepared.change))
      state.numbering.ExpectAgain(reoffer->number());
  }
  for (const std::string& id : approved) {
    if (const WorkingRecord* record = state.batch.Find(id);
        record != nullptr && record->archive() != nullptr) {
      state.numbering.Expect(*record->archive());
    }
  }
  for (const PreparedChange& prepared : changes) {
    const bool archive = prepared.change->record_type() == v1::RECORD_TYPE_ARCHIVE;
    if (archive && prepared.theirs != nullptr && approved.count(prepared.change->record_id()) > 0)
      state.numbering.Expect(static_cast<const v1::Archive&>(*prepared.theirs));
  }
}

}  // namespace

absl::Status ReadForPush(Transaction& transaction, const std::vector<PreparedChange>& changes,
                         PushState& state) {
  Names names = NamesIn(changes);
  auto logged = transaction.FindChanges(names.change_ids);
  if (!logged.ok()) return logged.status();
  state.logged = std::move(*logged);
  Batch& batch = state.batch;
  if (absl::Status status = batch.Lock(transaction, names.record_ids); !status.ok()) return status;
  if (absl::Status status = ReadFormerOrgs(transaction, names.record_ids, state); !status.ok())
    return status;
  if (absl::Status status = state.cases.Load(transaction, names.to_withdraw); !status.ok())
    return status;
  std::vector<std::string> identity_numbers;
  if (!names.resolutions.empty()) {
    absl::Status status =
        ReadForResolutions(transaction, batch, names.resolutions, identity_numbers);
    if (!status.ok()) return status;
  }
  AddPeople(changes, batch, identity_numbers);
  if (absl::Status status = ReadHistory(transaction, changes, state); !status.ok()) return status;
  if (absl::Status status = batch.LoadPersons(transaction, identity_numbers); !status.ok())
    return status;
  ExpectNumbers(changes, state);
  return state.numbering.Lock(transaction);
}

}  // namespace bangfu::server
