#include "server/service/push_admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/error.h"

namespace bangfu::server {
namespace {

using testing::ElementsAre;

class FakeClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::FromUnixMillis(milliseconds_); }
  void Pass(absl::Duration duration) { milliseconds_ += absl::ToInt64Milliseconds(duration); }

 private:
  std::atomic<int64_t> milliseconds_{1000000};
};

bool Never() { return false; }

// Pushes of threads, each named after its child, that wait for their turn and keep it until told.
class PushAdmissionTest : public testing::Test {
 protected:
  ~PushAdmissionTest() override {
    admission_->Close();
    for (std::thread& thread : threads_) thread.join();
  }
  void Use(const PushQuota& quota) { admission_ = std::make_unique<PushAdmission>(clock_, quota); }

  PushAdmission::Ticket MustEnter(const std::string& child) {
    auto ticket = admission_->Enter(child, Never);
    EXPECT_TRUE(ticket.ok()) << ticket.status();
    return *std::move(ticket);
  }
  static void ExpectRefused(const absl::Status& status) {
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_QUOTA_EXCEEDED);
    EXPECT_TRUE(status.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
  }

  // A push in a thread: done as soon as it is its turn.
  void PushInThread(const std::string& child) {
    threads_.emplace_back([this, child] {
      auto ticket = admission_->Enter(child, Never);
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!ticket.ok()) {
        refused_.push_back(ticket.status());
        return;
      }
      served_.push_back(child);
    });
    absl::SleepFor(absl::Milliseconds(30));  // it waits now; the order in which they came is known
  }
  std::vector<std::string> Served(size_t count) {
    for (int i = 0; i < 500; ++i) {
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (served_.size() >= count) break;
      }
      absl::SleepFor(absl::Milliseconds(10));
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    return served_;
  }

  FakeClock clock_;
  std::unique_ptr<PushAdmission> admission_ = std::make_unique<PushAdmission>(clock_);
  std::mutex mutex_;
  std::vector<std::string> served_;    // guarded by mutex_
  std::vector<absl::Status> refused_;  // guarded by mutex_
  std::vector<std::thread> threads_;
};

TEST_F(PushAdmissionTest, AChildHasNoMorePushesThanItsQuotaAtWorkOrWaiting) {
  std::vector<PushAdmission::Ticket> tickets;
  for (int i = 0; i < limits::kMaxPushesPerChild; ++i) tickets.push_back(MustEnter("a"));
  ExpectRefused(admission_->Enter("a", Never).status());
  const PushAdmission::Ticket other = MustEnter("b");
  tickets.pop_back();
  EXPECT_TRUE(admission_->Enter("a", Never).ok());
}

TEST_F(PushAdmissionTest, FreePlacesGoFromChildToChildAndNotToWhoCameFirst) {
  PushQuota quota;
  quota.at_once = 1;
  quota.per_child = 3;
  Use(quota);
  auto busy = std::make_unique<PushAdmission::Ticket>(MustEnter("b"));
  // Two more of the child that is served, before anybody else came.
  for (const char* child : {"b", "b", "d", "a", "c", "a"}) PushInThread(child);
  EXPECT_TRUE(Served(0).empty());
  busy.reset();
  EXPECT_THAT(Served(6), ElementsAre("c", "d", "a", "b", "a", "b"));
}

TEST_F(PushAdmissionTest, NoMoreThanTheQuotaWorkAtOnce) {
  PushQuota quota;
  quota.at_once = 2;
  quota.patience = absl::Milliseconds(50);
  Use(quota);
  const PushAdmission::Ticket a = MustEnter("a");
  auto b = std::make_unique<PushAdmission::Ticket>(MustEnter("b"));
  ExpectRefused(admission_->Enter("c", Never).status());  // out of patience
  b.reset();
  EXPECT_TRUE(admission_->Enter("c", Never).ok());
}

TEST_F(PushAdmissionTest, TheLineHasAnEnd) {
  PushQuota quota;
  quota.at_once = 1;
  quota.waiting = 1;
  Use(quota);
  const PushAdmission::Ticket a = MustEnter("a");
  PushInThread("b");
  const absl::Time start = absl::Now();
  ExpectRefused(admission_->Enter("c", Never).status());
  EXPECT_LT(absl::Now() - start, quota.patience);
}

TEST_F(PushAdmissionTest, WhoIsGoneLeavesTheLine) {
  PushQuota quota;
  quota.at_once = 1;
  quota.waiting = 1;
  Use(quota);
  auto a = std::make_unique<PushAdmission::Ticket>(MustEnter("a"));
  EXPECT_EQ(admission_->Enter("b", [] { return true; }).status().code(),
            absl::StatusCode::kCancelled);
  a.reset();
  EXPECT_TRUE(admission_->Enter("b", Never).ok());
}

TEST_F(PushAdmissionTest, ANodeThatDrainsSendsThoseWhoWaitAway) {
  PushQuota quota;
  quota.at_once = 1;
  Use(quota);
  const PushAdmission::Ticket a = MustEnter("a");
  PushInThread("b");
  admission_->Close();
  threads_.back().join();
  threads_.pop_back();
  ASSERT_EQ(refused_.size(), 1u);
  EXPECT_EQ(ReasonOf(refused_[0]), v1::ERROR_REASON_SHUTTING_DOWN);
  EXPECT_EQ(ReasonOf(admission_->Enter("c", Never).status()), v1::ERROR_REASON_SHUTTING_DOWN);
}

TEST_F(PushAdmissionTest, AChildAloneIsNeverToldToWait) {
  for (int i = 0; i < 100; ++i) EXPECT_EQ(MustEnter("a").Done(500), absl::ZeroDuration());
}

TEST_F(PushAdmissionTest, AboveItsShareAChildWaitsWhileOthersPush) {
  MustEnter("b").Done(1);
  absl::Duration waited;
  constexpr int kPushes = 40;
  for (int i = 0; i < kPushes; ++i) {
    const absl::Duration wait = MustEnter("a").Done(500);
    clock_.Pass(wait);
    waited += wait;
    MustEnter("b").Done(1);
  }
  // It gets exactly its share.
  EXPECT_EQ(absl::Seconds(1) * kPushes * 500 / limits::kPushShare, waited);
}

TEST_F(PushAdmissionTest, BelowItsShareNobodyWaits) {
  MustEnter("b").Done(1);
  for (int i = 0; i < 20; ++i) {
    PushAdmission::Ticket ticket = MustEnter("a");
    clock_.Pass(absl::Seconds(1) * 500 / limits::kPushShare);
    EXPECT_EQ(ticket.Done(500), absl::ZeroDuration());
    MustEnter("b").Done(1);
  }
}

TEST_F(PushAdmissionTest, AChildThatDoesNotWaitIsRefusedUntilItHas) {
  MustEnter("b").Done(1);
  int pushes = 0;
  absl::Status refused;
  for (; refused.ok() && pushes < 100; ++pushes) {
    auto ticket = admission_->Enter("a", Never);
    refused = ticket.status();
    if (ticket.ok()) ticket->Done(500);
  }
  ExpectRefused(refused);
  EXPECT_LT(pushes, 20);
  EXPECT_TRUE(admission_->Enter("b", Never).ok());  // others are not concerned
  clock_.Pass(absl::Seconds(2));
  EXPECT_TRUE(admission_->Enter("a", Never).ok());
}

TEST_F(PushAdmissionTest, WhenTheOthersAreDoneTheNodeIsTheChildsAlone) {
  MustEnter("b").Done(1);
  EXPECT_GT(MustEnter("a").Done(500), absl::ZeroDuration());
  clock_.Pass(PushQuota().others_window);
  EXPECT_EQ(MustEnter("a").Done(500), absl::ZeroDuration());
}

TEST_F(PushAdmissionTest, APushThatFailsCostsNothing) {
  MustEnter("b").Done(1);
  for (int i = 0; i < 50; ++i) MustEnter("a");
  EXPECT_EQ(MustEnter("a").Done(500), absl::Seconds(1) * 500 / limits::kPushShare);
}

}  // namespace
}  // namespace bangfu::server
