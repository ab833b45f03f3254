#ifndef BANGFU_SERVER_MAIN_ORG_FILE_H_
#define BANGFU_SERVER_MAIN_ORG_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bangfu/v1/org.pb.h"

namespace bangfu::server {

// Reads an org tree from a file in the JSON form of bangfu.v1.OrgTree.
// Errors: NOT_FOUND; INVALID_ARGUMENT with the place of the mistake.
absl::StatusOr<v1::OrgTree> ReadOrgFile(const std::string& path);

// Name of that file in the data folder of a node.
inline constexpr char kAddressFile[] = "address";

// Writes "host:port" with the port that the node really listens on, for programs that started it on
// port 0. Replaces the file as a whole.
absl::Status WriteAddressFile(const std::string& path, const std::string& listen, int port);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_MAIN_ORG_FILE_H_
