#ifndef BANGFU_CLIENT_TRANSPORT_CANCELLATION_H_
#define BANGFU_CLIENT_TRANSPORT_CANCELLATION_H_

#include <grpcpp/client_context.h>

#include <condition_variable>
#include <mutex>
#include <set>

#include "absl/time/time.h"

namespace bangfu::client {

// Ends the calls of one line from another thread, once and for all. Thread-safe.
class Cancellation {
 public:
  // A call under way, from construction to destruction. One that begins after Cancel() fails at
  // once.
  class Running {
   public:
    Running(Cancellation& cancellation, grpc::ClientContext& context);
    ~Running();
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

   private:
    Cancellation& cancellation_;
    grpc::ClientContext& context_;
  };

  void Cancel();
  bool cancelled();
  // Sleeps for `duration`, less when cancelled.
  void Sleep(absl::Duration duration);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool cancelled_ = false;                   // guarded by mutex_
  std::set<grpc::ClientContext*> contexts_;  // guarded by mutex_
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_TRANSPORT_CANCELLATION_H_
