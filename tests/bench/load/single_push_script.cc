#include "tests/bench/load/single_push_script.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "server/store/postgres/audit_queries.h"
#include "server/store/postgres/feed_queries.h"
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

}  // namespace

SinglePushScript ScriptOfSinglePush(const CityNode& city, const std::string& archive_id) {
  const auto value = [&city](const std::string& sql) {
    return std::string(absl::StripAsciiWhitespace(city.Psql(sql)));
  };
  const auto of = [&](const char* column, const char* table, const char* key) {
    return value(
        absl::StrCat("SELECT ", column, " FROM ", table, " WHERE ", key, " = '", archive_id, "'"));
  };
  const auto hexadecimal = [&](const char* column, const char* table) {
    return of(absl::StrCat("encode(", column, ", 'hex')").c_str(), table, "record_id");
  };
  SinglePushScript script;
  script.variables = {
      {"n", "-1"},
      {"unit", of("org", "record", "id")},
      {"pusher", of("pushed_by", "revision", "record_id")},
      {"body", of("encode(body, 'hex')", "record", "id")},
      {"actor", hexadecimal("actor", "revision")},
      {"before", hexadecimal("before_values", "revision")},
      {"digest", hexadecimal("digest", "change_log")},
      {"outcome", hexadecimal("outcome", "change_log")},
      {"entry", value("SELECT encode(entry, 'hex') FROM audit_log ORDER BY sequence DESC LIMIT 1")},
  };
  const auto same = [&](const char* column) {
    return absl::StrCat(
        "'{", of(absl::StrCat("coalesce(", column, "::text, 'NULL')").c_str(), "record", "id"),
        "}'");
  };
  int persons = 0;
  static_cast<void>(absl::SimpleAtoi(of("count(*)", "archive_person", "archive_id"), &persons));

  const std::string archive = Array({Uuid(kArchiveIds)});
  const std::string change = Array({Uuid(kChangeIds)});
  const std::string archive_of_each =
      Array(std::vector<std::string>(static_cast<size_t>(persons), Uuid(kArchiveIds)));
  std::vector<std::string> keys;
  for (int i = 0; i < persons; ++i) {
    keys.push_back(
        absl::StrCat("encode(sha256(convert_to(:number || '-", i, "', 'UTF8')), 'hex')"));
  }
  const std::string persons_keys = Array(keys);
  const std::string one = "'{1}'";
  const std::string none = "'{NULL}'";
  const std::string now = Array({"now()"});

  absl::StrAppend(
      &script.text,
      // A variable keeps its value from one transaction of a client to its next.
      "\\set n :n + 1\n\\set number :first + :n * :clients + :client_id\n", "BEGIN;\n",
      Statement(queries::kFindChanges, {change}), Statement(queries::kLockRecords, {archive}),
      Statement(queries::kRevisionsSince, {archive, "'{0}'"}),
      Statement(queries::kFormerOrgs, {archive}), Statement(queries::kFindPersons, {persons_keys}),
      Statement(
          queries::kWriteRecords,
          {archive, one, Array({":unit"}), none, one, "'{0}'", same("status"), same("tier"),
           same("category"), none, same("on_date"), Array({":body"}),
           Array({":number::bigint % 65536"}), Array({":number::bigint * 70460292543"}), none}),
      Statement(queries::kWriteRevisions, {archive, one, change, Array({":pusher"}),
                                           Array({":actor"}), now, now, Array({":before"})}),
      Statement(queries::kWriteChanges, {change, archive, Array({":pusher"}), Array({":digest"}),
                                         Array({":outcome"}), "'{f}'"}),
      Statement(queries::kRemovePersons, {archive, persons_keys, archive_of_each}),
      Statement(queries::kWritePersons, {persons_keys, archive_of_each}),
      Statement(queries::kAppendAudit, {Array({":entry"}), none}),
      Statement(queries::kWriteQueue, {one, archive, one, Array({":unit"})}),
      Statement(queries::kNotifyQueue, {}), "COMMIT;\n");
  return script;
}

}  // namespace bangfu::bench
