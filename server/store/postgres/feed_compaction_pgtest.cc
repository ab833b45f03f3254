#include <map>
#include <random>

#include "server/store/postgres/store_fixture.h"

// Compaction takes what nobody needs, and nothing else.
namespace bangfu::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr int kAll = 1000;

class CompactionTest : public StoreFixture {
 protected:
  FeedPage Read(absl::string_view scope, int64_t after, int limit = kAll) {
    const absl::StatusOr<FeedPage> page = store_->ReadFeed(scope, after, limit);
    EXPECT_TRUE(page.ok()) << page.status();
    return page.value_or(FeedPage());
  }

  int64_t Compact(int limit = kAll) {
    const absl::StatusOr<int64_t> removed = store_->CompactFeed(live_after_, limit);
    EXPECT_TRUE(removed.ok()) << removed.status();
    return removed.value_or(-1);
  }

  void Acknowledge(const std::string& child, std::optional<int64_t> seq) {
    ChildContact contact;
    contact.key = child;
    contact.scope = "hz";
    contact.seen = now_;
    contact.acknowledged = seq;
    const absl::Status noted = store_->NoteChild(contact);
    ASSERT_TRUE(noted.ok()) << noted;
  }

  void WriteRevision(int number, absl::string_view org, int64_t revision) {
    ASSERT_TRUE(Write(OneRecord(ArchiveRow(number, org, revision))).ok());
  }

  void Move(int number, absl::string_view from, absl::string_view to, int64_t revision) {
    const StoredRecord record = ArchiveRow(number, to, revision);
    WriteSet writes = OneRecord(record);
    writes.queue.insert(writes.queue.begin(), Leave(record.id, revision, from));
    ASSERT_TRUE(Write(writes).ok());
  }

  std::string Rows() { return Sql("SELECT string_agg(feed_seq::text, ' ' ORDER BY 1) FROM feed"); }

  const absl::Time now_ = absl::FromUnixSeconds(1700000000);
  const absl::Time live_after_ = now_ - limits::kChildLife;
};

TEST_F(CompactionTest, TakesReplacedRowsAndTombstonesAndRaisesTheFloor) {
  WriteRevision(1, "hz.a", 1);  // 1: replaced by 3
  WriteRevision(2, "hz.a", 1);  // 2: elsewhere since 4, 5
  WriteRevision(1, "hz.a", 2);  // 3
  Move(2, "hz.a", "hz.b", 2);   // 4 leave, 5
  WriteSet removal;
  removal.removed_records = {Id(3)};
  WriteRevision(3, "hz.a", 1);                // 6: gone
  removal.queue = {Leave(Id(3), 2, "hz.a")};  // 7
  ASSERT_TRUE(Write(removal).ok());
  Sequence();
  EXPECT_EQ(Compact(), 5);
  EXPECT_EQ(Rows(), "3 5");
  EXPECT_EQ(store_->GetFeedState()->floor, 7);
  EXPECT_EQ(store_->GetFeedState()->head, 7);
  const FeedPage page = Read("hz", 0);
  EXPECT_EQ(page.records.size(), 2);
  EXPECT_THAT(page.left_record_ids, IsEmpty());
  EXPECT_EQ(page.floor, 7);
  EXPECT_EQ(page.next_seq, 7);
  EXPECT_TRUE(page.caught_up);
  EXPECT_EQ(Compact(), 0);
}

TEST_F(CompactionTest, WaitsForEveryChildThatIsAlive) {
  for (int revision = 1; revision <= 4; ++revision) WriteRevision(1, "hz.a", revision);
  Sequence();
  Acknowledge("hz/one", 4);
  Acknowledge("hz/two", 2);
  EXPECT_EQ(Compact(), 2);
  EXPECT_EQ(store_->GetFeedState()->floor, 2);
  Acknowledge("hz/new", std::nullopt);  // has called, but has not pulled
  Acknowledge("hz/two", 4);
  EXPECT_EQ(Compact(), 0);
  Acknowledge("hz/new", 3);
  EXPECT_EQ(Compact(), 1);
  EXPECT_EQ(Rows(), "4");
  EXPECT_EQ(store_->GetFeedState()->floor, 3);
}

TEST_F(CompactionTest, DoesNotWaitForAChildThatHasNotCalledForLong) {
  WriteRevision(1, "hz.a", 1);
  WriteRevision(1, "hz.a", 2);
  Sequence();
  ChildContact lost;
  lost.key = "hz/lost";
  lost.scope = "hz";
  lost.seen = live_after_ - absl::Seconds(1);
  lost.acknowledged = 0;
  ASSERT_TRUE(store_->NoteChild(lost).ok());
  EXPECT_EQ(Compact(), 1);
}

TEST_F(CompactionTest, WhatWasAcknowledgedInAnEarlierEpochCountsForNothing) {
  WriteRevision(1, "hz.a", 1);
  WriteRevision(1, "hz.a", 2);
  Sequence();
  Acknowledge("hz/one", 2);
  ASSERT_TRUE(store_->BeginEpoch().ok());
  EXPECT_EQ(Compact(), 0);
  Acknowledge("hz/one", 2);
  EXPECT_EQ(Compact(), 1);
}

TEST_F(CompactionTest, GoesRoundInSmallSteps) {
  for (int number = 1; number <= 6; ++number) WriteRevision(number, "hz.a", 1);
  Sequence();
  EXPECT_EQ(Compact(4), 0);
  EXPECT_EQ(Compact(4), 0);  // 5 and 6, then on from 1
  for (int number = 1; number <= 6; ++number) WriteRevision(number, "hz.a", 2);
  Sequence();
  EXPECT_EQ(Compact(), 6);  // from 3 to the end, then 1 and 2
  EXPECT_EQ(Rows(), "7 8 9 10 11 12");
  for (int number = 1; number <= 6; ++number) WriteRevision(number, "hz.a", 3);
  Sequence();
  int64_t removed = 0;
  for (int call = 0; call < 4; ++call) {
    const int64_t gone = Compact(4);
    EXPECT_LE(gone, 4);
    removed += gone;
  }
  EXPECT_EQ(removed, 6);
  EXPECT_EQ(Rows(), "13 14 15 16 17 18");
}

TEST_F(CompactionTest, ReplacedEntriesOfTheConflictLogGoToo) {
  v1::Conflict entry = EntryOf(1, 100, "hz.a");
  v1::Conflict moved = EntryOf(2, 100, "hz.a");
  WriteSet logged;
  logged.conflicts = {entry, moved};
  logged.queue = {There(entry), There(moved), There(entry)};  // 1 replaced by 3; 2 elsewhere
  ASSERT_TRUE(Write(logged).ok());
  WriteSet move;
  move.queue = {Gone(moved)};  // 4
  moved.set_org("hz.b");
  move.conflict_updates = {moved};
  move.queue.push_back(There(moved));  // 5
  ASSERT_TRUE(Write(move).ok());
  Sequence();
  EXPECT_EQ(Compact(), 3);
  EXPECT_EQ(Rows(), "3 5");
}

// A row whose record went further is taken before the row of the new revision has its number: what
// a reader that starts meanwhile misses comes with that row.
TEST_F(CompactionTest, NothingIsLostBetweenTheQueueAndTheFeed) {
  WriteRevision(1, "hz.a", 1);
  Sequence();
  WriteRevision(1, "hz.a", 2);  // queued only
  EXPECT_EQ(Compact(), 1);
  const FeedPage before = Read("hz", 0);
  EXPECT_THAT(before.records, IsEmpty());
  Sequence();
  EXPECT_EQ(Read("hz", before.next_seq).records.size(), 1);
}

// What a child knows after it applied a page.
void Apply(const FeedPage& page, std::map<std::string, int64_t>& records) {
  for (const std::string& id : page.left_record_ids) records.erase(id);
  for (const v1::Record& record : page.records) records[record.id()] = record.revision();
}

// Writes, moves and removals at random; children that read at their own pace and one that comes
// late; compaction in between. In the end everybody has what is there.
TEST_F(CompactionTest, NobodyMissesAnything) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937_64 random(seed);
  const auto pick = [&random](int below) {
    return std::uniform_int_distribution<int>(0, below - 1)(random);
  };
  struct Reader {
    std::string key, scope;
    int64_t cursor = 0;
    std::map<std::string, int64_t> records;
  };
  std::vector<Reader> readers = {
      {"hz/a", "hz.a", 0, {}}, {"hz/b", "hz.b", 0, {}}, {"hz/all", "hz", 0, {}}};
  const auto read = [&](Reader& reader, int limit) {
    ChildContact contact{.key = reader.key,
                         .scope = reader.scope,
                         .seen = now_,
                         .acknowledged = reader.cursor,
                         .pending = {},
                         .pending_records = {}};
    ASSERT_TRUE(store_->NoteChild(contact).ok());
    const FeedPage page = Read(reader.scope, reader.cursor, limit);
    ASSERT_TRUE(reader.cursor == 0 || reader.cursor >= page.floor) << "a live child fell behind";
    Apply(page, reader.records);
    reader.cursor = page.next_seq;
  };
  for (Reader& reader : readers) read(reader, kAll);

  constexpr int kRecords = 12;
  std::map<int, std::pair<std::string, int64_t>> present;  // org and revision
  std::map<int, int64_t> last_revision;
  for (int step = 0; step < 150; ++step) {
    const int number = 1 + pick(kRecords);
    const std::string org = pick(2) == 0 ? "hz.a" : "hz.b";
    const auto it = present.find(number);
    const int64_t revision = ++last_revision[number];
    if (it == present.end()) {
      WriteRevision(number, org, revision);
      present[number] = {org, revision};
    } else if (pick(8) == 0) {
      WriteSet removal;
      removal.removed_records = {Id(number)};
      removal.queue = {Leave(Id(number), revision, it->second.first)};
      ASSERT_TRUE(Write(removal).ok());
      present.erase(it);
    } else if (it->second.first != org) {
      Move(number, it->second.first, org, revision);
      it->second = {org, revision};
    } else {
      WriteRevision(number, org, revision);
      it->second.second = revision;
    }
    if (pick(3) == 0) Sequence();
    if (pick(3) == 0) read(readers[static_cast<size_t>(pick(3))], 1 + pick(20));
    if (pick(3) == 0) Compact(1 + pick(30));
  }
  Sequence();
  readers.push_back({"hz/late", "hz", 0, {}});
  for (Reader& reader : readers) {
    for (int64_t before = -1; before != reader.cursor;) {
      before = reader.cursor;
      read(reader, kAll);
    }
    std::map<std::string, int64_t> expected;
    for (const auto& [number, place] : present) {
      if (reader.scope == "hz" || reader.scope == place.first) {
        expected[Id(number)] = place.second;
      }
    }
    EXPECT_EQ(reader.records, expected) << reader.key;
  }
  Compact();
  Compact();
  EXPECT_EQ(Sql("SELECT count(*) FROM feed"), absl::StrCat(present.size()));
}

TEST_F(CompactionTest, ChildrenKeepWhatTheyDidNotShowAgain) {
  ChildContact first{.key = "hz.a/one",
                     .scope = "hz.a",
                     .seen = now_,
                     .acknowledged = 0,
                     .pending = 2,
                     .pending_records = {Id(7), Id(8)}};
  ASSERT_TRUE(store_->NoteChild(first).ok());
  ChildContact second{.key = "hz.a/one",
                      .scope = "hz.a",
                      .seen = now_ + absl::Seconds(5),
                      .acknowledged = {},
                      .pending = {},
                      .pending_records = {}};
  ASSERT_TRUE(store_->NoteChild(second).ok());
  ChildContact other{.key = "hz.a2/x",
                     .scope = "hz.a2",
                     .seen = now_,
                     .acknowledged = {},
                     .pending = 0,
                     .pending_records = {}};
  ASSERT_TRUE(store_->NoteChild(other).ok());
  const std::vector<ChildContact> children = *store_->ListChildren("hz.a");
  ASSERT_EQ(children.size(), 1u);
  EXPECT_EQ(children[0].key, "hz.a/one");
  EXPECT_EQ(children[0].scope, "hz.a");
  EXPECT_EQ(children[0].seen, second.seen);
  EXPECT_EQ(children[0].acknowledged, 0);
  EXPECT_EQ(children[0].pending, 2);
  EXPECT_THAT(children[0].pending_records, ElementsAre(Id(7), Id(8)));
  EXPECT_EQ(store_->ListChildren("hz")->size(), 2u);
  EXPECT_THAT(*store_->ListChildren("no path!"), IsEmpty());
  second.pending = 0;
  ASSERT_TRUE(store_->NoteChild(second).ok());
  EXPECT_THAT(store_->ListChildren("hz.a")->at(0).pending_records, IsEmpty());
  ASSERT_TRUE(store_->BeginEpoch().ok());
  EXPECT_EQ(store_->ListChildren("hz.a")->at(0).acknowledged, std::nullopt);
}

}  // namespace
}  // namespace bangfu::server
