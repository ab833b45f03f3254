#include "server/sync/sequencer.h"

#include <memory>
#include <utility>

#include "absl/time/clock.h"
#include "base/limits.h"

namespace bangfu::server {
namespace {

constexpr absl::Duration kPause = absl::Milliseconds(10);  // after rows were moved

}  // namespace

Sequencer::Sequencer(Store& store, std::function<void(const absl::Status&)> on_error)
    : store_(store), on_error_(std::move(on_error)), thread_([this] { Run(); }) {}

Sequencer::~Sequencer() {
  stop_ = true;
  thread_.join();
}

void Sequencer::Run() {
  while (!stop_) {
    RunSession();
    if (!stop_)
      absl::SleepFor(limits::kSequencerPoll);  // the session failed: its connection is gone
  }
}

void Sequencer::RunSession() {
  auto session = store_.OpenSequencer();
  if (!session.ok()) return on_error_(session.status());
  bool led = false;
  while (!stop_) {
    auto leads = (*session)->Lead();
    if (!leads.ok()) return on_error_(leads.status());
    if (*leads) {
      // After a failover the database may be another one than the feed is of.
      if (!led) {
        if (auto moved = store_.BeginEpochIfMoved(); !moved.ok()) return on_error_(moved.status());
        led = true;
      }
      auto moved = (*session)->Sequence(limits::kSequencerBatch);
      if (!moved.ok()) return on_error_(moved.status());
      if (*moved > 0) {
        // What is committed meanwhile goes together: a transaction, and a wait for the disk, for
        // each single push would slow down the pushes.
        if (*moved < limits::kSequencerBatch) absl::SleepFor(kPause);
        continue;
      }
    }
    if (absl::Status status = (*session)->Wait(limits::kSequencerPoll); !status.ok())
      return on_error_(status);
  }
}

}  // namespace bangfu::server
