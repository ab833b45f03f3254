// How long the rules take on archives about which they have nothing to say, beside the time that
// protobuf needs to parse the same records. tests/bench/run tells how to read the names.
#include <benchmark/benchmark.h>
#include <time.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "domain/check/evaluate.h"
#include "domain/notice/public_notice.h"
#include "domain/paper/paper_comparison.h"
#include "domain/policy/income.h"
#include "domain/rules/form.h"
#include "domain/rules/logic.h"
#include "domain/rules/materials.h"
#include "domain/timers/timers.h"
#include "tests/bench/city.h"

namespace bangfu::bench {
namespace {

using domain::Case;
using domain::Findings;
using domain::RuleContext;

constexpr int kSampleSize = 64;   // households that single rules are measured on, again and again
constexpr int kBlockSize = 1000;  // households of the city that are in memory at a time

const City& TheCity() {
  static const City& city = *new City();
  return city;
}

// Households in memory as the rules find them.
struct Block {
  Block(int first, int size) {
    files.reserve(static_cast<size_t>(size));
    for (int n = first; n < first + size; ++n) files.push_back(TheCity().Household(n));
    for (const v1::CaseFile& file : files) cases.push_back(domain::CaseOf(file));
  }

  std::vector<std::string> Bytes() const {
    std::vector<std::string> bytes;
    for (const v1::CaseFile& file : files) bytes.push_back(file.SerializeAsString());
    return bytes;
  }

  std::vector<v1::CaseFile> files;
  std::vector<Case> cases;
};

// What is measured must be the path on which nothing is found.
void RequireNoFindings(const Findings& findings) {
  if (findings.empty()) return;
  for (const v1::Finding& finding : findings) std::cerr << finding.ShortDebugString() << "\n";
  std::exit(EXIT_FAILURE);
}

using Rule = Findings (*)(const Case& c, const RuleContext& context);

// One rule on each household of a small sample.
void MeasureRule(benchmark::State& state, Rule rule) {
  const Block sample(0, kSampleSize);
  const RuleContext context = TheCity().Context();
  for (const Case& c : sample.cases) RequireNoFindings(rule(c, context));
  size_t next = 0;
  for (auto iteration : state) {
    benchmark::DoNotOptimize(rule(sample.cases[next], context));
    next = (next + 1) % sample.cases.size();
  }
}

void MeasureParsing(benchmark::State& state) {
  const std::vector<std::string> bytes = Block(0, kSampleSize).Bytes();
  size_t next = 0;
  for (auto iteration : state) {
    v1::CaseFile file;
    benchmark::DoNotOptimize(file.ParseFromString(bytes[next]));
    next = (next + 1) % bytes.size();
  }
}

// Of this thread on its processor, so that what else runs on the machine counts less.
double ProcessorSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

template <typename Work>
double SecondsOf(const Work& work) {
  const double start = ProcessorSeconds();
  work();
  return ProcessorSeconds() - start;
}

// All rules on a whole city, every household once: one iteration is one block of it.
void MeasureCity(benchmark::State& state) {
  const RuleContext context = TheCity().Context();
  int first = 0;
  for (auto iteration : state) {
    const Block block(first, kBlockSize);
    first += kBlockSize;
    size_t found = 0;
    state.SetIterationTime(SecondsOf([&] {
      for (const Case& c : block.cases) found += domain::Evaluate(c, context).size();
    }));
    if (found > 0) RequireNoFindings(domain::Evaluate(block.cases.front(), context));
  }
}

void MeasureCityParsing(benchmark::State& state) {
  int first = 0;
  for (auto iteration : state) {
    const std::vector<std::string> bytes = Block(first, kBlockSize).Bytes();
    first += kBlockSize;
    std::vector<v1::CaseFile> files(bytes.size());
    state.SetIterationTime(SecondsOf([&] {
      for (size_t n = 0; n < bytes.size(); ++n) files[n].ParseFromString(bytes[n]);
    }));
  }
}

// Same names as in the table of README.md. "per" tells run how many archives one iteration is.
void Register(int city_archives) {
  const struct {
    const char* name;
    Rule rule;
  } rules[] = {
      {"evaluate", domain::Evaluate},
      {"values",
       [](const Case& c, const RuleContext& context) {
         Findings findings = domain::CheckValues(*c.archive, context.today);
         for (const v1::AidEvent* aid : c.aid_events) {
           domain::Append(findings, domain::CheckValues(*aid, context.today));
         }
         for (const v1::Visit* visit : c.visits) {
           domain::Append(findings, domain::CheckValues(*visit, context.today));
         }
         return findings;
       }},
      {"required",
       [](const Case& c, const RuleContext& /*context*/) {
         Findings findings = domain::CheckRequired(*c.archive);
         for (const v1::AidEvent* aid : c.aid_events)
           domain::Append(findings, domain::CheckRequired(*aid));
         for (const v1::Visit* visit : c.visits)
           domain::Append(findings, domain::CheckRequired(*visit));
         return findings;
       }},
      {"logic",
       [](const Case& c, const RuleContext& context) {
         return domain::CheckLogic(*c.archive, context.today);
       }},
      {"materials",
       [](const Case& c, const RuleContext& /*context*/) {
         return domain::CheckMaterials(*c.archive, c.archive->determined_category());
       }},
      {"paper", [](const Case& c,
                   const RuleContext& /*context*/) { return domain::CheckPaper(*c.archive); }},
      {"public_notice",
       [](const Case& c, const RuleContext& context) {
         return domain::CheckPublicNotice(*c.archive, context.today);
       }},
      {"income",
       [](const Case& c, const RuleContext& context) {
         return domain::CheckIncome(*c.archive, context);
       }},
      {"timers", domain::CheckTimers},
  };
  for (const auto& [name, rule] : rules) {
    benchmark::RegisterBenchmark(absl::StrCat("ours/", name).c_str(), MeasureRule, rule);
  }
  benchmark::RegisterBenchmark("baseline/parse", MeasureParsing);
  const int blocks = city_archives / kBlockSize;
  benchmark::RegisterBenchmark("ours/city", MeasureCity)->Iterations(blocks)->UseManualTime();
  benchmark::RegisterBenchmark("baseline/parse_city", MeasureCityParsing)
      ->Iterations(blocks)
      ->UseManualTime();
}

}  // namespace
}  // namespace bangfu::bench

int main(int argc, char** argv) {
  constexpr char kCityArchives[] = "BANGFU_BENCH_CITY";  // archives of the city, in thousands of it
  constexpr int kDefaultCityArchives = 100'000;
  const char* const given = std::getenv(kCityArchives);
  bangfu::bench::Register(given == nullptr ? kDefaultCityArchives : std::atoi(given));
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return EXIT_FAILURE;
  benchmark::RunSpecifiedBenchmarks();
  return EXIT_SUCCESS;
}
