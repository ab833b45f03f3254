// A node whose database is replaced by an older copy: what it had answered since comes back from
// below, with the numbers that it had given.

#include <google/protobuf/util/message_differencer.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/chaos/scenario.h"
#include "tests/chaos/scenarios.h"
#include "tests/chaos/tree.h"
#include "tests/support/people.h"

namespace bangfu::chaos {
namespace {

constexpr char kUnit[] = "hz.fuyang.fuchun";
constexpr char kUnion[] = "hz.fuyang";
constexpr char kCenter[] = "hz.center";
constexpr int kHouseholds = 16;  // before and after the backup of each node
constexpr int kApprovals = 2;    // the same
constexpr absl::Duration kTimeout = absl::Seconds(60);

// The desks that an archive passes on its way.
struct Desks {
  Desktop& unit;
  Desktop& district;
  Desktop& center;
};

v1::Change Step(World& world, const std::string& org, const std::string& office,
                const std::string& id) {
  v1::Change change = NewChange(world, org, id);
  change.mutable_actor()->set_person_id(server::AccountOf(office, org));
  return change;
}

// Files, submits, reviews and approves, each at its desk.
void Establish(Tree& tree, Desks& desks, int number, Report& report) {
  World& world = tree.world();
  const v1::Archive archive = CompleteHousehold(number, kUnit);
  report.Check(desks.unit.File(archive), "filing");
  v1::Change submit = Step(world, kUnit, "handler", archive.id());
  submit.mutable_submit()->set_opinion("情况属实");
  report.Check(desks.unit.Enter(submit), "submit");
  tree.Settle(kTimeout, report);
  v1::Change review = Step(world, kUnion, "reviewer", archive.id());
  review.mutable_review()->set_opinion("同意");
  report.Check(desks.district.Enter(review), "review");
  tree.Settle(kTimeout, report);
  v1::Change approve = Step(world, kCenter, "approver", archive.id());
  approve.mutable_approve()->set_determined_category(v1::HARDSHIP_CATEGORY_OTHER);
  report.Check(desks.center.Enter(approve), "approval");
  tree.Settle(kTimeout, report);
}

void Work(Tree& tree, Desks& desks, int first, Report& report) {
  for (int i = 0; i < kHouseholds; ++i) {
    report.Check(desks.unit.File(Household(first + i, kUnit)), "filing");
    if (i % 4 == 0) tree.Settle(kTimeout, report);
    // The later half also edits what is older than the backup.
    report.Check(desks.unit.EditPhone(Household(i, kUnit).id(), PhoneOf(first + i)), "edit");
  }
  tree.Settle(kTimeout, report);
}

// Bodies by id: revisions may count anew.
std::map<std::string, std::string> Bodies(Node& node) {
  std::map<std::string, std::string> bodies;
  for (const auto& [id, copy] : GivenBy(node, "hz")) bodies[id] = copy.body;
  return bodies;
}

// How two archives differ; the people are fictional.
std::string Difference(const std::string& before, const std::string& now) {
  v1::Archive archives[2];
  if (!archives[0].ParseFromString(before) || !archives[1].ParseFromString(now))
    return "unreadable";
  std::string difference;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&difference);
  return differencer.Compare(archives[0], archives[1]) ? "unknown fields or order" : difference;
}

int64_t Lost(const std::map<std::string, std::string>& before,
             const std::map<std::string, std::string>& now, absl::string_view node,
             Report& report) {
  int64_t lost = 0;
  for (const auto& [id, body] : before) {
    const auto found = now.find(id);
    if (found != now.end() && found->second == body) continue;
    ++lost;
    report.Fail(absl::StrCat(node, ": record ", id,
                             found == now.end()
                                 ? " is gone"
                                 : " is not what it was: " + Difference(body, found->second)));
  }
  return lost;
}

// Swaps an older database in, as an operator would. A node notices by itself that its database is
// another; that files of the same one were brought back one has to tell it.
void Restore(Node& node, server::TestDatabase backup, bool tell, Report& report) {
  node.Stop();
  node.UseDatabase(std::move(backup));
  if (tell) report.Check(node.RunCommand("epoch"), "bangfu-server epoch");
  node.MustStart();
}

server::TestDatabase BackupOf(Node& node) {
  node.Stop();
  server::TestDatabase copy = Must(server::TestDatabase::CopyOf(node.database()), "backup");
  node.MustStart();
  return copy;
}

std::vector<std::string> Answered(Tree& tree) {
  std::vector<std::string> ids;
  for (auto& seat : tree.seats()) {
    for (const client::OutboxEntry& entry : seat->desktop->Outbox()) {
      if (entry.state != client::EntryState::kPending) ids.push_back(entry.change.change_id());
    }
  }
  return ids;
}

int64_t Numbers(Node& node) { return NumberOf(node, "SELECT count(number) FROM record"); }

}  // namespace

void RestoreBackups(const ScenarioOptions& options, Report& report) {
  World world(options);
  Tree tree(world);
  Node& district = *tree.AddDistrict(kUnion).node;
  Desks desks = {*tree.AddDesktop("fuchun", kUnit, district).desktop,
                 *tree.AddDesktop("fuyang-desk", kUnion, district).desktop,
                 *tree.AddDesktop("center", kCenter, tree.city()).desktop};
  int households = 0;
  int approvals = 0;
  for (Node* node : {&tree.city(), &district}) {
    const std::string& name = node->name();
    Work(tree, desks, households, report);
    households += kHouseholds;
    for (int i = 0; i < kApprovals; ++i) Establish(tree, desks, approvals++, report);
    server::TestDatabase backup = BackupOf(*node);
    const size_t answered_before = Answered(tree).size();
    Work(tree, desks, households, report);
    households += kHouseholds;
    for (int i = 0; i < kApprovals; ++i) Establish(tree, desks, approvals++, report);
    if (report.failed()) return;
    const std::vector<std::string> answered = Answered(tree);
    const std::map<std::string, std::string> before = Bodies(*node);
    const int64_t numbers = Numbers(*node);
    report.CheckEqual(numbers, approvals, absl::StrCat(name, ": numbers given"));

    Restore(*node, std::move(backup), /*tell=*/node == &district, report);
    report.Check(static_cast<int64_t>(Bodies(*node).size()) < static_cast<int64_t>(before.size()),
                 absl::StrCat(name, ": the backup is no older"));
    const absl::Time begin = absl::Now();
    tree.Settle(kTimeout, report);
    report.Figure(absl::StrCat(name, ": changes answered after the backup"),
                  static_cast<int64_t>(answered.size() - answered_before));
    const int64_t lost = Lost(before, Bodies(*node), name, report);
    report.Figure(absl::StrCat(name, ": records lost"), lost);
    report.Figure(absl::StrCat(name, ": numbers kept"),
                  absl::StrCat(Numbers(*node), " of ", numbers));
    report.Figure(absl::StrCat(name, ": from restart to equal copies"),
                  absl::FormatDuration(absl::Trunc(absl::Now() - begin, absl::Milliseconds(1))));
    report.CheckEqual(lost, 0, absl::StrCat(name, ": records lost"));
    tree.CheckEffects(report);
  }
}

}  // namespace bangfu::chaos
