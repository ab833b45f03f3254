#include "tests/bench/load/single_push_script.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "server/store/postgres/audit_queries.h"
#include "server/store/postgres/feed_queries.h"
#include "server/store/postgres/identity_queries.h"
#include "server/store/postgres/queries.h"

namespace bangfu::bench {
namespace {

namespace queries = server::queries;

// Ids that come after those of all real pushes, as theirs grow.
constexpr char kArchiveIds[] = "0190ffff-ffff-7000-8000-";
constexpr char kChangeIds[] = "0190ffff-ffff-7001-8000-";

// A statement of the store with its parameters, which for pgbench stand in its text.
std::string Statement(const char* query, const std::vector<std::string>& parameters) {
  std::vector<std::pair<std::string, std::string>> replaced;
  for (size_t i = 0; i < parameters.size(); ++i)
    replaced.emplace_back(absl::StrCat("$", i + 1), parameters[i]);
  // The longest name first: $1 is not part of $10.
  return absl::StrCat(absl::StrReplaceAll(query, replaced), ";\n");
}

std::string Array(const std::vector<std::string>& elements) {
  return absl::StrCat("ARRAY[", absl::StrJoin(elements, ", "), "]");
}

std::string Uuid(const char* prefix) {
  return absl::StrCat("'", prefix, "' || lpad(to_hex(:number::bigint), 12, '0')");
}

constexpr char kRevisionValues[] =
    " VALUES (($1)::uuid, 1, ($2)::uuid, :pusher, decode(:actor, 'hex'), now(), now(), "
    "decode(:before, 'hex'))";
constexpr char kChangeValues[] =
    " VALUES (($2)::uuid, ($1)::uuid, :pusher, decode(:digest, 'hex'), decode(:outcome, 'hex'), "
    "false, true)";
constexpr char kQueueValues[] = " VALUES (1, ($1)::uuid, 1, :unit::ltree)";

// As the server writes new rows.
std::string Insert(const char* table, const char* values,
                   const std::vector<std::string>& parameters) {
  return Statement(absl::StrCat("INSERT INTO ", table, values).c_str(), parameters);
}

// The rows of an archive that was pushed alone.
class PushedRows {
 public:
  PushedRows(const CityNode& city, std::string archive_id)
      : city_(city), archive_id_(std::move(archive_id)) {}

  std::string Record(absl::string_view expression) const { return Of(expression, "record", "id"); }
  std::string Revision(absl::string_view expression) const {
    return Of(expression, "revision", "record_id");
  }
  std::string Change(absl::string_view expression) const {
    return Of(expression, "change_log", "record_id");
  }
  int Persons() const {
    int persons = 0;
    static_cast<void>(absl::SimpleAtoi(Of("count(*)", "archive_person", "archive_id"), &persons));
    return persons;
  }
  std::string LastAudit() const {
    return Value("SELECT encode(entry, 'hex') FROM audit_log ORDER BY sequence DESC LIMIT 1");
  }

 private:
  std::string Of(absl::string_view expression, absl::string_view table,
                 absl::string_view key) const {
    return Value(absl::StrCat("SELECT ", expression, " FROM ", table, " WHERE ", key, " = '",
                              archive_id_, "'"));
  }
  std::string Value(const std::string& sql) const {
    return std::string(absl::StripAsciiWhitespace(city_.Psql(sql)));
  }

  const CityNode& city_;
  const std::string archive_id_;
};

std::string TextOf(const PushedRows& rows) {
  const std::string archive = Array({Uuid(kArchiveIds)});
  const std::string change = Array({Uuid(kChangeIds)});
  std::vector<std::string> keys, holders;
  for (int i = 0; i < rows.Persons(); ++i) {
    keys.push_back(absl::StrCat("md5(:number || '-", i, "')::uuid"));
    holders.push_back(absl::StrCat("(", keys.back(), ", (", Uuid(kArchiveIds), ")::uuid)"));
  }
  const std::string persons = Array(keys);
  const std::string unit = Array({":unit"});
  const std::string zero = "'{0}'";
  const std::string one = "'{1}'";
  const std::string none = "'{NULL}'";
  const auto same = [&rows](absl::string_view column) {
    return absl::StrCat("'{", rows.Record(absl::StrCat("coalesce(", column, "::text, 'NULL')")),
                        "}'");
  };
  const std::vector<std::string> statements = {
      // A variable keeps its value from one transaction of a client to its next.
      "\\set n :n + 1\n\\set number :first + :n * :clients + :client_id\n",
      Statement(queries::kDirectoryVersion, {}),  // whether the caller's rights are still the same
      "BEGIN;\n",
      Statement(queries::kFindChanges, {change}),
      Statement(queries::kLockRecords, {archive}),
      Statement(queries::kRevisionsSince, {archive, zero}),
      Statement(queries::kFormerOrgs, {archive}),
      Statement(queries::kFindPersons, {persons}),
      "\\startpipeline\n",
      Statement(
          queries::kWriteRecords,
          {archive, one, unit, none, one, zero, same("status"), same("tier"), same("category"),
           none, same("on_date"), Array({"decode(:body, 'hex')"}),
           Array({":number::bigint % 65536"}), Array({":number::bigint * 70460292543"}), none}),
      Insert(queries::kRevisionRows, kRevisionValues, {Uuid(kArchiveIds), Uuid(kChangeIds)}),
      Insert(queries::kChangeRows, kChangeValues, {Uuid(kArchiveIds), Uuid(kChangeIds)}),
      Insert(queries::kPersonRows, absl::StrCat(" VALUES ", absl::StrJoin(holders, ", ")).c_str(),
             {}),
      Insert(queries::kAuditRows, " VALUES (decode(:entry, 'hex'))", {}),
      Insert(queries::kQueueRows, kQueueValues, {Uuid(kArchiveIds)}),
      "\\endpipeline\n",
      "COMMIT;\n",
      Statement(queries::kDirectoryVersion, {}),  // and again before it is answered
  };
  return absl::StrJoin(statements, "");
}

}  // namespace

SinglePushScript ScriptOfSinglePush(const CityNode& city, const std::string& archive_id) {
  const PushedRows rows(city, archive_id);
  SinglePushScript script;
  script.text = TextOf(rows);
  script.variables = {
      {"n", "-1"},
      {"unit", rows.Record("org")},
      {"pusher", rows.Revision("pushed_by")},
      {"body", rows.Record("encode(body, 'hex')")},
      {"actor", rows.Revision("encode(actor, 'hex')")},
      {"before", rows.Revision("encode(before_values, 'hex')")},
      {"digest", rows.Change("encode(digest, 'hex')")},
      {"outcome", rows.Change("encode(outcome, 'hex')")},
      {"entry", rows.LastAudit()},
  };
  return script;
}

}  // namespace bangfu::bench
