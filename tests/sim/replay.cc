#include "tests/sim/replay.h"

#include "absl/strings/str_cat.h"
#include "server/authz/people_book.h"
#include "server/sync/org_move.h"
#include "tests/sim/sim_orgs.h"

namespace bangfu::sim {
namespace {

// An empty root.
class EmptyRoot {
 public:
  EmptyRoot()
      : clock_(time_, absl::ZeroDuration()),
        keyer_(kPersonSecret),
        store_(clock_, [] { return "replay"; }),
        orgs_(store_),
        push_(store_, clock_, keyer_, server::NodeRole{false, {"node", kCity}}) {}

  absl::Status Play(const NodeEvent& event) {
    time_.now = event.time;
    if (event.people != nullptr) {
      people_ = server::PeopleBook(*event.people);
      return absl::OkStatus();
    }
    if (event.edition != nullptr) {
      if (absl::Status status = orgs_.Replace(*event.edition); !status.ok()) return status;
      return server::MoveFormerOrgs(store_, clock_, keyer_, *orgs_.Tree()).status();
    }
    for (const v1::Change& change : event.push.changes) {
      auto outcomes = push_.Push(event.push.principal, *orgs_.Tree(), policy_, people_, {change});
      if (!outcomes.ok()) return outcomes.status();
    }
    return absl::OkStatus();
  }

  const MemoryState& state() const { return store_.state(); }

 private:
  WorldTime time_;
  SimClock clock_;
  const server::PersonKeyer keyer_;
  MemoryStore store_;
  server::OrgDirectory orgs_;
  const domain::PolicyBook policy_;
  server::PeopleBook people_;
  server::PushHandler push_;
};

}  // namespace

void CheckReplay(World& world, Problems& problems) {
  EmptyRoot replayed;
  for (const NodeEvent& event : world.root().events()) {
    if (absl::Status status = replayed.Play(event); !status.ok()) {
      problems.push_back(absl::StrCat("replay: ", status.ToString()));
      return;
    }
  }
  const MemoryState& original = world.root().state();
  const MemoryState& again = replayed.state();
  if (original.records.size() != again.records.size()) {
    problems.push_back("replay: another number of records");
  }
  for (const auto& [id, record] : original.records) {
    const server::StoredRecord* other = again.Record(id);
    if (other == nullptr || other->body != record->body || other->org != record->org ||
        other->revision != record->revision) {
      problems.push_back(absl::StrCat("replay: another record ", id));
    }
  }
  if (original.conflicts.size() != again.conflicts.size()) {
    problems.push_back(absl::StrCat("replay: ", again.conflicts.size(),
                                    " entries in the conflict log instead of ",
                                    original.conflicts.size()));
  }
  for (const auto& [id, row] : original.conflicts) {
    const auto other = again.conflicts.find(id);
    if (other == again.conflicts.end() ||
        other->second.conflict->SerializeAsString() != row.conflict->SerializeAsString()) {
      problems.push_back(absl::StrCat("replay: another entry ", id, " in the conflict log"));
    }
  }
}

}  // namespace bangfu::sim
