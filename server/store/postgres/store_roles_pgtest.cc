#include <algorithm>

#include "absl/strings/str_join.h"
#include "base/error.h"
#include "server/store/postgres/connection_settings.h"
#include "server/store/postgres/role_queries.h"
#include "server/store/postgres/store_fixture.h"
#include "server/store/postgres/store_grants.h"
#include "server/store/postgres/store_roles.h"

// The second line: what the roles of the server can do when its own checks fail.
namespace bangfu::server {
namespace {

using testing::HasSubstr;

class StoreRolesTest : public StoreFixture {
 protected:
  void SetUp() override {
    StoreFixture::SetUp();
    const absl::StatusOr<StoreRoles> roles = CheckSchema(database_->connection_string());
    ASSERT_TRUE(roles.ok()) << roles.status();
    roles_ = *roles;
  }

  std::unique_ptr<pqxx::connection> ConnectAs(const std::string& role) {
    const auto address = WithSessionSettings(database_->connection_string(),
                                             {.application_name = "roles", .role = role});
    EXPECT_TRUE(address.ok()) << address.status();
    return std::make_unique<pqxx::connection>(*address);
  }

  // How a statement ends.
  enum class End { kDone, kNoRight, kRefusedByTrigger, kOther };
  End EndOf(pqxx::connection& connection, const std::string& statement) {
    try {
      pqxx::work work(connection);
      work.exec(statement);
      return End::kDone;
    } catch (const pqxx::insufficient_privilege&) {
      return End::kNoRight;
    } catch (const pqxx::plpgsql_raise&) {
      return End::kRefusedByTrigger;
    } catch (const pqxx::sql_error&) {
      return End::kOther;
    }
  }

  StoreRoles roles_;
};

TEST_F(StoreRolesTest, WithoutAWhereClauseTheReaderSeesTheSubtreeOnly) {
  for (const auto& [number, org] :
       {std::pair(1, "hz.fuyang"), {2, "hz.fuyang.lingqiao"}, {3, "hz.gongshu"}, {4, "hz"}}) {
    WriteSet writes = OneRecord(ArchiveRow(number, org));
    writes.conflicts.push_back(EntryOf(100 + number, number, org));
    writes.queue.push_back(Leave(Id(number), 1, org));
    ASSERT_TRUE(Write(writes).ok());
  }
  Sequence();
  const std::unique_ptr<pqxx::connection> reader = ConnectAs(roles_.reader);
  const auto orgs_in = [&](const std::string& table) {
    pqxx::nontransaction session(*reader);
    return std::string(session
                           .exec1("SELECT coalesce(string_agg(DISTINCT org::text, ' ' ORDER BY "
                                  "org::text), '') FROM " +
                                  table)[0]
                           .c_str());
  };
  const auto set_scope = [&](const std::string& scope) {
    pqxx::nontransaction(*reader).exec_params(queries::kSetScope, scope);
  };
  for (const char* table : kScopedTables) {
    SCOPED_TRACE(table);
    EXPECT_EQ(orgs_in(table), "");
    set_scope("hz.fuyang");
    EXPECT_EQ(orgs_in(table), "hz.fuyang hz.fuyang.lingqiao");
    set_scope("hz");
    EXPECT_EQ(orgs_in(table), "hz hz.fuyang hz.fuyang.lingqiao hz.gongshu");
    set_scope("");  // the path that everything is below
    EXPECT_EQ(orgs_in(table), "");
    pqxx::nontransaction(*reader).exec("RESET bangfu.scope");
    EXPECT_EQ(orgs_in(table), "");
  }
}

TEST_F(StoreRolesTest, AConnectionServesOneScopeAfterTheOther) {
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(1, "hz.fuyang"))).ok());
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(2, "hz.gongshu"))).ok());
  PostgresOptions narrow;
  narrow.reader_connections = 1;
  const std::unique_ptr<PostgresStore> store = OpenStore(narrow);
  for (int round = 0; round < 3; ++round) {
    for (const auto& [scope, record] : {std::pair("hz.fuyang", 1), {"hz.gongshu", 2}}) {
      EXPECT_TRUE(store->GetRecord(scope, Id(record)).value_or(std::nullopt).has_value());
      EXPECT_FALSE(store->GetRecord(scope, Id(3 - record)).value_or(std::nullopt).has_value());
      const auto counts = store->CountByOrg(scope);
      ASSERT_TRUE(counts.ok()) << counts.status();
      EXPECT_EQ(counts->size(), 1u);
    }
    EXPECT_EQ(store->CountByOrg("hz")->size(), 2u);
  }
  // A new connection knows nothing of the scope of the one before.
  Kill("bangfu-server");
  EXPECT_EQ(store->CountByOrg("hz")->size(), 2u);
}

TEST_F(StoreRolesTest, TheReaderReadsRecordsAndNothingElse) {
  const std::unique_ptr<pqxx::connection> reader = ConnectAs(roles_.reader);
  for (const TableGrant& table : kTableGrants) {
    const std::string name = table.table;
    const bool may_read = *table.reader != '\0';
    EXPECT_EQ(EndOf(*reader, "SELECT FROM " + name), may_read ? End::kDone : End::kNoRight) << name;
    EXPECT_EQ(EndOf(*reader, "DELETE FROM " + name), End::kNoRight) << name;
  }
}

TEST_F(StoreRolesTest, TheServerCannotChangeHistoryOrTheSchema) {
  ASSERT_TRUE(Write(OneRecord(ArchiveRow(1, "hz.fuyang"))).ok());
  const std::unique_ptr<pqxx::connection> node = ConnectAs(roles_.node);
  for (const std::string table : {"revision", "audit_log", "audit_mention", "audit_report"}) {
    EXPECT_EQ(EndOf(*node, "SELECT FROM " + table), End::kDone) << table;
    EXPECT_EQ(EndOf(*node, "DELETE FROM " + table), End::kNoRight) << table;
    EXPECT_EQ(EndOf(*node, "TRUNCATE " + table), End::kNoRight) << table;
    EXPECT_EQ(EndOf(*node, "DROP TABLE " + table), End::kNoRight) << table;
    EXPECT_EQ(EndOf(*node, "ALTER TABLE " + table + " DISABLE TRIGGER ALL"), End::kNoRight)
        << table;
  }
  EXPECT_EQ(EndOf(*node, "UPDATE revision SET pushed_by = ''"), End::kNoRight);
  EXPECT_EQ(EndOf(*node, "UPDATE audit_log SET hash = ''"), End::kNoRight);
  EXPECT_EQ(EndOf(*node, "UPDATE audit_queue SET entry = ''"), End::kNoRight);
  EXPECT_EQ(EndOf(*node, "DROP TRIGGER audit_log_is_append_only ON audit_log"), End::kNoRight);
  EXPECT_EQ(EndOf(*node, "CREATE TABLE of_mine (n integer)"), End::kNoRight);
  EXPECT_EQ(EndOf(*node, "ALTER TABLE record DISABLE ROW LEVEL SECURITY"), End::kNoRight);
}

// Whoever owns the tables is held by the trigger.
TEST_F(StoreRolesTest, TheOwnerCannotChangeTheAuditLogByAccident) {
  Sql("INSERT INTO audit_log VALUES (1, '', '', now(), NULL, NULL, 1)");
  pqxx::connection owner(database_->connection_string());
  EXPECT_EQ(EndOf(owner, "UPDATE audit_log SET hash = 'x'"), End::kRefusedByTrigger);
  EXPECT_EQ(EndOf(owner, "DELETE FROM audit_log"), End::kRefusedByTrigger);
  EXPECT_EQ(EndOf(owner, "TRUNCATE audit_log"), End::kRefusedByTrigger);
}

TEST_F(StoreRolesTest, EveryTableHasItsLineAndNobodyElseHasRights) {
  const std::string tables =
      Sql("SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class "
          "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace");
  std::vector<std::string> listed;
  for (const TableGrant& table : kTableGrants) listed.emplace_back(table.table);
  std::sort(listed.begin(), listed.end());
  EXPECT_EQ(absl::StrJoin(listed, " "), tables);
  EXPECT_EQ(Sql("SELECT count(*) FROM pg_class c, aclexplode(c.relacl) a "
                "WHERE c.relnamespace = 'public'::regnamespace AND a.grantee = 0"),
            "0");
}

TEST_F(StoreRolesTest, AServerWorksAsTheRoleWhateverItsAddressSays) {
  PostgresOptions options;
  options.application_name = "roles-in-use";
  const std::unique_ptr<PostgresStore> store = OpenStore(options);
  ASSERT_TRUE(store->GetFeedState().ok());
  // What the role may not do fails in the store, not silently.
  Sql("REVOKE SELECT ON feed_state FROM " + roles_.node);
  EXPECT_EQ(store->GetFeedState().status().code(), absl::StatusCode::kInternal);
}

TEST_F(StoreRolesTest, RightsThatWereLostComeBackWithTheNextMigration) {
  Sql("REVOKE ALL ON record FROM " + roles_.reader);
  EXPECT_EQ(CheckSchema(database_->connection_string()).status().code(),
            absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(Migrate(database_->connection_string()).ok());
  EXPECT_TRUE(CheckSchema(database_->connection_string()).ok());
}

// An account of somebody else's cluster that may create tables, but no roles.
TEST_F(StoreRolesTest, AnAccountThatMayNotCreateRolesIsToldWhatToRun) {
  const std::string account = "plain_" + database_->name();
  absl::StatusOr<TestDatabase> other = TestDatabase::Create();
  ASSERT_TRUE(other.ok()) << other.status();
  Sql("CREATE ROLE " + account + " LOGIN");
  Sql("ALTER DATABASE " + other->name() + " OWNER TO " + account);
  const std::string address = other->connection_string() + " user=" + account;
  const absl::Status refused = Migrate(address);
  ASSERT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition) << refused;
  const std::string text = TextOf(refused).en;
  const size_t first = text.find("CREATE ROLE");
  ASSERT_NE(first, std::string::npos) << text;
  EXPECT_THAT(TextOf(refused).zh, HasSubstr(text.substr(first)));
  EXPECT_FALSE(CheckSchema(address).ok());

  Sql(text.substr(first));  // by the administrator
  const absl::Status migrated = Migrate(address);
  EXPECT_TRUE(migrated.ok()) << migrated;
  EXPECT_TRUE(CheckSchema(address).ok());
}

}  // namespace
}  // namespace bangfu::server
