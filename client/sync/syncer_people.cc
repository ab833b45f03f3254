#include <algorithm>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "client/sync/conflict_refresh.h"
#include "client/sync/syncer.h"

// What a sync does because of the people at the desk.
namespace bangfu::client {
namespace {

// For the audit log of the server.
constexpr char kComparison[] = "核对本机的冲突记录 / comparison of the conflict log of this desk";

bool SaysNotSignedIn(const v1::Outcome& outcome) {
  const auto& findings = outcome.findings();
  return outcome.verdict() == v1::VERDICT_REFUSED &&
         std::any_of(findings.begin(), findings.end(), [](const v1::Finding& finding) {
           return finding.code() == v1::FINDING_CODE_NOT_SIGNED_IN;
         });
}

bool MayNot(const absl::Status& status) {
  return absl::IsUnauthenticated(status) || absl::IsPermissionDenied(status);
}

// The conflict log as servers without accounts tell it.
class OpenConflictLog final : public ConflictLog {
 public:
  explicit OpenConflictLog(ServerLink& link) : link_(link) {}

  absl::StatusOr<v1::ListConflictsResponse> List(const v1::ListConflictsRequest& query) override {
    return link_.ListConflicts(query);
  }
  absl::StatusOr<std::optional<v1::Conflict>> Get(const std::string& id) override {
    auto conflict = link_.GetConflict(id);
    if (!conflict.ok()) return conflict.status();
    return *std::move(conflict);
  }

 private:
  ServerLink& link_;
};

// The conflict log as a person reads it, whole: what lies in a replica is not masked.
class PersonsConflictLog final : public ConflictLog {
 public:
  PersonsConflictLog(IdentityLink& link, std::string session) : link_(link) {
    who_.session = std::move(session);
  }

  absl::StatusOr<v1::ListConflictsResponse> List(const v1::ListConflictsRequest& query) override {
    return link_.ListConflicts(who_, query);
  }
  absl::StatusOr<std::optional<v1::Conflict>> Get(const std::string& id) override {
    v1::GetConflictRequest request;
    request.set_id(id);
    request.set_unmask_reason(kComparison);
    auto answer = link_.GetConflict(who_, request);
    if (MayNot(answer.status())) return std::nullopt;
    if (!answer.ok()) return answer.status();
    return std::move(*answer->mutable_conflict());
  }

 private:
  IdentityLink& link_;
  OnBehalf who_;
};

}  // namespace

absl::Status Syncer::RefreshDirectory() {
  if (!Can(v1::CAPABILITY_PEOPLE)) return absl::OkStatus();
  auto ours = replica_.DirectoryVersion();
  if (!ours.ok()) return ours.status();
  // A root that was restored may have a lower one.
  if (handshake_.directory_version() == *ours) return absl::OkStatus();
  auto theirs = link_.GetDirectory(*ours);
  if (!theirs.ok()) return theirs.status();
  return theirs->has_value() ? replica_.SaveDirectory(**theirs) : absl::OkStatus();
}

absl::StatusOr<std::map<std::string, std::string>> Syncer::GoodSessions() const {
  auto sessions = replica_.Sessions();
  if (!sessions.ok()) return sessions.status();
  const Clock& clock = people_.machine_clock != nullptr ? *people_.machine_clock : clock_;
  std::map<std::string, std::string> good;
  for (DeskSession& session : *sessions) {
    if (unsigned_.count(session.person.id()) > 0) continue;
    if (session.IsGood(clock.Now())) good.emplace(session.person.id(), std::move(session.token));
  }
  return good;
}

absl::StatusOr<Syncer::Parcel> Syncer::NextParcel(int limit) const {
  std::map<std::string, std::string> sessions;
  std::set<std::string> people;
  if (Can(v1::CAPABILITY_PEOPLE)) {
    auto good = GoodSessions();
    if (!good.ok()) return good.status();
    sessions = *std::move(good);
    for (const auto& [person, token] : sessions) people.insert(person);
  }
  auto pending =
      Can(v1::CAPABILITY_PEOPLE) ? replica_.PendingOf(people, limit) : replica_.Pending(limit);
  if (!pending.ok()) return pending.status();
  Parcel parcel;
  parcel.note.replica_id = replica_id_;
  std::set<std::string> actors;
  for (PendingChange& each : *pending) {
    const std::string& actor = each.change.actor().person_id();
    const auto session = sessions.find(actor);
    if (session != sessions.end() && actors.count(actor) == 0) {
      if (actors.size() == limits::kMaxSessionsPerPush) break;  // the next push takes the others
      actors.insert(actor);
      parcel.note.sessions.push_back(session->second);
    }
    parcel.changes.push_back(std::move(each.change));
    if (each.reoffer.has_value()) parcel.note.reoffers.push_back(*std::move(each.reoffer));
  }
  return parcel;
}

void Syncer::DropUnsigned(std::vector<v1::Change>& changes, std::vector<v1::Outcome>& outcomes) {
  size_t kept = 0;
  for (size_t i = 0; i < changes.size(); ++i) {
    if (SaysNotSignedIn(outcomes[i])) {
      unsigned_.insert(changes[i].actor().person_id());
      continue;
    }
    if (kept != i) {
      changes[kept] = std::move(changes[i]);
      outcomes[kept] = std::move(outcomes[i]);
    }
    ++kept;
  }
  changes.resize(kept);
  outcomes.resize(kept);
}

absl::Status Syncer::CountHeldBack(SyncReport& report) const {
  if (!Can(v1::CAPABILITY_PEOPLE)) return absl::OkStatus();
  auto good = GoodSessions();
  if (!good.ok()) return good.status();
  std::set<std::string> people;
  for (const auto& [person, token] : *good) people.insert(person);
  auto held = replica_.HeldBack(people);
  if (!held.ok()) return held.status();
  report.held_back = *std::move(held);
  return absl::OkStatus();
}

absl::Status Syncer::ReportReads() {
  if (people_.link == nullptr || !Can(v1::CAPABILITY_PEOPLE)) return absl::OkStatus();
  for (;;) {  // every turn leaves fewer
    auto reads = replica_.UnreportedReads(limits::kMaxReportedReads);
    if (!reads.ok()) return reads.status();
    if (reads->empty()) return absl::OkStatus();
    v1::ReportReadsRequest request;
    for (const v1::AuditEntry& read : *reads) *request.add_entries() = read;
    if (absl::Status status = people_.link->ReportReads(request); !status.ok()) return status;
    if (absl::Status status = replica_.RemoveReads(*reads); !status.ok()) return status;
  }
}

absl::Status Syncer::CompareConflicts(SyncReport& report) {
  if (!Can(v1::CAPABILITY_PEOPLE)) {
    OpenConflictLog log(link_);
    return RefreshConflicts(log, replica_);
  }
  auto good = GoodSessions();
  if (!good.ok()) return good.status();
  for (auto& [person, token] : *good) {
    if (people_.link == nullptr) break;
    PersonsConflictLog log(*people_.link, std::move(token));
    absl::Status status = RefreshConflicts(log, replica_);
    if (!MayNot(status)) return status;
  }
  report.conflicts_not_compared = true;
  return absl::OkStatus();
}

}  // namespace bangfu::client
