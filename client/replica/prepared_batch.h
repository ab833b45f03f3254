#ifndef BANGFU_CLIENT_REPLICA_PREPARED_BATCH_H_
#define BANGFU_CLIENT_REPLICA_PREPARED_BATCH_H_

#include <string>
#include <vector>

#include "bangfu/v1/codes.pb.h"
#include "bangfu/v1/sync_service.pb.h"

namespace bangfu::client {

// What the row of a record holds, worked out of the parent's version alone.
struct PreparedBase {
  std::string sealed_body;
  std::string archive_id;
  v1::ArchiveStatus status = v1::ARCHIVE_STATUS_UNSPECIFIED;
  std::string number;
  std::vector<std::string> person_hashes;
};

// A batch of a pull, with what could be worked out of it without the file.
struct PreparedBatch {
  v1::PullResponse response;
  std::vector<PreparedBase> records;  // as many as in the response, in its order
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_PREPARED_BATCH_H_
