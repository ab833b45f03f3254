// Bytes of a replica's file are flipped and rows deleted, one record of a
// thousand: a comparison finds all of it and mends it
// for a small part of what a full load costs.

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "tests/chaos/scenario.h"
#include "tests/chaos/scenarios.h"
#include "tests/chaos/tree.h"

namespace bangfu::chaos {
namespace {

constexpr int kShortRecords = 20'000;
constexpr int kLongRecords = 100'000;
constexpr int kRecordsPerDamaged = 1000;  // one of these is damaged
constexpr int kChangesPerPush = 500;
constexpr double kLargestPart = 0.01;  // of the bytes of a full load
constexpr char kUnit[] = "hz.gongye.xiangjiao";

void Load(World& world, Desktop& desktop, int records, Report& report) {
  std::vector<v1::Change> changes;
  for (int number = 0; number < records; ++number) {
    changes.push_back(Filing(world, Household(number, kUnit)));
    if (changes.size() < kChangesPerPush && number + 1 < records) continue;
    const auto outcomes = desktop.Push(changes);
    if (!report.Check(outcomes.status(), "push")) return;
    for (const v1::Outcome& outcome : *outcomes) {
      report.Check(outcome.verdict() == v1::VERDICT_ACCEPTED, outcome.ShortDebugString());
    }
    changes.clear();
  }
}

int64_t BytesOfFullLoad(Desktop& desktop, Report& report) {
  int64_t bytes = 0;
  report.Check(desktop.link().Pull("",
                                   [&bytes](const v1::PullResponse& batch) {
                                     bytes += static_cast<int64_t>(batch.ByteSizeLong());
                                     return absl::OkStatus();
                                   }),
               "pull");
  return bytes;
}

// A flipped byte of what the parent gave, or a row that is gone, of `damaged` different records.
void Damage(World& world, const std::string& path, int64_t damaged) {
  SQLite::Database file(path, SQLite::OPEN_READWRITE);
  file.exec("PRAGMA busy_timeout = 5000");
  SQLite::Transaction transaction(file);
  for (int64_t i = 0; i < damaged; ++i) {
    const std::string id =
        Household(static_cast<int>(i * kRecordsPerDamaged + world.Random(kRecordsPerDamaged)),
                  kUnit)
            .id();
    if (world.Chance(30)) {
      SQLite::Statement remove(file, "DELETE FROM record WHERE id = ?");
      remove.bind(1, id);
      remove.exec();
      continue;
    }
    SQLite::Statement read(file, "SELECT base_body FROM record WHERE id = ?");
    read.bind(1, id);
    read.executeStep();
    std::string body = read.getColumn(0).getString();
    char& byte = body[static_cast<size_t>(world.Random(static_cast<int64_t>(body.size())))];
    byte = static_cast<char>(byte ^ (1 << world.Random(8)));
    SQLite::Statement write(file, "UPDATE record SET base_body = ? WHERE id = ?");
    write.bind(1, body.data(), static_cast<int>(body.size()));
    write.bind(2, id);
    write.exec();
  }
  transaction.commit();
}

}  // namespace

void DamagedReplica(const ScenarioOptions& options, Report& report) {
  const int records = options.long_form ? kLongRecords : kShortRecords;
  World world(options);
  Node city(world, "city", "hz");
  city.MustStart();
  Desktop desktop(world, "desk", kUnit, city.address());
  Load(world, desktop, records, report);
  report.Check(desktop.Sync(), "sync");
  const int64_t full = BytesOfFullLoad(desktop, report);
  report.CheckEqual(desktop.replica().CountRecords(v1::RECORD_TYPE_ARCHIVE).value_or(0), records,
                    "records of the replica");
  if (report.failed()) return;

  client::SyncReport sync;
  const absl::Time idle_begin = absl::Now();
  const auto clean = desktop.syncer().Verify(client::ReconcileMode::kRepair, sync);
  const absl::Duration idle = absl::Now() - idle_begin;
  if (!report.Check(clean.status(), "verify")) return;
  report.CheckEqual(clean->differences(), 0, "differences of an undamaged replica");

  const int64_t damaged = records / kRecordsPerDamaged;
  Damage(world, desktop.path(), damaged);
  const auto mended = desktop.syncer().Verify(client::ReconcileMode::kRepair, sync);
  if (!report.Check(mended.status(), "verify")) return;
  report.CheckEqual(mended->missing + mended->damaged, damaged, "differences found");
  report.CheckEqual(mended->repaired, damaged, "records repaired");
  const auto again = desktop.syncer().Verify(client::ReconcileMode::kCompare, sync);
  if (!report.Check(again.status(), "verify")) return;
  report.CheckEqual(again->differences(), 0, "differences after the repair");
  Differences(GivenBy(city, kUnit), TakenBy(desktop.replica()), "desk", &report);
  const double part = static_cast<double>(mended->received_bytes) / static_cast<double>(full);
  report.Check(part < kLargestPart,
               absl::StrFormat("the repair cost %.2f %% of a full load", part * 100));
  report.Figure("records", records);
  report.Figure("flipped or deleted", damaged);
  report.Figure("found and repaired", mended->repaired);
  report.Figure("bytes of a full load", full);
  report.Figure("bytes received for the repair",
                absl::StrFormat("%d (%.2f %%)", mended->received_bytes, part * 100));
  report.Figure("bytes when nothing differs", clean->received_bytes);
  report.Figure("time of a comparison",
                absl::FormatDuration(absl::Trunc(idle, absl::Milliseconds(1))));
}

}  // namespace bangfu::chaos
