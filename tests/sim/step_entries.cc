// What people enter at their desktops.
#include <algorithm>
#include <utility>

#include "domain/record/record_type.h"
#include "domain/rules/org_tree.h"
#include "tests/sim/households.h"
#include "tests/sim/sim_orgs.h"
#include "tests/sim/step_runner.h"

namespace bangfu::sim {
namespace {

using client::LocalRecord;

bool IsCenter(const SimDesktop& desktop) { return desktop.self().org == kCenter; }
bool IsFiling(const SimDesktop& desktop) { return !IsCenter(desktop); }
bool IsUnion(const SimDesktop& desktop) {
  const std::string& org = desktop.self().org;
  return IsFiling(desktop) && std::count(org.begin(), org.end(), '.') == 1;
}
bool IsAnybody(const SimDesktop&) { return true; }

// One of the archives of the desktop, preferably in one of `statuses`.
std::optional<LocalRecord> PickArchive(const SimDesktop& desktop,
                                       const std::vector<v1::ArchiveStatus>& statuses, Rng& rng) {
  std::vector<LocalRecord> all = desktop.Archives();
  if (all.empty()) return std::nullopt;
  std::vector<LocalRecord> fitting;
  for (const LocalRecord& record : all) {
    if (std::count(statuses.begin(), statuses.end(), record.status) > 0) fitting.push_back(record);
  }
  return !fitting.empty() && !rng.OneIn(8) ? rng.Pick(fitting) : rng.Pick(all);
}

v1::Archive ArchiveOf(const LocalRecord& record) {
  v1::Archive archive;
  archive.ParsePartialFromString(record.body);
  return archive;
}

}  // namespace

void StepRunner::RunEntry(StepKind kind, Rng& rng) {
  switch (kind) {
    case StepKind::kFile:
    case StepKind::kFileAgain:
      File(rng, kind == StepKind::kFileAgain);
      break;
    case StepKind::kEditField:
    case StepKind::kEditMembers:
    case StepKind::kEditPapers:
      Edit(kind, rng);
      break;
    case StepKind::kAid:
    case StepKind::kVisit:
      AddEvent(kind, rng);
      break;
    case StepKind::kCorrect:
      Correct(rng);
      break;
    case StepKind::kMoveUnit:
      MoveUnit(rng);
      break;
    case StepKind::kResolve:
      Resolve(rng);
      break;
    case StepKind::kDismiss:
      Dismiss(rng);
      break;
    default:
      TakeStep(kind, rng);
  }
}

void StepRunner::File(Rng& rng, bool again) {
  SimDesktop* desktop = PickDesktop(rng, IsFiling);
  if (desktop == nullptr || (again && world_.families_.empty())) return;
  auto orgs = desktop->replica().OrgTree();
  if (!orgs.ok()) return;
  const std::vector<std::string> units = UnitsWithin(*orgs, desktop->self().org);
  if (units.empty()) return;
  const int family =
      again ? rng.Pick(world_.families_) : static_cast<int>(world_.families_.size()) % kHouseholds;
  const v1::Archive archive = HouseholdOf(family, rng.Uuid(), rng.Pick(units));
  const v1::Change change =
      desktop->NewPut(v1::RECORD_TYPE_ARCHIVE, nullptr, archive, desktop->Person("handler"), rng);
  if (world_.Enter(*desktop, change).ok() && !again) world_.families_.push_back(family);
}

void StepRunner::Edit(StepKind kind, Rng& rng) {
  SimDesktop* desktop = PickDesktop(rng, IsFiling);
  if (desktop == nullptr) return;
  const auto local =
      PickArchive(*desktop, {v1::ARCHIVE_STATUS_DRAFT, v1::ARCHIVE_STATUS_RETURNED}, rng);
  if (!local.has_value()) return;
  const v1::Archive before = ArchiveOf(*local);
  v1::Archive after = before;
  if (kind == StepKind::kEditField) EditField(after, rng);
  if (kind == StepKind::kEditMembers) EditMembers(after, rng);
  if (kind == StepKind::kEditPapers) EditPapers(after, rng);
  const v1::Change change =
      desktop->NewPut(v1::RECORD_TYPE_ARCHIVE, &before, after, desktop->Person("handler"), rng);
  if (change.put().changed_fields().empty()) return;
  world_.Enter(*desktop, change).IgnoreError();
}

void StepRunner::AddEvent(StepKind kind, Rng& rng) {
  SimDesktop* desktop = PickDesktop(rng, IsFiling);
  if (desktop == nullptr) return;
  const auto local = PickArchive(*desktop, {}, rng);
  if (!local.has_value()) return;
  const std::string id = rng.Uuid();
  const v1::Actor actor = desktop->Person("handler");
  const v1::Change change = kind == StepKind::kAid
                                ? desktop->NewPut(v1::RECORD_TYPE_AID_EVENT, nullptr,
                                                  AidEventFor(local->id, id, rng), actor, rng)
                                : desktop->NewPut(v1::RECORD_TYPE_VISIT, nullptr,
                                                  VisitTo(local->id, id, rng), actor, rng);
  world_.Enter(*desktop, change).IgnoreError();
}

void StepRunner::TakeStep(StepKind kind, Rng& rng) {
  std::function<bool(const SimDesktop&)> seat = IsFiling;
  std::vector<v1::ArchiveStatus> statuses = {v1::ARCHIVE_STATUS_DRAFT, v1::ARCHIVE_STATUS_RETURNED};
  std::string office = "handler";
  if (kind == StepKind::kReview) {
    seat = IsUnion;
    statuses = {v1::ARCHIVE_STATUS_SUBMITTED};
    office = "reviewer";
  } else if (kind == StepKind::kApprove || kind == StepKind::kWithdraw ||
             kind == StepKind::kMerge) {
    seat = IsCenter;
    statuses = {kind == StepKind::kApprove ? v1::ARCHIVE_STATUS_REVIEWED
                                           : v1::ARCHIVE_STATUS_ESTABLISHED};
    office = "approver";
  } else if (kind == StepKind::kReturn) {
    seat = IsAnybody;
    statuses = {v1::ARCHIVE_STATUS_SUBMITTED, v1::ARCHIVE_STATUS_REVIEWED};
    office = "reviewer";
  } else if (kind == StepKind::kDeregister) {
    statuses = {v1::ARCHIVE_STATUS_ESTABLISHED};
  }
  SimDesktop* desktop = PickDesktop(rng, seat);
  if (desktop == nullptr) return;
  const auto local = PickArchive(*desktop, statuses, rng);
  if (!local.has_value()) return;
  v1::Change change =
      desktop->NewChange(v1::RECORD_TYPE_ARCHIVE, local->id, desktop->Person(office), rng);
  switch (kind) {
    case StepKind::kSubmit:
      change.mutable_submit()->set_opinion("情况属实");
      break;
    case StepKind::kReview:
      change.mutable_review()->set_opinion("同意");
      break;
    case StepKind::kApprove:
      change.mutable_approve()->set_determined_category(v1::HARDSHIP_CATEGORY_OTHER);
      break;
    case StepKind::kReturn:
      change.mutable_return_()->set_reason("请补充收入证明");
      break;
    case StepKind::kWithdraw:
      change.mutable_withdraw()->set_basis(v1::WITHDRAWAL_BASIS_OTHER);
      change.mutable_withdraw()->set_reason("已迁出本市");
      break;
    case StepKind::kDeregister:
      change.mutable_deregister()->set_reason("走访发现已不符合条件");
      break;
    default: {
      const auto target = PickArchive(*desktop, {v1::ARCHIVE_STATUS_ESTABLISHED}, rng);
      if (!target.has_value() || target->id == local->id) return;
      change.mutable_merge_into()->set_archive_id(target->id);
      change.mutable_merge_into()->set_reason("重复建档");
    }
  }
  world_.Enter(*desktop, change).IgnoreError();
}

void StepRunner::Correct(Rng& rng) {
  SimDesktop* desktop = PickDesktop(rng, IsCenter);
  if (desktop == nullptr) return;
  const auto local = PickArchive(*desktop, {}, rng);
  if (!local.has_value()) return;
  const v1::Archive before = ArchiveOf(*local);
  v1::Archive after = before;
  EditField(after, rng);
  v1::Change change =
      desktop->NewPut(v1::RECORD_TYPE_ARCHIVE, &before, after, desktop->Person("approver"), rng);
  change.mutable_put()->set_correction_reason("电话核实后更正");
  if (change.put().changed_fields().empty()) return;
  world_.Enter(*desktop, change).IgnoreError();
}

void StepRunner::MoveUnit(Rng& rng) {
  SimDesktop* desktop = PickDesktop(rng, IsAnybody);
  const auto local = PickArchive(*desktop, {}, rng);
  auto orgs = desktop->replica().OrgTree();
  if (!local.has_value() || !orgs.ok()) return;
  const v1::Archive before = ArchiveOf(*local);
  v1::Archive after = before;
  after.set_unit(rng.Pick(UnitsWithin(*orgs, kCity)));
  v1::Change change =
      desktop->NewPut(v1::RECORD_TYPE_ARCHIVE, &before, after,
                      desktop->Person(IsCenter(*desktop) ? "approver" : "handler"), rng);
  if (IsCenter(*desktop)) change.mutable_put()->set_correction_reason("职工已调动");
  if (change.put().changed_fields().empty()) return;
  world_.Enter(*desktop, change).IgnoreError();
}

void StepRunner::Resolve(Rng& rng) {
  constexpr int kAtMost = 20;
  SimDesktop* desktop = PickDesktop(rng, [](const SimDesktop& candidate) {
    auto open =
        const_cast<SimDesktop&>(candidate).replica().ListConflicts("", v1::CONFLICT_STATE_OPEN, 1);
    return open.ok() && !open->empty();
  });
  if (desktop == nullptr) return;
  auto open = desktop->replica().ListConflicts("", v1::CONFLICT_STATE_OPEN, kAtMost);
  if (!open.ok() || open->empty()) return;
  const v1::Conflict conflict = rng.Pick(*open);
  v1::Change change =
      desktop->NewChange(conflict.record_type(), conflict.record_id(),
                         desktop->Person(IsCenter(*desktop) ? "approver" : "handler"), rng);
  v1::ResolveConflict& resolve = *change.mutable_resolve_conflict();
  resolve.set_conflict_id(conflict.id());
  resolve.set_decision(rng.Pick(std::vector<v1::ConflictDecision>{
      v1::CONFLICT_DECISION_KEEP_OURS, v1::CONFLICT_DECISION_TAKE_THEIRS,
      v1::CONFLICT_DECISION_TAKE_THEIRS, v1::CONFLICT_DECISION_WRITE_VALUES}));
  resolve.set_reason("经核实");
  if (resolve.decision() == v1::CONFLICT_DECISION_WRITE_VALUES) {
    for (const v1::FieldConflict& field : conflict.fields()) {
      v1::DecidedField& decided = *resolve.add_fields();
      decided.set_field(field.field());
      if (field.has_theirs()) decided.set_value(field.theirs());
    }
  }
  world_.Enter(*desktop, change).IgnoreError();
}

void StepRunner::Dismiss(Rng& rng) {
  SimDesktop* desktop = PickDesktop(rng, IsAnybody);
  const auto entries = desktop->Entries(
      {client::EntryState::kConflict, client::EntryState::kRefused, client::EntryState::kParked});
  if (entries.empty()) return;
  desktop->replica().Dismiss(rng.Pick(entries).change.change_id()).IgnoreError();
}

}  // namespace bangfu::sim
