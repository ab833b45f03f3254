#include "server/store/postgres/store_fixture.h"

// The conflict log in the feed.
namespace bangfu::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class FeedConflictTest : public StoreFixture {
 protected:
  FeedPage Read(absl::string_view scope, int64_t after, int limit = 100) {
    const absl::StatusOr<FeedPage> page = store_->ReadFeed(scope, after, limit);
    EXPECT_TRUE(page.ok()) << page.status();
    return page.value_or(FeedPage());
  }
};

std::vector<std::string> EntryIds(const FeedPage& page) {
  std::vector<std::string> ids;
  for (const v1::Conflict& entry : page.conflicts) ids.push_back(entry.id());
  return ids;
}

TEST_F(FeedConflictTest, AnEntryComesAsItIsNowAndOncePerPage) {
  v1::Conflict entry = EntryOf(1, 100, "hz.a");
  WriteSet logged;
  logged.conflicts = {entry};
  logged.queue = {There(entry)};
  ASSERT_TRUE(Write(logged).ok());
  entry.set_state(v1::CONFLICT_STATE_RESOLVED);
  WriteSet resolved;
  resolved.conflict_updates = {entry};
  resolved.queue = {There(entry)};
  ASSERT_TRUE(Write(resolved).ok());
  Sequence();
  const FeedPage page = Read("hz.a", 0);
  ASSERT_THAT(page.conflicts, SizeIs(1));
  EXPECT_EQ(page.conflicts[0].SerializeAsString(), entry.SerializeAsString());
  EXPECT_THAT(page.records, IsEmpty());
  EXPECT_EQ(page.next_seq, 2);
  // Each page tells it again: the reader may have begun behind the first.
  EXPECT_THAT(EntryIds(Read("hz.a", 0, 1)), ElementsAre(Id(1)));
  EXPECT_THAT(EntryIds(Read("hz.a", 1, 1)), ElementsAre(Id(1)));
  EXPECT_THAT(Read("hz.b", 0).conflicts, IsEmpty());
}

TEST_F(FeedConflictTest, AnEntryMovesWithItsRecord) {
  v1::Conflict entry = EntryOf(1, 100, "hz.a");
  WriteSet logged;
  logged.conflicts = {entry};
  logged.queue = {There(entry)};
  ASSERT_TRUE(Write(logged).ok());
  WriteSet moved;
  moved.queue.push_back(Gone(entry));
  entry.set_org("hz.b");
  moved.conflict_updates = {entry};
  moved.queue.push_back(There(entry));
  ASSERT_TRUE(Write(moved).ok());
  Sequence();
  EXPECT_THAT(Read("hz.a", 1).left_conflict_ids, ElementsAre(Id(1)));
  EXPECT_THAT(Read("hz.a", 0).conflicts, IsEmpty());
  EXPECT_THAT(EntryIds(Read("hz.b", 0)), ElementsAre(Id(1)));
  EXPECT_THAT(Read("hz.b", 0).left_conflict_ids, IsEmpty());
  // Whoever reads both has not lost it.
  EXPECT_THAT(EntryIds(Read("hz", 0)), ElementsAre(Id(1)));
  EXPECT_THAT(Read("hz", 0).left_conflict_ids, IsEmpty());
  EXPECT_THAT(Read("hz", 0).left_record_ids, IsEmpty());
}

TEST_F(FeedConflictTest, AnEntryThatIsRemovedLeaves) {
  const v1::Conflict entry = EntryOf(1, 100, "hz.a");
  const v1::Conflict other = EntryOf(2, 100, "hz.a");
  WriteSet logged;
  logged.conflicts = {entry, other};
  logged.queue = {There(entry), There(other)};
  ASSERT_TRUE(Write(logged).ok());
  WriteSet removed;
  removed.removed_conflicts = {entry.id()};
  removed.queue = {Gone(entry)};
  ASSERT_TRUE(Write(removed).ok());
  Sequence();
  const FeedPage page = Read("hz.a", 0);
  EXPECT_THAT(EntryIds(page), ElementsAre(Id(2)));
  EXPECT_THAT(page.left_conflict_ids, ElementsAre(Id(1)));
  EXPECT_FALSE(store_->GetConflict("hz", Id(1))->has_value());
}

TEST_F(FeedConflictTest, ARecordAndAnEntryWithOneIdAreTwoThings) {
  const StoredRecord record = ArchiveRow(1, "hz.a");
  const v1::Conflict entry = EntryOf(1, 1, "hz.a");
  WriteSet writes = OneRecord(record);
  writes.conflicts = {entry};
  writes.queue.push_back(There(entry));
  ASSERT_TRUE(Write(writes).ok());
  Sequence();
  const FeedPage page = Read("hz.a", 0);
  EXPECT_THAT(page.records, SizeIs(1));
  EXPECT_THAT(page.conflicts, SizeIs(1));
}

TEST_F(FeedConflictTest, TheBytesOfEntriesCountToo) {
  const std::string large(static_cast<size_t>(kMaxFeedPageBytes / 2), 'x');
  for (int i = 1; i <= 3; ++i) {
    const v1::Conflict entry = EntryOf(i, 100, "hz.a", large);
    WriteSet writes;
    writes.conflicts = {entry};
    writes.queue = {There(entry)};
    ASSERT_TRUE(Write(writes).ok());
  }
  Sequence();
  FeedPage page = Read("hz.a", 0);
  EXPECT_THAT(EntryIds(page), ElementsAre(Id(1)));
  EXPECT_FALSE(page.caught_up);
  page = Read("hz.a", page.next_seq);
  EXPECT_THAT(EntryIds(page), ElementsAre(Id(2)));
  page = Read("hz.a", page.next_seq);
  EXPECT_THAT(EntryIds(page), ElementsAre(Id(3)));
  EXPECT_TRUE(page.caught_up);
}

TEST_F(FeedConflictTest, UpdatesKeepTheirPlaceAndInsertWhatIsMissing) {
  WriteSet logged;
  logged.conflicts = {EntryOf(1, 100, "hz"), EntryOf(2, 100, "hz")};
  ASSERT_TRUE(Write(logged).ok());
  WriteSet updates;
  updates.conflict_updates = {EntryOf(1, 100, "hz", "first"), EntryOf(3, 101, "hz"),
                              EntryOf(1, 100, "hz", "second")};
  ASSERT_TRUE(Write(updates).ok());
  ConflictQuery query;
  query.scope = "hz";
  query.limit = 10;
  const ConflictPage page = *store_->ListConflicts(query);
  ASSERT_THAT(page.conflicts, SizeIs(3));
  EXPECT_EQ(page.conflicts[0].id(), Id(3));
  EXPECT_EQ(page.conflicts[1].id(), Id(2));
  EXPECT_EQ(page.conflicts[2].id(), Id(1));
  EXPECT_EQ(page.conflicts[2].policy(), "second");
}

TEST_F(FeedConflictTest, EntriesAreLockedByIdAndByRecord) {
  WriteSet logged;
  logged.conflicts = {EntryOf(2, 100, "hz"), EntryOf(1, 100, "hz"), EntryOf(3, 101, "hz")};
  ASSERT_TRUE(Write(logged).ok());
  const absl::Status done = store_->Transact([&](Transaction& transaction) {
    const auto by_id = transaction.LockConflicts({Id(1), Id(9), "no-uuid"});
    EXPECT_TRUE(by_id.ok()) << by_id.status();
    EXPECT_THAT(*by_id, SizeIs(1));
    EXPECT_EQ(by_id->at(Id(1)).record_id(), Id(100));
    const auto of_record = transaction.LockConflictsOf({Id(100)});
    EXPECT_TRUE(of_record.ok()) << of_record.status();
    EXPECT_THAT(*of_record, SizeIs(2));
    EXPECT_EQ((*of_record)[0].id(), Id(1));
    // Somebody else cannot have them meanwhile.
    pqxx::connection connection(database_->connection_string());
    pqxx::nontransaction session(connection);
    EXPECT_EQ(session.exec("SELECT id FROM conflict FOR UPDATE SKIP LOCKED").size(), 1u);
    return absl::OkStatus();
  });
  EXPECT_TRUE(done.ok()) << done;
}

}  // namespace
}  // namespace bangfu::server
