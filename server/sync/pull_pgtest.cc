#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "base/error.h"
#include "base/limits.h"
#include "server/sync/pull.h"
#include "server/sync/sequencer.h"
#include "server/sync/sync_fixture.h"

namespace bangfu::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class PullTest : public testing::Test {
 protected:
  void File(int number, const std::string& unit = kUnitOrg) {
    node_.MustPush(kCityOrg, {make_.Put(Handler(unit), Household(number, unit))});
  }
  void Move(int number, const std::string& unit) {
    v1::Archive moved = node_.Archive(ArchiveId(number));
    moved.set_unit(unit);
    v1::Change change = make_.Put(Approver(), moved, node_.RevisionOf(ArchiveId(number)), {"unit"});
    change.mutable_put()->set_correction_reason("单位调整");
    node_.MustPush(kCenterOrg, {change});
  }
  v1::PullResponse Pull(const std::string& org, const std::string& cursor = "", int max = 0) {
    const auto batch = node_.Pull(org, cursor, max);
    EXPECT_TRUE(batch.ok()) << batch.status();
    return batch.value_or(v1::PullResponse());
  }
  static std::vector<std::string> Ids(const v1::PullResponse& batch) {
    std::vector<std::string> ids;
    for (const v1::Record& record : batch.records()) ids.push_back(record.id());
    return ids;
  }
  static std::vector<std::string> Left(const v1::PullResponse& batch) {
    return {batch.left_record_ids().begin(), batch.left_record_ids().end()};
  }

  SettableClock clock_;
  ChangeMaker make_;
  TestNode node_{clock_, NodeRole{}};
};

TEST_F(PullTest, BatchesGoOnWhereTheCursorIs) {
  for (int i = 1; i <= 5; ++i) File(i);
  node_.Sequence();
  std::vector<std::string> ids;
  std::string cursor;
  for (int batches = 1;; ++batches) {
    const v1::PullResponse batch = Pull(kUnionOrg, cursor, 2);
    EXPECT_EQ(Ids(Pull(kUnionOrg, cursor, 2)), Ids(batch));  // an interrupted pull asks again
    for (std::string& id : Ids(batch)) ids.push_back(std::move(id));
    cursor = batch.next_cursor();
    if (batch.caught_up()) {
      EXPECT_EQ(batches, 3);
      break;
    }
  }
  EXPECT_THAT(ids,
              ElementsAre(ArchiveId(1), ArchiveId(2), ArchiveId(3), ArchiveId(4), ArchiveId(5)));
  const v1::PullResponse nothing = Pull(kUnionOrg, cursor);
  EXPECT_THAT(Ids(nothing), IsEmpty());
  EXPECT_TRUE(nothing.caught_up());
  EXPECT_EQ(nothing.next_cursor(), cursor);
  // Afterwards only what is new, as it is now, once.
  node_.MustPush(kUnitOrg, {make_.Submit(Handler(), ArchiveId(2))});
  node_.MustPush(kUnionOrg, {make_.Review(Reviewer(), ArchiveId(2))});
  node_.Sequence();
  const v1::PullResponse news = Pull(kUnionOrg, cursor);
  ASSERT_THAT(Ids(news), ElementsAre(ArchiveId(2)));
  EXPECT_EQ(news.records(0).revision(), 3);
  EXPECT_EQ(news.records(0).org(), kUnitOrg);
  EXPECT_EQ(news.records(0).body(), node_.Stored(ArchiveId(2))->body);
}

TEST_F(PullTest, EverybodyReadsTheirScopeOnly) {
  File(1);
  File(2, kSiblingOrg);
  File(3, kOtherUnitOrg);
  node_.Sequence();
  EXPECT_THAT(Ids(Pull(kUnitOrg)), ElementsAre(ArchiveId(1)));
  EXPECT_THAT(Ids(Pull(kUnionOrg)), ElementsAre(ArchiveId(1), ArchiveId(2)));
  EXPECT_THAT(Ids(Pull(kOtherUnionOrg)), ElementsAre(ArchiveId(3)));
  EXPECT_THAT(Ids(Pull("hz.jiaoyu")), IsEmpty());
  for (const char* office : {kCityOrg, kCenterOrg, kDepartmentOrg}) {
    EXPECT_THAT(Ids(Pull(office)), ElementsAre(ArchiveId(1), ArchiveId(2), ArchiveId(3))) << office;
  }
}

TEST_F(PullTest, ARecordThatMovesLeavesTheOldScopeAndEntersTheNew) {
  File(1);
  node_.Sequence();
  const std::string unit = Pull(kUnitOrg).next_cursor(), whole = Pull(kUnionOrg).next_cursor(),
                    sibling = Pull(kSiblingOrg).next_cursor();
  Move(1, kSiblingOrg);
  node_.Sequence();
  EXPECT_THAT(Left(Pull(kUnitOrg, unit)), ElementsAre(ArchiveId(1)));
  EXPECT_THAT(Ids(Pull(kUnitOrg, unit)), IsEmpty());
  EXPECT_THAT(Ids(Pull(kSiblingOrg, sibling)), ElementsAre(ArchiveId(1)));
  EXPECT_THAT(Ids(Pull(kUnionOrg, whole)), ElementsAre(ArchiveId(1)));
  EXPECT_THAT(Left(Pull(kUnionOrg, whole)), IsEmpty());
  // Back again before the unit pulled: it never left.
  Move(1, kUnitOrg);
  node_.Sequence();
  EXPECT_THAT(Ids(Pull(kUnitOrg, unit)), ElementsAre(ArchiveId(1)));
  EXPECT_THAT(Left(Pull(kUnitOrg, unit)), IsEmpty());
}

TEST_F(PullTest, ACursorIsOfOneNodeAndScope) {
  File(1);
  node_.Sequence();
  const std::string cursor = Pull(kUnitOrg).next_cursor();
  const auto reason = [&](const std::string& org, const std::string& bytes) {
    const absl::Status status = node_.Pull(org, bytes).status();
    return std::make_pair(status.code(), ReasonOf(status));
  };
  using Reason = std::pair<absl::StatusCode, v1::ErrorReason>;
  const Reason from_start{absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_EPOCH_CHANGED};
  EXPECT_EQ(reason(kUnionOrg, cursor), from_start);
  EXPECT_EQ(reason(kUnitOrg, EncodeCursor({"another", 0, kUnitOrg})), from_start);
  EXPECT_EQ(reason(kUnitOrg, "1|"),
            (Reason{absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_BAD_CURSOR}));
  // The offices of the city read the same scope.
  EXPECT_TRUE(node_.Pull(kCenterOrg, Pull(kCityOrg).next_cursor()).ok());
}

// What a child saw is gone: the node was restored from an older dump, or a late standby took over.
TEST_F(PullTest, AFeedThatLostItsEndIsPulledFromTheStart) {
  File(1);
  node_.Sequence();
  const v1::PullResponse batch = Pull(kUnitOrg);
  const auto cursor = DecodeCursor(batch.next_cursor());
  ASSERT_TRUE(cursor.ok()) << cursor.status();
  EXPECT_TRUE(node_.Pull(kUnitOrg, batch.next_cursor()).ok());  // at the head: nothing is missing
  Cursor beyond = *cursor;
  ++beyond.feed_seq;
  const absl::Status status = node_.Pull(kUnitOrg, EncodeCursor(beyond)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_EPOCH_CHANGED);
  EXPECT_THAT(status.ToString(), testing::HasSubstr(cursor->epoch));
}

// Ten archives, edited so that compaction has something to remove, and one that left the unit.
TEST_F(PullTest, AfterCompactionANewChildStartsAndAnOldOneCompares) {
  for (int i = 1; i <= 10; ++i) File(i);
  node_.Sequence();
  const std::string old_cursor = Pull(kUnitOrg, "", 2).next_cursor();
  for (int i = 1; i <= 9; ++i) {
    node_.MustPush(kUnitOrg, {make_.Submit(Handler(), ArchiveId(i))});
  }
  Move(10, kSiblingOrg);
  node_.Sequence();
  ASSERT_GT(node_.store().CompactFeed(absl::InfiniteFuture(), 1000).value_or(0), 0);

  EXPECT_EQ(ReasonOf(node_.Pull(kUnitOrg, old_cursor).status()), v1::ERROR_REASON_CURSOR_TOO_OLD);
  std::vector<std::string> ids;
  std::string cursor;
  for (bool more = true; more;) {
    const v1::PullResponse batch = Pull(kUnitOrg, cursor, 2);
    ASSERT_NE(batch.next_cursor(), cursor);
    for (std::string& id : Ids(batch)) ids.push_back(std::move(id));
    cursor = batch.next_cursor();
    more = !batch.caught_up();
  }
  std::vector<std::string> expected;
  for (int i = 1; i <= 9; ++i) expected.push_back(ArchiveId(i));
  EXPECT_THAT(ids, testing::UnorderedElementsAreArray(expected));
}

// However large the records, a batch fits into a message.
TEST_F(PullTest, ABatchOfLargeRecordsFitsIntoAMessage) {
  constexpr int kRecords = 60, kPerPush = 15;
  for (int i = 1; i <= kRecords; i += kPerPush) {
    std::vector<v1::Change> changes;
    for (int number = i; number < i + kPerPush; ++number) {
      v1::Archive archive = Household(number);
      while (archive.materials_size() < limits::kMaxMaterials) {
        v1::Material& material = *archive.add_materials();
        material.set_id(domain::sample::Uuid(5000 + archive.materials_size()));
        material.set_kind(v1::MATERIAL_KIND_APPLICATION_FORM);
        material.set_received_on("2014-03-01");
        for (int character = 0; character < 100; ++character)
          material.mutable_issuer()->append("局");
      }
      changes.push_back(make_.Put(Handler(), archive));
    }
    node_.MustPush(kUnitOrg, changes);
  }
  node_.Sequence();
  std::set<std::string> ids;
  std::string cursor;
  for (bool more = true; more;) {
    const v1::PullResponse batch = Pull(kUnitOrg, cursor, limits::kMaxPullBatchRecords);
    EXPECT_LE(batch.ByteSizeLong(), static_cast<size_t>(limits::kMaxMessageBytes));
    for (const std::string& id : Ids(batch)) ids.insert(id);
    ASSERT_NE(batch.next_cursor(), cursor);
    cursor = batch.next_cursor();
    more = !batch.caught_up();
  }
  EXPECT_EQ(ids.size(), static_cast<size_t>(kRecords));
}

// ---- The sequencer.

class SequencerTest : public PullTest {
 protected:
  // Pulls until `count` records of the unit came, or the test gives up.
  std::set<std::string> PullUntil(size_t count, std::string& cursor) {
    std::set<std::string> ids;
    const absl::Time deadline = absl::Now() + absl::Seconds(20);
    while (ids.size() < count && absl::Now() < deadline) {
      const v1::PullResponse batch = Pull(kUnitOrg, cursor);
      for (const std::string& id : Ids(batch)) ids.insert(id);
      cursor = batch.next_cursor();
      if (batch.records().empty()) absl::SleepFor(absl::Milliseconds(5));
    }
    return ids;
  }
};

TEST_F(SequencerTest, BringsWhatIsCommittedIntoTheFeed) {
  std::atomic<int> errors{0};
  std::string cursor;
  {
    const Sequencer sequencer(node_.store(), [&](const absl::Status&) { ++errors; });
    const Sequencer standby(node_.store(), [&](const absl::Status&) { ++errors; });
    for (int i = 1; i <= 3; ++i) {
      File(i);
      EXPECT_THAT(PullUntil(1, cursor), ElementsAre(ArchiveId(i)));
    }
  }
  EXPECT_EQ(errors, 0);
  // Stopped, it gives its place free.
  const Sequencer next(node_.store(), [&](const absl::Status&) { ++errors; });
  File(4);
  EXPECT_THAT(PullUntil(1, cursor), ElementsAre(ArchiveId(4)));
}

// A transaction that wrote its queue row first and commits last is not skipped by readers who went
// past it meanwhile.
TEST_F(SequencerTest, ALateCommitIsNotLost) {
  std::atomic<int> errors{0};
  const Sequencer sequencer(node_.store(), [&](const absl::Status&) { ++errors; });
  std::mutex mutex;
  std::condition_variable changed;
  bool written = false, commit = false;
  std::thread late([&] {
    const absl::Status status = node_.store().Transact([&](Transaction& transaction) {
      StoredRecord record;
      record.type = v1::RECORD_TYPE_ARCHIVE;
      record.id = ArchiveId(1);
      record.revision = 1;
      record.org = kUnitOrg;
      record.body = Household(1).SerializeAsString();
      WriteSet writes;
      writes.records = {record};
      writes.queue = {{QueueEntry::Kind::kUpsert, record.id, 1, record.org}};
      absl::Status wrote = transaction.Write(writes);
      std::unique_lock<std::mutex> lock(mutex);
      written = true;
      changed.notify_all();
      changed.wait(lock, [&] { return commit; });
      return wrote;
    });
    EXPECT_TRUE(status.ok()) << status;
  });
  {
    std::unique_lock<std::mutex> lock(mutex);
    changed.wait(lock, [&] { return written; });
  }
  std::string cursor;
  File(2);
  File(3);
  EXPECT_THAT(PullUntil(2, cursor), UnorderedElementsAre(ArchiveId(2), ArchiveId(3)));
  {
    const std::lock_guard<std::mutex> lock(mutex);
    commit = true;
  }
  changed.notify_all();
  late.join();
  EXPECT_THAT(PullUntil(1, cursor), ElementsAre(ArchiveId(1)));
  EXPECT_EQ(errors, 0);
}

// Writers, a sequencer and a reader at once: everything comes, and a record never goes back.
TEST_F(SequencerTest, AReaderBesideWritersMissesNothing) {
  constexpr int kWriters = 4, kEach = 5;
  std::atomic<int> errors{0};
  const Sequencer sequencer(node_.store(), [&](const absl::Status&) { ++errors; });
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 1; i <= kEach; ++i) {
        const v1::Archive archive = Household(w * kEach + i);
        node_.MustPush(kUnitOrg, {make_.Put(Handler(), archive)});
        node_.MustPush(kUnitOrg, {make_.Submit(Handler(), archive.id())});
      }
    });
  }
  std::map<std::string, int64_t> seen;
  std::string cursor;
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  const auto complete = [&] {
    return seen.size() == static_cast<size_t>(kWriters * kEach) &&
           std::all_of(seen.begin(), seen.end(), [](const auto& r) { return r.second == 2; });
  };
  while (!complete() && absl::Now() < deadline) {
    const v1::PullResponse batch = Pull(kUnitOrg, cursor, 3);
    for (const v1::Record& record : batch.records()) {
      EXPECT_GT(record.revision(), seen[record.id()]);
      seen[record.id()] = record.revision();
    }
    cursor = batch.next_cursor();
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_TRUE(complete()) << seen.size();
  EXPECT_EQ(errors, 0);
}

}  // namespace
}  // namespace bangfu::server
