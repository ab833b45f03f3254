#ifndef BANGFU_SERVER_CLUSTER_CLUSTER_LOG_H_
#define BANGFU_SERVER_CLUSTER_CLUSTER_LOG_H_

#include <string>

#include "absl/status/statusor.h"
#include "server/cluster/file_descriptor.h"

namespace bangfu::server {

// A log that has grown beyond this is set aside as <path>.1 when it is opened.
inline constexpr off_t kMaxClusterLogBytes = 10 * 1024 * 1024;

// The file that PostgreSQL's messages are appended to, mode 0600.
absl::StatusOr<FileDescriptor> OpenClusterLog(const std::string& path);

// The last line that tells why a program failed: the last one with FATAL, PANIC or "error:", else
// the last one; "-" for an empty or unreadable file.
std::string LastComplaint(const std::string& path);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_CLUSTER_CLUSTER_LOG_H_
