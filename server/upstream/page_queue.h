#ifndef BANGFU_SERVER_UPSTREAM_PAGE_QUEUE_H_
#define BANGFU_SERVER_UPSTREAM_PAGE_QUEUE_H_

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "bangfu/v1/sync_service.pb.h"
#include "server/sync/parent.h"

namespace bangfu::server {

// Pages that were read and wait, and pages of one transaction. With bodies of at most
// limits::kMaxPullPageBytes in each, memory stays within a few pages.
inline constexpr size_t kMaxPagesAhead = 2;
inline constexpr size_t kMaxPagesPerTransaction = 2;

// Whether pages are applied in the thread that reads them, each before the next is read, or in
// another one meanwhile.
enum class Paging { kOneByOne, kAhead };

// Applies the pages of one pull in their order, those of a transaction together with their cursor
// (ParentSync::Feed says which): what was applied before an end without notice is not lost, and
// what was not is pulled again.
class PageQueue {
 public:
  PageQueue(ParentSync& apply, ParentSync::Feed feed, Expected expected, Paging paging);
  // Lets go of the pages that wait; one transaction may still have to end.
  ~PageQueue();
  PageQueue(const PageQueue&) = delete;
  PageQueue& operator=(const PageQueue&) = delete;

  // Waits until there is room. The error of a page that could not be applied, this one or an
  // earlier one: then nothing after it was applied.
  absl::Status Add(v1::PullResponse page);
  // Waits until everything is applied.
  absl::Status Finish();

 private:
  // Whether there is another thread, which begins with the first page.
  bool HasThread();
  void ApplyInTurn();
  // The next pages that one transaction takes.
  std::vector<ParentPage> NextPages();
  void End();

  ParentSync& apply_;
  const ParentSync::Feed feed_;
  const Expected expected_;
  Paging paging_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<ParentPage> waiting_;   // guarded by mutex_
  std::vector<ParentPage> applied_;  // to be freed by the reading thread; guarded by mutex_
  bool end_ = false;                 // guarded by mutex_
  absl::Status failure_;             // guarded by mutex_
  std::thread thread_;               // begins with the first page
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_UPSTREAM_PAGE_QUEUE_H_
