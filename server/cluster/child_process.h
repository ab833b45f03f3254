#ifndef BANGFU_SERVER_CLUSTER_CHILD_PROCESS_H_
#define BANGFU_SERVER_CLUSTER_CHILD_PROCESS_H_

#include <sys/types.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/cluster/account.h"

namespace bangfu::server {

struct ChildProgram {
  std::vector<std::string> arguments;    // the first is the absolute path of the program
  std::vector<std::string> environment;  // NAME=value; nothing is inherited
  std::string working_folder;
  Account account;
  int output_fd = -1;  // receives standard output and standard error
};

// A program running as a direct child, in a session of its own (Ctrl-C on the terminal reaches only
// the server, which then stops the child in order).
//
// The kernel sends the child SIGINT when its parent dies (PR_SET_PDEATHSIG), even by kill -9. To
// the kernel, "parent" is the *thread* that forked, not the process. A thread owned by this object
// therefore forks the child and lives exactly as long as it; callers may start it from any thread,
// also from one that ends soon.
//
// Thread-safe.
class ChildProcess {
 public:
  // Errors: NOT_FOUND, PERMISSION_DENIED … as execve(2), fork(2) and setuid(2) reported.
  static absl::StatusOr<std::unique_ptr<ChildProcess>> Start(const ChildProgram& program);

  // Kills the child if it still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }

  bool Running();

  // Does nothing once the child has ended, so it never reaches a process that got the same id
  // later.
  void Signal(int signal);

  // True when the child has ended, false when it still runs after `timeout`.
  bool WaitForExit(absl::Duration timeout);

  // True when the child has ended by itself with exit status 0.
  bool Succeeded();

 private:
  ChildProcess() = default;

  pid_t pid_ = -1;
  std::thread keeper_;
  std::mutex mutex_;
  std::condition_variable ended_condition_;
  bool ended_ = false;   // guarded by mutex_; set together with reaping the child
  int wait_status_ = 0;  // guarded by mutex_; as waitpid(2) gave it
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_CLUSTER_CHILD_PROCESS_H_
