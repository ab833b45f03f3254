#ifndef BANGFU_SERVER_CLUSTER_CLUSTER_NAMES_H_
#define BANGFU_SERVER_CLUSTER_CLUSTER_NAMES_H_

#include <string>
#include <vector>

namespace bangfu::server {

// Sub-folder of the data folder, and what its name carries until initdb has finished.
inline constexpr char kClusterFolder[] = "pg";
inline constexpr char kUnfinishedSuffix[] = ".new";

inline constexpr char kClusterLog[] = "postgresql.log";

// The database superuser, whatever operating system account runs PostgreSQL.
inline constexpr char kClusterUser[] = "bangfu";

// For PostgreSQL's programs: messages in English, and none of the server's own environment.
inline std::vector<std::string> ClusterEnvironment() {
  return {"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC", "HOME=/"};
}

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_CLUSTER_CLUSTER_NAMES_H_
