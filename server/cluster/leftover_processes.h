#ifndef BANGFU_SERVER_CLUSTER_LEFTOVER_PROCESSES_H_
#define BANGFU_SERVER_CLUSTER_LEFTOVER_PROCESSES_H_

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace bangfu::server {

struct ClusterProcesses {
  std::string cluster_folder;  // absolute; postmasters carry it as an argument
  std::string cluster_name;    // PostgreSQL's cluster_name; its other processes show it as title
  uid_t uid = 0;               // only processes of this user are touched
};

// Stops what an earlier server left behind when it was killed: a postmaster (fast shutdown, then
// immediate shutdown), or its orphaned backends, which would make the next start fail. Also removes
// postmaster.pid when the process id in it has meanwhile gone to another program, which PostgreSQL
// would take for a running postmaster. Call only while holding the NodeLock.
//
// Processes are known by their command line, because /proc/<pid>/cwd of another user is closed even
// to root in most containers.
//
// Errors: DEADLINE_EXCEEDED a process did not end; the message names its id.
absl::Status StopLeftoverProcesses(const ClusterProcesses& cluster);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_CLUSTER_LEFTOVER_PROCESSES_H_
