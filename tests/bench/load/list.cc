// Pages of archives as a person at a desk of the city lists them: of the whole city and of one
// street, at the beginning and in the middle. The baseline is the query of the same page in
// pgbench, which opens nothing, masks nothing and enters nothing into the audit log.

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/limits.h"
#include "client/transport/grpc_identity_link.h"
#include "tests/bench/load/benchmarks.h"
#include "tests/bench/load/city_node.h"
#include "tests/bench/load/families.h"
#include "tests/bench/load/pgbench.h"
#include "tests/scenario/households.h"
#include "tests/scenario/must.h"
#include "tests/support/people.h"

namespace bangfu::bench {
namespace {

constexpr int kArchives = 200'000;
constexpr int kChunk = 20'000;  // archives in memory at once
constexpr int kOfStreet = 50;   // every so many archives belong to the street
constexpr int kCalls = 100;     // of each page in a run
constexpr int kCallsShort = 10;
constexpr int kWarmUp = 5;          // of them, that are not measured
constexpr double kRate = 30;        // calls a second, below limits::kCallsPerSecond
constexpr char kCity[] = "hz";      // org
constexpr char kDesk[] = "office";  // its desk
constexpr const char* kOtherStreets[] = {"hz.fuyang.dongzhou", "hz.fuyang.chunjiang",
                                         "hz.fuyang.lushan", "hz.fuyang.xindeng"};

struct Page {
  const char* name;
  std::string org;
  std::string after;  // id of the record before it; empty for the first page
};

std::string StreetOf(int number) {
  return number % kOfStreet == 0 ? kDistrictUnit : kOtherStreets[number % 4];
}

void Load(CityNode& city, int archives, Measurements& measurements) {
  int64_t accepted = 0;
  for (int first = 0; first < archives; first += kChunk) {
    std::vector<v1::Change> changes;
    for (int number = first; number < std::min(first + kChunk, archives); ++number)
      changes.push_back(scenario::Filing(city.world(), Family(number, StreetOf(number))));
    accepted += PushAll(city, kDistrict, changes).accepted;
  }
  if (accepted != archives) measurements.Fail("list: not everything was accepted");
  city.Psql("VACUUM ANALYZE");
}

// The condition of a page, for SQL.
std::string Where(const std::string& org, const std::string& after) {
  return absl::StrCat("type = 1 AND org <@ '", org, "'",
                      after.empty() ? "" : absl::StrCat(" AND id > '", after, "'"));
}

std::string MiddleOf(const CityNode& city, const std::string& org) {
  const std::string from = absl::StrCat("FROM record WHERE ", Where(org, ""));
  return std::string(absl::StripAsciiWhitespace(city.Psql(absl::StrCat(
      "SELECT id ", from, " ORDER BY id OFFSET (SELECT count(*) / 2 ", from, ") LIMIT 1"))));
}

// Milliseconds of each call.
std::vector<double> CallTimes(client::IdentityLink& line, const client::OnBehalf& who,
                              const Page& page, int calls, Measurements& measurements) {
  v1::ListArchivesRequest request;
  request.set_org(page.org);
  request.set_page_token(page.after);
  std::vector<double> times;
  for (int call = 0; call < calls; ++call) {
    const absl::Time next = absl::Now() + absl::Seconds(1 / kRate);
    const Stopwatch watch;
    const auto answer = line.ListArchives(who, request);
    const double seconds = watch.Seconds();
    scenario::Must(answer.status(), page.name);
    const bool right = answer->archives_size() == limits::kDefaultPageSize ||
                       (answer->archives_size() > 0 && answer->next_page_token().empty());
    if (!right || (!page.after.empty() && answer->archives(0).id() <= page.after))
      measurements.Fail(absl::StrCat(page.name, ": not the page that was asked for"));
    if (call >= kWarmUp) times.push_back(1e3 * seconds);
    absl::SleepFor(next - absl::Now());
  }
  return times;
}

std::vector<double> QueryTimes(CityNode& city, const Page& page, int calls) {
  PgbenchRun run;
  run.address = city.node().DatabaseAddress();
  run.script = city.world().Path(absl::StrCat(page.name, ".sql"));
  std::ofstream(run.script) << "SELECT id, type, revision, upstream_revision, org, archive_id, "
                               "status, tier, category, number, on_date, body FROM record WHERE "
                            << Where(page.org, page.after) << " ORDER BY id LIMIT "
                            << limits::kDefaultPageSize << ";\n";
  run.folder = city.world().Path("pgbench");
  run.transactions = calls;
  run.warm_up = kWarmUp;
  run.rate = kRate;
  return PgbenchTimes(run);
}

}  // namespace

void List(const LoadOptions& options, Measurements& measurements) {
  const int archives = options.Scaled(kArchives);
  const int calls = options.short_form ? kCallsShort : kCalls;
  CityNode city(options);
  Load(city, archives, measurements);
  const Page pages[] = {{"list_first", kCity, ""},
                        {"list_middle", kCity, MiddleOf(city, kCity)},
                        {"list_unit", kDistrictUnit, ""},
                        {"list_unit_middle", kDistrictUnit, MiddleOf(city, kDistrictUnit)}};
  const auto line =
      scenario::Must(client::GrpcIdentityLink::Connect(
                         city.node().address(),
                         city.world().CredentialsOf(kDesk, kCity, scenario::NodeKind::kDesk)),
                     "line");
  client::OnBehalf who;
  who.session = city.world().people().TokenOf(server::AccountOf("auditor", kCity), kDesk);
  for (int run = 0; run < options.runs; ++run) {
    for (const Page& page : pages) {
      const double ours = Quantile(CallTimes(*line, who, page, calls, measurements), 0.5);
      city.AwaitQuiet();  // what was listed stands in the audit log
      measurements.Add(page.name, ours, Quantile(QueryTimes(city, page, calls), 0.5), "ms");
    }
  }
}

}  // namespace bangfu::bench
