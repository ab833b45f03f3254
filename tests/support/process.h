#ifndef BANGFU_TESTS_SUPPORT_PROCESS_H_
#define BANGFU_TESTS_SUPPORT_PROCESS_H_

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace bangfu::server {

// Processes end with this program also when SIGINT or SIGTERM ends it. To be called once, at first.
void KillProcessesOnSignals();

// A program under test, in a process of its own, killed when this ends. Not thread-safe.
class Process {
 public:
  using Environment = std::map<std::string, std::string>;

  // Starts `binary`; `environment` is added to ours. What it prints is appended to `output`.
  static absl::StatusOr<Process> Start(const std::string& binary,
                                       const std::vector<std::string>& arguments,
                                       const Environment& environment, const std::string& output);

  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();

  pid_t pid() const { return pid_; }

  bool Running();
  // Waits for the end; returns the wait status, nullopt when it runs on.
  std::optional<int> Wait(absl::Duration timeout);

  void Kill();  // SIGKILL, and waits for the end
  // SIGTERM, and waits for the end; SIGKILL when that takes longer than a minute.
  void Stop();

  // Resident memory in bytes; 0 when it has ended.
  int64_t ResidentBytes() const;

 private:
  explicit Process(pid_t pid);

  pid_t pid_ = 0;             // 0 after a move
  std::optional<int> ended_;  // wait status
};

}  // namespace bangfu::server

#endif  // BANGFU_TESTS_SUPPORT_PROCESS_H_
