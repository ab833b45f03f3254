// One bad record among five hundred going up, and one that cannot be read coming down: the others
// pass, the bad one is seen, and passes too once it is corrected.

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/chaos/raw_line.h"
#include "tests/chaos/scenario.h"
#include "tests/chaos/scenarios.h"
#include "tests/chaos/tree.h"

namespace bangfu::chaos {
namespace {

constexpr char kUnit[] = "hz.fuyang.fuchun";
constexpr int kBatch = 500;
constexpr int kBad = 250;  // which of the batch
constexpr char kBadPhone[] = "not a telephone";
constexpr char kUnreadable[] = "\xff\xff\xff\xff no record";
constexpr int kOthers = 20;
constexpr absl::Duration kTimeout = absl::Seconds(60);

bool WaitFor(const std::function<bool()>& condition) {
  const absl::Time end = absl::Now() + kTimeout;
  while (!condition()) {
    if (absl::Now() > end) return false;
    absl::SleepFor(absl::Milliseconds(20));
  }
  return true;
}

void CheckUp(World& world, Tree& tree, Desktop& desktop, Report& report) {
  std::vector<v1::Change> changes;
  for (int number = 0; number < kBatch; ++number) {
    v1::Archive archive = Household(number, kUnit);
    if (number == kBad) archive.set_phone(kBadPhone);
    changes.push_back(Filing(world, archive));
  }
  const std::string bad = changes[kBad].change_id();
  if (!report.Check(desktop.replica().Append(changes), "entry")) return;
  client::SyncReport sync;
  report.Check(desktop.syncer().Sync(sync), "sync");
  report.CheckEqual(sync.accepted, kBatch - 1, "records taken beside the bad one");
  report.CheckEqual(sync.refused, 1, "records refused");
  const auto entry = desktop.replica().GetEntry(bad);
  if (!report.Check(entry.status(), "the bad one in the outbox")) return;
  report.Check(entry->state == client::EntryState::kRefused && !entry->outcome.findings().empty(),
               "the bad one is not seen as refused, with a reason");
  report.Check(desktop.replica().Retry(bad, Filing(world, Household(kBad, kUnit))),
               "the corrected one");
  tree.Settle(kTimeout, report);
  report.CheckEqual(static_cast<int64_t>(GivenBy(tree.city(), "hz").size()), kBatch,
                    "records at the city after the correction");
  report.Figure("up: taken beside one bad record",
                absl::StrCat(sync.accepted, " of ", kBatch - 1, ", the corrected one after"));
}

void CheckDown(Tree& tree, Desktop& desktop, Node& district, Report& report) {
  const std::string bad = Household(kBad, kUnit).id();
  const std::string good_body = GivenBy(tree.city(), "hz").at(bad).body;
  Seat& center = tree.AddDesktop("center", "hz.center", tree.city());
  report.Check(center.desktop->Sync(), "sync of the center");
  report.Check(Overwrite(tree.city(), bad, kUnreadable), "a defect at the city");
  for (int number = 0; number < kOthers; ++number) {
    const auto record = center.desktop->replica().GetRecord(Household(number, kUnit).id());
    v1::Archive archive;
    if (!record.ok() || !archive.ParseFromString(record->body)) continue;
    archive.set_phone(PhoneOf(5000 + number));
    v1::Change change = Edit(tree.world(), "hz.center", archive, record->base_revision, {"phone"});
    change.mutable_put()->set_correction_reason("电话已更换");
    report.Check(center.desktop->Enter(change), "correction");
  }
  report.Check(center.desktop->SyncUntilEmpty(kTimeout), "corrections are sent");
  const auto arrived = [&](const Copies& given, const Copies& taken) {
    int64_t count = 0;
    for (int number = 0; number < kOthers; ++number) {
      const std::string id = Household(number, kUnit).id();
      if (given.at(id).body == taken.at(id).body) ++count;
    }
    return count;
  };
  report.Check(
      WaitFor([&] { return arrived(GivenBy(tree.city(), "hz"), TakenBy(district)) == kOthers; }),
      "the unreadable record held up others on their way to the district");
  report.Check(WaitFor([&] {
                 desktop.Sync().IgnoreError();
                 return arrived(GivenBy(district, "hz"), TakenBy(desktop.replica())) == kOthers;
               }),
               "the unreadable record held up others on their way to the desktop");
  report.CheckEqual(
      NumberOf(district,
               absl::StrCat("SELECT count(*) FROM conflict WHERE record_id = '", bad, "'")),
      1, "entries of the district's log about the unreadable record");
  report.Check(Overwrite(tree.city(), bad, good_body), "the corrected record");
  tree.Settle(kTimeout, report);
  report.Figure("down: taken beside one unreadable record",
                absl::StrCat(kOthers, " of ", kOthers, ", the corrected one after"));
}

}  // namespace

void BadRecords(const ScenarioOptions& options, Report& report) {
  World world(options);
  Tree tree(world);
  Node& district = *tree.AddDistrict("hz.fuyang").node;
  Desktop& desktop = *tree.AddDesktop("fuchun", kUnit, district).desktop;
  CheckUp(world, tree, desktop, report);
  if (!report.failed()) CheckDown(tree, desktop, district, report);
}

}  // namespace bangfu::chaos
