#ifndef BANGFU_SERVER_CLUSTER_POSTGRES_BINARIES_H_
#define BANGFU_SERVER_CLUSTER_POSTGRES_BINARIES_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bangfu::server {

// Where Debian and the PostgreSQL project's packages put one folder per major version.
inline constexpr char kPostgresInstallRoot[] = "/usr/lib/postgresql";

// The oldest major version whose settings and SQL the server uses.
inline constexpr int kOldestPostgresMajor = 15;

struct PostgresBinaries {
  std::string folder;  // holds `initdb` and `postgres`
  int major = 0;
};

// The installed PostgreSQL of version `major`, or the newest one when `major` is absent. Looks for
// <install_root>/<major>/bin, then asks `pg_config`.
//
// Errors: NOT_FOUND none is installed, or not that version; the message names the package to
// install.
absl::StatusOr<PostgresBinaries> FindPostgresBinaries(std::optional<int> major,
                                                      absl::string_view install_root);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_CLUSTER_POSTGRES_BINARIES_H_
