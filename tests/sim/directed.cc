#include "tests/sim/directed.h"

#include <functional>

#include "absl/strings/str_cat.h"
#include "tests/sim/checks.h"
#include "tests/sim/households.h"
#include "tests/sim/sim_orgs.h"

namespace bangfu::sim {
namespace {

constexpr char kUnit[] = "hz.fuyang.fuchun";
constexpr char kSibling[] = "hz.fuyang.dongzhou";

// A city with one district and a desktop at every level.
class Town {
 public:
  explicit Town(const std::string& folder) : rng_(17), world_(3, folder) {
    SimNode& city = world_.AddNode(kCity, nullptr);
    city.TakeEdition(FirstOrgs()).IgnoreError();
    city.TakePeople(FirstPeople()).IgnoreError();
    SimNode& fuyang = world_.AddNode("hz.fuyang", &city);
    Expect(fuyang.Round(), "round");
    unit_ = &world_.AddDesktop(kUnit, "desk", fuyang);
    union_ = &world_.AddDesktop("hz.fuyang", "desk", fuyang);
    center_ = &world_.AddDesktop(kCenter, "desk", city);
    for (auto& desktop : world_.desktops()) Expect(desktop->Join(), "join");
  }

  World& world() { return world_; }
  SimDesktop& unit() { return *unit_; }
  SimDesktop& district() { return *union_; }
  SimDesktop& center() { return *center_; }
  Problems& problems() { return problems_; }

  void Expect(const absl::Status& status, absl::string_view what) {
    if (!status.ok()) problems_.push_back(absl::StrCat(what, ": ", status.ToString()));
  }

  void Settle() { Expect(world_.Settle(), "settle"); }

  // Files a household at the unit's desktop and returns the id of its archive.
  std::string File(int family) {
    const std::string id = rng_.Uuid();
    Enter(*unit_, unit_->NewPut(v1::RECORD_TYPE_ARCHIVE, nullptr, HouseholdOf(family, id, kUnit),
                                unit_->Person("handler"), rng_));
    return id;
  }

  void Enter(SimDesktop& desktop, const v1::Change& change) {
    Expect(world_.Enter(desktop, change), "enter");
  }

  v1::Change Step(SimDesktop& desktop, const std::string& archive, const std::string& office) {
    return desktop.NewChange(v1::RECORD_TYPE_ARCHIVE, archive, desktop.Person(office), rng_);
  }

  // A put of what `edit` does to the archive, as the desktop sees it.
  void Edit(SimDesktop& desktop, const std::string& archive_id,
            const std::function<void(v1::Archive&)>& edit) {
    v1::Archive before;
    auto record = desktop.replica().GetRecord(archive_id);
    if (!record.ok() || !before.ParseFromString(record->body)) {
      problems_.push_back(absl::StrCat("no archive at ", desktop.self().org));
      return;
    }
    v1::Archive after = before;
    edit(after);
    const bool corrects = &desktop == center_;
    v1::Change put = desktop.NewPut(v1::RECORD_TYPE_ARCHIVE, &before, after,
                                    desktop.Person(corrects ? "approver" : "handler"), rng_);
    if (corrects) put.mutable_put()->set_correction_reason("电话核实后更正");
    Enter(desktop, put);
  }

  Problems Finish() {
    Settle();
    for (const std::string& problem : CheckWorld(world_)) problems_.push_back(problem);
    return problems_;
  }

 private:
  Rng rng_;
  World world_;
  SimDesktop* unit_ = nullptr;
  SimDesktop* union_ = nullptr;
  SimDesktop* center_ = nullptr;
  Problems problems_;
};

// Two archives of one unit are approved in two pushes: two numbers, one after the other.
Problems NumbersInTurn(const std::string& folder) {
  constexpr int kArchives = 2;
  Town town(folder);
  for (int family = 1; family <= kArchives; ++family) {
    const std::string id = town.File(family);
    v1::Change submit = town.Step(town.unit(), id, "handler");
    submit.mutable_submit()->set_opinion("情况属实");
    town.Enter(town.unit(), submit);
    town.Settle();
    v1::Change review = town.Step(town.district(), id, "reviewer");
    review.mutable_review()->set_opinion("同意");
    town.Enter(town.district(), review);
    town.Settle();
    v1::Change approve = town.Step(town.center(), id, "approver");
    approve.mutable_approve()->set_determined_category(v1::HARDSHIP_CATEGORY_OTHER);
    town.Enter(town.center(), approve);
    town.Settle();
    const server::StoredRecord* record = town.world().root().state().Record(id);
    if (record == nullptr || record->columns.number.empty()) {
      town.problems().push_back("an approved archive has no number");
    }
  }
  return town.Finish();
}

// A desktop hears that a record has left before it sends what was entered about it.
Problems LeftBeforePush(const std::string& folder) {
  Town town(folder);
  const std::string id = town.File(1);
  town.Settle();
  town.Edit(town.unit(), id, [](v1::Archive& archive) { archive.set_phone("13805719999"); });
  town.Edit(town.district(), id, [](v1::Archive& archive) { archive.set_unit(kSibling); });
  town.Expect(town.district().Sync(), "sync");
  town.world().SequenceAll();
  town.Expect(town.unit().PullOnly(), "pull");
  return town.Finish();
}

// A change that waits at the district is settled nowhere yet, whatever its desktop asks.
Problems WaitsAtDistrict(const std::string& folder) {
  Town town(folder);
  town.File(1);
  town.Expect(town.unit().Sync(), "sync");
  town.Expect(town.unit().Sync(), "sync");
  for (const client::OutboxEntry& entry : town.unit().AllEntries()) {
    if (entry.receipt.settled()) {
      town.problems().push_back("a receipt is settled before the city has answered");
    }
  }
  return town.Finish();
}

// An edit waits at the district while the city's version comes down, and the line breaks before the
// edit goes up: the people of the district go on seeing it.
Problems PendingStaysVisible(const std::string& folder) {
  constexpr char kPhone[] = "13805719999";
  constexpr char kAddress[] = "某某路9号";
  Town town(folder);
  const std::string id = town.File(1);
  town.Settle();
  town.Edit(town.unit(), id, [&](v1::Archive& archive) { archive.set_phone(kPhone); });
  town.Expect(town.unit().Sync(), "sync");
  town.Edit(town.center(), id, [&](v1::Archive& archive) { archive.set_address(kAddress); });
  town.Expect(town.center().Sync(), "sync");
  SimNode& district = *town.world().NodeOf("hz.fuyang");
  town.world().SequenceAll();
  bool came_down = false;
  district.up().OnBatchEnd([&] {
    came_down = true;
    district.up().Partition(true);
  });
  district.Round().IgnoreError();
  district.up().OnBatchEnd(nullptr);
  v1::Archive archive;
  const server::StoredRecord* record = district.state().Record(id);
  if (record == nullptr || !archive.ParseFromString(record->body) || archive.phone() != kPhone) {
    town.problems().push_back("the district lost sight of its edit");
  }
  if (!came_down || archive.address() != kAddress) {
    town.problems().push_back("the version of the city did not come down");
  }
  return town.Finish();
}

}  // namespace

std::vector<DirectedScenario> DirectedScenarios() {
  return {{"numbers_in_turn", NumbersInTurn},
          {"left_before_push", LeftBeforePush},
          {"waits_at_district", WaitsAtDistrict},
          {"pending_stays_visible", PendingStaysVisible}};
}

}  // namespace bangfu::sim
