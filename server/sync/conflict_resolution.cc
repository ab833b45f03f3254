#include "server/sync/conflict_resolution.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "domain/record/field_values.h"
#include "domain/record/record_type.h"
#include "domain/text/uuid.h"
#include "server/authz/permissions.h"
#include "server/sync/actor_check.h"
#include "server/sync/decided_fields.h"

namespace bangfu::server {
namespace {

using domain::Error;

// Which decisions an entry of a kind takes. Every other kind and decision is closed.
struct KindRule {
  v1::ConflictKind kind;
  bool take_theirs;   // what was parked can be applied
  bool write_values;  // it is about fields
};

constexpr KindRule kKindRules[] = {
    {v1::CONFLICT_KIND_FIELDS, true, true},
    {v1::CONFLICT_KIND_DUPLICATE_PERSON, true, false},
    {v1::CONFLICT_KIND_MOVED, true, false},
    {v1::CONFLICT_KIND_ENDED, false, false},
    {v1::CONFLICT_KIND_FIELD_NOT_OWNED, false, false},
    {v1::CONFLICT_KIND_REFUSED_UPSTREAM, false, false},
    {v1::CONFLICT_KIND_UNREADABLE, false, false},
};

const KindRule* RuleOf(v1::ConflictKind kind) {
  for (const KindRule& rule : kKindRules) {
    if (rule.kind == kind) return &rule;
  }
  return nullptr;
}

bool CanBeDecidedSo(const v1::Conflict& entry, v1::ConflictDecision decision) {
  const KindRule* rule = RuleOf(entry.kind());
  if (rule == nullptr || entry.state() == v1::CONFLICT_STATE_RESOLVED) return false;
  switch (decision) {
    case v1::CONFLICT_DECISION_KEEP_OURS:
      return true;
    case v1::CONFLICT_DECISION_TAKE_THEIRS:
      // A signature cannot be given for somebody else: what was parked must have been a put.
      return rule->take_theirs &&
             (entry.kind() == v1::CONFLICT_KIND_FIELDS || entry.change().has_put());
    case v1::CONFLICT_DECISION_WRITE_VALUES:
      return rule->write_values;
    default:
      return false;
  }
}

Ruling Refused(v1::Finding finding) {
  Ruling ruling;
  ruling.findings.push_back(std::move(finding));
  return ruling;
}

v1::Finding NotFound() {
  return Error("R35", v1::FINDING_CODE_NOT_FOUND, "conflict_id",
               {"在您的管辖范围内没有这条冲突记录；请先同步。",
                "No such entry of the conflict log in your scope; sync first."});
}

v1::Finding Closed() {
  return Error("R35", v1::FINDING_CODE_CONFLICT_CLOSED, "conflict_id",
               {"这条冲突已处理完毕，或不能这样处理；请同步后重新查看。",
                "The conflict is settled already, or cannot be decided so; sync and look again."});
}

v1::Finding NotPermitted() {
  return Error("A35", v1::FINDING_CODE_NOT_PERMITTED, "actor.org",
               {"只有填报方和市职工服务中心可以处理这条冲突。",
                "Only the filing side and the service center decide about this conflict."});
}

v1::Finding OnlyTheCenter() {
  return Error("R28", v1::FINDING_CODE_NOT_PERMITTED, "actor.org",
               {"是否重复建档由市职工服务中心裁定。",
                "Whether a person is filed twice is for the service center to decide."});
}

// What somebody entered whose scope the record has left, as the edit of the one who decided: its
// fields, from the base that it had, so that newer values do not go under unseen. The record stays
// where it is now, unless the edit was about that. Nothing when there is no such record, and the
// edit does not make one.
std::optional<v1::Change> MovedPut(const v1::Change& change, const v1::Conflict& entry,
                                   const WorkingRecord* record) {
  constexpr absl::string_view kUnit = "unit";
  const v1::Put& parked = entry.change().put();
  v1::Change put = change;
  // Of something new the entry, and with it the decision, is about the archive.
  put.set_record_type(entry.change().record_type());
  put.set_record_id(entry.change().record_id());
  put.set_base_revision(entry.change().base_revision());
  *put.mutable_put() = parked;
  put.mutable_put()->set_correction_reason(change.resolve_conflict().reason());
  const bool of_archive = put.record_type() == v1::RECORD_TYPE_ARCHIVE;
  if (record == nullptr && (of_archive || entry.change().base_revision() > 0)) return std::nullopt;
  if (record == nullptr || !of_archive) return put;

  v1::Archive theirs;
  if (!theirs.ParseFromString(parked.record())) return std::nullopt;
  if (parked.changed_fields().empty()) {
    for (const auto& [path, value] : domain::ReadFields(theirs)) {
      if (path != "id" && path != kUnit) put.mutable_put()->add_changed_fields(path);
    }
  }
  const auto& paths = put.put().changed_fields();
  if (std::find(paths.begin(), paths.end(), kUnit) == paths.end())
    theirs.set_unit(record->stored.org);
  put.mutable_put()->set_record(theirs.SerializeAsString());
  return put;
}

// A filing that the center lets in after all stays the filing of those who made it.
v1::Change DuplicatePut(const v1::Change& change, const v1::Conflict& entry) {
  v1::Change put = entry.change();
  put.set_change_id(change.change_id());
  return put;
}

v1::Conflict Settled(const v1::Conflict& entry, const v1::Change& change) {
  const v1::ResolveConflict& decided = change.resolve_conflict();
  v1::Conflict settled = entry;
  settled.set_state(v1::CONFLICT_STATE_RESOLVED);
  v1::Resolution& resolution = *settled.mutable_resolution();
  resolution.set_change_id(change.change_id());
  resolution.set_decision(decided.decision());
  *resolution.mutable_fields() = decided.fields();
  *resolution.mutable_actor() = change.actor();
  *resolution.mutable_entry_time() = change.entry_time();
  resolution.set_reason(decided.reason());
  return settled;
}

// Whether somebody else has settled it already, as far as this node knows.
bool IsSettledBefore(const v1::Conflict& entry, const v1::Change& change) {
  return entry.state() == v1::CONFLICT_STATE_RESOLVED &&
         entry.resolution().change_id() != change.change_id();
}

Ruling Forwarded() {
  Ruling ruling;
  ruling.forward = true;
  return ruling;
}

}  // namespace

Ruling DecideConflict(const ResolutionContext& context, const v1::Change& change,
                      const v1::Conflict* entry, const WorkingRecord* record,
                      const std::vector<const Revision*>& unseen) {
  // A node that lost its log in a restore leaves it to the parent, too.
  if (entry == nullptr) return context.has_upstream ? Forwarded() : Refused(NotFound());
  if (entry->record_id() != change.record_id() ||
      !MayAccess(context.orgs, context.principal, entry->org()) ||
      IsHidden(context.principal, context.actor, entry->org())) {
    return Refused(NotFound());
  }
  const v1::Tier tier = record == nullptr || record->archive() == nullptr
                            ? v1::TIER_UNSPECIFIED
                            : record->archive()->tier();
  constexpr v1::Action kAction = v1::ACTION_RESOLVE_CONFLICT;
  if (auto missing = FindMissingRole(context.actor, kAction, entry->org(), tier))
    return Refused(*std::move(missing));
  const v1::ConflictDecision decision = change.resolve_conflict().decision();
  const bool of_parent =
      context.has_upstream && !entry->logged_by().empty() && entry->logged_by() != context.node;
  if (of_parent) return IsSettledBefore(*entry, change) ? Refused(Closed()) : Forwarded();
  if (!CanBeDecidedSo(*entry, decision)) return Refused(Closed());
  if (context.actor.May(kAction, entry->org(), tier) == domain::Permission::kDenied)
    return Refused(NotPermitted());

  Ruling ruling;
  if (decision != v1::CONFLICT_DECISION_KEEP_OURS) {
    const bool duplicate = entry->kind() == v1::CONFLICT_KIND_DUPLICATE_PERSON;
    const bool center = context.actor.PlaceTowards(entry->org()) == domain::Place::kCenter;
    if (duplicate && !center) return Refused(OnlyTheCenter());
    if (duplicate) {
      ruling.apply = DuplicatePut(change, *entry);
    } else if (entry->kind() == v1::CONFLICT_KIND_MOVED) {
      ruling.apply = MovedPut(change, *entry, record);
      if (!ruling.apply) return Refused(NotFound());
    } else if (record == nullptr) {
      return Refused(NotFound());
    } else {
      ruling.apply = PutOfDecided(context.orgs, change, *entry, *record, unseen, ruling.findings);
    }
  }
  if (ruling.findings.empty()) ruling.entry = Settled(*entry, change);
  return ruling;
}

const v1::Change* ParkedFor(const Batch& batch, const v1::Change& change) {
  const v1::Conflict* entry = batch.FindConflict(change.resolve_conflict().conflict_id());
  const bool parked = entry != nullptr && entry->kind() != v1::CONFLICT_KIND_FIELDS &&
                      CanBeDecidedSo(*entry, v1::CONFLICT_DECISION_TAKE_THEIRS) &&
                      change.resolve_conflict().decision() == v1::CONFLICT_DECISION_TAKE_THEIRS &&
                      entry->record_id() == change.record_id();
  return parked ? &entry->change() : nullptr;
}

absl::Status ReadForResolutions(Transaction& transaction, Batch& batch,
                                const std::vector<const v1::Change*>& changes,
                                std::vector<std::string>& identity_numbers) {
  std::vector<std::string> entries;
  for (const v1::Change* change : changes) {
    if (change->has_resolve_conflict() && domain::IsUuid(change->resolve_conflict().conflict_id()))
      entries.push_back(change->resolve_conflict().conflict_id());
  }
  if (absl::Status status = batch.LockConflicts(transaction, entries); !status.ok()) return status;
  std::vector<std::string> touched;
  for (const v1::Change* change : changes) {
    const v1::Change* parked = ParkedFor(batch, *change);
    if (parked == nullptr) continue;
    touched.push_back(parked->record_id());
    const auto theirs = domain::ParseRecord(parked->record_type(), parked->put().record());
    if (!theirs.ok()) continue;
    if (const std::string archive_id = domain::ParentIdOf(**theirs); !archive_id.empty())
      touched.push_back(archive_id);
    if (parked->record_type() != v1::RECORD_TYPE_ARCHIVE) continue;
    for (std::string& number : domain::PersonsOf(static_cast<const v1::Archive&>(**theirs)))
      identity_numbers.push_back(std::move(number));
  }
  return batch.Lock(transaction, std::move(touched));
}

}  // namespace bangfu::server
