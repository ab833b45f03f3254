#ifndef BANGFU_DOMAIN_RECORD_RECORD_TYPE_H_
#define BANGFU_DOMAIN_RECORD_RECORD_TYPE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/change.pb.h"
#include "google/protobuf/message.h"

namespace bangfu::domain {

// An empty message of the type; nullptr for a type that is not known here.
std::unique_ptr<google::protobuf::Message> NewRecord(v1::RecordType type);

// Parses a body. INVALID_ARGUMENT when it is not a message of the type.
absl::StatusOr<std::unique_ptr<google::protobuf::Message>> ParseRecord(v1::RecordType type,
                                                                       absl::string_view body);

// Value of the field "id".
std::string IdOf(const google::protobuf::Message& record);
void SetId(google::protobuf::Message& record, absl::string_view id);

// UUID of the archive that an aid event or visit belongs to; empty for an archive.
std::string ParentIdOf(const google::protobuf::Message& record);

// Whether an archive in this status still counts for "one person, one archive" (a live archive).
bool IsLive(v1::ArchiveStatus status);

// Normalised identity numbers of the applicant and the members, without repetition, sorted; invalid
// ones left out.
std::vector<std::string> PersonsOf(const v1::Archive& archive);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RECORD_RECORD_TYPE_H_
