#ifndef BANGFU_BASE_APPLY_QUEUE_H_
#define BANGFU_BASE_APPLY_QUEUE_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"

namespace bangfu {

// Whether pages are applied in the thread that reads them, each before the next is read, or in
// another one meanwhile.
enum class Paging { kOneByOne, kAhead };

// Applies the pages of one pull in their order: what comes fast together, what comes slowly one by
// one. For the use of one thread.
template <typename Page>
class ApplyQueue {
 public:
  // Moves the pages of the next transaction, at least one, from the front of those that wait.
  using Choose = std::function<std::vector<Page>(std::deque<Page>& waiting)>;
  // Applies pages in one transaction; with Paging::kAhead, in another thread.
  using Apply = std::function<absl::Status(std::vector<Page>& pages)>;

  // At most `ahead` pages wait.
  ApplyQueue(Paging paging, size_t ahead, Choose choose, Apply apply)
      : paging_(paging), ahead_(ahead), choose_(std::move(choose)), apply_(std::move(apply)) {}
  ApplyQueue(const ApplyQueue&) = delete;
  ApplyQueue& operator=(const ApplyQueue&) = delete;
  // Lets go of the pages that wait; one transaction may still have to end.
  ~ApplyQueue() {
    {
      const std::lock_guard lock(mutex_);
      waiting_.clear();
    }
    End();
  }

  // Waits until there is room. The error of a page that could not be applied, this one or an
  // earlier one: then nothing after it was applied.
  absl::Status Add(Page page) {
    if (!HasThread()) {
      std::vector<Page> pages;
      pages.push_back(std::move(page));
      return apply_(pages);
    }
    std::vector<Page> applied;  // freed here, after the lock
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return waiting_.size() < ahead_ || !failure_.ok(); });
      if (!failure_.ok()) return failure_;
      waiting_.push_back(std::move(page));
      applied.swap(applied_);
    }
    changed_.notify_all();
    return absl::OkStatus();
  }

  // Waits until everything is applied.
  absl::Status Finish() {
    End();
    const std::lock_guard lock(mutex_);
    return failure_;
  }

 private:
  // Whether there is another thread, which begins with the first page.
  bool HasThread() {
    if (paging_ == Paging::kOneByOne) return false;
    if (thread_.joinable()) return true;
    try {
      thread_ = std::thread([this] { ApplyInTurn(); });
    } catch (const std::system_error&) {
      paging_ = Paging::kOneByOne;  // no thread is to be had: slower, nothing else
    }
    return thread_.joinable();
  }

  void End() {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      end_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  void ApplyInTurn() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return end_ || !waiting_.empty(); });
      if (waiting_.empty() || !failure_.ok()) return;
      std::vector<Page> pages = choose_(waiting_);
      lock.unlock();
      changed_.notify_all();
      const absl::Status status = apply_(pages);
      lock.lock();
      for (Page& page : pages) applied_.push_back(std::move(page));
      failure_ = status;
      if (!status.ok()) waiting_.clear();
      changed_.notify_all();
    }
  }

  Paging paging_;
  const size_t ahead_;
  const Choose choose_;
  const Apply apply_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Page> waiting_ ABSL_GUARDED_BY(mutex_);
  std::vector<Page> applied_ ABSL_GUARDED_BY(mutex_);  // to be freed by the reading thread
  bool end_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;  // begins with the first page
};

}  // namespace bangfu

#endif  // BANGFU_BASE_APPLY_QUEUE_H_
