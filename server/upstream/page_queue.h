#ifndef BANGFU_SERVER_UPSTREAM_PAGE_QUEUE_H_
#define BANGFU_SERVER_UPSTREAM_PAGE_QUEUE_H_

#include <cstddef>

#include "absl/status/status.h"
#include "bangfu/v1/sync_service.pb.h"
#include "base/apply_queue.h"
#include "server/sync/parent.h"

namespace bangfu::server {

// Pages that were read and wait, and pages of one transaction. With bodies of at most
// limits::kMaxPullPageBytes in each, memory stays within a few pages.
inline constexpr size_t kMaxPagesAhead = 2;
inline constexpr size_t kMaxPagesPerTransaction = 2;

// Applies the pages of one pull in their order, those of a transaction together with their cursor
// (ParentSync::Feed says which): what was applied before an end without notice is not lost, and
// what was not is pulled again.
class PageQueue {
 public:
  PageQueue(ParentSync& apply, ParentSync::Feed feed, Expected expected, Paging paging);

  // As ApplyQueue; what needs no transaction is prepared first, in the calling thread.
  absl::Status Add(v1::PullResponse page);
  absl::Status Finish() { return queue_.Finish(); }

 private:
  ParentSync& apply_;
  const Expected expected_;
  ApplyQueue<ParentPage> queue_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_UPSTREAM_PAGE_QUEUE_H_
