#ifndef BANGFU_CLIENT_REPLICA_REPLICA_FILE_H_
#define BANGFU_CLIENT_REPLICA_REPLICA_FILE_H_

#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/replica/sealed_database.h"

namespace bangfu::client {

// How long a command waits for another one that writes the same file.
inline constexpr absl::Duration kBusyTimeout = absl::Seconds(5);

// Makes a key file when there is none and a database file with our schema, lets `fill` write its
// first rows and gives it its name when everything is on the disk. ALREADY_EXISTS.
absl::Status CreateReplicaFile(const std::string& path,
                               absl::FunctionRef<void(SealedDatabase&)> fill);

// Opens the file and checks what it is. NOT_FOUND, FAILED_PRECONDITION, also when its key file is
// missing or another one.
absl::StatusOr<std::unique_ptr<SealedDatabase>> OpenReplicaFile(const std::string& path);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_REPLICA_FILE_H_
