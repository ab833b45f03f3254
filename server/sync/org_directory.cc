#include "server/sync/org_directory.h"

#include <utility>

namespace bangfu::server {

absl::Status OrgDirectory::Load() {
  auto tree = store_.LoadOrgTree();
  if (!tree.ok()) return tree.status();
  return tree->orgs().empty() ? absl::OkStatus() : Use(*tree);
}

absl::Status OrgDirectory::Replace(const v1::OrgTree& tree) {
  auto checked = domain::OrgTree::Build(tree);
  if (!checked.ok()) return checked.status();
  if (absl::Status status = store_.SaveOrgTree(tree); !status.ok()) return status;
  return Load();
}

std::shared_ptr<const domain::OrgTree> OrgDirectory::Tree() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return tree_;
}

absl::Status OrgDirectory::Use(const v1::OrgTree& tree) {
  auto built = domain::OrgTree::Build(tree);
  if (!built.ok()) return built.status();
  auto shared = std::make_shared<const domain::OrgTree>(std::move(*built));
  const std::lock_guard<std::mutex> lock(mutex_);
  tree_ = std::move(shared);
  return absl::OkStatus();
}

}  // namespace bangfu::server
