#include "client/replica/schema.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/replica/record_rows.h"
#include "client/replica/replica_fixture.h"
#include "domain/text/uuid.h"

namespace bangfu::client {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The schema of version 1, as programs of that time made it.
constexpr char kFirstSchema[] = R"sql(
CREATE TABLE replica (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  server_address TEXT NOT NULL,
  server_node TEXT NOT NULL,
  server_org TEXT NOT NULL,
  node TEXT NOT NULL,
  org TEXT NOT NULL,
  scope TEXT NOT NULL,
  epoch TEXT NOT NULL DEFAULT '',
  cursor BLOB NOT NULL DEFAULT x'',
  resyncing INTEGER NOT NULL DEFAULT 0,
  last_sync_ms INTEGER,
  org_tree_version INTEGER NOT NULL,
  org_tree BLOB NOT NULL
) STRICT;
CREATE TABLE record (
  id TEXT PRIMARY KEY,
  type INTEGER NOT NULL,
  org TEXT NOT NULL,
  base_revision INTEGER NOT NULL,
  base_body BLOB,
  body BLOB NOT NULL,
  archive_id TEXT NOT NULL,
  status INTEGER NOT NULL,
  number TEXT NOT NULL,
  left_scope INTEGER NOT NULL,
  unseen INTEGER NOT NULL
) STRICT;
CREATE INDEX record_by_type ON record (type, id);
CREATE INDEX record_by_archive ON record (archive_id, type, id) WHERE archive_id <> '';
CREATE INDEX record_by_number ON record (number) WHERE number <> '';
CREATE INDEX record_unseen ON record (id) WHERE unseen <> 0;
CREATE TABLE person (
  identity_number TEXT NOT NULL,
  archive_id TEXT NOT NULL REFERENCES record (id) ON DELETE CASCADE,
  PRIMARY KEY (identity_number, archive_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_by_archive ON person (archive_id);
CREATE TABLE outbox (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  change_id TEXT NOT NULL UNIQUE,
  record_id TEXT NOT NULL,
  state INTEGER NOT NULL,
  change BLOB NOT NULL,
  outcome BLOB
) STRICT;
CREATE INDEX outbox_by_state ON outbox (state, position);
CREATE INDEX outbox_by_record ON outbox (record_id, position);
)sql";

class SchemaTest : public ReplicaTest {
 protected:
  void SetUp() override {
    ReplicaTest::SetUp();
    replica_.reset();
    unlink(path_.c_str());
  }

  // A replica that a program of `version` has used.
  void MakeOld(int version) {
    SQLite::Database db(path_, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    db.exec(kFirstSchema);
    for (int next = 1; next < version; ++next) db.exec(kMigrations[next - 1]);
    db.exec(absl::StrCat("PRAGMA application_id = ", kApplicationId));
    db.exec(absl::StrCat("PRAGMA user_version = ", version));
    SQLite::Statement replica(db,
                              "INSERT INTO replica (one, server_address, server_node, server_org,"
                              " node, org, scope, epoch, org_tree_version, org_tree)"
                              " VALUES (1, 'a:1', 's', 'hz', 'n', ?1, ?1, 'e1', 1, ?2)");
    replica.bind(1, kUnit);
    BindBlob(replica, 2, Orgs(1).SerializeAsString());
    replica.exec();
    if (version >= 3) db.exec("UPDATE replica SET replica_id = " BANGFU_RANDOM_UUID);
    v1::Change stripped = Creation(1, Archive(1));
    stripped.mutable_put()->clear_record();
    Insert(db, stripped, EntryState::kAccepted);
    Insert(db, Edit(2, Archive(1)), EntryState::kConflict);
    Insert(db, Creation(3, Archive(2)), EntryState::kPending);
    SQLite::Statement record(db,
                             "INSERT INTO record (id, type, org, base_revision, base_body, body,"
                             " archive_id, status, number, left_scope, unseen)"
                             " VALUES (?1, 1, ?2, 1, ?3, ?3, '', 1, '', 0, 0)");
    record.bind(1, RecordId(7));
    record.bind(2, kUnit);
    BindBlob(record, 3, Archive(7).SerializeAsString());
    record.exec();
    SQLite::Statement person(db,
                             "INSERT INTO person (identity_number, archive_id) VALUES (?1, ?2)");
    person.bind(1, PersonNumber(7));
    person.bind(2, RecordId(7));
    person.exec();
  }

  static void Insert(SQLite::Database& db, const v1::Change& change, EntryState state) {
    SQLite::Statement insert(db,
                             "INSERT INTO outbox (change_id, record_id, state, change, outcome)"
                             " VALUES (?1, ?2, ?3, ?4, ?5)");
    insert.bind(1, change.change_id());
    insert.bind(2, change.record_id());
    insert.bind(3, static_cast<int>(state));
    BindBlob(insert, 4, change.SerializeAsString());
    if (state != EntryState::kPending) {
      BindBlob(insert, 5, Answer(change, v1::VERDICT_CONFLICT, 1).SerializeAsString());
    }
    insert.exec();
  }
};

TEST_F(SchemaTest, AReplicaOfAnOlderProgramIsBroughtUpToDate) {
  for (int version = 1; version < kSealedVersion; ++version) {
    SCOPED_TRACE(version);
    unlink(path_.c_str());
    MakeOld(version);
    Reopen();
    const std::string id = replica_->Identity()->replica_id;
    EXPECT_TRUE(domain::IsUuid(id)) << id;
    EXPECT_EQ(replica_->GetSyncState()->epoch, "e1");
    EXPECT_EQ(replica_->PolicySet()->version(), 0);
    EXPECT_EQ(StateOf(1), EntryState::kAccepted);
    EXPECT_EQ(PendingChange(0).change_id(), ChangeId(3));
    EXPECT_TRUE(replica_->ListConflicts("", v1::CONFLICT_STATE_UNSPECIFIED, 9)->empty());
    Reopen();
    EXPECT_EQ(replica_->Identity()->replica_id, id);
    v1::PolicySet set;
    set.set_version(1);
    EXPECT_TRUE(replica_->SavePolicySet(set).ok());
  }
}

TEST_F(SchemaTest, WhatAnOlderProgramWroteInTheOpenIsSealed) {
  MakeOld(3);
  v1::Conflict conflict;
  conflict.set_id(Uuid(3, 1));
  conflict.add_fields()->set_ours("13822220001");
  {
    SQLite::Database db(path_, SQLite::OPEN_READWRITE);
    db.exec("PRAGMA journal_mode = WAL");
    SQLite::Statement insert(db,
                             "INSERT INTO conflict (id, record_id, org, state, logged_ms, body)"
                             " VALUES (?1, ?2, 'hz', 1, 0, ?3)");
    insert.bind(1, conflict.id());
    insert.bind(2, RecordId(1));
    BindBlob(insert, 3, conflict.SerializeAsString());
    insert.exec();
  }
  const auto bytes = [this] {
    std::ostringstream all;
    for (const char* suffix : {"", "-wal", "-shm"}) {
      std::ifstream file(path_ + suffix, std::ios::binary);
      if (file) all << file.rdbuf();
    }
    return all.str();
  };
  const std::vector<std::string> planted = {PersonNumber(7), PersonNumber(2), "王某某",
                                            "13800000000", "13822220001"};
  for (const std::string& value : planted) ASSERT_TRUE(absl::StrContains(bytes(), value)) << value;
  Reopen();
  for (const std::string& value : planted) EXPECT_FALSE(absl::StrContains(bytes(), value)) << value;
  EXPECT_EQ(Seen(7).phone(), "13800000000");
  EXPECT_EQ(Parse(*Get(7).base_body).phone(), "13800000000");
  EXPECT_EQ(replica_->FindPerson(PersonNumber(7))->size(), 1u);
  EXPECT_EQ(replica_->GetConflict(conflict.id())->fields(0).ours(), "13822220001");
  EXPECT_EQ(PendingChange(0).put().record(), Archive(2).SerializeAsString());
  EXPECT_EQ(replica_->PendingOf({"u1"}, 9)->size(), 1u) << "actors are known";
  EXPECT_TRUE(replica_->PendingOf({}, 9)->empty());
}

TEST_F(SchemaTest, WhatAnOlderProgramHasStrippedIsNotOfferedAgain) {
  MakeOld(2);
  Reopen();
  EXPECT_THAT(*replica_->UnsettledChanges(9), IsEmpty());
  ASSERT_TRUE(replica_->FollowFeed("e2", kUnit).ok());
  EXPECT_EQ(*replica_->RequeueAnswered(), 1);
  EXPECT_EQ(StateOf(1), EntryState::kAccepted);
  EXPECT_EQ(PendingChange(0).change_id(), ChangeId(2));
}

TEST_F(SchemaTest, BodiesThatAnOlderProgramWroteTwiceAreRead) {
  ASSERT_TRUE(Replica::Create(path_, Identity(), Orgs(1)).ok());
  Reopen();
  Pulled(Batch({Wire(Archive(1), 7), Wire(Archive(2), 8)}, "c1"));
  const auto sums = [this] {
    std::string all;
    const std::vector<v1::DigestSum> found = *replica_->DigestSums();
    for (const v1::DigestSum& sum : found) all += sum.SerializeAsString();
    return all;
  };
  const std::string before = sums();
  replica_.reset();
  {
    SealedDatabase db(path_, SQLite::OPEN_READWRITE);
    db.UseKeys(*ReplicaKeys::Open(path_));
    SQLite::Statement write(db, "UPDATE record SET body = ?2 WHERE id = ?1 AND body = x''");
    write.bind(1, RecordId(1));
    BindBlob(write, 2, db.keys().Seal(BodyPlace(RecordId(1)), Archive(1).SerializeAsString()));
    ASSERT_EQ(write.exec(), 1);
    db.exec("PRAGMA user_version = 4");
  }
  Reopen();
  EXPECT_EQ(Get(1).body, Archive(1).SerializeAsString());
  EXPECT_EQ(Get(2).body, Archive(2).SerializeAsString());
  EXPECT_EQ(sums(), before);
}

TEST_F(SchemaTest, PersonsWhoseHashesAnOlderProgramWroteInFullAreFound) {
  ASSERT_TRUE(Replica::Create(path_, Identity(), Orgs(1)).ok());
  Reopen();
  Pulled(Batch({Wire(Archive(1), 7), Wire(Archive(2), 8)}, "c1"));
  replica_.reset();
  {
    SQLite::Database db(path_, SQLite::OPEN_READWRITE);
    ASSERT_EQ(db.exec("UPDATE person SET person_hash = CAST(person_hash || randomblob(16) AS BLOB) "
                      "WHERE length(person_hash) = 16"),
              2);
    db.exec("PRAGMA user_version = 5");
  }
  Reopen();
  for (const int number : {1, 2}) {
    EXPECT_THAT(*replica_->FindPerson(PersonNumber(number)), ElementsAre(RecordId(number)));
  }
}

TEST_F(SchemaTest, AMigratedReplicaHasTheColumnsAndIndexesOfANewOne) {
  const auto columns = [](const std::string& path) {
    SQLite::Database db(path, SQLite::OPEN_READONLY);
    SQLite::Statement select(db,
                             "SELECT m.name || '.' || p.name FROM sqlite_master m, "
                             "pragma_table_info(m.name) p WHERE m.type = 'table' UNION "
                             "SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY 1");
    std::vector<std::string> names;
    while (select.executeStep()) names.push_back(select.getColumn(0).getString());
    return names;
  };
  MakeOld(1);
  Reopen();
  ASSERT_TRUE(Replica::Create(folder_ + "/new.db", Identity(), Orgs(1)).ok());
  EXPECT_EQ(columns(path_), columns(folder_ + "/new.db"));
}

}  // namespace
}  // namespace bangfu::client
