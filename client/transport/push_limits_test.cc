#include "client/transport/push_limits.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace bangfu::client {
namespace {

v1::Change ChangeOfSize(size_t bytes) {
  v1::Change change;
  change.set_origin_node(std::string(bytes, 'a'));
  while (change.ByteSizeLong() > bytes) {
    change.mutable_origin_node()->resize(change.origin_node().size() - 1);
  }
  return change;
}

TEST(PushLimitsTest, TheServersLimitsCountWhenTheyAreSmaller) {
  v1::HandshakeResponse handshake;
  PushLimits ours = PushLimitsOf(handshake);
  EXPECT_EQ(ours.changes, limits::kMaxChangesPerPush);
  EXPECT_EQ(ours.bytes, limits::kMaxPushBytes);
  handshake.set_max_changes_per_push(limits::kMaxChangesPerPush + 1);
  handshake.set_max_push_bytes(static_cast<int>(limits::kMaxPushBytes) + 1);
  EXPECT_EQ(PushLimitsOf(handshake).changes, limits::kMaxChangesPerPush);
  EXPECT_EQ(PushLimitsOf(handshake).bytes, limits::kMaxPushBytes);
  handshake.set_max_changes_per_push(3);
  handshake.set_max_push_bytes(1000);
  EXPECT_EQ(PushLimitsOf(handshake).changes, 3);
  EXPECT_EQ(PushLimitsOf(handshake).bytes, 1000);
}

TEST(TakePushTest, TakesAsManyAsAllowed) {
  const std::vector<v1::Change> changes(5, ChangeOfSize(100));
  PushLimits allowed;
  EXPECT_EQ(TakePush(changes, allowed), 5u);
  allowed.changes = 5;
  EXPECT_EQ(TakePush(changes, allowed), 5u);
  allowed.changes = 4;
  EXPECT_EQ(TakePush(changes, allowed), 4u);
  EXPECT_EQ(TakePush({}, allowed), 0u);
}

TEST(TakePushTest, NoPushIsLargerThanAllowed) {
  const std::vector<v1::Change> changes(10, ChangeOfSize(100));
  v1::PushRequest two;
  *two.add_changes() = changes[0];
  *two.add_changes() = changes[1];
  PushLimits allowed;
  allowed.bytes = 2 * (100 + 6);
  EXPECT_EQ(TakePush(changes, allowed), 2u);
  EXPECT_LE(two.ByteSizeLong(), static_cast<size_t>(allowed.bytes));
  allowed.bytes -= 1;
  EXPECT_EQ(TakePush(changes, allowed), 1u);
  allowed.bytes = 105;
  EXPECT_EQ(TakePush(changes, allowed), 0u);
}

}  // namespace
}  // namespace bangfu::client
