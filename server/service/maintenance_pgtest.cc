#include <functional>

#include "absl/time/clock.h"
#include "server/service/maintenance.h"
#include "server/sync/sync_fixture.h"

namespace bangfu::server {
namespace {

class MaintenanceTest : public testing::Test {
 protected:
  void Start() {
    maintenance_.emplace(city_.store(), clock_, log_, stalls_, metrics_,
                         MaintenanceIntervals{absl::Milliseconds(20), absl::Milliseconds(20)});
  }
  static bool Until(const std::function<bool()>& condition) {
    for (const absl::Time end = absl::Now() + absl::Seconds(20); absl::Now() < end;) {
      if (condition()) return true;
      absl::SleepFor(absl::Milliseconds(20));
    }
    return false;
  }

  SettableClock clock_;
  ChangeMaker make_;
  TestNode city_{clock_, NodeRole{}};
  EventLog log_;
  StallDetector stalls_{clock_, log_};
  Metrics metrics_;
  std::optional<Maintenance> maintenance_;
};

TEST_F(MaintenanceTest, RowsThatNobodySequencesAreAStallUntilSomebodyDoes) {
  city_.MustPush(kUnitOrg, {make_.Put(Handler(), Household(1))});
  Start();
  maintenance_->NoteSequencerFailure(absl::UnavailableError("the database is away"));
  absl::SleepFor(absl::Milliseconds(300));
  EXPECT_TRUE(stalls_.Stalls().empty());
  clock_.Set("2014-03-10T12:10:00+08:00");
  ASSERT_TRUE(Until([&] { return !stalls_.Stalls().empty(); }));
  const v1::Stall stall = stalls_.Stalls()[0];
  EXPECT_EQ(stall.backlog(), "sequencer");
  EXPECT_EQ(stall.waiting(), 1);
  EXPECT_EQ(stall.reason(), "UNAVAILABLE");
  city_.Sequence();
  EXPECT_TRUE(Until([&] { return stalls_.Stalls().empty(); }));
}

TEST_F(MaintenanceTest, RowsThatLaterOnesReplacedGo) {
  v1::Archive archive = Household(1);
  city_.MustPush(kUnitOrg, {make_.Put(Handler(), archive)});
  archive.set_phone("13805710001");
  city_.MustPush(kUnitOrg, {make_.Put(Handler(), archive, 1, {"phone"})});
  city_.Sequence();
  ASSERT_EQ(city_.store().GetFeedState()->floor, 0);
  Start();
  EXPECT_TRUE(Until([&] { return city_.store().GetFeedState()->floor > 0; }));
  maintenance_.reset();
  EXPECT_EQ(city_.Pull(kUnionOrg)->records_size(), 1);
}

}  // namespace
}  // namespace bangfu::server
