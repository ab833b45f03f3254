#ifndef BANGFU_SERVER_STORE_COLUMNS_H_
#define BANGFU_SERVER_STORE_COLUMNS_H_

#include "bangfu/v1/change.pb.h"
#include "google/protobuf/message.h"
#include "server/store/store.h"

namespace bangfu::server {

// The typed columns of a record: what SQL must know beside the bytes.
RecordColumns ColumnsOf(v1::RecordType type, const google::protobuf::Message& record);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_COLUMNS_H_
