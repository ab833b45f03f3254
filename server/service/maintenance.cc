#include "server/service/maintenance.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/reason_word.h"

namespace bangfu::server {
namespace {

// Transactions of one kind in one tidying: what is left over waits for the next.
constexpr int kMaxTidyRounds = 40;
// The same of looking at seals: 200 rows each.
constexpr int kMaxResealRounds = 500;

}  // namespace

Maintenance::Maintenance(Store& store, const Clock& clock, EventLog& log, StallDetector& stalls,
                         Metrics& metrics, MaintenanceIntervals intervals)
    : store_(store),
      clock_(clock),
      log_(log),
      stalls_(stalls),
      metrics_(metrics),
      intervals_(intervals),
      thread_([this] { Run(); }) {}

Maintenance::~Maintenance() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Maintenance::NoteSequencerFailure(const absl::Status& status) {
  const std::lock_guard<std::mutex> lock(mutex_);
  sequencer_failure_ = ReasonWord(status);
}

void Maintenance::Run() {
  absl::Time next_tidying = absl::Now() + intervals_.tidy;
  do {
    absl::Status status = Look();
    if (absl::Now() >= next_tidying) {
      next_tidying = absl::Now() + intervals_.tidy;
      status.Update(Tidy());
    }
    LogFailure(status);
  } while (Pause(intervals_.look));
}

absl::Status Maintenance::Look() {
  const auto feed = store_.GetFeedState();
  if (!feed.ok()) return feed.status();
  std::string reason;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (feed->head != head_ || feed->unsequenced == 0) sequencer_failure_.clear();
    reason = sequencer_failure_;
  }
  head_ = feed->head;
  stalls_.Report("sequencer", feed->unsequenced, feed->head, reason);
  metrics_.SetFeed(feed->head, feed->unsequenced);
  const auto upstream = store_.GetUpstreamState();
  if (!upstream.ok()) return upstream.status();
  metrics_.SetUpstreamPending(upstream->pending);
  metrics_.SetStalls(stalls_.Stalls());
  return absl::OkStatus();
}

absl::Status Maintenance::Tidy() {
  int64_t compacted = 0;
  for (int round = 0; round < kMaxTidyRounds && !Stopping(); ++round) {
    const auto gone = store_.CompactFeed(clock_.Now() - limits::kChildLife, limits::kCompactBatch);
    if (!gone.ok()) return gone.status();
    compacted += *gone;
    if (*gone == 0) break;
  }
  int64_t purged = 0;
  for (int round = 0; round < kMaxTidyRounds && !Stopping(); ++round) {
    const auto gone = store_.PurgeSent(clock_.Now() - limits::kReofferLife, limits::kCompactBatch);
    if (!gone.ok()) return gone.status();
    purged += *gone;
    if (*gone < limits::kCompactBatch) break;
  }
  int64_t looked = 0;
  for (int round = 0; round < kMaxResealRounds && !Stopping(); ++round) {
    const auto rows = store_.ResealBatch(kResealBatch);
    if (!rows.ok()) return rows.status();
    looked += *rows;
    if (*rows == 0) break;
  }
  if (compacted + purged + looked > 0) {
    log_.Info("tidied", {{"feed_rows", absl::StrCat(compacted)},
                         {"sent", absl::StrCat(purged)},
                         {"seals", absl::StrCat(looked)}});
  }
  return absl::OkStatus();
}

// Once for a series.
void Maintenance::LogFailure(const absl::Status& status) {
  if (!status.ok() && !failing_) log_.Error("maintenance", status);
  failing_ = !status.ok();
}

bool Maintenance::Pause(absl::Duration duration) {
  std::unique_lock<std::mutex> lock(mutex_);
  return !changed_.wait_for(lock, absl::ToChronoNanoseconds(duration), [this] { return stop_; });
}

bool Maintenance::Stopping() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return stop_;
}

}  // namespace bangfu::server
