#include "server/store/postgres/array_literal.h"
#include "server/store/postgres/audit_queries.h"
#include "server/store/postgres/digest_queries.h"
#include "server/store/postgres/feed_queries.h"
#include "server/store/postgres/identity_queries.h"
#include "server/store/postgres/queries.h"
#include "server/store/postgres/role_queries.h"
#include "server/store/postgres/store_fixture.h"
#include "server/store/postgres/upstream_queries.h"

// The indexes that queries.h promises, on enough rows that PostgreSQL has the choice.
namespace bangfu::server {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kFill[] = R"(
  INSERT INTO record (id, type, org, revision, upstream_revision, status, tier, category, number, body,
                      bucket, leaf, upstream_leaf)
    SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1,
           ('hz.d' || n % 20 || '.u' || n % 1000)::ltree, 1, 0, 1, 1, 1, '前缀' || n, repeat('x', 500)::bytea,
           n * 7919 % 65536, n, NULL
    FROM generate_series(1, 20000) n;
  INSERT INTO record (id, type, org, archive_id, revision, upstream_revision, status, tier, category, body,
                      bucket, leaf, upstream_leaf)
    SELECT gen_random_uuid(), 2, org, id, 1, 1, 0, 0, 0, repeat('x', 100)::bytea, (bucket + 1) % 65536, leaf, leaf
    FROM record;
  INSERT INTO revision SELECT id, 1, gen_random_uuid(), 'n', '', now(), now(), '' FROM record;
  INSERT INTO change_log (change_id, record_id, pushed_by, digest, outcome, forwarded, settled, receipt, receipt_at)
    SELECT id, id, 'n', '', '', n % 50 = 0, n % 50 > 0, CASE WHEN n % 50 = 0 THEN ''::bytea END, now()
    FROM (SELECT id, row_number() OVER () AS n FROM record) r;
  INSERT INTO archive_person SELECT 'p' || number, id FROM record WHERE type = 1;
  INSERT INTO feed SELECT row_number() OVER (ORDER BY id), 1, id, 1, org FROM record;
  INSERT INTO conflict (id, org, record_id, state, body) SELECT id, org, id, 1, '' FROM record;
  INSERT INTO upstream_queue (record_id, change_id, change) SELECT id, id, '' FROM record;
  INSERT INTO upstream_sent (position, record_id, change_id, change)
    SELECT -position, record_id, change_id, '' FROM upstream_queue;
  INSERT INTO record_former_org SELECT id, org FROM record;
  INSERT INTO feed SELECT 40000 + row_number() OVER (ORDER BY id), 3, id, 0, org FROM conflict;
  INSERT INTO change_queue (kind, record_id, revision, org) SELECT 1, id, 1, org FROM record;
  UPDATE feed_state SET last_seq = 80000;
  INSERT INTO audit_log SELECT n, '', '', now(), 'p' || n % 300, ('hz.d' || n % 20 || '.u' || n % 1000)::ltree,
    CASE WHEN n % 5000 = 0 THEN 20 ELSE n % 4 + 1 END FROM generate_series(1, 20000) n;
  INSERT INTO audit_mention SELECT 1, person_id, sequence FROM audit_log;
  INSERT INTO audit_mention SELECT 2, r.id, sequence FROM audit_log JOIN record r ON r.number = '前缀' || sequence;
  INSERT INTO audit_queue (entry) SELECT '' FROM audit_log;
  INSERT INTO person SELECT 'p' || n, ('hz.d' || n % 20 || '.u' || n % 1000)::ltree, '' FROM generate_series(1, 5000) n;
  INSERT INTO account SELECT id, '', '', false, 0, NULL, 0 FROM person;
  INSERT INTO enrollment SELECT gen_random_uuid(), 'hz', 1, 'c' || n, '', '', '', '' FROM generate_series(1, 5000) n;
  ANALYZE;
)";

class QueryPlanTest : public StoreFixture {
 protected:
  void SetUp() override {
    StoreFixture::SetUp();
    connection_ = std::make_unique<pqxx::connection>(database_->connection_string());
    pqxx::nontransaction(*connection_).exec(kFill);
    const absl::StatusOr<StoreRoles> roles = CheckSchema(database_->connection_string());
    ASSERT_TRUE(roles.ok()) << roles.status();
    roles_ = *roles;
  }

  // The plan of the server's own statements.
  template <typename... Parameters>
  std::string Explain(const char* query, const Parameters&... parameters) {
    return ExplainAs(roles_.node, "", query, parameters...);
  }
  // The plan of a statement that reads for a caller; its scope is the first parameter.
  template <typename... Parameters>
  std::string ExplainReader(const char* query, const std::string& scope,
                            const Parameters&... parameters) {
    return ExplainAs(roles_.reader, scope, query, scope, parameters...);
  }
  template <typename... Parameters>
  std::string ExplainAs(const std::string& role, const std::string& scope, const char* query,
                        const Parameters&... parameters) {
    pqxx::work work(*connection_);
    work.exec("SET LOCAL ROLE " + role);
    work.exec_params(queries::kSetScope, scope);
    std::string plan;
    for (const auto& row :
         work.exec_params(absl::StrCat("EXPLAIN ", query), std::string(parameters)...)) {
      absl::StrAppend(&plan, row[0].c_str(), "\n");
    }
    return plan;
  }

  std::string Batch(int size) {
    ArrayLiteral ids;
    for (int i = 1; i <= size; ++i) ids.Text(Id(i * 3));
    return ids.Build();
  }

  std::unique_ptr<pqxx::connection> connection_;
  StoreRoles roles_;
};

TEST_F(QueryPlanTest, EveryQueryOfTheHotPathsUsesItsIndex) {
  const auto expect = [](const std::string& plan, const std::vector<std::string>& indexes) {
    for (const std::string& index : indexes) EXPECT_THAT(plan, HasSubstr(index)) << plan;
    EXPECT_THAT(plan, Not(HasSubstr("Seq Scan on record"))) << plan;
    EXPECT_THAT(plan, Not(HasSubstr("Seq Scan on feed "))) << plan;
    EXPECT_THAT(plan, Not(HasSubstr("Seq Scan on revision"))) << plan;
    EXPECT_THAT(plan, Not(HasSubstr("Seq Scan on change_"))) << plan;
    EXPECT_THAT(plan, Not(HasSubstr("Seq Scan on conflict"))) << plan;
    EXPECT_THAT(plan, Not(HasSubstr("Seq Scan on upstream_sent"))) << plan;
    EXPECT_THAT(plan, Not(HasSubstr("Seq Scan on upstream_queue"))) << plan;
    EXPECT_THAT(plan, Not(HasSubstr("Seq Scan on audit_"))) << plan;
    EXPECT_THAT(plan, Not(HasSubstr("Seq Scan on person"))) << plan;
    EXPECT_THAT(plan, Not(HasSubstr("Seq Scan on account"))) << plan;
  };
  const std::string batch = Batch(limits::kMaxChangesPerPush);
  const std::string bytes = absl::StrCat(kMaxFeedPageBytes);
  // A unit that is behind, the city from the start, the tail.
  expect(ExplainReader(queries::kReadFeed, "hz.d3.u103", "0", "200", bytes),
         {"feed_org_seq", "record_pkey"});
  expect(ExplainReader(queries::kReadFeed, "hz", "0", "200", bytes), {"feed_pkey", "record_pkey"});
  expect(ExplainReader(queries::kReadFeed, "hz", "79990", "200", bytes), {"feed_", "record_pkey"});
  expect(Explain(queries::kLockRecords, batch), {"record_pkey"});
  expect(Explain(queries::kFindChanges, batch), {"change_log_pkey"});
  expect(Explain(queries::kFindPersons, R"({"p前缀7","p前缀8"})"),
         {"archive_person_pkey", "record_pkey"});
  expect(Explain(queries::kChildrenOf, Batch(20)), {"record_archive_id_id"});
  expect(Explain(queries::kChildrenOf, batch), {"record_archive_id_id"});
  expect(Explain(queries::kFindNumbers, R"({"前缀7","前缀8"})"), {"record_number"});
  expect(Explain(queries::kPendingUpstream, Batch(20)), {"upstream_record"});
  expect(Explain(queries::kRevisionsSince, Batch(2), "{1,1}"), {"revision_pkey"});
  expect(ExplainReader(queries::kGetRecord, "hz.d3", Id(5)), {"record_pkey"});
  expect(ExplainReader(queries::kGetArchiveByNumber, "hz.d3", "前缀7"), {"record_number"});
  expect(ExplainReader(queries::kListRecords, "hz.d3.u103", "1", "0", "", "", "100"),
         {"record_org"});
  expect(ExplainReader(queries::kListRecords, "hz", "1", "0", "", Id(9), "100"), {"record_"});
  expect(ExplainReader(queries::kListRecords, "hz", "2", "0", Id(7), "", "100"),
         {"record_archive_id_id"});
  expect(ExplainReader(queries::kListConflicts, "hz", "", "0", "0", "100"), {"conflict_pkey"});
  expect(ExplainReader(queries::kListConflicts, "hz", Id(7), "0", "0", "100"), {"conflict_record"});
  expect(ExplainReader(queries::kGetConflict, "hz", Id(7)), {"conflict_id_key"});
  expect(Explain(queries::kLockConflicts, Batch(20)), {"conflict_id_key"});
  expect(Explain(queries::kLockConflictsOf, Batch(20)), {"conflict_record"});
  expect(Explain(queries::kFormerOrgs, Batch(20)), {"record_former_org_pkey"});
  expect(Explain(queries::kReadUpstream, "100"), {"upstream_line"});
  expect(Explain(queries::kPendingRecords, "100"), {"upstream_record"});
  expect(Explain(queries::kTraceChanges, batch), {"change_log_pkey", "upstream_change"});
  expect(Explain(queries::kUnsettledChanges, "100"), {"change_log_unsettled"});
  expect(Explain(queries::kPurgeSent, "2020-01-01", "100"), {"upstream_sent_answered"});
  expect(Explain(queries::kFinishUpstream, "{1,2,3}"), {"upstream_queue_pkey"});
  expect(Explain(queries::kRequeueParked, "50000"), {"upstream_parked", "upstream_queue_pkey"});
  expect(Explain(queries::kSequence, "80000", "100"), {"change_queue_pkey"});
  expect(Explain(queries::kFeedNews, "79000", "80000"), {"feed_pkey"});
  expect(Explain(queries::kCompactFeed, "1000", "80000", "1000"), {"feed_pkey", "record_pkey"});
  expect(Explain(queries::kCompactFeed, "41000", "80000", "1000"),
         {"feed_pkey", "conflict_id_key", "feed_entry"});
  expect(ExplainReader(queries::kDigestSums, "hz.d3.u103", "f", "256", "{}"), {"record_org"});
  expect(ExplainReader(queries::kDigestSums, "hz", "t", "1", "{256,257,258,259}"),
         {"record_bucket"});
  expect(ExplainReader(queries::kDigestLeaves, "hz", "f", "{256,257,258,259}"), {"record_bucket"});
  expect(ExplainReader(queries::kGetRecords, "hz", batch, bytes), {"record_pkey"});
  expect(ExplainReader(queries::kFindRecords, "hz", batch),
         {"record_pkey", "record_former_org_pkey"});
  expect(ExplainReader(queries::kCountByOrg, "hz.d3.u103"), {"record_org"});
  expect(Explain(queries::kReadAudit, "19000", "500"), {"audit_log_pkey"});
  expect(Explain(queries::kAuditHead), {"audit_log_pkey"});
  expect(Explain(queries::kListAudit, "hz", "0", "0", "100"), {"audit_log_pkey"});
  expect(Explain(queries::kListAudit, "hz.d3.u103", "0", "0", "100"), {"audit_log_org"});
  expect(Explain(queries::kListAudit, "hz", "20", "0", "100"), {"audit_log_action"});
  expect(Explain(queries::kListAuditAbout, "hz", "0", "0", "100", "1", "p7", ""),
         {"audit_mention_pkey", "audit_log_pkey"});
  expect(Explain(queries::kListAuditAbout, "hz", "0", "15000", "100", "2", Id(7), "p7"),
         {"audit_mention_pkey", "audit_log_pkey"});
  expect(Explain(queries::kQueuedAudit, "1000"), {"audit_queue_pkey"});
  expect(Explain(queries::kForgetQueuedAudit, "{1,2,3}"), {"audit_queue_pkey"});
  expect(Explain(queries::kLockAccount, "p7"), {"account_pkey", "person_pkey"});
  expect(Explain(queries::kListAccounts, "hz.d3.u103", "", "100"), {"person_org"});
  expect(Explain(queries::kLockPeopleOf, "hz.d3.u103"), {"person_org"});
  expect(Explain(queries::kLockEnrollmentByCode, "c7"), {"enrollment_code"});
}

}  // namespace
}  // namespace bangfu::server
