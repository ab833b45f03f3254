#ifndef BANGFU_SERVER_SYNC_POLICY_DIRECTORY_H_
#define BANGFU_SERVER_SYNC_POLICY_DIRECTORY_H_

#include <memory>
#include <mutex>

#include "absl/status/status.h"
#include "bangfu/v1/policy.pb.h"
#include "domain/policy/policy.h"
#include "domain/rules/org_tree.h"
#include "server/store/store.h"

namespace bangfu::server {

// The policy data in force, shared by all calls of a node. Thread-safe.
class PolicyDirectory {
 public:
  explicit PolicyDirectory(Store& store) : store_(store) {}

  // Reads the set that the store holds; that of the program (DefaultPolicySet) when it holds none.
  absl::Status Load();

  // Checks and saves a set; takes effect with the next call when its version is higher than that of
  // the one saved before. INVALID_ARGUMENT names what is wrong with it.
  absl::Status Replace(const v1::PolicySet& set, const domain::OrgTree& orgs);

  // The policy in force; never nullptr.
  std::shared_ptr<const domain::PolicyBook> Book() const;

  // Version of the set that was saved; 0 while the program's own is in force, whatever its version,
  // so that any set of the parent is newer.
  int64_t SavedVersion() const;

 private:
  Store& store_;
  mutable std::mutex mutex_;
  std::shared_ptr<const domain::PolicyBook> book_ =
      std::make_shared<domain::PolicyBook>();  // guarded by mutex_
  int64_t saved_version_ = 0;                  // guarded by mutex_
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_POLICY_DIRECTORY_H_
