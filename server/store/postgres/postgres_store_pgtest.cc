#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "server/store/postgres/postgres_store.h"
#include "server/store/postgres/store_fixture.h"

namespace bangfu::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

// Text with everything that quoting could get wrong.
constexpr char kAwkward[] = "富阳 \"引号\" 'single' \\back\\ {a,b} NULL $1 \n\t %s";

// Bytes of every value, NUL first.
std::string AllBytes() {
  std::string bytes;
  for (int value = 0; value < 256; ++value) bytes.push_back(static_cast<char>(value));
  return bytes;
}

class PostgresStoreTest : public StoreFixture {
 protected:
  // What a transaction reads, outside of one.
  template <typename Result>
  Result InTransaction(absl::FunctionRef<absl::StatusOr<Result>(Transaction&)> read) {
    absl::StatusOr<Result> result = absl::UnknownError("the body was not run");
    const absl::Status done = store_->Transact([&](Transaction& transaction) {
      result = read(transaction);
      return result.status();
    });
    EXPECT_TRUE(done.ok()) << done;
    return result.value_or(Result());
  }
};

void ExpectSame(const StoredRecord& actual, const StoredRecord& expected) {
  EXPECT_EQ(actual.type, expected.type);
  EXPECT_EQ(actual.id, expected.id);
  EXPECT_EQ(actual.revision, expected.revision);
  EXPECT_EQ(actual.upstream_revision, expected.upstream_revision);
  EXPECT_EQ(actual.org, expected.org);
  EXPECT_EQ(actual.body, expected.body);
  EXPECT_EQ(actual.columns.archive_id, expected.columns.archive_id);
  EXPECT_EQ(actual.columns.status, expected.columns.status);
  EXPECT_EQ(actual.columns.tier, expected.columns.tier);
  EXPECT_EQ(actual.columns.category, expected.columns.category);
  EXPECT_EQ(actual.columns.number, expected.columns.number);
  EXPECT_EQ(actual.columns.on_date, expected.columns.on_date);
}

StoredRecord FullArchive() {
  StoredRecord record = ArchiveRow(1, "hz.gongye.xiangjiao", 7, AllBytes());
  record.upstream_revision = 5;
  record.columns.status = v1::ARCHIVE_STATUS_ESTABLISHED;
  record.columns.tier = v1::TIER_A;
  record.columns.category = v1::HARDSHIP_CATEGORY_MARGINAL;
  record.columns.number = "工业橡胶20130006";
  record.columns.on_date = "2013-03-10";
  return record;
}

StoredRecord AidOf(int number, int archive, absl::string_view org) {
  StoredRecord record = ArchiveRow(number, org);
  record.type = v1::RECORD_TYPE_AID_EVENT;
  record.columns.archive_id = Id(archive);
  record.columns.status = v1::ARCHIVE_STATUS_UNSPECIFIED;
  record.columns.on_date = "2014-03-01";
  return record;
}

TEST_F(PostgresStoreTest, RecordsComeBackAsTheyWere) {
  const StoredRecord archive = FullArchive();
  const StoredRecord aid = AidOf(2, 1, "hz.gongye.xiangjiao");
  StoredRecord empty = ArchiveRow(3, "hz", 1, "");
  WriteSet writes;
  writes.records = {aid, archive, empty};  // the event before its archive
  ASSERT_TRUE(Write(writes).ok());
  const auto locked =
      InTransaction<std::map<std::string, StoredRecord>>([](Transaction& transaction) {
        return transaction.LockRecords({Id(3), Id(2), Id(1), Id(99), "no-uuid", Id(1)});
      });
  ASSERT_EQ(locked.size(), 3u);
  ExpectSame(locked.at(Id(1)), archive);
  ExpectSame(locked.at(Id(2)), aid);
  ExpectSame(locked.at(Id(3)), empty);
  const auto read = store_->GetRecord("hz.gongye", Id(1));
  ASSERT_TRUE(read.ok() && read->has_value());
  ExpectSame(**read, archive);
}

TEST_F(PostgresStoreTest, ChildrenComeByArchive) {
  const StoredRecord first = AidOf(12, 1, "hz.a");
  StoredRecord second = AidOf(11, 1, "hz.a");
  second.type = v1::RECORD_TYPE_VISIT;
  const StoredRecord other = AidOf(10, 2, "hz.a");
  WriteSet writes;
  writes.records = {ArchiveRow(1, "hz.a"),
                    ArchiveRow(2, "hz.a"),
                    ArchiveRow(3, "hz.a"),
                    ArchiveRow(4, "hz.a"),
                    first,
                    second,
                    other,
                    AidOf(13, 4, "hz.a")};
  ASSERT_TRUE(Write(writes).ok());
  const auto children = [this](const std::vector<std::string>& archives) {
    return InTransaction<std::vector<StoredRecord>>(
        [&](Transaction& transaction) { return transaction.ChildrenOf(archives); });
  };
  const std::vector<StoredRecord> found = children({Id(2), Id(1), Id(3), Id(1), "no-uuid"});
  ASSERT_EQ(found.size(), 3u);
  ExpectSame(found[0], second);
  ExpectSame(found[1], first);
  ExpectSame(found[2], other);
  EXPECT_TRUE(children({}).empty());
}

TEST_F(PostgresStoreTest, ARecordIsReplacedByIdAndNeverGoesBack) {
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(1, "hz.a", 1, "first"))).ok());
  StoredRecord next = ArchiveRow(1, "hz.b", 2, "second");
  next.columns.number = "富阳富春20130125";
  ASSERT_TRUE(Write(OneRecord(next)).ok());
  ExpectSame(**store_->GetRecord("hz", Id(1)), next);
  WriteSet stale;
  stale.records.push_back(ArchiveRow(1, "hz.b", 1, "stale"));
  EXPECT_EQ(ReasonOf(Write(stale)), v1::ERROR_REASON_TRANSACTION_CONFLICT);
  ExpectSame(**store_->GetRecord("hz", Id(1)), next);
  // What the parent knows of it may change without a new revision.
  next.upstream_revision = 9;
  WriteSet known_upstream;
  known_upstream.records.push_back(next);
  ASSERT_TRUE(Write(known_upstream).ok());
  ExpectSame(**store_->GetRecord("hz", Id(1)), next);
}

TEST_F(PostgresStoreTest, AScopeIsASubtreeNotAPrefixOfText) {
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(1, "hz.fuyang2.x"))).ok());
  EXPECT_FALSE((*store_->GetRecord("hz.fuyang", Id(1))).has_value());
  EXPECT_TRUE((*store_->GetRecord("hz.fuyang2", Id(1))).has_value());
  EXPECT_TRUE((*store_->GetRecord("hz.fuyang2.x", Id(1))).has_value());
  EXPECT_FALSE((*store_->GetRecord("hz.fuyang2.x.y", Id(1))).has_value());
  for (const char* no_path : {"", "*", "hz.*", "HZ", "hz'--", "hz."}) {
    const auto record = store_->GetRecord(no_path, Id(1));
    ASSERT_TRUE(record.ok()) << no_path << record.status();
    EXPECT_FALSE(record->has_value()) << no_path;
  }
}

TEST_F(PostgresStoreTest, ArchivesAreFoundByNumberInScope) {
  WriteSet writes;
  writes.records.push_back(FullArchive());
  ASSERT_TRUE(Write(writes).ok());
  EXPECT_TRUE((*store_->GetArchiveByNumber("hz.gongye", "工业橡胶20130006")).has_value());
  EXPECT_FALSE((*store_->GetArchiveByNumber("hz.fuyang", "工业橡胶20130006")).has_value());
  EXPECT_FALSE((*store_->GetArchiveByNumber("hz", "工业橡胶20130007")).has_value());
  EXPECT_FALSE((*store_->GetArchiveByNumber("hz", absl::string_view("工\0业", 7))).has_value());
  const auto found =
      InTransaction<std::map<std::string, std::string>>([](Transaction& transaction) {
        return transaction.FindNumbers({"工业橡胶20130006", "x\"y", std::string("\0", 1)});
      });
  EXPECT_THAT(found, ElementsAre(Pair("工业橡胶20130006", Id(1))));
}

TEST_F(PostgresStoreTest, ListsPageById) {
  WriteSet writes;
  for (int i = 1; i <= 5; ++i) writes.records.push_back(ArchiveRow(i, i == 4 ? "hz.b" : "hz.a"));
  writes.records[4].columns.status = v1::ARCHIVE_STATUS_SUBMITTED;
  writes.records.push_back(AidOf(10, 1, "hz.a"));
  writes.records.push_back(AidOf(11, 2, "hz.a"));
  ASSERT_TRUE(Write(writes).ok());
  const auto ids = [this](const RecordQuery& query) {
    const auto records = store_->ListRecords(query);
    EXPECT_TRUE(records.ok()) << records.status();
    std::vector<std::string> result;
    for (const StoredRecord& record : *records) result.push_back(record.id);
    return result;
  };
  RecordQuery query;
  query.scope = "hz.a";
  query.limit = 2;
  EXPECT_THAT(ids(query), ElementsAre(Id(1), Id(2)));
  query.after_id = Id(2);
  query.limit = 9;
  EXPECT_THAT(ids(query), ElementsAre(Id(3), Id(5)));
  query.status = v1::ARCHIVE_STATUS_SUBMITTED;
  EXPECT_THAT(ids(query), ElementsAre(Id(5)));

  RecordQuery events;
  events.type = v1::RECORD_TYPE_AID_EVENT;
  events.scope = "hz";
  events.limit = 9;
  EXPECT_THAT(ids(events), ElementsAre(Id(10), Id(11)));
  events.archive_id = Id(2);
  EXPECT_THAT(ids(events), ElementsAre(Id(11)));
  events.archive_id = "no-uuid";
  EXPECT_THAT(ids(events), IsEmpty());
  events.archive_id.clear();
  events.scope = "hz.b";
  EXPECT_THAT(ids(events), IsEmpty());
}

TEST_F(PostgresStoreTest, HistoryComesBackInOrder) {
  WriteSet writes;
  Revision second = RevisionOf(ArchiveRow(1, "hz", 2));
  second.change_id = Id(500);
  second.pushed_by = kAwkward;
  second.actor.set_person_id("u1");
  second.actor.set_person_name(std::string("王\0某", 7));
  second.entry_time = absl::FromUnixMicros(1400000000123456);
  second.received_time = absl::FromUnixMicros(-1);
  second.before = {
      {"phone", kAwkward}, {"address", std::nullopt}, {"name", std::string("\0", 1)}, {"bank", ""}};
  Revision third = RevisionOf(ArchiveRow(1, "hz", 3));  // it was gone, and came back
  third.creates = true;
  third.before = {{"phone", std::nullopt}};
  writes.revisions = {RevisionOf(ArchiveRow(2, "hz", 1)), third, second,
                      RevisionOf(ArchiveRow(1, "hz", 1))};
  ASSERT_TRUE(Write(writes).ok());
  const auto revisions = InTransaction<std::vector<Revision>>([](Transaction& transaction) {
    return transaction.RevisionsSince({{Id(2), 1}, {Id(1), 1}, {Id(3), 0}, {"no-uuid", 0}});
  });
  ASSERT_EQ(revisions.size(), 2u);
  EXPECT_EQ(revisions[0].record_id, Id(1));
  EXPECT_EQ(revisions[0].revision, 2);
  EXPECT_EQ(revisions[0].change_id, second.change_id);
  EXPECT_EQ(revisions[0].pushed_by, kAwkward);
  EXPECT_EQ(revisions[0].actor.SerializeAsString(), second.actor.SerializeAsString());
  EXPECT_EQ(revisions[0].entry_time, second.entry_time);
  EXPECT_EQ(revisions[0].received_time, second.received_time);
  EXPECT_EQ(revisions[0].before, second.before);
  EXPECT_FALSE(revisions[0].creates);
  EXPECT_EQ(revisions[1].revision, 3);
  EXPECT_EQ(revisions[1].change_id, "");
  EXPECT_TRUE(revisions[1].creates);
  EXPECT_EQ(revisions[1].before.size(), 0u) << "whoever compares finds them";
}

TEST_F(PostgresStoreTest, ImpossibleTimesAreKeptAsTheNearestPossible) {
  WriteSet writes;
  Revision revision = RevisionOf(ArchiveRow(1, "hz", 1));
  revision.entry_time = absl::InfinitePast();
  revision.received_time = absl::InfiniteFuture();
  writes.revisions.push_back(revision);
  ASSERT_TRUE(Write(writes).ok());
  const auto revisions = InTransaction<std::vector<Revision>>([](Transaction& transaction) {
    return transaction.RevisionsSince({{Id(1), 0}});
  });
  ASSERT_EQ(revisions.size(), 1u);
  EXPECT_EQ(absl::ToCivilYear(revisions[0].entry_time, absl::UTCTimeZone()).year(), 1);
  EXPECT_EQ(absl::ToCivilYear(revisions[0].received_time, absl::UTCTimeZone()).year(), 9999);
}

TEST_F(PostgresStoreTest, HistoryCannotBeChanged) {
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(1, "hz"))).ok());
  EXPECT_THROW(Sql("UPDATE revision SET pushed_by = 'me'"), pqxx::sql_error);
  EXPECT_THROW(Sql("DELETE FROM revision"), pqxx::sql_error);
  EXPECT_THROW(Sql("TRUNCATE revision"), pqxx::sql_error);
  WriteSet removal;
  removal.removed_records = {Id(1)};
  ASSERT_TRUE(Write(removal).ok());
  EXPECT_EQ(Sql("SELECT count(*) FROM revision"), "1");
}

TEST_F(PostgresStoreTest, AnsweredChangesAreFound) {
  LoggedChange change;
  change.change_id = Id(1);
  change.record_id = Id(2);
  change.pushed_by = kAwkward;
  change.digest = AllBytes();
  change.outcome.set_change_id(Id(1));
  change.outcome.set_verdict(v1::VERDICT_CONFLICT);
  change.outcome.add_conflicts()->set_theirs(kAwkward);
  WriteSet writes;
  writes.changes.push_back(change);
  ASSERT_TRUE(Write(writes).ok());
  const auto found =
      InTransaction<std::map<std::string, LoggedChange>>([](Transaction& transaction) {
        return transaction.FindChanges({Id(1), Id(3), "no-uuid"});
      });
  ASSERT_EQ(found.size(), 1u);
  const LoggedChange& same = found.at(Id(1));
  EXPECT_EQ(same.record_id, change.record_id);
  EXPECT_EQ(same.pushed_by, change.pushed_by);
  EXPECT_EQ(same.digest, change.digest);
  EXPECT_EQ(same.outcome.SerializeAsString(), change.outcome.SerializeAsString());
}

std::string PersonKey(int number) { return Id(9000 + number); }

TEST_F(PostgresStoreTest, PersonsBelongToTheArchiveThatWasWrittenLast) {
  WriteSet writes;
  writes.records = {ArchiveRow(1, "hz.a"), ArchiveRow(2, "hz.b")};
  writes.persons = {{Id(1), {PersonKey(1), PersonKey(2), PersonKey(3)}}, {Id(2), {PersonKey(4)}}};
  ASSERT_TRUE(Write(writes).ok());
  // p1 leaves, p2 goes to the other archive, p3 stays, p5 comes; all in one transaction.
  WriteSet change;
  change.persons = {{Id(1), {PersonKey(3), PersonKey(5)}}, {Id(2), {PersonKey(4), PersonKey(2)}}};
  ASSERT_TRUE(Write(change).ok());
  const auto holders =
      InTransaction<std::map<std::string, PersonHolder>>([](Transaction& transaction) {
        return transaction.FindPersons(
            {PersonKey(1), PersonKey(2), PersonKey(3), PersonKey(4), PersonKey(5)});
      });
  ASSERT_EQ(holders.size(), 4u);
  EXPECT_EQ(holders.at(PersonKey(2)).archive_id, Id(2));
  EXPECT_EQ(holders.at(PersonKey(2)).org, "hz.b");
  EXPECT_EQ(holders.at(PersonKey(3)).archive_id, Id(1));
  EXPECT_EQ(holders.at(PersonKey(3)).org, "hz.a");
  WriteSet end;
  end.persons = {{Id(1), {}}};
  end.removed_records = {Id(2)};
  ASSERT_TRUE(Write(end).ok());
  EXPECT_EQ(Sql("SELECT count(*) FROM archive_person"), "0");
}

TEST_F(PostgresStoreTest, OnlyWhatComesAgainIsNotWaitedFor) {
  Sql("CREATE TABLE commits (number int, waits text);"
      "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN "
      "INSERT INTO commits SELECT count(*), current_setting('synchronous_commit') FROM commits;"
      "RETURN NULL; END $$;"
      "CREATE TRIGGER note AFTER INSERT ON record FOR EACH STATEMENT EXECUTE FUNCTION note()");
  WriteSet first;
  first.records = {ArchiveRow(1, "hz", 1)};
  first.comes_again = true;
  WriteSet second;
  second.records = {ArchiveRow(2, "hz", 1)};
  ASSERT_TRUE(Write(first).ok());
  ASSERT_TRUE(Write(second).ok());
  EXPECT_EQ(Sql("SELECT string_agg(waits, ' ' ORDER BY number) FROM commits"), "off on");
}

TEST_F(PostgresStoreTest, APersonIsInAnArchiveThatIsThere) {
  for (const int count : {1, 40}) {  // each way in which rows are written
    WriteSet writes;
    writes.records = {ArchiveRow(1, "hz", 1)};
    std::vector<std::string> keys;
    for (int i = 0; i < count; ++i) keys.push_back(PersonKey(i));
    writes.new_persons = {{Id(1), keys}, {Id(2), {PersonKey(count)}}};
    EXPECT_FALSE(Write(writes).ok()) << count;
    EXPECT_EQ(Sql("SELECT count(*) FROM archive_person"), "0");
    EXPECT_EQ(Sql("SELECT count(*) FROM record"), "0");
  }
  WriteSet there;
  there.records = {ArchiveRow(1, "hz", 1)};
  there.new_persons = {{Id(1), {PersonKey(1)}}};
  ASSERT_TRUE(Write(there).ok());
  EXPECT_THROW(Sql("UPDATE archive_person SET archive_id = '" + Id(2) + "'"), pqxx::sql_error);
}

TEST_F(PostgresStoreTest, AnEventNeedsItsArchiveOnlyWhereItWasFirstSeen) {
  WriteSet orphan;
  orphan.records.push_back(AidOf(2, 1, "hz.a"));
  EXPECT_EQ(ReasonOf(Write(orphan)), v1::ERROR_REASON_TRANSACTION_CONFLICT);
  orphan.records[0].upstream_revision = 1;  // the parent checked it; its archive comes later
  EXPECT_TRUE(Write(orphan).ok());
  // An event of a visit is none of an archive.
  WriteSet wrong;
  wrong.records = {AidOf(3, 4, "hz.a"), AidOf(4, 1, "hz.a")};
  wrong.records[1].upstream_revision = 1;
  EXPECT_EQ(ReasonOf(Write(wrong)), v1::ERROR_REASON_TRANSACTION_CONFLICT);
}

TEST_F(PostgresStoreTest, AnArchiveThatLeavesTheNodeLeavesItsEvents) {
  WriteSet writes;
  writes.records = {ArchiveRow(1, "hz.a"), AidOf(2, 1, "hz.a")};
  ASSERT_TRUE(Write(writes).ok());
  WriteSet removal;
  removal.removed_records = {Id(1)};
  ASSERT_TRUE(Write(removal).ok());
  const auto aid = store_->GetRecord("hz", Id(2));
  ASSERT_TRUE(aid->has_value());
  EXPECT_EQ((*aid)->columns.archive_id, Id(1));
}

TEST_F(PostgresStoreTest, ConflictsAreListedNewestFirst) {
  WriteSet writes;
  for (int i = 1; i <= 5; ++i) {
    v1::Conflict conflict;
    conflict.set_id(Id(i));
    conflict.set_org(i == 2 ? "hz.fuyang2" : "hz.fuyang");
    conflict.set_record_id(Id(100 + i % 2));
    conflict.set_state(i == 3 ? v1::CONFLICT_STATE_INFORMATION : v1::CONFLICT_STATE_OPEN);
    conflict.set_policy(kAwkward);
    writes.conflicts.push_back(conflict);
  }
  ASSERT_TRUE(Write(writes).ok());
  v1::Conflict again = writes.conflicts[0];
  again.set_policy("changed");
  WriteSet repeated;
  repeated.conflicts.push_back(again);
  ASSERT_TRUE(Write(repeated).ok());

  const auto ids = [](const ConflictPage& page) {
    std::vector<std::string> result;
    for (const v1::Conflict& conflict : page.conflicts) result.push_back(conflict.id());
    return result;
  };
  ConflictQuery query;
  query.scope = "hz.fuyang";
  query.limit = 2;
  const ConflictPage first = *store_->ListConflicts(query);
  EXPECT_THAT(ids(first), ElementsAre(Id(5), Id(4)));
  EXPECT_GT(first.next_before, 0);
  query.before = first.next_before;
  const ConflictPage last = *store_->ListConflicts(query);
  EXPECT_THAT(ids(last), ElementsAre(Id(3), Id(1)));
  EXPECT_EQ(last.next_before, 0);
  EXPECT_EQ(last.conflicts[1].policy(), kAwkward);

  ConflictQuery narrow;
  narrow.scope = "hz";
  narrow.limit = 9;
  narrow.state = v1::CONFLICT_STATE_INFORMATION;
  EXPECT_THAT(ids(*store_->ListConflicts(narrow)), ElementsAre(Id(3)));
  narrow.state = v1::CONFLICT_STATE_UNSPECIFIED;
  narrow.record_id = Id(100);
  EXPECT_THAT(ids(*store_->ListConflicts(narrow)), ElementsAre(Id(4), Id(2)));
  narrow.record_id = "no-uuid";
  EXPECT_THAT(ids(*store_->ListConflicts(narrow)), IsEmpty());
  EXPECT_TRUE((*store_->GetConflict("hz.fuyang2", Id(2))).has_value());
  EXPECT_FALSE((*store_->GetConflict("hz.fuyang", Id(2))).has_value());
}

v1::Change ChangeOf(int id, int record) {
  v1::Change change;
  change.set_change_id(Id(id));
  change.set_record_id(Id(record));
  change.mutable_put()->set_record(AllBytes());
  return change;
}

TEST_F(PostgresStoreTest, TheUpstreamLineKeepsItsOrder) {
  EXPECT_EQ(store_->GetUpstreamState()->cursor, "");
  WriteSet writes;
  writes.upstream = {ChangeOf(9, 100), ChangeOf(1, 101), ChangeOf(5, 100)};
  writes.upstream_cursor = AllBytes();
  ASSERT_TRUE(Write(writes).ok());
  std::vector<UpstreamChange> line = *store_->ReadUpstream(2);
  ASSERT_EQ(line.size(), 2u);
  EXPECT_EQ(line[0].change.change_id(), Id(9));
  EXPECT_EQ(line[1].change.change_id(), Id(1));
  EXPECT_EQ(line[0].change.put().record(), AllBytes());
  line = *store_->ReadUpstream(9);
  ASSERT_EQ(line.size(), 3u);

  const auto pending =
      InTransaction<std::map<std::string, std::vector<v1::Change>>>([](Transaction& transaction) {
        return transaction.PendingUpstream({Id(100), Id(102)});
      });
  ASSERT_EQ(pending.size(), 1u);
  ASSERT_EQ(pending.at(Id(100)).size(), 2u);
  EXPECT_EQ(pending.at(Id(100))[0].change_id(), Id(9));

  WriteSet answered;
  answered.upstream_done = {line[0].position};
  answered.upstream_refused = {{line[2].position, v1::Outcome()}};
  ASSERT_TRUE(Write(answered).ok());
  const UpstreamState state = *store_->GetUpstreamState();
  EXPECT_EQ(state.cursor, AllBytes());
  EXPECT_EQ(state.pending, 1);
  EXPECT_EQ(state.refused, 1);
  line = *store_->ReadUpstream(9);
  ASSERT_EQ(line.size(), 1u);
  EXPECT_EQ(line[0].change.change_id(), Id(1));
  const auto left = InTransaction<std::map<std::string, std::vector<v1::Change>>>(
      [](Transaction& transaction) { return transaction.PendingUpstream({Id(100)}); });
  EXPECT_TRUE(left.empty());
}

v1::OrgTree Tree(int64_t version, const std::string& abbreviation) {
  v1::OrgTree tree;
  tree.set_version(version);
  const auto add = [&tree](const char* id, v1::OrgKind kind, const std::string& name,
                           const std::string& abbr) {
    v1::Org& org = *tree.add_orgs();
    org.set_id(id);
    org.set_kind(kind);
    org.set_name(name);
    org.set_abbreviation(abbr);
  };
  add("hz", v1::ORG_KIND_CITY, "杭州市总工会", "");
  add("hz.gongye", v1::ORG_KIND_INDUSTRY, "工业工会", "工业");
  add("hz.gongye.xiangjiao", v1::ORG_KIND_ENTERPRISE, "橡胶集团", abbreviation);
  return tree;
}

TEST_F(PostgresStoreTest, OnlyAHigherOrgTreeReplacesTheOneInForce) {
  EXPECT_EQ(store_->LoadOrgTree()->version(), 0);
  ASSERT_TRUE(store_->SaveOrgTree(Tree(2, "橡胶")).ok());
  ASSERT_TRUE(store_->SaveOrgTree(Tree(2, "另")).ok());
  ASSERT_TRUE(store_->SaveOrgTree(Tree(1, "另")).ok());
  EXPECT_EQ(store_->LoadOrgTree()->SerializeAsString(), Tree(2, "橡胶").SerializeAsString());
  ASSERT_TRUE(store_->SaveOrgTree(Tree(3, "橡集")).ok());
  EXPECT_EQ(store_->LoadOrgTree()->version(), 3);
}

TEST_F(PostgresStoreTest, APrefixInUseIsFrozen) {
  ASSERT_TRUE(store_->SaveOrgTree(Tree(1, "橡胶")).ok());
  WriteSet writes;
  writes.prefixes = {{"工业橡胶", "hz.gongye.xiangjiao"}};
  ASSERT_TRUE(Write(writes).ok());
  ASSERT_TRUE(Write(writes).ok());
  const absl::Status refused = store_->SaveOrgTree(Tree(2, "橡集"));
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(TextOf(refused).zh, testing::HasSubstr("工业橡胶"));
  EXPECT_EQ(store_->LoadOrgTree()->version(), 1);
  EXPECT_TRUE(store_->SaveOrgTree(Tree(2, "橡胶")).ok());
  writes.prefixes = {{"工业橡胶", "hz.gongye.other"}, {"工业新", "hz.gongye.other"}};
  EXPECT_EQ(Write(writes).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Sql("SELECT count(*) FROM number_prefix"), "1");
}

TEST_F(PostgresStoreTest, TheReportingViewCountsArchives) {
  WriteSet writes;
  writes.records = {FullArchive(), AidOf(2, 1, "hz.gongye.xiangjiao"), ArchiveRow(3, "hz.fuyang")};
  ASSERT_TRUE(Write(writes).ok());
  EXPECT_EQ(Sql("SELECT count(*) FROM archive"), "2");
  EXPECT_EQ(Sql("SELECT number FROM archive WHERE org <@ 'hz.gongye' AND status = 4 AND filed_on = "
                "'2013-03-10'"),
            "工业橡胶20130006");
}

// Under another key nobody who is in the store would be found again.
TEST_F(PostgresStoreTest, TheStoreKeepsToItsPersonKey) {
  const PersonKeyer key("the node's"), other("from elsewhere");
  ASSERT_TRUE(store_->CheckPersonKey(key).ok());
  EXPECT_TRUE(store_->CheckPersonKey(key).ok());
  const absl::Status refused = store_->CheckPersonKey(other);
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(TextOf(refused).en, testing::HasSubstr("person.key"));
  EXPECT_THAT(TextOf(refused).zh, testing::HasSubstr("person.key"));
  // The refusal changed nothing, and it is the database that remembers.
  const std::unique_ptr<PostgresStore> again = OpenStore({});
  EXPECT_TRUE(again->CheckPersonKey(key).ok());
  EXPECT_FALSE(again->CheckPersonKey(other).ok());
  EXPECT_EQ(Sql("SELECT count(*) FROM person_key"), "1");
}

}  // namespace
}  // namespace bangfu::server
