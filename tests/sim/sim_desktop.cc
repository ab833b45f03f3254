#include "tests/sim/sim_desktop.h"

#include <cstdio>
#include <utility>

#include "domain/record/field_values.h"
#include "domain/record/record_type.h"
#include "server/sync/conflict_entry.h"
#include "tests/sim/sim_node.h"
#include "tests/support/people.h"

namespace bangfu::sim {

using client::EntryState;
using client::LocalRecord;
using client::OutboxEntry;

SimDesktop::SimDesktop(server::Principal self, SimNode& parent, const WorldTime& time,
                       absl::Duration skew, std::string path)
    : self_(std::move(self)),
      parent_(parent),
      clock_(time, skew),
      link_(parent, self_),
      path_(std::move(path)) {}

SimDesktop::~SimDesktop() {
  replica_.reset();
  for (const char* suffix : {"", "-wal", "-shm", ".lock", "-journal"}) {
    std::remove((path_ + suffix).c_str());
  }
}

absl::Status SimDesktop::Join() {
  auto replica = client::Join(link_, "127.0.0.1:1", path_);
  if (!replica.ok()) return replica.status();
  replica_ = *std::move(replica);
  return absl::OkStatus();
}

absl::Status SimDesktop::Reopen() {
  replica_.reset();
  auto replica = client::Replica::Open(path_);
  if (!replica.ok()) return replica.status();
  replica_ = *std::move(replica);
  return absl::OkStatus();
}

absl::Status SimDesktop::Sync() {
  client::SyncReport report;
  return client::Syncer(*replica_, link_, clock_).Sync(report);
}

absl::Status SimDesktop::PushOnly() {
  client::SyncReport report;
  return client::Syncer(*replica_, link_, clock_).Push(report);
}

absl::Status SimDesktop::PullOnly() {
  client::SyncReport report;
  return client::Syncer(*replica_, link_, clock_).Pull(report);
}

absl::StatusOr<client::ReconcileReport> SimDesktop::Verify(client::ReconcileMode mode) {
  client::SyncReport report;
  return client::Syncer(*replica_, link_, clock_).Verify(mode, report);
}

v1::Actor SimDesktop::Person(const std::string& office) const {
  v1::Actor actor;
  actor.set_person_id(server::AccountOf(office, self_.org));
  actor.set_person_name(server::kPersonName);
  actor.set_org(self_.org);
  return actor;
}

v1::Change SimDesktop::NewChange(v1::RecordType type, const std::string& record_id,
                                 const v1::Actor& actor, Rng& rng) const {
  v1::Change change;
  change.set_change_id(rng.Uuid());
  change.set_record_type(type);
  change.set_record_id(record_id);
  *change.mutable_actor() = actor;
  *change.mutable_entry_time() = server::ToProto(clock_.Now());
  change.set_origin_node(self_.node);
  return change;
}

v1::Change SimDesktop::NewPut(v1::RecordType type, const google::protobuf::Message* before,
                              const google::protobuf::Message& after, const v1::Actor& actor,
                              Rng& rng) const {
  v1::Change change = NewChange(type, domain::IdOf(after), actor, rng);
  v1::Put& put = *change.mutable_put();
  put.set_record(after.SerializeAsString());
  if (before == nullptr) return change;
  for (const auto& [path, value] :
       domain::Difference(domain::ReadFields(*before), domain::ReadFields(after))) {
    put.add_changed_fields(path);
  }
  return change;
}

absl::Status SimDesktop::Enter(const v1::Change& change) { return replica_->Append({change}); }

std::vector<LocalRecord> SimDesktop::Archives() const {
  client::RecordFilter filter;
  auto records = replica_->ListRecords(filter);
  return records.ok() ? *std::move(records) : std::vector<LocalRecord>();
}

std::vector<OutboxEntry> SimDesktop::Entries(const std::vector<EntryState>& states) const {
  auto entries = replica_->Outbox(states);
  return entries.ok() ? *std::move(entries) : std::vector<OutboxEntry>();
}

std::vector<OutboxEntry> SimDesktop::AllEntries() const {
  return Entries({EntryState::kPending, EntryState::kAccepted, EntryState::kMerged,
                  EntryState::kConflict, EntryState::kRefused, EntryState::kParked,
                  EntryState::kSuperseded, EntryState::kDismissed, EntryState::kSettled});
}

}  // namespace bangfu::sim
