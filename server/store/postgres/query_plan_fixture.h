#ifndef BANGFU_SERVER_STORE_POSTGRES_QUERY_PLAN_FIXTURE_H_
#define BANGFU_SERVER_STORE_POSTGRES_QUERY_PLAN_FIXTURE_H_

#include <memory>
#include <pqxx/pqxx>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "server/store/postgres/array_literal.h"
#include "server/store/postgres/queries.h"
#include "server/store/postgres/role_queries.h"
#include "server/store/postgres/store_fixture.h"
#include "server/store/postgres/store_roles.h"

namespace bangfu::server {

// A node with 20,000 archives and an aid event of each, in 1,000 units of 20 districts, everything
// else in proportion: enough rows that PostgreSQL has the choice.
inline constexpr char kFill[] = R"(
  INSERT INTO record (id, type, org, revision, upstream_revision, status, tier, category, number, body,
                      bucket, leaf, upstream_leaf)
    SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1,
           ('hz.d' || n % 20 || '.u' || n % 1000)::ltree, 1, 0, CASE WHEN n % 50 = 0 THEN 3 ELSE 4 END, 1, 1, '前缀' || n, repeat('x', 500)::bytea,
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
  INSERT INTO archive_person SELECT id, id FROM record WHERE type = 1;
  INSERT INTO feed SELECT row_number() OVER (ORDER BY id), 1, id, 1, org FROM record;
  INSERT INTO conflict (id, org, record_id, state, body) SELECT id, org, id, 1, '' FROM record;
  INSERT INTO upstream_queue (record_id, change_id, change) SELECT id, id, '' FROM record;
  UPDATE upstream_queue SET refused = true, parked = position % 200 = 0 WHERE position % 100 = 0;
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
  INSERT INTO audit_report SELECT id FROM record;
  INSERT INTO person SELECT 'p' || n, ('hz.d' || n % 20 || '.u' || n % 1000)::ltree, '' FROM generate_series(1, 5000) n;
  INSERT INTO account SELECT id, '', '', false, 0, NULL, 0 FROM person;
  INSERT INTO enrollment SELECT gen_random_uuid(), 'hz', 1, 'c' || n, '', '', '', '' FROM generate_series(1, 5000) n;
  INSERT INTO child (key, scope, seen) SELECT 'hz.d' || n % 20 || '/n' || n, ('hz.d' || n % 20)::ltree, now()
    FROM generate_series(1, 2000) n;
  INSERT INTO number_prefix SELECT 'X' || n, ('hz.d' || n % 20)::ltree FROM generate_series(1, 5000) n;
  INSERT INTO number_counter SELECT prefix, 2010 + n, 9 FROM number_prefix CROSS JOIN generate_series(1, 4) n;
  INSERT INTO org_tree SELECT n, repeat('x', 100)::bytea FROM generate_series(1, 500) n;
  INSERT INTO policy_set SELECT n, repeat('x', 100)::bytea FROM generate_series(1, 500) n;
  INSERT INTO revoked_node SELECT 'hz.d' || n % 20 || '/n' || n, '', now(), '' FROM generate_series(1, 2000) n;
  ANALYZE;
)";

class QueryPlanFixture : public StoreFixture {
 protected:
  // Who runs a statement: the server, the server for a caller whose scope is the first parameter
  // (kPager: and who pages through a large part of the city), or the operator.
  enum class As { kNode, kReader, kPager, kOperator };

  void SetUp() override {
    StoreFixture::SetUp();
    connection_ = std::make_unique<pqxx::connection>(database_->connection_string());
    if (filled_) pqxx::nontransaction(*connection_).exec(kFill);
    const absl::StatusOr<StoreRoles> roles = CheckSchema(database_->connection_string());
    ASSERT_TRUE(roles.ok()) << roles.status();
    roles_ = *roles;
  }

  std::string Explain(As as, const char* query, const std::vector<std::string>& parameters) {
    pqxx::work work(*connection_);
    Become(as, parameters, work);
    return TextOf(work.exec_params(absl::StrCat("EXPLAIN ", query),
                                   pqxx::prepare::make_dynamic_params(parameters)));
  }

  // The plan that is for any parameters.
  std::string ExplainPrepared(As as, const char* query,
                              const std::vector<std::string>& parameters) {
    pqxx::work work(*connection_);
    Become(as, parameters, work);
    work.exec("SET LOCAL plan_cache_mode = force_generic_plan");
    work.exec(absl::StrCat("PREPARE explained AS ", query));
    std::string call = "EXPLAIN EXECUTE explained";
    const char* separator = "(";
    for (const std::string& parameter : parameters) {
      absl::StrAppend(&call, separator, "'", work.esc(parameter), "'");
      separator = ", ";
    }
    if (!parameters.empty()) call += ')';
    std::string plan = TextOf(work.exec(call));
    work.exec("DEALLOCATE explained");
    return plan;
  }

  // The indexes that a plan uses, in the order of their names, and "TABLE (all)" for each table
  // that it reads from end to end.
  static std::string Accesses(const std::string& plan) {
    static const std::regex access(
        "(?:Index Scan|Index Only Scan|Scan Backward)[a-zA-Z ]* using (\\w+)"
        "|Bitmap Index Scan on (\\w+)|Arbiter Indexes: (\\w+)|Seq Scan on (\\w+)");
    std::set<std::string> accesses;
    for (std::sregex_iterator it(plan.begin(), plan.end(), access), end; it != end; ++it) {
      for (size_t group = 1; group <= 3; ++group) {
        if ((*it)[group].matched) accesses.insert((*it)[group]);
      }
      if ((*it)[4].matched) accesses.insert(absl::StrCat((*it)[4].str(), " (all)"));
    }
    return absl::StrJoin(accesses, ", ");
  }

  // The array literal of so many ids of archives.
  static std::string Ids(int size) {
    ArrayLiteral ids;
    for (int i = 1; i <= size; ++i) ids.Text(Id(i * 3));
    return ids.Build();
  }
  // The array literal of the numbers 1 to `size`.
  static std::string Numbers(int size) {
    ArrayLiteral numbers;
    for (int i = 1; i <= size; ++i) numbers.Int(i);
    return numbers.Build();
  }
  // The array literal of `size` times the same word.
  static std::string Same(int size, const std::string& word) {
    ArrayLiteral words;
    for (int i = 0; i < size; ++i) words.Text(word);
    return words.Build();
  }
  // The array literal of `prefix`1, `prefix`2 and so on.
  static std::string Names(int size, const std::string& prefix) {
    ArrayLiteral names;
    for (int i = 1; i <= size; ++i) names.Text(absl::StrCat(prefix, i));
    return names.Build();
  }

  bool filled_ = true;  // else it has no rows, and was never analysed
  std::unique_ptr<pqxx::connection> connection_;
  StoreRoles roles_;

 private:
  void Become(As as, const std::vector<std::string>& parameters, pqxx::work& work) {
    if (as != As::kOperator)
      work.exec(absl::StrCat("SET LOCAL ROLE ", as == As::kNode ? roles_.node : roles_.reader));
    const bool scoped = as == As::kReader || as == As::kPager;
    work.exec_params(queries::kSetScope, scoped ? parameters.at(0) : std::string());
    if (as == As::kPager) work.exec(queries::kPageInOrder);
  }

  static std::string TextOf(const pqxx::result& plan) {
    std::string text;
    for (const auto& row : plan) absl::StrAppend(&text, row[0].c_str(), "\n");
    return text;
  }
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_QUERY_PLAN_FIXTURE_H_
