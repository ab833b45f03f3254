#include "server/sync/conflict_entry.h"

#include <openssl/sha.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace bangfu::server {
namespace {

const char* PolicyOf(v1::ConflictKind kind) {
  switch (kind) {
    case v1::CONFLICT_KIND_FIELDS:
    case v1::CONFLICT_KIND_MERGED:
      return kOfficeThenDraw;
    case v1::CONFLICT_KIND_FIELD_NOT_OWNED:
      return kOwnerWrites;
    case v1::CONFLICT_KIND_DUPLICATE_PERSON:
      return kFirstFilingStays;
    default:
      return kAuthorityValueStays;
  }
}

}  // namespace

std::string ConflictId(absl::string_view change_id, v1::ConflictKind kind, absl::string_view node) {
  const std::string name = absl::StrCat(change_id, "\n", static_cast<int>(kind), "\n", node);
  unsigned char hash[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(name.data()), name.size(), hash);
  hash[6] = static_cast<unsigned char>((hash[6] & 0x0f) | 0x80);  // version 8
  hash[8] = static_cast<unsigned char>((hash[8] & 0x3f) | 0x80);  // variant of RFC 9562
  const std::string hex =
      absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(hash), 16));
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-",
                      hex.substr(16, 4), "-", hex.substr(20));
}

v1::Conflict NewConflictEntry(const PreparedChange& prepared, const Principal& principal,
                              absl::string_view node, absl::Time now, v1::ConflictKind kind,
                              v1::ConflictState state) {
  v1::Conflict entry;
  entry.set_id(ConflictId(prepared.change->change_id(), kind, node));
  entry.set_kind(kind);
  entry.set_state(state);
  entry.set_record_type(prepared.change->record_type());
  entry.set_record_id(prepared.change->record_id());
  *entry.mutable_change() = *prepared.change;
  *entry.mutable_logged_time() = ToProto(now);
  entry.set_policy(PolicyOf(kind));
  entry.set_pushed_by(principal.Key());
  entry.set_logged_by(std::string(node));
  return entry;
}

void SetOurs(v1::Conflict& entry, const Revision& revision) {
  *entry.mutable_ours_actor() = revision.actor;
  *entry.mutable_ours_entry_time() = ToProto(revision.entry_time);
}

void SetTheirs(v1::Conflict& entry, const Revision& revision) {
  *entry.mutable_theirs_actor() = revision.actor;
  *entry.mutable_theirs_entry_time() = ToProto(revision.entry_time);
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
