#include "server/sync/push_state.h"

#include <algorithm>
#include <utility>

#include "base/test_hooks.h"
#include "domain/text/civil_date.h"
#include "server/authz/permissions.h"
#include "server/sync/actor_check.h"

namespace bangfu::server {

PushState::PushState(const PushContext& push_context)
    : context(push_context),
      today(domain::ShanghaiDay(push_context.now)),
      writer(push_context.principal.Writer()),
      node(push_context.role.self.Key()),
      batch(push_context.keyer),
      cases(batch),
      numbering(push_context.orgs, domain::ShanghaiYear(push_context.now)) {}

WorkingRecord* PushState::Visible(const std::string& id) {
  WorkingRecord* record = batch.Find(id);
  if (record == nullptr || !MayAccess(context.orgs, context.principal, record->stored.org))
    return nullptr;
  if (actor && IsHidden(context.principal, *actor, record->stored.org)) return nullptr;
  return record;
}

bool PushState::WasVisible(const std::string& id) const {
  const auto orgs = former_orgs.find(id);
  return orgs != former_orgs.end() &&
         std::any_of(orgs->second.begin(), orgs->second.end(), [&](const std::string& org) {
           return MayAccess(context.orgs, context.principal, org);
         });
}

int64_t PushState::BaseOf(const v1::Change& change, const WorkingRecord& record) const {
  if (BANGFU_SEEDED_BUG("ignore_base")) return record.stored.revision;
  if (ReofferOf(change) == nullptr)
    return change.base_revision() > record.stored.revision ? 0 : change.base_revision();
  int64_t base = 0;
  for (const Revision& revision : record.history) {
    if (revision.revision <= change.base_revision() &&
        revision.received_time < context.epoch_began) {
      base = std::max(base, revision.revision);
    }
  }
  return base;
}

std::vector<const Revision*> PushState::UnseenBy(const v1::Change& change,
                                                 WorkingRecord& record) const {
  record.KnowFirstFields();
  std::vector<const Revision*> unseen;
  const int64_t base = BaseOf(change, record);
  for (const Revision& revision : record.history) {
    if (revision.revision > base && revision.pushed_by != writer) unseen.push_back(&revision);
  }
  return unseen;
}

WorkingRecord& PushState::Commit(const PreparedChange& prepared, WorkingRecord* record,
                                 const std::string& org,
                                 std::unique_ptr<google::protobuf::Message> next,
                                 const domain::FieldValues* fields_before) {
  const v1::Change& change = *prepared.change;
  return batch.Commit(
      record, change.record_type(), change.record_id(), org, std::move(next),
      {change.change_id(), writer, change.actor(), prepared.entry_time, context.now},
      {.fields_before = fields_before});
}

void PushState::Forward(const WorkingRecord* record, v1::Change change) {
  if (!context.role.has_upstream) return;
  change.set_base_revision(record == nullptr ? 0 : record->stored.upstream_revision);
  batch.writes().upstream.push_back(std::move(change));
}

const v1::Reoffer* PushState::ReofferOf(const v1::Change& change) const {
  const auto reoffer = context.reoffers.find(change.change_id());
  return reoffer == context.reoffers.end() ? nullptr : &reoffer->second;
}

}  // namespace bangfu::server
