#include "tests/sim/checks.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "domain/record/record_type.h"
#include "domain/rules/archive_number.h"
#include "domain/rules/org_tree.h"

namespace bangfu::sim {
namespace {

using client::EntryState;
using client::LocalRecord;
using server::StoredRecord;

std::string NameOf(const SimDesktop& desktop) {
  return absl::StrCat("desktop ", desktop.path().substr(desktop.path().rfind('/') + 1), " (",
                      desktop.self().org, ")");
}

std::string NameOf(const SimNode& node) { return absl::StrCat("node ", node.self().org); }

// Everything that a replica has.
std::vector<LocalRecord> RecordsOf(SimDesktop& desktop) {
  std::vector<LocalRecord> all;
  for (const v1::RecordType type :
       {v1::RECORD_TYPE_ARCHIVE, v1::RECORD_TYPE_AID_EVENT, v1::RECORD_TYPE_VISIT}) {
    client::RecordFilter filter;
    filter.type = type;
    auto records = desktop.replica().ListRecords(filter);
    if (records.ok()) all.insert(all.end(), records->begin(), records->end());
  }
  return all;
}

void CheckOneReplica(SimDesktop& desktop, Problems& problems) {
  const std::string scope = desktop.parent().ScopeOf(desktop.self());
  const MemoryState& parent = desktop.parent().state();
  std::map<std::string, LocalRecord> here;
  for (LocalRecord& record : RecordsOf(desktop)) {
    const std::string id = record.id;
    here.emplace(id, std::move(record));
  }
  for (const auto& [id, record] : parent.records) {
    if (!domain::IsWithin(record->org, scope)) continue;
    const auto it = here.find(id);
    if (it == here.end() || !it->second.base_body.has_value()) {
      problems.push_back(absl::StrCat(NameOf(desktop), " lacks ", id, " of ", record->org));
    } else if (it->second.base_revision != record->revision ||
               *it->second.base_body != record->body) {
      problems.push_back(absl::StrCat(NameOf(desktop), " has ", id, " at revision ",
                                      it->second.base_revision, ", its parent at ",
                                      record->revision));
    } else if (it->second.body != record->body) {
      problems.push_back(absl::StrCat(NameOf(desktop), " shows ", id, " otherwise than it is"));
    }
  }
  for (const auto& [id, local] : here) {
    if (!local.base_body.has_value()) continue;
    const StoredRecord* record = parent.Record(id);
    if (record != nullptr && domain::IsWithin(record->org, scope)) continue;
    problems.push_back(absl::StrCat(
        NameOf(desktop), " keeps ", id, " of ", local.org,
        record == nullptr ? ", which its parent does not know" : ", which left its scope",
        local.left_scope ? " (left)" : "", local.unconfirmed ? " (unconfirmed)" : ""));
  }
  auto report = desktop.Verify(client::ReconcileMode::kCompare);
  if (!report.ok()) {
    problems.push_back(
        absl::StrCat(NameOf(desktop), " cannot compare: ", report.status().ToString()));
  } else if (report->differences() != 0) {
    problems.push_back(
        absl::StrCat(NameOf(desktop), " differs by digest in ", report->differences(), " records"));
  }
}

// Changes that stand on their own at a node: their records are not the parent's.
std::set<std::string> RefusedRecords(const MemoryState& state) {
  std::set<std::string> ids;
  for (const auto& [position, row] : state.upstream) {
    if (row.line == MemoryState::Line::kRefused) ids.insert(row.change->record_id());
  }
  return ids;
}

void CheckOneNode(SimNode& node, SimNode& root, Problems& problems) {
  const MemoryState& here = node.state();
  const MemoryState& parent = root.state();
  const std::string scope = root.ScopeOf(node.self());
  for (const auto& [id, record] : parent.records) {
    if (!domain::IsWithin(record->org, scope)) continue;
    const StoredRecord* ours = here.Record(id);
    if (ours == nullptr) {
      problems.push_back(absl::StrCat(NameOf(node), " lacks ", id, " of ", record->org));
    } else if (ours->upstream_revision != record->revision || ours->body != record->body) {
      problems.push_back(absl::StrCat(NameOf(node), " has ", id, " as of revision ",
                                      ours->upstream_revision, " of its parent, which is at ",
                                      record->revision,
                                      ours->body == record->body ? "" : ", other bytes"));
    }
  }
  const std::set<std::string> refused = RefusedRecords(here);
  for (const auto& [id, record] : here.records) {
    const StoredRecord* theirs = parent.Record(id);
    if (theirs != nullptr && domain::IsWithin(theirs->org, scope)) continue;
    const bool own = record->upstream_revision == 0 &&
                     (refused.count(id) > 0 || refused.count(record->columns.archive_id) > 0);
    if (!own) {
      problems.push_back(absl::StrCat(
          NameOf(node), " keeps ", id, " of ", record->org,
          theirs == nullptr ? ", which its parent does not know" : ", which left its scope"));
    }
  }
  for (const auto& [position, row] : here.upstream) {
    if (row.line == MemoryState::Line::kWaiting) {
      problems.push_back(absl::StrCat(NameOf(node), " still holds change ", row.change->change_id(),
                                      " for its parent"));
    }
  }
  auto report = node.Verify();
  if (!report.ok()) {
    problems.push_back(absl::StrCat(NameOf(node), " cannot compare: ", report.status().ToString()));
  } else if (report->differences() - report->unknown != 0) {
    problems.push_back(
        absl::StrCat(NameOf(node), " differs by digest in ", report->differences(), " records"));
  }
}

bool IsTaken(v1::Verdict verdict) {
  return verdict == v1::VERDICT_ACCEPTED || verdict == v1::VERDICT_MERGED ||
         verdict == v1::VERDICT_CONFLICT;
}

// What a change that did not get through must have left behind for people to see.
void CheckOutcome(SimDesktop& desktop, const client::OutboxEntry& entry, Problems& problems) {
  const std::string name =
      absl::StrCat(NameOf(desktop), ": change ", entry.change.change_id(), " ");
  const v1::Outcome& outcome = entry.outcome;
  if (outcome.verdict() == v1::VERDICT_UNSPECIFIED) {
    problems.push_back(absl::StrCat(name, "has no outcome"));
    return;
  }
  if (outcome.verdict() == v1::VERDICT_REFUSED && outcome.findings().empty()) {
    problems.push_back(absl::StrCat(name, "was refused without a finding"));
  }
  const MemoryState& parent = desktop.parent().state();
  // What was refused changed nothing, and what was sent again in another change is in that one: a
  // node that went back to a backup need not know of it.
  const bool replaced = entry.state == client::EntryState::kSuperseded;
  const bool forgotten =
      desktop.parent().was_restored() && (replaced || outcome.verdict() == v1::VERDICT_REFUSED);
  if (forgotten && replaced) return;
  if (!forgotten && parent.changes.count(entry.change.change_id()) == 0) {
    problems.push_back(absl::StrCat(name, "is not known to the node that answered it"));
  }
  const bool logged =
      outcome.verdict() == v1::VERDICT_PARKED || outcome.verdict() == v1::VERDICT_CONFLICT;
  if (logged && parent.conflicts.count(outcome.conflict_id()) == 0) {
    problems.push_back(absl::StrCat(name, "is ", v1::Verdict_Name(outcome.verdict()),
                                    " but in no log of the node"));
  }
}

// Where a change that its first node took ended.
void CheckReceipt(World& world, SimDesktop& desktop, const client::OutboxEntry& entry,
                  Problems& problems) {
  const std::string name =
      absl::StrCat(NameOf(desktop), ": change ", entry.change.change_id(), " ");
  // Nobody asks for ever: what took its node longer than that to pass on is not asked for any more.
  const absl::Time answered = absl::FromUnixSeconds(entry.outcome.answered_time().seconds());
  const bool too_late = desktop.clock().Now() - answered > limits::kReofferLife;
  if (!entry.receipt.settled() && too_late) return;
  if (!entry.receipt.settled()) {
    problems.push_back(
        absl::StrCat(name, "has no settled receipt: ", entry.receipt.ShortDebugString()));
    return;
  }
  for (const v1::Hop& hop : entry.receipt.hops()) {
    SimNode* node = world.NodeOf(hop.org());
    // A node that went back may answer otherwise when it is asked again; it logs that, and the
    // receipt below tells what was answered first.
    if (node != nullptr && node->was_restored()) continue;
    if (node == nullptr || node->state().changes.count(entry.change.change_id()) == 0) {
      problems.push_back(absl::StrCat(name, "names a hop that does not know it: ", hop.org()));
      return;
    }
    const v1::Verdict verdict =
        node->state().changes.at(entry.change.change_id())->outcome.verdict();
    if (verdict != hop.verdict()) {
      problems.push_back(absl::StrCat(name, "is ", v1::Verdict_Name(verdict), " at ", hop.org(),
                                      ", its receipt says ", v1::Verdict_Name(hop.verdict())));
    }
    const bool refused =
        hop.verdict() == v1::VERDICT_REFUSED && hop.org() == world.root().self().org;
    if (refused && &desktop.parent() != node &&
        desktop.parent().state().conflicts.count(entry.change.change_id()) == 0) {
      problems.push_back(absl::StrCat(name, "was refused above and its node logged nothing"));
    }
  }
}

}  // namespace

void CheckReplicas(World& world, Problems& problems) {
  for (auto& desktop : world.desktops()) {
    if (!world.IsOrphan(*desktop)) CheckOneReplica(*desktop, problems);
  }
}

void CheckNodes(World& world, Problems& problems) {
  for (auto& node : world.nodes()) {
    if (!node->is_root()) CheckOneNode(*node, world.root(), problems);
  }
}

void CheckEntries(World& world, Problems& problems) {
  std::vector<std::map<std::string, client::OutboxEntry>> entries(world.desktops().size());
  for (size_t i = 0; i < entries.size(); ++i) {
    for (client::OutboxEntry& entry : world.desktops()[i]->AllEntries()) {
      const std::string id = entry.change.change_id();
      entries[i].emplace(id, std::move(entry));
    }
  }
  for (const EnteredChange& entered : world.entered()) {
    SimDesktop& desktop = *world.desktops()[entered.desktop];
    const std::string& id = entered.change.change_id();
    const auto it = entries[entered.desktop].find(id);
    if (it == entries[entered.desktop].end()) {
      problems.push_back(absl::StrCat(NameOf(desktop), ": change ", id, " is gone"));
      continue;
    }
    const client::OutboxEntry& entry = it->second;
    if (world.IsOrphan(desktop)) continue;
    if (entry.state == EntryState::kPending) {
      problems.push_back(absl::StrCat(NameOf(desktop), ": change ", id, " still waits"));
      continue;
    }
    CheckOutcome(desktop, entry, problems);
    if (IsTaken(entry.outcome.verdict())) CheckReceipt(world, desktop, entry, problems);
  }
}

void CheckHistory(World& world, Problems& problems) {
  for (auto& node : world.nodes()) {
    for (const auto& [id, history] : node->state().revisions) {
      std::set<std::string> seen;
      int64_t last = 0;
      for (const auto& revision : history) {
        if (revision->revision != last + 1) {
          problems.push_back(absl::StrCat(NameOf(*node), " skips from revision ", last, " to ",
                                          revision->revision, " of ", id));
        }
        last = revision->revision;
        if (!revision->change_id.empty() && !seen.insert(revision->change_id).second) {
          problems.push_back(absl::StrCat(NameOf(*node), ": change ", revision->change_id,
                                          " took effect twice on ", id));
        }
      }
    }
  }
}

void CheckOrgs(World& world, Problems& problems) {
  const MemoryState& root = world.root().state();
  for (const auto& [id, record] : root.records) {
    if (world.root().orgs().Find(record->org) == nullptr) {
      problems.push_back(absl::StrCat(id, " belongs to ", record->org, ", which is no org"));
    }
    const StoredRecord* archive = root.Record(record->columns.archive_id);
    if (archive != nullptr && archive->org != record->org) {
      problems.push_back(
          absl::StrCat(id, " belongs to ", record->org, ", its archive to ", archive->org));
    }
  }
}

void CheckNumbers(World& world, Problems& problems) {
  std::map<server::CounterKey, std::set<int>> given;
  for (const auto& [id, record] : world.root().state().records) {
    if (record->columns.number.empty()) continue;
    const auto number = domain::ParseArchiveNumber(record->columns.number);
    if (!number.has_value()) {
      problems.push_back(absl::StrCat("no number: ", record->columns.number));
      continue;
    }
    if (!given[{number->prefix, number->year}].insert(number->sequence).second) {
      problems.push_back(absl::StrCat("given twice: ", record->columns.number));
    }
  }
  if (world.root().was_restored()) return;
  for (const auto& [key, sequences] : given) {
    if (*sequences.rbegin() != static_cast<int>(sequences.size())) {
      problems.push_back(absl::StrCat("a gap in the numbers of ", key.prefix));
    }
  }
}

void CheckPersons(World& world, Problems& problems) {
  for (auto& node : world.nodes()) {
    std::map<std::string, std::string> archive_of;
    for (const auto& [id, record] : node->state().records) {
      if (record->type != v1::RECORD_TYPE_ARCHIVE) continue;
      v1::Archive archive;
      if (!archive.ParseFromString(record->body)) {
        problems.push_back(absl::StrCat(NameOf(*node), " cannot read ", id));
        continue;
      }
      // What a node keeps for itself until somebody decides is not a second archive.
      const bool counts = node->is_root() || record->upstream_revision > 0;
      if (!counts || !domain::IsLive(archive.status())) continue;
      for (const std::string& person : domain::PersonsOf(archive)) {
        if (!archive_of.emplace(person, id).second) {
          problems.push_back(
              absl::StrCat(NameOf(*node), ": one person in ", id, " and ", archive_of[person]));
        }
      }
    }
  }
}

void CheckFeeds(World& world, Problems& problems) {
  for (auto& node : world.nodes()) {
    const MemoryState& state = node->state();
    int64_t last = state.floor;
    std::map<std::string, int64_t> revision_of;
    for (const MemoryState::FeedRow& row : state.feed) {
      if (row.seq > state.floor && row.seq != ++last) {
        problems.push_back(absl::StrCat(NameOf(*node), ": the feed has a hole at ", last));
        break;
      }
      const auto kind = row.entry.kind;
      const bool record =
          kind == server::QueueEntry::Kind::kUpsert || kind == server::QueueEntry::Kind::kLeave;
      if (!record) continue;
      int64_t& revision = revision_of[row.entry.record_id];
      if (row.entry.revision < revision) {
        problems.push_back(absl::StrCat(NameOf(*node), ": the feed tells of ", row.entry.record_id,
                                        " out of order"));
      }
      revision = row.entry.revision;
    }
    if (last != state.head) {
      problems.push_back(absl::StrCat(NameOf(*node), ": the feed ends before its head"));
    }
  }
}

// Two desktops with one certificate are one child to their node: the feed may be compacted beyond
// the slower one, which then compares digests and may miss entries for information.
bool SharesCertificate(World& world, const SimDesktop& desktop) {
  return std::count_if(world.desktops().begin(), world.desktops().end(), [&](const auto& other) {
           return other->self().Key() == desktop.self().Key();
         }) > 1;
}

void CheckConflicts(World& world, Problems& problems) {
  constexpr int kAll = 10000;
  for (auto& desktop : world.desktops()) {
    if (world.IsOrphan(*desktop)) continue;
    const std::string scope = desktop->parent().ScopeOf(desktop->self());
    auto here = desktop->replica().ListConflicts("", v1::CONFLICT_STATE_UNSPECIFIED, kAll);
    if (!here.ok()) {
      problems.push_back(absl::StrCat(NameOf(*desktop), ": ", here.status().ToString()));
      continue;
    }
    std::map<std::string, const v1::Conflict*> by_id;
    for (const v1::Conflict& conflict : *here) by_id[conflict.id()] = &conflict;
    for (const auto& [id, row] : desktop->parent().state().conflicts) {
      const bool inside = domain::IsWithin(row.conflict->org(), scope);
      const auto it = by_id.find(id);
      const bool for_information = row.conflict->state() == v1::CONFLICT_STATE_INFORMATION;
      if (inside && it == by_id.end() && for_information && SharesCertificate(world, *desktop))
        continue;
      if (inside != (it != by_id.end())) {
        problems.push_back(absl::StrCat(NameOf(*desktop), inside ? " lacks" : " keeps", " entry ",
                                        id, " of the conflict log"));
      } else if (inside && it->second->state() != row.conflict->state()) {
        problems.push_back(
            absl::StrCat(NameOf(*desktop), " has entry ", id, " in another state than its node"));
      }
      if (it != by_id.end()) by_id.erase(it);
    }
    for (const auto& [id, conflict] : by_id) {
      problems.push_back(
          absl::StrCat(NameOf(*desktop), " has entry ", id, " that its node does not know"));
    }
  }
}

void CheckPeople(World& world, Problems& problems) {
  server::PeopleBook people;
  const MemoryState& root = world.root().state();
  for (const NodeEvent& event : world.root().events()) {
    if (event.people != nullptr) people = server::PeopleBook(*event.people);
    for (const v1::Change& change : event.push.changes) {
      const auto logged = root.changes.find(change.change_id());
      const v1::Person* person = people.Find(change.actor().person_id());
      const bool may_act = person != nullptr && !person->disabled();
      if (logged != root.changes.end() && IsTaken(logged->second->outcome.verdict()) && !may_act &&
          !world.was_restored()) {
        problems.push_back(
            absl::StrCat("the root took ", change.change_id(), " of an account that is disabled"));
      }
    }
  }
  for (auto& node : world.nodes()) {
    const auto other = world.root().GetDirectory(node->self());
    if (node->People()->proto().SerializeAsString() != other.SerializeAsString()) {
      problems.push_back(absl::StrCat(NameOf(*node), " goes by version ", node->People()->version(),
                                      " of the directory, not ", other.version()));
    }
  }
}

void CheckAudit(World& world, Problems& problems) {
  for (auto& node : world.nodes()) {
    std::set<std::string> seen;
    for (const auto& entry : node->state().audit) {
      for (const v1::AuditObject& object : entry->objects()) {
        if (!seen.insert(object.change_id()).second) {
          problems.push_back(
              absl::StrCat(NameOf(*node), " audited ", object.change_id(), " twice"));
        }
      }
    }
    for (const auto& [id, logged] : node->state().changes) {
      if (seen.count(id) == 0)
        problems.push_back(absl::StrCat(NameOf(*node), " answered ", id, " without audit"));
    }
  }
}

Problems CheckWorld(World& world) {
  Problems problems;
  CheckReplicas(world, problems);
  CheckNodes(world, problems);
  CheckEntries(world, problems);
  CheckHistory(world, problems);
  CheckOrgs(world, problems);
  CheckPeople(world, problems);
  CheckAudit(world, problems);
  CheckNumbers(world, problems);
  CheckPersons(world, problems);
  CheckFeeds(world, problems);
  CheckConflicts(world, problems);
  return problems;
}

}  // namespace bangfu::sim
