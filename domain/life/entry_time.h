#ifndef BANGFU_DOMAIN_LIFE_ENTRY_TIME_H_
#define BANGFU_DOMAIN_LIFE_ENTRY_TIME_H_

#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"

namespace bangfu::domain {

// Sets when the record was entered (R48, A23): entry time of the change that creates it, whatever
// the record itself says. Nothing for a record without that field (an archive).
void SetEnteredTime(google::protobuf::Message& record, const google::protobuf::Timestamp& entered);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_LIFE_ENTRY_TIME_H_
