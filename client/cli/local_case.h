#ifndef BANGFU_CLIENT_CLI_LOCAL_CASE_H_
#define BANGFU_CLIENT_CLI_LOCAL_CASE_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bangfu/v1/case_file.pb.h"
#include "client/replica/replica.h"

namespace bangfu::client {

// An archive of this replica with its aid events and visits.
struct LocalCase {
  LocalRecord record;  // of the archive
  v1::CaseFile records;
};

// The case of one archive. DATA_LOSS when a record cannot be read.
absl::StatusOr<LocalCase> ReadCase(const Replica& replica, const LocalRecord& archive);

// Gives every case to `take`, in the order of the archives' ids, until it returns an error. Reads
// the records page by page and keeps no more than one page. Errors: those of ReadCase and `take`.
absl::Status ForEachCase(const Replica& replica, absl::FunctionRef<absl::Status(LocalCase&)> take);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_LOCAL_CASE_H_
