#ifndef BANGFU_SERVER_CLUSTER_ACCOUNT_H_
#define BANGFU_SERVER_CLUSTER_ACCOUNT_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bangfu::server {

// The operating system account that PostgreSQL runs under. PostgreSQL refuses to run as root.
struct Account {
  std::string name;  // login name, or the number when the account has none
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;   // supplementary groups, `gid` included
  bool switches_user = false;  // this process is root and must become `uid` first
};

// The account for a cluster owned by `owner`, or for a new cluster when `owner` is absent: this
// process's own account, and for root the owner, else `postgres`, else `nobody`.
//
// Errors: FAILED_PRECONDITION the cluster belongs to root, or to another user than this process;
//         NOT_FOUND neither `postgres` nor `nobody` exists.
absl::StatusOr<Account> AccountForCluster(std::optional<uid_t> owner);

// The first folder on the way from / down to and including `folder` (absolute) that `account` may
// not enter; absent when all can be entered. A missing folder counts as one that cannot be entered.
//
// Errors: those of fork(2) and pipe(2).
absl::StatusOr<std::optional<std::string>> FirstFolderClosedTo(const Account& account,
                                                               absl::string_view folder);

// Makes the calling process `account` for good, in a child between fork and exec: only
// async-signal-safe calls. Returns false, with errno set, when the system refuses.
bool BecomeAccount(const Account& account);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_CLUSTER_ACCOUNT_H_
