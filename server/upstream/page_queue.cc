#include "server/upstream/page_queue.h"

#include <deque>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

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

// The next pages that one transaction takes.
std::vector<ParentPage> NextPages(std::deque<ParentPage>& waiting) {
  std::vector<ParentPage> pages;
  Touched touched;
  while (!waiting.empty() && pages.size() < kMaxPagesPerTransaction) {
    const bool apart = touched.Add(waiting.front().response);
    if (!apart && !pages.empty()) break;
    pages.push_back(std::move(waiting.front()));
    waiting.pop_front();
    if (!apart) break;  // names something twice: alone
  }
  return pages;
}

}  // namespace

PageQueue::PageQueue(ParentSync& apply, ParentSync::Feed feed, Expected expected, Paging paging)
    : apply_(apply),
      expected_(expected),
      queue_(paging, kMaxPagesAhead, NextPages, [&apply, feed](std::vector<ParentPage>& pages) {
        return apply.ApplyPages(pages, feed);
      }) {}

absl::Status PageQueue::Add(v1::PullResponse page) {
  return queue_.Add(apply_.Prepare(std::move(page), expected_));
}

}  // namespace bangfu::server
