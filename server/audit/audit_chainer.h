#ifndef BANGFU_SERVER_AUDIT_AUDIT_CHAINER_H_
#define BANGFU_SERVER_AUDIT_AUDIT_CHAINER_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/audit/audit_chain.h"
#include "server/store/audit_store.h"

namespace bangfu::server {

// How long a committed entry may wait for its place.
inline constexpr absl::Duration kChainInterval = absl::Milliseconds(100);

// Gives the entries of the audit log their places, in a thread of its own, and notes the head in
// `head_file` after each batch.
class AuditChainer {
 public:
  // `on_error` is told about every failure, from the thread; it goes on after it.
  AuditChainer(AuditStore& store, AuditChain chain, std::string head_file,
               std::function<void(const absl::Status&)> on_error);
  // Chains what is there before it ends.
  ~AuditChainer();
  AuditChainer(const AuditChainer&) = delete;
  AuditChainer& operator=(const AuditChainer&) = delete;

  // Chains everything that is committed now.
  absl::Status ChainAll();

 private:
  void Run();

  AuditStore& store_;
  const AuditChain chain_;
  const std::string head_file_;
  const std::function<void(const absl::Status&)> on_error_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_AUDIT_AUDIT_CHAINER_H_
