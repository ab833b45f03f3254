#ifndef BANGFU_SERVER_SERVICE_CONFLICT_MASK_H_
#define BANGFU_SERVER_SERVICE_CONFLICT_MASK_H_

#include "bangfu/v1/change.pb.h"

namespace bangfu::server {

// Leaves of an entry of the conflict log which fields disagree and who wrote them, values masked as
// in the record. The record itself is gone: of whom a value of a member speaks cannot be told from
// the entry alone, so what is hidden of minors is hidden of everybody.
void MaskConflict(v1::Conflict& conflict);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_CONFLICT_MASK_H_
