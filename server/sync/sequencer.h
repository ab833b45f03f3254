#ifndef BANGFU_SERVER_SYNC_SEQUENCER_H_
#define BANGFU_SERVER_SYNC_SEQUENCER_H_

#include <atomic>
#include <functional>
#include <thread>

#include "absl/status/status.h"
#include "server/store/store.h"

namespace bangfu::server {

// Runs the sequencer of a node in a thread of its own: moves queue rows into the feed as soon as
// they are committed, reconnects after failures with back-off. Stops within limits::kSequencerPoll.
class Sequencer {
 public:
  // `on_error` is told about every failure (for the log); may be called from the thread.
  Sequencer(Store& store, std::function<void(const absl::Status&)> on_error);
  ~Sequencer();
  Sequencer(const Sequencer&) = delete;
  Sequencer& operator=(const Sequencer&) = delete;

 private:
  void Run();
  void RunSession();

  Store& store_;
  std::function<void(const absl::Status&)> on_error_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_SEQUENCER_H_
