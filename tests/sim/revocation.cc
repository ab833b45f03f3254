#include "tests/sim/revocation.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "domain/rules/org_tree.h"
#include "tests/sim/checks.h"
#include "tests/sim/households.h"
#include "tests/sim/sim_orgs.h"

namespace bangfu::sim {
namespace {

constexpr char kUnit[] = "hz.fuyang.fuchun";
constexpr char kSibling[] = "hz.fuyang.dongzhou";
constexpr char kElsewhere[] = "hz.shangcheng.qingbo";
constexpr char kRezonedUnit[] = "hz.shangcheng.dongzhou";

bool IsEdition(Leaving leaving) {
  return leaving == Leaving::kUnitRezoned || leaving == Leaving::kUnitMerged;
}

// A city with two districts, a household of one of them on all desktops above it.
class Stage {
 public:
  Stage(const Scenario& scenario, const std::string& folder)
      : scenario_(scenario), rng_(42), world_(7, folder) {
    SimNode& city = world_.AddNode(kCity, nullptr);
    city.TakeEdition(FirstOrgs()).IgnoreError();
    city.TakePeople(FirstPeople()).IgnoreError();
    SimNode& fuyang = world_.AddNode("hz.fuyang", &city);
    SimNode& shangcheng = world_.AddNode("hz.shangcheng", &city);
    for (SimNode* node : {&fuyang, &shangcheng}) node->Round().IgnoreError();
    unit_ = &world_.AddDesktop(kUnit, "desk", fuyang);
    sibling_ = &world_.AddDesktop(kSibling, "desk", fuyang);
    union_ = &world_.AddDesktop("hz.fuyang", "desk", fuyang);
    elsewhere_ = &world_.AddDesktop(kElsewhere, "desk", shangcheng);
    center_ = &world_.AddDesktop(kCenter, "desk", city);
    for (auto& desktop : world_.desktops()) desktop->Join().IgnoreError();
    // An edition takes the unit's own certificate with it, so that its union is who loses records.
    loser_ = IsEdition(scenario.leaving) ? union_ : unit_;
  }

  Problems Play() {
    File();
    Enter();
    switch (scenario_.moment) {
      case Moment::kBeforeSync:
      case Moment::kGivenBack:
        Leave();
        // Hears of it before it has sent anything.
        loser_->PullOnly().IgnoreError();
        Sync(*loser_);
        break;
      case Moment::kBetween:
        loser_->link().OnPushed([this] { LeaveOnce(); });
        Sync(*loser_);
        LeaveOnce();
        break;
      case Moment::kCutPull:
        Leave();
        for (int calls = 2; calls < 5; ++calls) {
          loser_->link().Plan(Fault::kCutPull, calls);
          Sync(*loser_);
          loser_->link().ForgetPlan();
        }
        break;
      case Moment::kRestart:
        loser_->PushOnly().IgnoreError();
        Expect(loser_->Reopen(), "reopen");
        Leave();
        break;
    }
    Settle();
    if (scenario_.moment == Moment::kGivenBack && !IsEdition(scenario_.leaving) &&
        scenario_.leaving != Leaving::kArchiveEnded) {
      CheckGone();
      MoveTo(*center_, kUnit);
      Settle();
      if (!HasRecords(*loser_)) problems_.push_back("the record did not come back");
    } else {
      CheckGone();
    }
    CheckAccounted();
    for (const std::string& problem : CheckWorld(world_)) problems_.push_back(problem);
    return problems_;
  }

 private:
  void Expect(const absl::Status& status, absl::string_view what) {
    if (!status.ok()) problems_.push_back(absl::StrCat(what, ": ", status.ToString()));
  }

  void Sync(SimDesktop& desktop) {
    world_.SequenceAll();
    desktop.Sync().IgnoreError();
    world_.SequenceAll();
  }

  void SyncAllBut(const SimDesktop& absent) {
    for (int i = 0; i < 3; ++i) {
      for (auto& node : world_.nodes()) {
        node->Round().IgnoreError();
        world_.SequenceAll();
      }
      for (auto& desktop : world_.desktops()) {
        if (desktop.get() != &absent) Sync(*desktop);
      }
    }
  }

  void Settle() { Expect(world_.Settle(), "settle"); }

  void File() {
    SimDesktop& desk = IsEdition(scenario_.leaving) ? *sibling_ : *unit_;
    archive_ = rng_.Uuid();
    const v1::Archive archive = HouseholdOf(1, archive_, desk.self().org);
    Must(desk,
         desk.NewPut(v1::RECORD_TYPE_ARCHIVE, nullptr, archive, desk.Person("handler"), rng_));
    Must(desk, desk.NewPut(v1::RECORD_TYPE_AID_EVENT, nullptr,
                           AidEventFor(archive_, rng_.Uuid(), rng_), desk.Person("handler"), rng_));
    Settle();
  }

  void Must(SimDesktop& desktop, const v1::Change& change) {
    Expect(world_.Enter(desktop, change), "enter");
  }

  v1::Archive ArchiveAt(SimDesktop& desktop) {
    v1::Archive archive;
    auto record = desktop.replica().GetRecord(archive_);
    if (!record.ok() || !archive.ParseFromString(record->body)) {
      problems_.push_back(absl::StrCat("no archive at ", desktop.self().org));
    }
    return archive;
  }

  // What the desktop enters and does not send.
  void Enter() {
    const v1::Actor actor = loser_->Person("handler");
    switch (scenario_.unsent) {
      case Unsent::kNothing:
        return;
      case Unsent::kField: {
        const v1::Archive before = ArchiveAt(*loser_);
        v1::Archive after = before;
        after.set_phone("13805719999");
        Unsend(loser_->NewPut(v1::RECORD_TYPE_ARCHIVE, &before, after, actor, rng_));
        break;
      }
      case Unsent::kAidEvent:
        Unsend(loser_->NewPut(v1::RECORD_TYPE_AID_EVENT, nullptr,
                              AidEventFor(archive_, rng_.Uuid(), rng_), actor, rng_));
        break;
      case Unsent::kVisit:
        Unsend(loser_->NewPut(v1::RECORD_TYPE_VISIT, nullptr, VisitTo(archive_, rng_.Uuid(), rng_),
                              actor, rng_));
        break;
      case Unsent::kSubmit: {
        v1::Change change = loser_->NewChange(v1::RECORD_TYPE_ARCHIVE, archive_, actor, rng_);
        change.mutable_submit()->set_opinion("情况属实");
        Unsend(change);
      }
    }
  }

  void Unsend(const v1::Change& change) {
    unsent_ = change.change_id();
    Must(*loser_, change);
  }

  void MoveTo(SimDesktop& desktop, const std::string& unit) {
    const v1::Archive before = ArchiveAt(desktop);
    v1::Archive after = before;
    after.set_unit(unit);
    const bool center = &desktop == center_;
    v1::Change change = desktop.NewPut(v1::RECORD_TYPE_ARCHIVE, &before, after,
                                       desktop.Person(center ? "approver" : "handler"), rng_);
    if (center) change.mutable_put()->set_correction_reason("职工已调动");
    Must(desktop, change);
    Sync(desktop);
  }

  void LeaveOnce() {
    if (!left_) Leave();
  }

  // The record leaves, and everybody but the desktop knows.
  void Leave() {
    left_ = true;
    switch (scenario_.leaving) {
      case Leaving::kWithinDistrict:
        MoveTo(*union_, kSibling);
        break;
      case Leaving::kToOtherDistrict:
        MoveTo(*center_, kElsewhere);
        break;
      case Leaving::kMovedByCity:
        MoveTo(*center_, kSibling);
        break;
      case Leaving::kMovedBySelf: {
        const v1::Archive before = ArchiveAt(*loser_);
        v1::Archive after = before;
        after.set_unit(kSibling);
        Must(*loser_, loser_->NewPut(v1::RECORD_TYPE_ARCHIVE, &before, after,
                                     loser_->Person("handler"), rng_));
        break;
      }
      case Leaving::kUnitRezoned:
        Expect(
            world_.root().TakeEdition(Reformed(world_.root().orgs().proto(), OrgReform::kMoveUnit)),
            "edition");
        break;
      case Leaving::kUnitMerged:
        Expect(
            world_.root().TakeEdition(Merged(world_.root().orgs().proto(), kSibling, kElsewhere)),
            "edition");
        break;
      case Leaving::kArchiveEnded: {
        v1::Change change =
            union_->NewChange(v1::RECORD_TYPE_ARCHIVE, archive_, union_->Person("reviewer"), rng_);
        change.mutable_deregister()->set_reason("走访发现已不符合条件");
        Must(*union_, change);
        Sync(*union_);
      }
    }
    SyncAllBut(*loser_);
  }

  bool HasRecords(SimDesktop& desktop) {
    auto record = desktop.replica().GetRecord(archive_);
    return record.ok() && record->base_body.has_value();
  }

  // No record is left where it does not belong, and it is where it does.
  void CheckGone() {
    const server::StoredRecord* record = world_.root().state().Record(archive_);
    if (record == nullptr) {
      problems_.push_back("the city lost the archive");
      return;
    }
    // Nor does it leave the unit that had submitted it before: the unit is fixed by then.
    const bool stays =
        scenario_.leaving == Leaving::kArchiveEnded || scenario_.leaving == Leaving::kMovedBySelf ||
        (scenario_.leaving == Leaving::kWithinDistrict && scenario_.unsent == Unsent::kSubmit);
    const std::string scope = loser_->parent().ScopeOf(loser_->self());
    if (!stays && domain::IsWithin(record->org, scope)) {
      problems_.push_back(absl::StrCat("the archive did not leave: ", record->org));
    }
    if (domain::IsWithin(record->org, scope)) return;
    for (const v1::RecordType type :
         {v1::RECORD_TYPE_ARCHIVE, v1::RECORD_TYPE_AID_EVENT, v1::RECORD_TYPE_VISIT}) {
      client::RecordFilter filter;
      filter.type = type;
      auto records = loser_->replica().ListRecords(filter);
      if (records.ok() && !records->empty()) {
        problems_.push_back(
            absl::StrCat(records->size(), " records are left of type ", static_cast<int>(type)));
      }
    }
  }

  // What was entered took effect, was refused with a reason, or waits in the log of those who have
  // the record now.
  void CheckAccounted() {
    if (unsent_.empty()) return;
    auto entry = loser_->replica().GetEntry(unsent_);
    if (!entry.ok()) {
      problems_.push_back("the edit is gone");
      return;
    }
    if (entry->outcome.verdict() == v1::VERDICT_REFUSED && entry->outcome.findings().empty()) {
      problems_.push_back("the edit was refused without a reason");
    }
    if (entry->outcome.verdict() != v1::VERDICT_PARKED) return;
    const server::StoredRecord* record = world_.root().state().Record(archive_);
    const bool found =
        std::any_of(world_.nodes().begin(), world_.nodes().end(), [&](const auto& node) {
          const auto& conflicts = node->state().conflicts;
          return std::any_of(conflicts.begin(), conflicts.end(), [&](const auto& row) {
            const v1::Conflict& conflict = *row.second.conflict;
            return conflict.change().change_id() == unsent_ && record != nullptr &&
                   conflict.org() == record->org && domain::IsWithin(record->org, node->self().org);
          });
        });
    if (!found) problems_.push_back("the edit was parked, but not with those who have the record");
  }

  static v1::OrgTree Merged(const v1::OrgTree& before, const std::string& from,
                            const std::string& into) {
    v1::OrgTree tree = before;
    tree.clear_orgs();
    tree.set_version(before.version() + 1);
    for (const v1::Org& org : before.orgs()) {
      if (org.id() == from) continue;
      v1::Org& kept = *tree.add_orgs();
      kept = org;
      if (org.id() == into) kept.add_former_ids(from);
    }
    return tree;
  }

  const Scenario scenario_;
  Rng rng_;
  World world_;
  SimDesktop* unit_ = nullptr;
  SimDesktop* sibling_ = nullptr;
  SimDesktop* union_ = nullptr;
  SimDesktop* elsewhere_ = nullptr;
  SimDesktop* center_ = nullptr;
  SimDesktop* loser_ = nullptr;
  std::string archive_;
  std::string unsent_;  // change_id
  bool left_ = false;
  Problems problems_;
};

}  // namespace

std::vector<Scenario> Scenarios() {
  std::vector<Scenario> all;
  for (int leaving = 0; leaving <= static_cast<int>(Leaving::kArchiveEnded); ++leaving) {
    for (int unsent = 0; unsent <= static_cast<int>(Unsent::kVisit); ++unsent) {
      for (int moment = 0; moment <= static_cast<int>(Moment::kGivenBack); ++moment) {
        all.push_back({static_cast<Leaving>(leaving), static_cast<Unsent>(unsent),
                       static_cast<Moment>(moment)});
      }
    }
  }
  return all;
}

std::string NameOf(const Scenario& scenario) {
  static constexpr const char* kLeaving[] = {
      "within_district", "to_other_district", "moved_by_city", "moved_by_self",
      "unit_rezoned",    "unit_merged",       "archive_ended"};
  static constexpr const char* kUnsent[] = {"nothing", "field", "aid_event", "submit", "visit"};
  static constexpr const char* kMoment[] = {"before_sync", "between_push_and_pull", "cut_pull",
                                            "restart", "given_back"};
  return absl::StrCat(kLeaving[static_cast<int>(scenario.leaving)], "/",
                      kUnsent[static_cast<int>(scenario.unsent)], "/",
                      kMoment[static_cast<int>(scenario.moment)]);
}

std::vector<std::string> RunScenario(const Scenario& scenario, const std::string& folder) {
  return Stage(scenario, folder).Play();
}

}  // namespace bangfu::sim
