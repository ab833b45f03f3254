#ifndef BANGFU_SERVER_CLUSTER_SOCKET_FOLDER_H_
#define BANGFU_SERVER_CLUSTER_SOCKET_FOLDER_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/cluster/account.h"

namespace bangfu::server {

// The longest folder path that leaves room for "/.s.PGSQL.5432" and the terminating zero in the 108
// bytes of sockaddr_un (unix(7)).
inline constexpr size_t kMaxSocketFolderBytes = 108 - sizeof("/.s.PGSQL.5432");

// Where the unix socket of the cluster in `data_dir` (canonical) lives: <data_dir>/socket, or
// /tmp/bangfu-<id> when that is too long for a socket or contains a comma, which separates hosts in
// connection strings. The same for every run.
std::string SocketFolderFor(absl::string_view data_dir);

// A stable name for the cluster in `data_dir` (canonical), "bangfu-" and 16 hexadecimal digits: at
// most 63 ASCII characters, as PostgreSQL's cluster_name demands.
std::string ClusterNameFor(absl::string_view data_dir);

// Makes `folder` exist with `owner` as owner and mode 0700. Whoever can enter it may do everything
// in the database (auth is trust), so a folder of somebody else or a symbolic link is refused.
//
// Errors: FAILED_PRECONDITION it belongs to somebody else or is no folder; otherwise as mkdir(2),
//         open(2), fchown(2) reported.
absl::Status PrepareSocketFolder(const std::string& folder, const Account& owner);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_CLUSTER_SOCKET_FOLDER_H_
