#ifndef BANGFU_SERVER_STORE_POSTGRES_PLACES_H_
#define BANGFU_SERVER_STORE_POSTGRES_PLACES_H_

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

// Where each sealed value belongs: a value opens at no other place (server/seal). Stored for ever:
// another place would make what is there unreadable. Ids as PostgreSQL writes a uuid.
namespace bangfu::server {

inline std::string RecordPlace(absl::string_view record_id) {
  return absl::StrCat("record/", record_id);
}
inline std::string ActorPlace(absl::string_view record_id, int64_t revision) {
  return absl::StrCat("revision/", record_id, "/", revision, "/actor");
}
inline std::string BeforePlace(absl::string_view record_id, int64_t revision) {
  return absl::StrCat("revision/", record_id, "/", revision, "/before");
}
inline std::string ConflictPlace(absl::string_view conflict_id) {
  return absl::StrCat("conflict/", conflict_id);
}
// In the line and among the answered alike: the change moves between them.
inline std::string UpstreamChangePlace(absl::string_view change_id) {
  return absl::StrCat("upstream/", change_id);
}
inline std::string UpstreamOutcomePlace(absl::string_view change_id) {
  return absl::StrCat("upstream/", change_id, "/outcome");
}

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_PLACES_H_
