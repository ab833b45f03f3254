#include "tests/chaos/desktop.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/transport/grpc_identity_link.h"
#include "tests/chaos/scenario.h"
#include "tests/support/people.h"

namespace bangfu::chaos {
namespace {

constexpr absl::Duration kJoinTimeout = absl::Seconds(30);
constexpr absl::Duration kPause = absl::Milliseconds(20);

}  // namespace

Desktop::Desktop(World& world, const std::string& name, const std::string& org,
                 const std::string& server, const Clock* clock)
    : world_(world),
      clock_(clock == nullptr ? world.clock() : *clock),
      name_(name),
      org_(org),
      server_(server),
      path_(world.Path(absl::StrCat(name, ".db"))) {
  Open();
  const absl::Time end = absl::Now() + kJoinTimeout;
  for (;;) {
    auto replica = client::Join(*link_, server_, path_);
    if (replica.ok()) {
      replica_ = *std::move(replica);
      break;
    }
    if (absl::Now() > end) Must(replica.status(), absl::StrCat(name, " joins"));
    absl::SleepFor(kPause);
  }
  for (const client::DeskSession& session : world.people().SignIn(org, name)) {
    Must(replica_->SaveSession(session), "sign-in");
  }
  MakeSyncer();
}

Desktop::Desktop(const Desktop& first)
    : world_(first.world_),
      clock_(first.clock_),
      name_(first.name_),
      org_(first.org_),
      server_(first.server_),
      path_(first.path_) {
  Open();
  replica_ = Must(client::Replica::Open(path_), "second process of a desktop");
  MakeSyncer();
}

void Desktop::Open() {
  const client::LinkCredentials credentials = world_.CredentialsOf(name_, org_, NodeKind::kDesk);
  link_ = Must(client::GrpcServerLink::Connect(server_, credentials), "line");
  people_ = Must(client::GrpcIdentityLink::Connect(server_, credentials), "line");
}

void Desktop::MakeSyncer() {
  syncer_ = std::make_unique<client::Syncer>(*replica_, *link_, clock_, client::OnSyncProgress(),
                                             client::DeskPeople{people_.get(), &machine_clock_});
}

absl::StatusOr<std::vector<v1::Outcome>> Desktop::Push(const std::vector<v1::Change>& changes) {
  client::PushNote note;
  note.sessions.push_back(world_.people().TokenOf(server::AccountOf("handler", org_), name_));
  return link_->Push(changes, note);
}

absl::Status Desktop::Sync() {
  client::SyncReport report;
  return syncer_->Sync(report);
}

bool Desktop::SyncUntilEmpty(absl::Duration timeout) {
  const absl::Time end = absl::Now() + timeout;
  while (absl::Now() < end) {
    if (Sync().ok()) {
      const auto backlog = replica_->GetBacklog();
      if (backlog.ok() && backlog->pending == 0) return true;
    }
    absl::SleepFor(kPause);
  }
  return false;
}

absl::Status Desktop::Enter(const v1::Change& change) {
  last_change_ = change.change_id();
  return replica_->Append({change});
}

absl::Status Desktop::File(const v1::Archive& archive) {
  v1::Change change = Filing(world_, archive);
  SetEntryTime(change, clock_.Now());
  return Enter(change);
}

absl::Status Desktop::EditPhone(const std::string& id, const std::string& phone) {
  return EditArchive(id, {"phone"}, [&phone](v1::Archive& archive) { archive.set_phone(phone); });
}

absl::Status Desktop::EditArchive(const std::string& id, const std::vector<std::string>& fields,
                                  const std::function<void(v1::Archive&)>& edit) {
  const auto record = replica_->GetRecord(id);
  if (!record.ok()) return record.status();
  v1::Archive archive;
  if (!archive.ParseFromString(record->body)) return absl::DataLossError(id);
  edit(archive);
  v1::Change change = Edit(world_, org_, archive, record->base_revision, fields);
  SetEntryTime(change, clock_.Now());
  return Enter(change);
}

std::vector<client::OutboxEntry> Desktop::Outbox() {
  using client::EntryState;
  return Must(replica_->Outbox({EntryState::kPending, EntryState::kAccepted, EntryState::kMerged,
                                EntryState::kConflict, EntryState::kRefused, EntryState::kParked,
                                EntryState::kSuperseded, EntryState::kDismissed}),
              "outbox");
}

}  // namespace bangfu::chaos
