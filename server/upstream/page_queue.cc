#include "server/upstream/page_queue.h"

#include <string>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "absl/strings/string_view.h"

namespace bangfu::server {
namespace {

// What pages are about.
class Touched {
 public:
  // False when the page is about something of an earlier one; then it is not added whole.
  bool Add(const v1::PullResponse& page) {
    for (const v1::Record& record : page.records()) {
      if (!ids_.insert(record.id()).second) return false;
    }
    for (const std::string& id : page.left_record_ids()) {
      if (!ids_.insert(id).second) return false;
    }
    for (const v1::Conflict& entry : page.conflicts()) {
      if (!ids_.insert(entry.id()).second) return false;
    }
    for (const std::string& id : page.left_conflict_ids()) {
      if (!ids_.insert(id).second) return false;
    }
    return true;
  }

 private:
  std::unordered_set<std::string> ids_;  // UUIDs, of records and entries alike
};

}  // namespace

PageQueue::PageQueue(ParentSync& apply, ParentSync::Feed feed, Expected expected, Paging paging)
    : apply_(apply), feed_(feed), expected_(expected), paging_(paging) {}

PageQueue::~PageQueue() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    waiting_.clear();
  }
  End();
}

absl::Status PageQueue::Add(v1::PullResponse page) {
  ParentPage prepared = apply_.Prepare(std::move(page), expected_);
  if (!HasThread()) {
    std::vector<ParentPage> pages;
    pages.push_back(std::move(prepared));
    return apply_.ApplyPages(pages, feed_);
  }
  std::vector<ParentPage> applied;  // freed here, after the lock
  {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return waiting_.size() < kMaxPagesAhead || !failure_.ok(); });
    if (!failure_.ok()) return failure_;
    waiting_.push_back(std::move(prepared));
    applied.swap(applied_);
  }
  changed_.notify_all();
  return absl::OkStatus();
}

bool PageQueue::HasThread() {
  if (paging_ == Paging::kOneByOne) return false;
  if (thread_.joinable()) return true;
  try {
    thread_ = std::thread([this] { ApplyInTurn(); });
  } catch (const std::system_error&) {
    paging_ = Paging::kOneByOne;  // no thread is to be had: slower, nothing else
  }
  return thread_.joinable();
}

absl::Status PageQueue::Finish() {
  End();
  const std::lock_guard<std::mutex> lock(mutex_);
  return failure_;
}

void PageQueue::End() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    end_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

std::vector<ParentPage> PageQueue::NextPages() {
  std::vector<ParentPage> pages;
  Touched touched;
  while (!waiting_.empty() && pages.size() < kMaxPagesPerTransaction) {
    const bool apart = touched.Add(waiting_.front().response);
    if (!apart && !pages.empty()) break;
    pages.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
    if (!apart) break;  // names something twice: alone
  }
  return pages;
}

void PageQueue::ApplyInTurn() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return end_ || !waiting_.empty(); });
    if (waiting_.empty() || !failure_.ok()) return;
    std::vector<ParentPage> pages = NextPages();
    lock.unlock();
    changed_.notify_all();
    const absl::Status status = apply_.ApplyPages(pages, feed_);
    lock.lock();
    for (ParentPage& page : pages) applied_.push_back(std::move(page));
    failure_ = status;
    if (!status.ok()) waiting_.clear();
    changed_.notify_all();
  }
}

}  // namespace bangfu::server
