#ifndef BANGFU_DOMAIN_LIFE_PREVIEW_H_
#define BANGFU_DOMAIN_LIFE_PREVIEW_H_

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "bangfu/v1/change.pb.h"
#include "google/protobuf/message.h"

namespace bangfu::domain {

// What a replica shows of a change that the authority has not answered yet: a put or a step is
// applied, except that an approval stays invisible until the authority has established the archive,
// and that what settling a conflict writes is known to the node that logged it alone.
// A put writes its changed_fields, all fields that are set when it names none. `record` may be
// empty when the change creates it; then its time of entry is that of the change (A23). Errors:
// INVALID_ARGUMENT when the change does not fit the record (other type or id, no action, a body or
// path that cannot be read, a step that is not possible in the present status or about a cause that
// waits for no decision); then `record` is as it was.
absl::Status Preview(google::protobuf::Message& record, const v1::Change& change,
                     absl::CivilDay today);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_LIFE_PREVIEW_H_
