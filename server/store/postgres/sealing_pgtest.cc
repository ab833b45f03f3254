// What lies in the database is sealed, opens only where it belongs, and is sealed anew by and by.
#include <atomic>
#include <thread>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "base/error.h"
#include "domain/digest/record_digest.h"
#include "server/store/postgres/key_ring.h"
#include "server/store/postgres/resealing.h"
#include "server/store/postgres/store_fixture.h"

namespace bangfu::server {
namespace {

using testing::HasSubstr;
using testing::Not;

// What must stand nowhere in the database.
constexpr const char* kPlanted[] = {"张三丰测试", "330103197001011234", "6222021202041234567",
                                    "13800138000"};

std::string PlantedBody(int number) {
  std::string body = absl::StrCat("\x0a", number, "|");
  for (const char* planted : kPlanted) absl::StrAppend(&body, planted, "|");
  // Long enough for a table of its own beside the row, and for being compressed.
  for (int i = 0; i < 400; ++i) absl::StrAppend(&body, number * 7919 + i * 104729, ";");
  return body;
}

class SealingTest : public StoreFixture {
 protected:
  // A record with a history, a conflict and a change for the parent, full of what is planted.
  WriteSet Planted(int number, int64_t revision = 1) {
    const StoredRecord record = ArrayRecord(number, revision);
    WriteSet writes = OneRecord(record);
    writes.revisions[0].actor.set_person_name(kPlanted[0]);
    writes.revisions[0].before["archive.identity_number"] = kPlanted[1];
    v1::Conflict entry = EntryOf(10000 + number, number, "hz.a", PlantedBody(number));
    writes.conflicts = {entry};
    v1::Change change;
    change.set_change_id(Id(20000 + number));
    change.set_record_id(Id(number));
    change.mutable_actor()->set_person_name(PlantedBody(number));
    writes.upstream = {change};
    return writes;
  }
  StoredRecord ArrayRecord(int number, int64_t revision) {
    return ArchiveRow(number, "hz.a", revision, PlantedBody(number));
  }

  // Every row of every table of ours as text with its bytes as they are.
  std::string Dump() {
    pqxx::connection connection(database_->connection_string());
    pqxx::nontransaction session(connection);
    std::string dump;
    for (const auto& table :
         session.exec("SELECT format('SELECT * FROM %I.%I', schemaname, tablename) "
                      "FROM pg_tables WHERE schemaname = 'public'")) {
      for (const auto& row : session.exec(table[0].c_str())) {
        for (const auto& field : row) {
          const absl::string_view text(field.c_str(), field.size());
          absl::StrAppend(&dump, text, "\n");
          if (absl::StartsWith(text, "\\x")) {
            absl::StrAppend(&dump, absl::HexStringToBytes(text.substr(2)), "\n");
          }
        }
      }
    }
    return dump;
  }

  // Makes everything as an older edition has left it.
  void Unseal() {
    pqxx::connection connection(database_->connection_string());
    pqxx::work work(connection);
    work.exec("ALTER TABLE revision DISABLE TRIGGER USER");
    const Sealer& sealer = *store_->sealer();
    const auto plain = [&](const std::string& query, const std::string& update) {
      for (const auto& row : work.exec(query)) {
        const std::string bytes = absl::HexStringToBytes(std::string(row[1].c_str()).substr(2));
        work.exec_params(update, row[0].c_str(),
                         absl::BytesToHexString(*sealer.Open(row[2].c_str(), bytes)));
      }
    };
    plain("SELECT id, body, 'record/' || id FROM record",
          "UPDATE record SET body = decode($2, 'hex') WHERE id = $1::uuid");
    plain("SELECT id, body, 'conflict/' || id FROM conflict",
          "UPDATE conflict SET body = decode($2, 'hex') WHERE id = $1::uuid");
    plain("SELECT change_id, change, 'upstream/' || change_id FROM upstream_queue",
          "UPDATE upstream_queue SET change = decode($2, 'hex') WHERE change_id = $1::uuid");
    plain("SELECT change_id, change, 'upstream/' || change_id FROM upstream_sent",
          "UPDATE upstream_sent SET change = decode($2, 'hex') WHERE change_id = $1::uuid");
    for (const std::string column : {"actor", "before"}) {
      const std::string name = column == "actor" ? "actor" : "before_values";
      plain("SELECT record_id, " + name + ", 'revision/' || record_id || '/' || revision || '/" +
                column + "' FROM revision",
            "UPDATE revision SET " + name + " = decode($2, 'hex') WHERE record_id = $1::uuid");
    }
    work.exec("ALTER TABLE revision ENABLE TRIGGER USER");
    work.exec("UPDATE seal_progress SET key_number = 0");
    work.commit();
  }

  // Number of sealed values by the number of their key, as text.
  std::string Keys() {
    return Sql(
        "SELECT string_agg(k || ':' || n, ' ' ORDER BY k) FROM (SELECT k, count(*) AS n FROM ("
        "SELECT sealed_key(body) AS k FROM record UNION ALL "
        "SELECT sealed_key(body) FROM conflict UNION ALL "
        "SELECT sealed_key(actor) FROM revision UNION ALL "
        "SELECT sealed_key(before_values) FROM revision UNION ALL "
        "SELECT sealed_key(change) FROM upstream_queue UNION ALL "
        "SELECT sealed_key(outcome) FROM upstream_queue WHERE outcome IS NOT NULL UNION ALL "
        "SELECT sealed_key(change) FROM upstream_sent) v GROUP BY k) c");
  }

  // Seals anew until nothing is left; returns the number of batches.
  int ResealAll(int limit) {
    for (int batches = 0;; ++batches) {
      const absl::StatusOr<int64_t> looked = store_->ResealBatch(limit);
      EXPECT_TRUE(looked.ok()) << looked.status();
      if (!looked.ok() || *looked == 0) return batches;
      EXPECT_LE(*looked, limit);
    }
  }

  void ExpectEverythingOpens(int records) {
    for (int number = 1; number <= records; ++number) {
      const auto record = store_->GetRecord("hz", Id(number));
      ASSERT_TRUE(record.ok()) << record.status();
      EXPECT_EQ((*record)->body, PlantedBody(number));
      const auto conflict = store_->GetConflict("hz", Id(10000 + number));
      ASSERT_TRUE(conflict.ok()) << conflict.status();
      EXPECT_EQ((*conflict)->policy(), PlantedBody(number));
      const absl::Status history = store_->Transact([&](Transaction& transaction) {
        const auto revisions = transaction.RevisionsSince({{Id(number), 0}});
        if (!revisions.ok()) return revisions.status();
        EXPECT_EQ(revisions->front().actor.person_name(), kPlanted[0]);
        EXPECT_EQ(revisions->front().before.at("archive.identity_number"), kPlanted[1]);
        return absl::OkStatus();
      });
      EXPECT_TRUE(history.ok()) << history;
    }
    const auto line = store_->ReadUpstream(records + 1);
    ASSERT_TRUE(line.ok()) << line.status();
    for (const UpstreamChange& change : *line) {
      EXPECT_THAT(change.change.actor().person_name(), HasSubstr(kPlanted[0]));
    }
  }
};

TEST_F(SealingTest, NothingOfAPersonStandsInTheDatabase) {
  ASSERT_TRUE(Write(Planted(1)).ok());
  ASSERT_TRUE(Write(Planted(2)).ok());
  v1::Outcome refusal;
  refusal.set_change_id(Id(20001));
  refusal.mutable_record()->set_body(PlantedBody(1));
  WriteSet answered;
  answered.upstream_refused = {{1, refusal}};
  answered.upstream_done = {2};
  ASSERT_TRUE(Write(answered).ok());
  Sequence();
  const std::string dump = Dump();
  EXPECT_THAT(dump, HasSubstr(Id(1)));
  for (const char* planted : kPlanted) EXPECT_THAT(dump, Not(HasSubstr(planted)));
  EXPECT_EQ(Keys(), "1:11");
  ExpectEverythingOpens(2);
  // The dump would show it: what the edition before has written stands there.
  Unseal();
  for (const char* planted : kPlanted) EXPECT_THAT(Dump(), HasSubstr(planted));
}

TEST_F(SealingTest, TheDigestIsThatOfThePlainBody) {
  ASSERT_TRUE(Write(Planted(1)).ok());
  const auto leaves = store_->DigestLeaves("hz", DigestSide::kOwn, {domain::DigestBucket(Id(1))});
  ASSERT_TRUE(leaves.ok() && leaves->size() == 1) << leaves.status();
  EXPECT_EQ((*leaves)[0].leaf(), domain::DigestLeaf(Id(1), 1, domain::BodyDigest(PlantedBody(1))));
}

TEST_F(SealingTest, AChangeMovesBetweenTheLineAndTheAnswered) {
  ASSERT_TRUE(Write(Planted(1)).ok());
  WriteSet done;
  done.upstream_done = {1};
  ASSERT_TRUE(Write(done).ok());
  EXPECT_EQ(*store_->RequeueSent(), 1);
  const auto line = store_->ReadUpstream(10);
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->front().change.actor().person_name(), PlantedBody(1));
}

TEST_F(SealingTest, SwappedBodiesAreDataLossAndNotSomebodyElses) {
  ASSERT_TRUE(Write(Planted(1)).ok());
  ASSERT_TRUE(Write(Planted(2)).ok());
  Sequence();
  Sql("UPDATE record r SET body = (SELECT body FROM record o WHERE o.id <> r.id)");
  Sql("UPDATE conflict c SET body = (SELECT body FROM conflict o WHERE o.id <> c.id)");
  Sql("UPDATE upstream_queue q SET change = "
      "(SELECT change FROM upstream_queue o WHERE o.position <> q.position)");
  const absl::Status record = store_->GetRecord("hz", Id(1)).status();
  EXPECT_EQ(record.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(record.ToString(), HasSubstr("record/" + Id(1)));
  EXPECT_EQ(store_->ReadFeed("hz", 0, 10).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(store_->GetRecords("hz", {Id(1)}).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(store_->GetConflict("hz", Id(10001)).status().code(), absl::StatusCode::kDataLoss);
  ConflictQuery all;
  all.scope = "hz";
  all.limit = 9;
  EXPECT_EQ(store_->ListConflicts(all).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(store_->ReadUpstream(10).status().code(), absl::StatusCode::kDataLoss);
  const absl::Status locked = store_->Transact(
      [](Transaction& transaction) { return transaction.LockRecords({Id(1)}).status(); });
  EXPECT_EQ(locked.code(), absl::StatusCode::kDataLoss);
}

TEST_F(SealingTest, AnotherMasterKeyOpensNothing) {
  ASSERT_TRUE(Write(Planted(1)).ok());
  PostgresOptions options;
  options.connection_string = database_->connection_string();
  EXPECT_EQ(PostgresStore::Open(options).status().code(), absl::StatusCode::kInvalidArgument);
  options.master_key = TestMasterKey('x');
  const absl::Status refused = PostgresStore::Open(options).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(TextOf(refused).en, HasSubstr("master key"));
  options.master_key = TestMasterKey();
  EXPECT_TRUE(PostgresStore::Open(options).ok());
}

TEST_F(SealingTest, ServersThatStartTogetherShareTheFirstKey) {
  Sql("DELETE FROM data_key");
  std::vector<std::shared_ptr<const Sealer>> sealers(6);
  std::vector<std::thread> threads;
  for (auto& sealer : sealers) {
    threads.emplace_back([&] {
      auto opened = OpenKeyRing(database_->connection_string(), TestMasterKey());
      if (opened.ok()) sealer = *opened;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& sealer : sealers) {
    ASSERT_NE(sealer, nullptr);
    EXPECT_EQ(sealer->Open("p", sealers[0]->Seal("p", "same")).value_or(""), "same");
  }
  EXPECT_EQ(Sql("SELECT count(*) FROM data_key"), "1");
}

TEST_F(SealingTest, ANewKeySealsAndIsReadByServersThatRun) {
  const auto other = OpenStore({});
  ASSERT_TRUE(Write(Planted(1)).ok());
  const auto number = AddDataKey(database_->connection_string(), TestMasterKey());
  ASSERT_TRUE(number.ok()) << number.status();
  EXPECT_EQ(*number, 2);
  const auto rotated = OpenStore({});
  ASSERT_TRUE(
      rotated->Transact([&](Transaction& transaction) { return transaction.Write(Planted(2)); })
          .ok());
  EXPECT_EQ(Keys(), "1:5 2:5");
  // The server that does not know the new key meets it in a row.
  EXPECT_EQ((*other->GetRecord("hz", Id(2)))->body, PlantedBody(2));
  EXPECT_EQ((*other->GetRecord("hz", Id(1)))->body, PlantedBody(1));
  EXPECT_EQ(other->sealer()->newest_key(), 2);
  EXPECT_EQ(ResealAll(3), 3);
  EXPECT_EQ(Keys(), "2:10");
  ExpectEverythingOpens(2);
  const auto state = GetKeyRingState(database_->connection_string(), TestMasterKey());
  ASSERT_TRUE(state.ok()) << state.status();
  ASSERT_EQ(state->keys.size(), 2u);
  EXPECT_TRUE(state->keys[0].retired.has_value());
  EXPECT_FALSE(state->keys[1].retired.has_value());
  EXPECT_TRUE(state->resealed);
  EXPECT_EQ(state->resealing, 2);
  EXPECT_EQ(state->rows, 4);
}

TEST_F(SealingTest, DataKeysAreWrappedAnewByAnotherMasterKey) {
  ASSERT_TRUE(Write(Planted(1)).ok());
  ASSERT_TRUE(AddDataKey(database_->connection_string(), TestMasterKey()).ok());
  const auto& address = database_->connection_string();
  EXPECT_EQ(RewrapDataKeys(address, TestMasterKey('x'), TestMasterKey('y')).code(),
            absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(RewrapDataKeys(address, TestMasterKey(), TestMasterKey('n')).ok());
  PostgresOptions options;
  options.connection_string = address;
  options.master_key = TestMasterKey();
  EXPECT_EQ(PostgresStore::Open(options).status().code(), absl::StatusCode::kFailedPrecondition);
  store_ = OpenStore({.master_key = TestMasterKey('n')});
  ASSERT_NE(store_, nullptr);
  ExpectEverythingOpens(1);
}

TEST_F(SealingTest, RowsOfAnOlderEditionAreSealedWhileReadsGoOn) {
  constexpr int kRecords = 60;
  // More would keep the small batches busy for ever.
  constexpr int kMostRevisions = 500;
  for (int number = 1; number <= kRecords; ++number) ASSERT_TRUE(Write(Planted(number)).ok());
  WriteSet done;
  done.upstream_done = {1, 2, 3};
  ASSERT_TRUE(Write(done).ok());
  Sequence();
  Unseal();
  EXPECT_EQ(Keys(), "0:300");
  ExpectEverythingOpens(kRecords);
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0}, read{0}, written{0};
  std::thread reader([&] {
    while (!stop) {
      for (int number = 1; number <= kRecords && !stop; ++number) {
        const auto record = store_->GetRecord("hz", Id(number));
        if (!record.ok() || (*record)->body != PlantedBody(number)) ++wrong;
        ++read;
      }
    }
  });
  std::thread writer([&] {  // what somebody writes meanwhile is not undone
    for (int revision = 2; !stop && revision <= kMostRevisions; ++revision) {
      if (Write(OneRecord(ArrayRecord(7, revision))).ok()) written = revision;
    }
  });
  ResealAll(7);
  stop = true;
  reader.join();
  writer.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(read, 0);
  EXPECT_GT(written, 1);
  EXPECT_EQ((*store_->GetRecord("hz", Id(7)))->revision, written);
  EXPECT_EQ(Sql("SELECT count(*) FROM record WHERE sealed_key(body) <> 1"), "0");
  EXPECT_THAT(Keys(), Not(HasSubstr("0:")));
  ExpectEverythingOpens(kRecords);
  for (const char* planted : kPlanted) EXPECT_THAT(Dump(), Not(HasSubstr(planted)));
  EXPECT_EQ(ResealAll(7), 0);
}

TEST_F(SealingTest, ThePassIsRepeatedOnceWhenEveryServerKnowsTheKey) {
  ASSERT_TRUE(Write(Planted(1)).ok());
  ResealAll(10);
  ASSERT_TRUE(AddDataKey(database_->connection_string(), TestMasterKey()).ok());
  ResealAll(10);
  // As if a server that had not heard of the new key had written since.
  Sql("UPDATE seal_progress SET began_at = now() - interval '1 day', "
      "finished_at = now() - interval '1 day'");
  Unseal();
  Sql("UPDATE seal_progress SET key_number = 2");
  EXPECT_EQ(ResealAll(10), 0);  // not yet
  Sql("UPDATE data_key SET created_at = now() - interval '1 hour' WHERE number = 2");
  EXPECT_GT(ResealAll(10), 0);
  EXPECT_EQ(Keys(), "2:5");
  Sql("UPDATE data_key SET created_at = now() - interval '2 hours' WHERE number = 2");
  EXPECT_EQ(ResealAll(10), 0);
}

TEST_F(SealingTest, ADamagedRowDoesNotHoldUpTheOthers) {
  for (int number = 1; number <= 3; ++number) ASSERT_TRUE(Write(Planted(number)).ok());
  Sql("UPDATE record SET body = set_byte(body, 40, get_byte(body, 40) # 1) WHERE id = '" + Id(2) +
      "'");
  ASSERT_TRUE(AddDataKey(database_->connection_string(), TestMasterKey()).ok());
  ResealAll(2);
  EXPECT_EQ(Keys(), "1:1 2:14");
  EXPECT_EQ(GetKeyRingState(database_->connection_string(), TestMasterKey())->damaged, 1);
}

TEST_F(SealingTest, HistoryMayBeSealedAnewAndNothingElse) {
  ASSERT_TRUE(Write(Planted(1)).ok());
  const auto refuses = [&](const std::string& statement) {
    EXPECT_THROW(Sql(statement), pqxx::sql_error) << statement;
  };
  const auto call = [&](const std::string& bytes) {
    return "SELECT seal_revisions_anew(ARRAY['" + Id(1) +
           "']::uuid[], ARRAY[1]::bigint[], ARRAY['" + bytes + "'], ARRAY['" + bytes + "'])";
  };
  // Under the newest key it stays for ever, whatever the new bytes are.
  refuses(call("00010000000161"));
  refuses(call("6161"));
  ASSERT_TRUE(AddDataKey(database_->connection_string(), TestMasterKey()).ok());
  // Plain, under the same key, under one that is not there: nothing but the newest.
  refuses(call("6161"));
  refuses(call("00010000000161"));
  refuses(call("00010000000361"));
  refuses("UPDATE revision SET actor = '\\x000100000002', entry_time = now()");
  refuses("UPDATE revision SET pushed_by = 'other'");
  refuses("UPDATE revision SET revision = 2");
  refuses("DELETE FROM revision");
  refuses("TRUNCATE revision");
  ResealAll(10);
  refuses(call("00010000000261"));
  ExpectEverythingOpens(1);
}

}  // namespace
}  // namespace bangfu::server
