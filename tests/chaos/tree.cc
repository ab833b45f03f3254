#include "tests/chaos/tree.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace bangfu::chaos {
namespace {

constexpr char kPeopleVersion[] = "SELECT version FROM directory_state";
constexpr absl::Duration kPeopleTimeout = absl::Seconds(30);
constexpr absl::Duration kPause = absl::Milliseconds(30);

bool Tell(Report* report, absl::string_view what) {
  if (report != nullptr) report->Fail(what);
  return false;
}

}  // namespace

Tree::Tree(World& world) : world_(world), city_(world, "city", "hz") { city_.MustStart(); }

// Before it knows them it refuses what they made.
void Tree::AwaitPeople(Node& node) {
  const absl::Time end = absl::Now() + kPeopleTimeout;
  while (NumberOf(node, kPeopleVersion) != NumberOf(city_, kPeopleVersion)) {
    if (absl::Now() > end) Must(absl::DeadlineExceededError(node.name()), "people");
    absl::SleepFor(kPause);
  }
}

District& Tree::AddDistrict(const std::string& org) {
  const std::string name = org.substr(org.rfind('.') + 1);
  auto district = std::make_unique<District>();
  district->line =
      std::make_unique<FaultyLine>(world_, name, org, NodeKind::kServer, city_.address());
  district->node = std::make_unique<Node>(world_, name, org, district->line->address());
  district->node->MustStart();
  AwaitPeople(*district->node);
  districts_.push_back(std::move(district));
  return *districts_.back();
}

Seat& Tree::AddDesktop(const std::string& name, const std::string& org, Node& node,
                       const Clock* clock) {
  auto seat = std::make_unique<Seat>();
  seat->line = std::make_unique<FaultyLine>(world_, name, org, NodeKind::kDesk, node.address());
  seat->desktop = std::make_unique<Desktop>(world_, name, org, seat->line->address(), clock);
  seat->node = &node;
  seat->scope = world_.orgs().ReadScope(org);
  seats_.push_back(std::move(seat));
  return *seats_.back();
}

std::vector<FaultyLine*> Tree::lines() {
  std::vector<FaultyLine*> lines;
  for (auto& district : districts_) lines.push_back(district->line.get());
  for (auto& seat : seats_) lines.push_back(seat->line.get());
  return lines;
}

std::vector<Node*> Tree::nodes() {
  std::vector<Node*> nodes = {&city_};
  for (auto& district : districts_) nodes.push_back(district->node.get());
  return nodes;
}

bool Tree::Settled(Report* report) {
  for (auto& seat : seats_) {
    const auto backlog = seat->desktop->replica().GetBacklog();
    if (!backlog.ok()) return Tell(report, backlog.status().ToString());
    if (backlog->pending > 0) {
      return Tell(report,
                  absl::StrCat(seat->desktop->name(), " has ", backlog->pending, " to send"));
    }
  }
  for (auto& district : districts_) {
    Node& node = *district->node;
    if (const int64_t waiting = UpstreamWaiting(node); waiting > 0) {
      return Tell(report, absl::StrCat(node.name(), " has ", waiting, " to send"));
    }
    if (Differences(GivenBy(city_, node.org()), TakenBy(node), node.name(), report) > 0) {
      return false;
    }
  }
  for (auto& seat : seats_) {
    if (Differences(GivenBy(*seat->node, seat->scope), TakenBy(seat->desktop->replica()),
                    seat->desktop->name(), report) > 0) {
      return false;
    }
  }
  return true;
}

bool Tree::Settle(absl::Duration timeout, Report& report) {
  if (report.failed()) return false;  // one wait tells enough
  const absl::Time end = absl::Now() + timeout;
  absl::Status last;
  for (;;) {
    for (auto& seat : seats_) last.Update(seat->desktop->Sync());
    if (Settled(nullptr)) return true;
    if (absl::Now() > end) break;
    last = absl::OkStatus();
    absl::SleepFor(kPause);
  }
  if (Settled(&report)) return true;
  report.Fail(absl::StrCat("not settled after ", absl::FormatDuration(timeout),
                           "; last sync: ", last.ToString()));
  return false;
}

void Tree::CheckEffects(Report& report) {
  for (Node* node : nodes()) {
    report.CheckEqual(DoubleEffects(*node), 0,
                      absl::StrCat(node->name(), ": changes with two effects"));
  }
  for (auto& seat : seats_) {
    std::vector<std::string> ids;
    for (const client::OutboxEntry& entry : seat->desktop->Outbox()) {
      ids.push_back(entry.change.change_id());
    }
    report.CheckEqual(UnknownChanges(*seat->node, ids), 0,
                      absl::StrCat(seat->desktop->name(), ": changes that its node never saw"));
  }
}

}  // namespace bangfu::chaos
