#include <atomic>
#include <set>
#include <thread>

#include "server/store/postgres/postgres_audit_store.h"
#include "server/store/postgres/store_fixture.h"

namespace bangfu::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

v1::AuditEntry EntryBy(const std::string& person, const std::string& org, v1::Action action,
                       const std::vector<std::string>& objects = {}) {
  v1::AuditEntry entry;
  entry.mutable_time()->set_seconds(1400000000);
  entry.set_person_id(person);
  entry.set_org(org);
  entry.set_action(action);
  entry.set_result(v1::AUDIT_RESULT_DONE);
  for (const std::string& id : objects) entry.add_objects()->set_id(id);
  return entry;
}

// Not a hash, but it shows what it was made of.
std::string Trace(const AuditHead& head, absl::string_view entry) {
  return absl::StrCat(head.hash, "|", head.sequence, ":", entry.size());
}

class AuditStoreTest : public StoreFixture {
 protected:
  int64_t ChainAll(int limit = 1000) {
    int64_t total = 0;
    for (int64_t moved = 1; moved > 0; total += moved) {
      const auto chained = store_->audit().Chain(limit, Trace);
      EXPECT_TRUE(chained.ok()) << chained.status();
      moved = chained.ok() ? chained->entries : 0;
    }
    return total;
  }

  std::vector<int64_t> List(const AuditQuery& query) {
    const auto entries = store_->audit().List(query);
    EXPECT_TRUE(entries.ok()) << entries.status();
    std::vector<int64_t> sequences;
    if (entries.ok())
      for (const v1::ChainedAuditEntry& entry : *entries) sequences.push_back(entry.sequence());
    return sequences;
  }
};

TEST_F(AuditStoreTest, EntriesAreChainedInTheirOrder) {
  ASSERT_TRUE(store_->audit()
                  .Append({EntryBy("chen", "hz.fuyang", v1::ACTION_READ, {"a"}),
                           EntryBy("wu", "hz", v1::ACTION_LIST)})
                  .ok());
  EXPECT_EQ(store_->audit().Head()->sequence, 0);
  EXPECT_EQ(ChainAll(1), 2);
  const auto entries = store_->audit().Read(0, 10);
  ASSERT_TRUE(entries.ok()) << entries.status();
  ASSERT_EQ(entries->size(), 2u);
  AuditHead head;
  for (const v1::ChainedAuditEntry& entry : *entries) {
    EXPECT_EQ(entry.hash(), Trace(head, entry.entry()));
    head = {.sequence = head.sequence + 1, .hash = entry.hash()};
    EXPECT_EQ(entry.sequence(), head.sequence);
  }
  v1::AuditEntry first;
  ASSERT_TRUE(first.ParseFromString(entries->front().entry()));
  EXPECT_EQ(first.person_id(), "chen");
  EXPECT_EQ(store_->audit().Head()->hash, head.hash);
  EXPECT_EQ(store_->audit().Read(1, 10)->size(), 1u);
}

// A transaction that took an id before and commits after the chainer has passed.
TEST_F(AuditStoreTest, LateEntriesAreNotLost) {
  pqxx::connection late(database_->connection_string());
  {
    pqxx::work work(late);
    work.exec_params("INSERT INTO audit_queue (entry) VALUES (decode($1, 'hex'))", "0a00");
    ASSERT_TRUE(store_->audit().Append({EntryBy("wu", "hz", v1::ACTION_LIST)}).ok());
    EXPECT_EQ(ChainAll(), 1);
    work.commit();
  }
  EXPECT_EQ(ChainAll(), 1);
  EXPECT_EQ(store_->audit().Head()->sequence, 2);
  EXPECT_EQ(Sql("SELECT count(*) FROM audit_queue"), "0");
}

TEST_F(AuditStoreTest, UnderConcurrencyEveryEntryIsChainedOnce) {
  constexpr int kWriters = 4;
  constexpr int kEach = 60;
  std::atomic<int> running = kWriters;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&, writer] {
      for (int i = 0; i < kEach; ++i) {
        const v1::AuditEntry entry = EntryBy(absl::StrCat("p", writer, "-", i), "hz.fuyang",
                                             v1::ACTION_READ, {absl::StrCat("o", i)});
        EXPECT_TRUE(store_->audit().Append({entry}).ok());
      }
      --running;
    });
  }
  std::atomic<int64_t> chained = 0;
  for (int chainer = 0; chainer < 2; ++chainer) {
    threads.emplace_back([&] {
      while (running > 0) {
        const auto batch = store_->audit().Chain(7, Trace);
        EXPECT_TRUE(batch.ok()) << batch.status();
        if (batch.ok()) chained += batch->entries;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  chained += ChainAll();
  EXPECT_EQ(chained, kWriters * kEach);
  const auto entries = store_->audit().Read(0, 10000);
  ASSERT_TRUE(entries.ok());
  ASSERT_EQ(entries->size(), static_cast<size_t>(kWriters * kEach));
  std::set<std::string> people;
  AuditHead head;
  for (const v1::ChainedAuditEntry& entry : *entries) {
    ASSERT_EQ(entry.sequence(), head.sequence + 1);
    ASSERT_EQ(entry.hash(), Trace(head, entry.entry()));
    head = {.sequence = entry.sequence(), .hash = entry.hash()};
    v1::AuditEntry parsed;
    ASSERT_TRUE(parsed.ParseFromString(entry.entry()));
    EXPECT_TRUE(people.insert(parsed.person_id()).second);
  }
}

TEST_F(AuditStoreTest, AReportedReadIsAddedOnce) {
  v1::AuditEntry read = EntryBy("chen", "hz.fuyang", v1::ACTION_UNMASK, {Id(1)});
  read.set_report_id(Id(77));
  v1::AuditEntry other = read;
  other.set_report_id(Id(78));
  ASSERT_TRUE(store_->audit().Append({read, read, other}).ok());
  ASSERT_TRUE(store_->audit().Append({read}).ok());
  EXPECT_EQ(ChainAll(), 2);
  ASSERT_TRUE(store_->audit().Append({other, read}).ok());
  EXPECT_EQ(ChainAll(), 0);
}

TEST_F(AuditStoreTest, AChangeAndItsEntryAreWrittenTogether) {
  WriteSet writes = OneRecord(ArchiveRow(1, "hz.fuyang"));
  writes.audit.push_back(EntryBy("chen", "hz.fuyang", v1::ACTION_CREATE, {Id(1)}));
  const absl::Status refused = store_->Transact([&](Transaction& transaction) {
    const absl::Status written = transaction.Write(writes);
    return written.ok() ? absl::CancelledError() : written;
  });
  EXPECT_EQ(refused.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(ChainAll(), 0);
  ASSERT_TRUE(Write(writes).ok());
  EXPECT_EQ(ChainAll(), 1);
}

TEST_F(AuditStoreTest, ListsBySubtreePersonObjectAndAction) {
  v1::AuditEntry push = EntryBy("", "hz.fuyang", v1::ACTION_EDIT);
  v1::AuditObject& change = *push.add_objects();
  change.set_id(Id(9));
  change.set_person_id("chen");
  v1::AuditEntry stranger;
  stranger.set_action(v1::ACTION_CONNECT);
  stranger.set_person_id(std::string("a\0b", 3));
  stranger.set_org("not a path");
  ASSERT_TRUE(store_->audit()
                  .Append({EntryBy("chen", "hz.fuyang.lingqiao", v1::ACTION_READ, {Id(9)}),  // 1
                           EntryBy("wu", "hz.gongshu", v1::ACTION_READ, {Id(9), Id(8)}),     // 2
                           push,                                                             // 3
                           EntryBy("chen", "hz.fuyang.lingqiao", v1::ACTION_LIST, {Id(8)}),  // 4
                           stranger})                                                        // 5
                  .ok());
  ASSERT_EQ(ChainAll(), 5);
  const auto within = [](absl::string_view scope) {
    AuditQuery query;
    query.scope = std::string(scope);
    query.limit = 10;
    return query;
  };
  EXPECT_THAT(List(within("hz")), ElementsAre(5, 4, 3, 2, 1));
  EXPECT_THAT(List(within("hz.fuyang")), ElementsAre(4, 3, 1));
  EXPECT_THAT(List(within("")), IsEmpty());
  AuditQuery by_person = within("hz");
  by_person.person_id = "chen";
  EXPECT_THAT(List(by_person), ElementsAre(4, 3, 1));
  by_person.before = 4;
  by_person.limit = 1;
  EXPECT_THAT(List(by_person), ElementsAre(3));
  AuditQuery by_object = within("hz");
  by_object.object_id = Id(9);
  EXPECT_THAT(List(by_object), ElementsAre(3, 2, 1));
  by_object.person_id = "chen";
  EXPECT_THAT(List(by_object), ElementsAre(3, 1));
  by_object.action = v1::ACTION_READ;
  EXPECT_THAT(List(by_object), ElementsAre(1));
  AuditQuery by_action = within("hz.gongshu");
  by_action.action = v1::ACTION_READ;
  EXPECT_THAT(List(by_action), ElementsAre(2));
  AuditQuery nobody = within("hz");
  nobody.person_id = std::string("a\0b", 3);
  EXPECT_THAT(List(nobody), IsEmpty());
}

}  // namespace
}  // namespace bangfu::server
