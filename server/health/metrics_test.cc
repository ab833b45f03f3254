#include "server/health/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/collectable.h>
#include <prometheus/text_serializer.h>

#include <string>

namespace bangfu::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Shown(const Metrics& metrics) {
  return prometheus::TextSerializer().Serialize(metrics.collectable()->Collect());
}

TEST(MetricsTest, CountsWhatANodeDoes) {
  Metrics metrics;
  metrics.CountPush();
  metrics.CountPush();
  metrics.CountChange(v1::VERDICT_ACCEPTED);
  metrics.CountChange(v1::VERDICT_ACCEPTED);
  metrics.CountChange(v1::VERDICT_CONFLICT);
  metrics.CountPull();
  metrics.CountRefused("push");
  metrics.AddWatches(3);
  metrics.AddWatches(-1);
  metrics.SetFeed(120, 7);
  metrics.SetUpstreamPending(5);
  const std::string shown = Shown(metrics);
  for (const char* line :
       {"bangfu_pushes_total 2", "bangfu_changes_total{verdict=\"accepted\"} 2",
        "bangfu_changes_total{verdict=\"conflict\"} 1", "bangfu_pulls_total 1",
        "bangfu_refused_total{call=\"push\"} 1", "bangfu_watches 2", "bangfu_feed_head 120",
        "bangfu_unsequenced 7", "bangfu_upstream_pending 5"}) {
    EXPECT_THAT(shown, HasSubstr(std::string(line) + "\n"));
  }
}

TEST(MetricsTest, AStallThatIsOverIsNotShownAsOne) {
  Metrics metrics;
  v1::Stall stall;
  stall.set_backlog("sequencer");
  metrics.SetStalls({stall});
  EXPECT_THAT(Shown(metrics), HasSubstr("bangfu_stalled{backlog=\"sequencer\"} 1\n"));
  EXPECT_THAT(Shown(metrics), HasSubstr("bangfu_stalled{backlog=\"upstream_push\"} 0\n"));
  metrics.SetStalls({});
  EXPECT_THAT(Shown(metrics), HasSubstr("bangfu_stalled{backlog=\"sequencer\"} 0\n"));
  EXPECT_THAT(Shown(metrics), Not(HasSubstr("} 1\n")));
}

}  // namespace
}  // namespace bangfu::server
