#include "server/service/protocol_version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace bangfu::server {
namespace {

using testing::HasSubstr;

constexpr VersionRange kOurs{3, 5};

TEST(ProtocolVersionTest, TheHighestThatBothSpeak) {
  EXPECT_EQ(*HighestCommonVersion({1, 3}, kOurs), 3);
  EXPECT_EQ(*HighestCommonVersion({1, 4}, kOurs), 4);
  EXPECT_EQ(*HighestCommonVersion({4, 4}, kOurs), 4);
  EXPECT_EQ(*HighestCommonVersion({4, 9}, kOurs), 5);
  EXPECT_EQ(*HighestCommonVersion({5, 9}, kOurs), 5);
}

TEST(ProtocolVersionTest, ACallerThatIsTooOldIsToldToUpdate) {
  for (const VersionRange& old : {VersionRange{1, 2}, VersionRange{0, 0}}) {
    const absl::Status status = HighestCommonVersion(old, kOurs).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_PROTOCOL_VERSION);
    EXPECT_THAT(TextOf(status).zh, HasSubstr("请升级本机程序"));
    EXPECT_THAT(TextOf(status).en, HasSubstr("update the calling program"));
  }
}

TEST(ProtocolVersionTest, ACallerThatIsTooNewIsToldThatTheNodeIsToBeUpdated) {
  const absl::Status status = HighestCommonVersion({6, 8}, kOurs).status();
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_PROTOCOL_VERSION);
  EXPECT_THAT(TextOf(status).zh, HasSubstr("请升级上级节点"));
  EXPECT_THAT(TextOf(status).en, HasSubstr("update this node"));
}

}  // namespace
}  // namespace bangfu::server
