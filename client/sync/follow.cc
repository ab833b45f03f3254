#include <random>

#include "base/limits.h"
#include "client/sync/syncer.h"
#include "client/sync/watcher.h"
#include "client/transport/backoff.h"

namespace bangfu::client {
namespace {

// Changes that come one after the other are taken together.
constexpr absl::Duration kGather = limits::kFirstBackoff;

}  // namespace

void Syncer::Follow(const std::atomic<bool>& stop,
                    const std::function<void(const absl::Status&, const SyncReport&)>& on_round) {
  Watcher watcher(link_);
  Backoff backoff(std::random_device{}());
  while (!stop) {
    // What is said from here on may be about what this round does not bring.
    watcher.Forget();
    SyncReport report;
    absl::Status status = Sync(report);
    if (status.ok() && Can(v1::CAPABILITY_WATCH)) {
      auto state = replica_.GetSyncState();
      status = state.status();
      if (state.ok()) watcher.Listen(state->cursor);
    }
    on_round(status, report);
    if (status.ok()) {
      backoff.Reset();
      watcher.Wait(stop, kGather, false);
      watcher.Wait(stop, limits::kWatchPoll - kGather, true);
    } else {
      watcher.Wait(stop, backoff.Next(), false);
    }
  }
}

}  // namespace bangfu::client
