#ifndef BANGFU_SERVER_CLUSTER_PRIVATE_CLUSTER_H_
#define BANGFU_SERVER_CLUSTER_PRIVATE_CLUSTER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/cluster/account.h"
#include "server/cluster/child_process.h"
#include "server/cluster/node_lock.h"

namespace bangfu::server {

inline constexpr unsigned kDefaultMaxConnections = 100;
inline constexpr unsigned kMinMaxConnections = 10;
inline constexpr unsigned kMaxMaxConnections = 10'000;

// PostgreSQL truncates longer names silently.
inline constexpr size_t kMaxDatabaseNameBytes = 63;

struct PrivateClusterOptions {
  // The node's data folder; made if missing. The cluster is its sub-folder `pg`.
  std::string data_dir;

  // False only for tests: commits do not wait for the disk, so a power cut may destroy the cluster.
  bool durable = true;

  // Between kMinMaxConnections and kMaxMaxConnections.
  unsigned max_connections = kDefaultMaxConnections;

  // More than 0 only for tests: a node prepares none, and one that is forgotten holds
  // its locks for ever.
  unsigned max_prepared_transactions = 0;

  // How long PostgreSQL may take until it accepts connections, crash recovery included.
  absl::Duration start_timeout = absl::Minutes(5);
};

// A PostgreSQL of the node's own, inside its data folder:
//   node.lock        held while a server runs
//   pg/              the cluster; pg.new/ while it is being made
//   socket/          the unix socket, unless the path is too long (see SocketFolderFor)
//   postgresql.log   its messages; the previous 10 MiB are kept as postgresql.log.1
// It is reached through the unix socket only; the socket folder has mode 0700, so that the
// operating system decides who gets in. It stops when the server process ends, also by kill -9.
//
// Thread-safe, apart from Stop() and destruction.
class PrivateCluster {
 public:
  // Makes the cluster on first use, stops leftovers of an earlier run, starts PostgreSQL and
  // returns when it accepts connections. May be called from any thread; that thread may end
  // afterwards.
  //
  // Retry: safe. An interrupted first start leaves nothing but pg.new, which the next one removes.
  // Errors: INVALID_ARGUMENT bad option; NOT_FOUND PostgreSQL is not installed; FAILED_PRECONDITION
  //         another server uses the folder, PostgreSQL's account cannot enter it (the message names
  //         the folder that blocks), or wrong owner; DEADLINE_EXCEEDED not ready in time;
  //         INTERNAL PostgreSQL ended by itself (its last message is included).
  static absl::StatusOr<std::unique_ptr<PrivateCluster>> Start(
      const PrivateClusterOptions& options);

  // Stops it.
  ~PrivateCluster();
  PrivateCluster(const PrivateCluster&) = delete;
  PrivateCluster& operator=(const PrivateCluster&) = delete;

  // For the database `postgres`, in libpq's keyword form.
  const std::string& connection_string() const { return connection_string_; }

  // The same for another database. Any name is quoted as needed.
  std::string ConnectionString(absl::string_view database) const;

  // For a database of the cluster in `data_dir` while another process runs it.
  //
  // Errors: FAILED_PRECONDITION nobody runs it; otherwise as the file operations reported.
  static absl::StatusOr<std::string> ConnectionStringBeside(const std::string& data_dir,
                                                            absl::string_view database);

  // Errors: INVALID_ARGUMENT `name` is not [a-z_][a-z0-9_]* of at most kMaxDatabaseNameBytes bytes;
  //         UNAVAILABLE PostgreSQL cannot be reached; INTERNAL it refused.
  absl::Status CreateDatabaseIfMissing(absl::string_view name);

  // Disconnects clients, rolls back what they had open, writes everything out and ends PostgreSQL
  // (fast shutdown). Then the data folder is free. Does nothing the second time.
  //
  // Errors: DEADLINE_EXCEEDED that took too long and it was ended at once (immediate shutdown);
  //         nothing is lost, the next start recovers.
  absl::Status Stop();

  // False after Stop() and when PostgreSQL has ended by itself.
  bool Running();

 private:
  PrivateCluster(NodeLock lock, std::string socket_folder);

  absl::Status WaitUntilReady(absl::Duration timeout, const std::string& log_path);

  NodeLock lock_;
  std::string socket_folder_;
  std::string connection_string_;
  std::unique_ptr<ChildProcess> postmaster_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_CLUSTER_PRIVATE_CLUSTER_H_
