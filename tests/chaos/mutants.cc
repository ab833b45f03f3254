// Bugs that are seeded in the programs under test: the scenario that is about them must turn red.

#include <sys/wait.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/chaos/scenario.h"
#include "tests/chaos/scenarios.h"
#include "tests/support/process.h"

namespace bangfu::chaos {
namespace {

constexpr absl::Duration kTimeout = absl::Minutes(3);
constexpr int kRed = 1;  // exit status of a run that found something

// Those that the simulation cannot see. Names of BANGFU_SEEDED_BUG, and what must notice.
struct Mutant {
  const char* bug;
  const char* scenario;
};
constexpr Mutant kMutants[] = {{"watch_silent", "watch"}};

}  // namespace

void Mutants(const ScenarioOptions& options, Report& report) {
  World world(options);
  int caught = 0;
  int known = 0;
  for (const Mutant& mutant : kMutants) {
    ++known;
    const std::string output = world.Path(absl::StrCat(mutant.bug, ".log"));
    auto run =
        Process::Start(options.own_binary,
                       {"--seed", absl::StrCat(options.seed), "--server", options.server_binary,
                        "--client", options.client_binary, mutant.scenario},
                       {{"BANGFU_SEEDED_BUG", mutant.bug}}, output);
    if (!report.Check(run.status(), "start")) return;
    const std::optional<int> status = run->Wait(kTimeout);
    const bool red = status.has_value() && WIFEXITED(*status) && WEXITSTATUS(*status) == kRed;
    if (red) ++caught;
    report.Check(red, absl::StrCat("scenario ", mutant.scenario, " did not notice ", mutant.bug));
  }
  report.Figure("seeded bugs noticed", absl::StrCat(caught, " of ", known));
  report.Figure("the naive reader", "see late_commits: it fails unless that reader loses rows");
}

}  // namespace bangfu::chaos
