#include "server/sync/push_put.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "domain/life/entry_time.h"
#include "domain/life/lifecycle.h"
#include "domain/record/field_path.h"
#include "domain/record/field_values.h"
#include "domain/record/record_type.h"
#include "domain/rules/finding.h"
#include "domain/rules/form.h"
#include "domain/text/identity_number.h"
#include "server/authz/permissions.h"
#include "server/sync/actor_check.h"
#include "server/sync/conflict_entry.h"
#include "server/sync/merge.h"
#include "server/sync/push_log.h"
#include "server/sync/push_outcome.h"
#include "server/sync/push_paths.h"

namespace bangfu::server {
namespace {

using domain::FieldEdits;
using domain::FieldValues;
using domain::Findings;
using google::protobuf::Message;

// The archive that an aid event or a visit belongs to.
constexpr char kArchiveField[] = "archive_id";

// The org that the record belongs to after the put. Out of scope and unknown read alike.
std::optional<v1::Finding> ResolveOrg(PushState& state, const PreparedChange& prepared,
                                      std::string& org) {
  const std::string archive_id = domain::ParentIdOf(*prepared.theirs);
  if (prepared.change->record_type() == v1::RECORD_TYPE_ARCHIVE) {
    org = static_cast<const v1::Archive&>(*prepared.theirs).unit();
  } else if (const WorkingRecord* archive = state.Visible(archive_id)) {
    org = archive->stored.org;
  } else {
    return NotFound();
  }
  const PushContext& context = state.context;
  if (context.orgs.Find(org) == nullptr || !MayAccess(context.orgs, context.principal, org))
    return OutOfScope();
  return std::nullopt;
}

std::string OrgOfParked(const PushState& state, const PreparedChange& prepared,
                        const WorkingRecord* record) {
  if (record != nullptr) return record->stored.org;
  return prepared.change->record_type() == v1::RECORD_TYPE_ARCHIVE
             ? static_cast<const v1::Archive&>(*prepared.theirs).unit()
             : state.context.principal.org;
}

// One person, one archive: keeps the change as a whole for the service center to decide.
std::optional<v1::Outcome> ParkDuplicate(PushState& state, const PreparedChange& prepared,
                                         const WorkingRecord* record, const v1::Archive& archive) {
  std::string person;
  const auto holder =
      state.batch.FindDuplicate(archive, record == nullptr ? nullptr : record->archive(), person);
  if (!holder) return std::nullopt;
  const v1::Org* other = state.context.orgs.UnionOf(holder->org);
  if (other == nullptr) other = state.context.orgs.Find(holder->org);
  return Park(state, prepared, record, v1::CONFLICT_KIND_DUPLICATE_PERSON,
              HasAnArchive(domain::MaskIdentityNumber(person),
                           other == nullptr ? std::string() : other->name()),
              OrgOfParked(state, prepared, record));
}

// Tier of an archive that is filed, or of the archive that something new belongs to.
v1::Tier TierOfNew(PushState& state, const PreparedChange& prepared) {
  if (prepared.change->record_type() == v1::RECORD_TYPE_ARCHIVE)
    return static_cast<const v1::Archive&>(*prepared.theirs).tier();
  const WorkingRecord* archive = state.batch.Find(domain::ParentIdOf(*prepared.theirs));
  return archive == nullptr ? v1::TIER_UNSPECIFIED : TierOf(state.batch, *archive);
}

std::vector<std::string> PathsOf(const FieldEdits& edits) {
  std::vector<std::string> paths;
  for (const auto& [path, value] : edits) paths.push_back(path);
  return paths;
}

// Edits that take out of a new record what its writer may not enter.
FieldEdits ForeignFields(const Message& record, absl::FunctionRef<bool(v1::Owner)> may_enter) {
  FieldEdits foreign;
  const std::set<v1::Owner> owners = domain::OwnersOf(record);
  if (std::all_of(owners.begin(), owners.end(), may_enter)) return foreign;
  for (auto& [path, unset] : domain::UnsetAll(record)) {
    if (path != "id" && !may_enter(domain::OwnerOfPath(*record.GetDescriptor(), path)))
      foreign.emplace(path, std::nullopt);
  }
  return foreign;
}

v1::Outcome Create(PushState& state, const PreparedChange& prepared, const std::string& org) {
  const v1::Change& change = *prepared.change;
  std::unique_ptr<Message> next(prepared.theirs->New());
  next->CopyFrom(*prepared.theirs);
  const ActorRights& actor = *state.actor;
  const v1::Tier tier = TierOfNew(state, prepared);
  if (std::optional<v1::Finding> missing = FindMissingRole(actor, v1::ACTION_CREATE, org, tier)) {
    return Refuse({*missing});
  }
  if (actor.May(v1::ACTION_CREATE, org, tier, v1::OWNER_FILING) == domain::Permission::kDenied)
    return Refuse({NotEnteredHere()});
  const FieldEdits foreign = ForeignFields(*prepared.theirs, [&](v1::Owner owner) {
    return actor.May(v1::ACTION_CREATE, org, tier, owner) != domain::Permission::kDenied;
  });
  if (!foreign.empty() && !domain::WriteFields(*next, foreign).ok()) return Refuse({NotFound()});
  domain::SetEnteredTime(*next, ToProto(prepared.entry_time));  // guarded against skew (A23)
  if (change.record_type() == v1::RECORD_TYPE_ARCHIVE) {
    auto& archive = static_cast<v1::Archive&>(*next);
    archive.set_status(v1::ARCHIVE_STATUS_DRAFT);
    if (std::optional<v1::Outcome> parked = ParkDuplicate(state, prepared, nullptr, archive))
      return *parked;
  }
  const WorkingRecord& record = state.Commit(prepared, nullptr, org, std::move(next));
  state.Forward(&record, change);
  v1::Outcome outcome = Applied(v1::VERDICT_ACCEPTED, record);
  if (!foreign.empty()) LogNotOwned(state, prepared, record, PathsOf(foreign), outcome);
  return outcome;
}

// A put into a record that is there.
class Edit {
 public:
  Edit(PushState& state, const PreparedChange& prepared, WorkingRecord& record)
      : state_(state),
        prepared_(prepared),
        change_(*prepared.change),
        record_(record),
        current_(domain::ReadFields(*record.message)),
        unseen_(state.UnseenBy(change_, record)),
        relation_(RelationOf(state.context.orgs, state.actor->org(), record.stored.org)),
        tier_(TierOf(state.batch, record)) {}

  v1::Outcome Decide(const std::string& org) {
    if (std::optional<v1::Finding> missing =
            FindMissingRole(*state_.actor, v1::ACTION_EDIT, record_.stored.org, tier_)) {
      return Refuse({*missing}, &record_);
    }
    paths_ = SplitPaths(*record_.message->GetDescriptor(), change_.put());
    if (paths_.malformed || (!paths_.unknown.empty() && !state_.context.role.has_upstream))
      return Refuse({CannotWriteField()}, &record_);
    MergeResult merge = MergeFields();
    if (!merge.corrected.empty() && change_.put().correction_reason().empty())
      return Refuse({ReasonMissing(merge.corrected.front())}, &record_);
    const bool leaves_all_out = !merge.Writes() && merge.lost.fields.empty() &&
                                paths_.unknown.empty() && !merge.not_owned.empty();
    if (leaves_all_out) {
      v1::Outcome outcome = Refuse({}, &record_);
      LogNotOwned(state_, prepared_, record_, merge.not_owned, outcome);
      return outcome;
    }

    std::unique_ptr<Message> next(record_.message->New());
    next->CopyFrom(*record_.message);
    if (!domain::WriteFields(*next, merge.restored).ok() ||
        !domain::WriteFields(*next, merge.applied).ok()) {
      return Refuse({CannotWriteField()}, &record_);
    }
    if (!unseen_.empty()) {
      // Each side was in order by itself; together they may not be (number of members).
      Findings together = domain::CheckValues(*next, state_.today);
      if (domain::HasErrors(together)) return Refuse(std::move(together), &record_);
    }
    const bool is_archive = record_.archive() != nullptr;
    if (is_archive) {
      const auto& archive = static_cast<const v1::Archive&>(*next);
      if (std::optional<v1::Outcome> parked = ParkDuplicate(state_, prepared_, &record_, archive))
        return *parked;
    }
    const std::string next_org = is_archive ? static_cast<const v1::Archive&>(*next).unit()
                                 : merge.applied.count(kArchiveField) > 0 ? org
                                                                          : record_.stored.org;
    Write(merge, next_org, std::move(next));
    return Answer(merge);
  }

 private:
  MergeResult MergeFields() const {
    const auto* descriptor = record_.message->GetDescriptor();
    std::vector<const Revision*> history;
    for (const Revision& revision : record_.history) history.push_back(&revision);
    const domain::OrgTree& orgs = state_.context.orgs;
    const Arrival arrival{state_.writer, state_.BaseOf(change_, record_),
                          StandingOf(orgs, change_.actor(), change_.change_id())};
    return Merge(
        current_, Edits(), history, arrival,
        [&](const Revision& revision) { return StandingOf(orgs, revision); },
        [&](absl::string_view path) {
          if (relation_ == Relation::kFilingSide && record_.archive() != nullptr &&
              domain::IsFixed(*record_.archive(), path)) {
            return FieldPermission::kDenied;
          }
          return PermissionOf(domain::OwnerOfPath(*descriptor, path));
        });
  }

  FieldPermission PermissionOf(v1::Owner owner) const {
    switch (state_.actor->May(v1::ACTION_EDIT, record_.stored.org, tier_, owner)) {
      case domain::Permission::kAllowed:
        return FieldPermission::kAllowed;
      case domain::Permission::kAllowedWithReason:
        return FieldPermission::kAllowedWithReason;
      case domain::Permission::kDenied:
        break;
    }
    return FieldPermission::kDenied;
  }

  FieldEdits Edits() const {
    FieldEdits edits;
    if (!change_.put().changed_fields().empty()) {
      edits = domain::Select(domain::ReadFieldsOf(*prepared_.theirs, paths_.known), paths_.known);
    } else {
      for (auto& [path, value] : domain::ReadFields(*prepared_.theirs)) edits.emplace(path, value);
    }
    edits.erase("id");
    return edits;
  }

  void Write(const MergeResult& merge, const std::string& org, std::unique_ptr<Message> next) {
    if (!merge.Writes() && paths_.unknown.empty()) return;
    // What comes back with an element, the parent knows by itself.
    v1::Change onward = change_;
    std::set<std::string> paths = merge.affirmed;
    for (const auto& [path, value] : merge.applied) paths.insert(path);
    paths.insert(paths_.unknown.begin(), paths_.unknown.end());
    onward.mutable_put()->mutable_changed_fields()->Assign(paths.begin(), paths.end());
    if (merge.Writes()) {
      state_.Commit(prepared_, &record_, org, std::move(next), &current_);
      Affirm(merge, record_.history.back());
    }
    state_.Forward(&record_, std::move(onward));
  }

  // The history tells who else entered a value, for those who meet it later: a previous value that
  // is the present one.
  void Affirm(const MergeResult& merge, Revision& revision) const {
    if (merge.affirmed.empty()) return;
    const FieldValues values = domain::ReadFields(*record_.message);
    for (const std::string& path : merge.affirmed) {
      const auto value = values.find(path);
      revision.before[path] =
          value == values.end() ? std::nullopt : std::make_optional(value->second);
    }
  }

  v1::Outcome Answer(const MergeResult& merge) {
    const bool conflict = !merge.lost.fields.empty() || !merge.won.fields.empty();
    const v1::Verdict verdict = conflict          ? v1::VERDICT_CONFLICT
                                : unseen_.empty() ? v1::VERDICT_ACCEPTED
                                                  : v1::VERDICT_MERGED;
    v1::Outcome outcome = Applied(verdict, record_);
    if (verdict != v1::VERDICT_ACCEPTED) {
      LogMerge(state_, prepared_, record_.stored.org, merge, unseen_, outcome);
      Attach(&record_, outcome);
    }
    if (!merge.not_owned.empty()) LogNotOwned(state_, prepared_, record_, merge.not_owned, outcome);
    return outcome;
  }

  PushState& state_;
  const PreparedChange& prepared_;
  const v1::Change& change_;
  WorkingRecord& record_;
  const FieldValues current_;  // of the record, before the edit
  const std::vector<const Revision*> unseen_;
  const Relation relation_;
  const v1::Tier tier_;
  ChangedPaths paths_;
};

}  // namespace

v1::Outcome DecidePut(PushState& state, const PreparedChange& prepared, WorkingRecord* record) {
  std::string org;
  if (std::optional<v1::Finding> problem = ResolveOrg(state, prepared, org))
    return Refuse({*problem}, record);
  if (record == nullptr) {
    if (prepared.change->base_revision() > 0) return Refuse({NotFound()});
    return Create(state, prepared, org);
  }
  if (const v1::Archive* archive = record->archive();
      archive != nullptr && !domain::IsLive(archive->status())) {
    return Park(state, prepared, record, v1::CONFLICT_KIND_ENDED, HasEnded(), record->stored.org);
  }
  return Edit(state, prepared, *record).Decide(org);
}

}  // namespace bangfu::server
