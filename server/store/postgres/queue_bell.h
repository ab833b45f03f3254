#ifndef BANGFU_SERVER_STORE_POSTGRES_QUEUE_BELL_H_
#define BANGFU_SERVER_STORE_POSTGRES_QUEUE_BELL_H_

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "server/store/postgres/connection.h"

namespace bangfu::server {

// Wakes the sequencer, in a thread of its own: who has committed goes on at once, and of many who
// commit together one wakes it. A call that fails is nobody's failure: the sequencer looks by
// itself, too (limits::kSequencerPoll). Thread-safe.
class QueueBell {
 public:
  explicit QueueBell(std::string connection_string);
  ~QueueBell();

  void Ring();

 private:
  void Run();

  // Over a connection of its own: those of the writers may all be in use.
  bool Wake();

  const std::string connection_string_;
  std::unique_ptr<Connection> connection_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool rung_ = false;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_QUEUE_BELL_H_
