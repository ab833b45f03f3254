#ifndef BANGFU_SERVER_SYNC_PEOPLE_DIRECTORY_H_
#define BANGFU_SERVER_SYNC_PEOPLE_DIRECTORY_H_

#include <functional>
#include <memory>
#include <mutex>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bangfu/v1/identity.pb.h"
#include "server/authz/people_book.h"
#include "server/store/identity_store.h"

namespace bangfu::server {

// The directory of people and nodes of this node, in memory and in its store. Thread-safe.
class PeopleDirectory {
 public:
  explicit PeopleDirectory(IdentityStore& store) : store_(store) {}

  // As it was at the last Refresh.
  std::shared_ptr<const PeopleBook> Book() const;

  // As it is in the store now; reads it only when its version is another. To be asked before a
  // request and again after its data were read: when the version has changed meanwhile, the request
  // has to be checked again (the "new enemy", docs/identity.md).
  absl::StatusOr<std::shared_ptr<const PeopleBook>> Refresh();

  // Takes the parent's directory.
  absl::Status Replace(const v1::Directory& directory);

  // Called with every new edition, after it is in Book(); set before the first call of another
  // thread.
  void OnChange(std::function<void(const PeopleBook&)> listener);

 private:
  IdentityStore& store_;
  std::function<void(const PeopleBook&)> listener_;
  mutable std::mutex mutex_;
  std::shared_ptr<const PeopleBook> book_ = std::make_shared<PeopleBook>();  // guarded by mutex_
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_PEOPLE_DIRECTORY_H_
