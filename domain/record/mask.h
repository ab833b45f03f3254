#ifndef BANGFU_DOMAIN_RECORD_MASK_H_
#define BANGFU_DOMAIN_RECORD_MASK_H_

#include "google/protobuf/message.h"

namespace bangfu::domain {

// Replaces every value whose field is not SENSITIVITY_PLAIN by its masked form, in nested messages
// too: texts keep what their format allows (an identity number its first 3 and last 2 characters),
// code values and amounts are cleared. Unknown fields are removed: nobody here knows how sensitive
// they are.
void MaskRecord(google::protobuf::Message& record);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RECORD_MASK_H_
