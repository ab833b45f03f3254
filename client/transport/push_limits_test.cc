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

// Answers everything but pushes with the bad change in them.
class FaultyServer final : public ServerLink {
 public:
  explicit FaultyServer(absl::Status fault) : fault_(std::move(fault)) {}

  absl::StatusOr<std::vector<v1::Outcome>> Push(const std::vector<v1::Change>& changes,
                                                const PushNote& note) override {
    notes.push_back(note);
    sizes.push_back(changes.size());
    std::vector<v1::Outcome> outcomes(changes.size());
    for (size_t i = 0; i < changes.size(); ++i) {
      if (changes[i].change_id() == "bad") return fault_;
      outcomes[i].set_change_id(changes[i].change_id());
      outcomes[i].set_verdict(v1::VERDICT_ACCEPTED);
    }
    return outcomes;
  }
  absl::StatusOr<v1::HandshakeResponse> Handshake(const v1::HandshakeRequest&) override {
    return fault_;
  }
  absl::Status Pull(absl::string_view, OnBatch) override { return fault_; }
  absl::StatusOr<std::optional<v1::OrgTree>> GetOrgTree(int64_t) override { return fault_; }
  absl::StatusOr<std::optional<v1::PolicySet>> GetPolicySet(int64_t) override { return fault_; }
  absl::StatusOr<v1::Conflict> GetConflict(absl::string_view) override { return fault_; }
  absl::StatusOr<v1::ListConflictsResponse> ListConflicts(
      const v1::ListConflictsRequest&) override {
    return fault_;
  }
  absl::StatusOr<v1::GetArchiveResponse> GetArchive(absl::string_view) override { return fault_; }
  absl::StatusOr<v1::ListArchivesResponse> ListArchives(const v1::ListArchivesRequest&) override {
    return fault_;
  }

  std::vector<size_t> sizes;
  std::vector<PushNote> notes;

 private:
  const absl::Status fault_;
};

std::vector<v1::Change> Changes(const std::vector<std::string>& ids) {
  std::vector<v1::Change> changes;
  for (const std::string& id : ids) changes.emplace_back().set_change_id(id);
  return changes;
}

TEST(PushFirstOrSetAsideTest, WhatComesBeforeABadChangeGoesThrough) {
  FaultyServer server(absl::InternalError("broken"));
  const auto push = PushFirstOrSetAside(server, Changes({"a", "b", "bad", "c"}), {}, {});
  ASSERT_TRUE(push.ok()) << push.status();
  EXPECT_TRUE(push->set_aside.ok());
  ASSERT_EQ(push->outcomes.size(), 2u);
  EXPECT_EQ(push->outcomes[1].change_id(), "b");
  EXPECT_EQ(server.sizes, (std::vector<size_t>{4, 2}));
}

TEST(PushFirstOrSetAsideTest, TheBadChangeIsRefusedWithTheReason) {
  for (const auto code : {absl::StatusCode::kInternal, absl::StatusCode::kInvalidArgument,
                          absl::StatusCode::kOutOfRange}) {
    FaultyServer server(absl::Status(code, "the reason"));
    const auto push = PushFirstOrSetAside(server, Changes({"bad", "a", "b"}), {}, {});
    ASSERT_TRUE(push.ok()) << push.status();
    EXPECT_EQ(push->set_aside.code(), code);
    ASSERT_EQ(push->outcomes.size(), 1u);
    EXPECT_EQ(push->outcomes[0].change_id(), "bad");
    EXPECT_EQ(push->outcomes[0].verdict(), v1::VERDICT_REFUSED);
    ASSERT_EQ(push->outcomes[0].findings_size(), 1);
    EXPECT_NE(push->outcomes[0].findings(0).ShortDebugString().find("the reason"),
              std::string::npos);
  }
}

TEST(PushFirstOrSetAsideTest, WhatMayPassIsTriedAgainWhole) {
  for (const auto code :
       {absl::StatusCode::kUnavailable, absl::StatusCode::kDeadlineExceeded,
        absl::StatusCode::kAborted, absl::StatusCode::kUnauthenticated,
        absl::StatusCode::kPermissionDenied, absl::StatusCode::kFailedPrecondition,
        absl::StatusCode::kCancelled, absl::StatusCode::kResourceExhausted}) {
    FaultyServer server(absl::Status(code, "later"));
    EXPECT_EQ(PushFirstOrSetAside(server, Changes({"bad"}), {}, {}).status().code(), code);
    EXPECT_EQ(server.sizes.size(), 1u);
  }
}

TEST(PushFirstOrSetAsideTest, WithEveryPushGoOnlyTheReoffersOfItsChanges) {
  FaultyServer server(absl::InternalError("broken"));
  PushNote note{"replica", {}};
  for (const char* id : {"a", "bad"}) note.reoffers.emplace_back().set_change_id(id);
  ASSERT_TRUE(PushFirstOrSetAside(server, Changes({"a", "b", "bad"}), note, {}).ok());
  ASSERT_EQ(server.notes.size(), 2u);
  EXPECT_EQ(server.notes[0].reoffers.size(), 2u);
  EXPECT_EQ(server.notes[1].replica_id, "replica");
  ASSERT_EQ(server.notes[1].reoffers.size(), 1u);
  EXPECT_EQ(server.notes[1].reoffers[0].change_id(), "a");
}

}  // namespace
}  // namespace bangfu::client
