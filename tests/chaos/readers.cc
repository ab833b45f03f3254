// A hundred readers that never read, and one that does: the node's memory stays flat, and the good
// one gets everything.

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/limits.h"
#include "tests/chaos/raw_line.h"
#include "tests/chaos/scenario.h"
#include "tests/chaos/scenarios.h"
#include "tests/chaos/tree.h"

namespace bangfu::chaos {
namespace {

constexpr int kStalledChildren = 25;
constexpr int kPullsPerChild = limits::kMaxPullsPerChild;  // and a watch
constexpr int kRecords = 6'000;
constexpr int kChangesPerPush = 500;
constexpr int kPadding = 450;  // characters of a text, so that a full load is large
constexpr int64_t kMebibyte = 1024 * 1024;
constexpr int64_t kMostGrowth = 256 * kMebibyte;
constexpr absl::Duration kStall = absl::Seconds(5);
constexpr absl::Duration kGoodTimeout = absl::Seconds(40);
constexpr char kUnit[] = "hz.gongye.xiangjiao";

v1::Archive LargeHousehold(int number) {
  v1::Archive archive = Household(number, kUnit);
  std::string text;
  for (int i = 0; i < kPadding; ++i) absl::StrAppend(&text, "难");
  archive.set_hardship_description(text);
  return archive;
}

void Load(World& world, Desktop& desktop, Report& report) {
  std::vector<v1::Change> changes;
  for (int number = 0; number < kRecords; ++number) {
    changes.push_back(Filing(world, LargeHousehold(number)));
    if (changes.size() < kChangesPerPush) continue;
    report.Check(desktop.Push(changes).status(), "push");
    changes.clear();
  }
}

// A child that opens streams and never reads them.
class StalledChild {
 public:
  StalledChild(World& world, int number, const std::string& server)
      : line_(world, absl::StrCat("stalled-", number), kUnit, server, RawLine::Window::kSmall) {
    for (int i = 0; i < kPullsPerChild; ++i) {
      pulls_.push_back(std::make_unique<Stream<v1::PullResponse>>());
      pulls_.back()->reader = line_.stub().Pull(&pulls_.back()->context, v1::PullRequest());
    }
    watch_.reader = line_.stub().Watch(&watch_.context, v1::WatchRequest());
  }

 private:
  template <typename Response>
  struct Stream {
    ~Stream() {
      context.TryCancel();
      Response response;
      while (reader->Read(&response)) {
      }
      reader->Finish();
    }
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<Response>> reader;
  };

  RawLine line_;
  std::vector<std::unique_ptr<Stream<v1::PullResponse>>> pulls_;
  Stream<v1::WatchResponse> watch_;
};

}  // namespace

void StalledReaders(const ScenarioOptions& options, Report& report) {
  World world(options);
  Node city(world, "city", "hz");
  city.MustStart();
  Desktop good(world, "good", kUnit, city.address());
  Load(world, good, report);
  if (report.failed()) return;
  report.Check(good.Sync(), "sync before");
  const int64_t before = city.process().ResidentBytes();

  std::vector<std::unique_ptr<StalledChild>> stalled;
  for (int i = 0; i < kStalledChildren; ++i) {
    stalled.push_back(std::make_unique<StalledChild>(world, i, city.address()));
  }
  int64_t most = before;
  int64_t edits = 0;
  absl::Duration slowest;
  const absl::Time end = absl::Now() + kStall;
  while (absl::Now() < end) {
    const absl::Time begin = absl::Now();
    const int number = static_cast<int>(world.Random(kRecords));
    report.Check(good.EditPhone(Household(number, kUnit).id(), PhoneOf(++edits)), "edit");
    if (!report.Check(good.SyncUntilEmpty(kGoodTimeout), "the good reader starves")) break;
    slowest = std::max(slowest, absl::Now() - begin);
    most = std::max(most, city.process().ResidentBytes());
    absl::SleepFor(absl::Milliseconds(50));
  }
  // A whole load works beside them, too.
  int64_t records = 0;
  report.Check(good.link().Pull("",
                                [&records](const v1::PullResponse& batch) {
                                  records += batch.records_size();
                                  return absl::OkStatus();
                                }),
               "full load beside stalled readers");
  report.CheckEqual(records, kRecords, "records of a full load beside stalled readers");
  most = std::max(most, city.process().ResidentBytes());
  report.Check(city.Running(), "the node has ended");
  report.Figure("pulls that never read", kStalledChildren * kPullsPerChild);
  report.Figure("memory before", absl::StrCat(before / kMebibyte, " MiB"));
  report.Figure("memory with them, at most", absl::StrCat(most / kMebibyte, " MiB"));
  report.Figure("syncs of the good reader meanwhile", edits);
  report.Figure("slowest of these", absl::StrCat(absl::ToInt64Milliseconds(slowest), " ms"));
  report.Check(most - before <= kMostGrowth,
               absl::StrCat("memory grew by ", (most - before) / kMebibyte, " MiB"));
}

}  // namespace bangfu::chaos
