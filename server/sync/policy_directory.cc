#include "server/sync/policy_directory.h"

#include <utility>

#include "base/error.h"
#include "domain/policy/policy_file.h"

namespace bangfu::server {

absl::Status PolicyDirectory::Load() {
  auto saved = store_.LoadPolicySet();
  if (!saved.ok()) return saved.status();
  const int64_t version = saved->version();
  // Without the org tree: an org that a later edition of the tree dropped must not keep a node from
  // starting. Replace has checked the set against the tree of its day.
  auto book = domain::PolicyBook::Build(version == 0 ? domain::DefaultPolicySet() : *saved,
                                        domain::OrgTree());
  if (!book.ok()) return book.status();
  auto shared = std::make_shared<const domain::PolicyBook>(std::move(*book));
  const std::lock_guard<std::mutex> lock(mutex_);
  book_ = std::move(shared);
  saved_version_ = version;
  return absl::OkStatus();
}

absl::Status PolicyDirectory::Replace(const v1::PolicySet& set, const domain::OrgTree& orgs) {
  if (set.version() < 1) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {"政策文件没有版本号；请写明 \"version\"，从 1 开始，每次修改加一。",
                      "The policy data has no version; write \"version\", from 1, one more with "
                      "every edition."});
  }
  if (auto checked = domain::PolicyBook::Build(set, orgs); !checked.ok()) return checked.status();
  if (absl::Status status = store_.SavePolicySet(set); !status.ok()) return status;
  return Load();
}

std::shared_ptr<const domain::PolicyBook> PolicyDirectory::Book() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return book_;
}

int64_t PolicyDirectory::SavedVersion() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return saved_version_;
}

}  // namespace bangfu::server
