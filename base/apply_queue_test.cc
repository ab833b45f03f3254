#include "base/apply_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <numeric>
#include <thread>
#include <vector>

namespace bangfu {
namespace {

using testing::ElementsAre;
using testing::Le;
using testing::SizeIs;

constexpr size_t kAtOnce = 3;

std::vector<int> NextPages(std::deque<int>& waiting) {
  std::vector<int> pages;
  for (; !waiting.empty() && pages.size() < kAtOnce; waiting.pop_front())
    pages.push_back(waiting.front());
  return pages;
}

class ApplyQueueTest : public testing::TestWithParam<Paging> {
 protected:
  // A queue that applies into applied_ and fails at page `bad`.
  ApplyQueue<int> Queue(size_t ahead, int bad = 0) {
    return ApplyQueue<int>(GetParam(), ahead, NextPages, [this, bad](std::vector<int>& pages) {
      for (const int page : pages) {
        if (page == bad) return absl::DataLossError("bad page");
      }
      applied_.insert(applied_.end(), pages.begin(), pages.end());
      return absl::OkStatus();
    });
  }

  std::vector<int> applied_;  // not to be looked at before Finish
};

INSTANTIATE_TEST_SUITE_P(Pagings, ApplyQueueTest,
                         testing::Values(Paging::kOneByOne, Paging::kAhead));

TEST_P(ApplyQueueTest, EveryPageIsAppliedInItsOrder) {
  constexpr int kPages = 500;
  auto queue = Queue(4);
  for (int page = 1; page <= kPages; ++page) ASSERT_TRUE(queue.Add(page).ok());
  ASSERT_TRUE(queue.Finish().ok());
  std::vector<int> all(kPages);
  std::iota(all.begin(), all.end(), 1);
  EXPECT_EQ(applied_, all);
}

TEST_P(ApplyQueueTest, NothingAfterAPageThatFailedIsApplied) {
  absl::Status status;
  {
    auto queue = Queue(1, 3);
    int page = 1;
    while (status.ok() && page < 1000) status = queue.Add(page++);
    EXPECT_LT(page, 1000) << "nobody is told";
    EXPECT_EQ(queue.Finish().ok(), GetParam() == Paging::kOneByOne);
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  // 1 and 2 may have been in one transaction with 3.
  EXPECT_THAT(applied_, SizeIs(Le(2u)));
}

TEST_P(ApplyQueueTest, NoPageIsNoFailure) { EXPECT_TRUE(Queue(4).Finish().ok()); }

TEST(ApplyQueue, OneByOneIsInTheThreadThatReads) {
  std::vector<std::thread::id> threads;
  ApplyQueue<int> queue(Paging::kOneByOne, 4, NextPages, [&](std::vector<int>& pages) {
    EXPECT_THAT(pages, SizeIs(1));
    threads.push_back(std::this_thread::get_id());
    return absl::OkStatus();
  });
  for (const int page : {1, 2}) {
    ASSERT_TRUE(queue.Add(page).ok());
    ASSERT_THAT(threads, SizeIs(page));
  }
  EXPECT_THAT(threads, ElementsAre(std::this_thread::get_id(), std::this_thread::get_id()));
}

TEST(ApplyQueue, WhatComesWhileAnotherIsAppliedIsAppliedTogether) {
  std::promise<void> begun, go_on;
  std::vector<std::vector<int>> transactions;
  ApplyQueue<int> queue(Paging::kAhead, 4, NextPages, [&](std::vector<int>& pages) {
    transactions.push_back(pages);
    if (transactions.size() == 1) {
      begun.set_value();
      go_on.get_future().wait();
    }
    return absl::OkStatus();
  });
  ASSERT_TRUE(queue.Add(1).ok());
  begun.get_future().wait();
  for (const int page : {2, 3, 4, 5}) ASSERT_TRUE(queue.Add(page).ok());
  go_on.set_value();
  ASSERT_TRUE(queue.Finish().ok());
  EXPECT_THAT(transactions, ElementsAre(ElementsAre(1), ElementsAre(2, 3, 4), ElementsAre(5)));
}

}  // namespace
}  // namespace bangfu
