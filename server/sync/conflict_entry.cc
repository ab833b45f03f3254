#include "server/sync/conflict_entry.h"

#include <random>

#include "domain/text/uuid.h"

namespace bangfu::server {
namespace {

// What decides while nobody has: the value of the authority stays.
constexpr char kAuthorityValueStays[] = "authority-value-stays";

std::string NewId(absl::Time now) {
  thread_local std::random_device device;
  thread_local domain::UuidGenerator generator(
      [] { return (uint64_t{device()} << 32) | device(); });
  return generator.Next(now);
}

}  // namespace

v1::Conflict NewConflictEntry(const PreparedChange& prepared, const Principal& principal,
                              absl::Time now, v1::ConflictKind kind, v1::ConflictState state) {
  v1::Conflict entry;
  entry.set_id(NewId(now));
  entry.set_kind(kind);
  entry.set_state(state);
  entry.set_record_type(prepared.change->record_type());
  entry.set_record_id(prepared.change->record_id());
  *entry.mutable_change() = *prepared.change;
  *entry.mutable_logged_time() = ToProto(now);
  entry.set_policy(kAuthorityValueStays);
  entry.set_pushed_by(principal.Key());
  return entry;
}

void SetOurs(v1::Conflict& entry, const Revision& revision) {
  *entry.mutable_ours_actor() = revision.actor;
  *entry.mutable_ours_entry_time() = ToProto(revision.entry_time);
}

google::protobuf::Timestamp ToProto(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  const int64_t seconds = absl::ToUnixSeconds(time);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(
      static_cast<int32_t>((time - absl::FromUnixSeconds(seconds)) / absl::Nanoseconds(1)));
  return timestamp;
}

absl::Time FromProto(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

}  // namespace bangfu::server
