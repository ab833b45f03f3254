#include "server/sync/people_directory.h"

#include <utility>

namespace bangfu::server {

std::shared_ptr<const PeopleBook> PeopleDirectory::Book() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return book_;
}

absl::StatusOr<std::shared_ptr<const PeopleBook>> PeopleDirectory::Refresh() {
  const absl::StatusOr<int64_t> version = store_.DirectoryVersion();
  if (!version.ok()) return version.status();
  std::shared_ptr<const PeopleBook> present = Book();
  if (present->version() == *version) return present;
  absl::StatusOr<v1::Directory> directory = store_.LoadDirectory();
  if (!directory.ok()) return directory.status();
  auto loaded = std::make_shared<const PeopleBook>(*std::move(directory));
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    // Another thread may have read a later one meanwhile, or the same. A version that is lower than
    // the one in memory is that of a database that was restored: it counts when it is what the
    // store holds now.
    if (book_->version() == loaded->version()) return book_;
    if (book_ != present && book_->version() > loaded->version()) return book_;
    book_ = loaded;
  }
  if (listener_) listener_(*loaded);
  return loaded;
}

absl::Status PeopleDirectory::Replace(const v1::Directory& directory) {
  if (absl::Status status = store_.SaveDirectory(directory); !status.ok()) return status;
  return Refresh().status();
}

void PeopleDirectory::OnChange(std::function<void(const PeopleBook&)> listener) {
  listener_ = std::move(listener);
}

}  // namespace bangfu::server
