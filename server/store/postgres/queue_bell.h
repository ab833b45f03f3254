#ifndef BANGFU_SERVER_STORE_POSTGRES_QUEUE_BELL_H_
#define BANGFU_SERVER_STORE_POSTGRES_QUEUE_BELL_H_

#include <condition_variable>
#include <mutex>
#include <thread>

#include "server/store/postgres/pooled_statements.h"

namespace bangfu::server {

// Wakes the sequencer, in a thread of its own: who has committed goes on at once, and of many who
// commit together one wakes it. A call that fails is nobody's failure: the sequencer looks by
// itself, too (limits::kSequencerPoll). Thread-safe.
class QueueBell {
 public:
  // `statements` outlives it.
  explicit QueueBell(PooledStatements& statements);
  ~QueueBell();

  void Ring();

 private:
  void Run();

  PooledStatements& statements_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool rung_ = false;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_QUEUE_BELL_H_
