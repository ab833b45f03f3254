#ifndef BANGFU_SERVER_CLUSTER_CLUSTER_FOLDER_H_
#define BANGFU_SERVER_CLUSTER_CLUSTER_FOLDER_H_

#include <sys/types.h>

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/cluster/account.h"
#include "server/cluster/postgres_binaries.h"

namespace bangfu::server {

// Who owns an existing cluster and which PostgreSQL made it.
struct ClusterOrigin {
  uid_t owner = 0;
  int major = 0;
};

// Makes `data_dir` if missing (mode 0700, for root 0711 so that PostgreSQL's account can pass
// through) and returns its canonical path.
//
// Errors: INVALID_ARGUMENT empty path; otherwise as mkdir(2) and realpath(3) reported.
absl::StatusOr<std::string> PrepareDataFolder(const std::string& data_dir);

// What is known of the cluster in <data_dir>/pg; absent when there is none yet.
//
// Errors: FAILED_PRECONDITION the folder exists but is no PostgreSQL cluster.
absl::StatusOr<std::optional<ClusterOrigin>> ReadClusterOrigin(absl::string_view data_dir);

// Makes a cluster in <data_dir>/pg owned by `account`: UTF-8, byte order collation (the fastest,
// and the same on every machine), page checksums. It is made in pg.new and renamed when complete; a
// pg.new left by an interrupted attempt is removed first. `durable` false skips writing through to
// the disk.
//
// Errors: DEADLINE_EXCEEDED, INTERNAL initdb failed (its last message is included); otherwise as
//         the file operations reported.
absl::Status InitializeCluster(const std::string& data_dir, const Account& account,
                               const PostgresBinaries& binaries, bool durable, int log_fd,
                               const std::string& log_path);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_CLUSTER_CLUSTER_FOLDER_H_
