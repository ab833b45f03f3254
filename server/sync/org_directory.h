#ifndef BANGFU_SERVER_SYNC_ORG_DIRECTORY_H_
#define BANGFU_SERVER_SYNC_ORG_DIRECTORY_H_

#include <memory>
#include <mutex>

#include "absl/status/status.h"
#include "bangfu/v1/org.pb.h"
#include "domain/rules/org_tree.h"
#include "server/store/store.h"

namespace bangfu::server {

// The org tree in force, shared by all calls of a node. Thread-safe.
class OrgDirectory {
 public:
  explicit OrgDirectory(Store& store) : store_(store) {}

  // Reads the tree that the store holds.
  absl::Status Load();

  // Checks and saves a tree; takes effect with the next call when its version is higher than the
  // present one. A used prefix of an org that is gone goes to the org that names its path as a
  // former one, or to nobody. Errors: INVALID_ARGUMENT names what is wrong with the tree ·
  // FAILED_PRECONDITION a used prefix would change or go to somebody else (A4)
  absl::Status Replace(const v1::OrgTree& tree);

  // The tree in force; never nullptr, without orgs when none was loaded.
  std::shared_ptr<const domain::OrgTree> Tree() const;

 private:
  absl::Status Use(const v1::OrgTree& tree);

  Store& store_;
  mutable std::mutex mutex_;
  std::shared_ptr<const domain::OrgTree> tree_ =
      std::make_shared<domain::OrgTree>();  // guarded by mutex_
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_ORG_DIRECTORY_H_
