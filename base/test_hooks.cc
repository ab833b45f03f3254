#include "base/test_hooks.h"

#ifdef BANGFU_TEST_HOOKS

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <string>

namespace bangfu::test_hooks {
namespace {

std::atomic<const char*> switched_bug{nullptr};

const char* Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// Survives the kill: written with one call, read by the test afterwards.
void LogStep(const char* name) {
  static const std::string path = Environment("BANGFU_STEP_LOG");
  if (path.empty()) return;
  const int file = open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return;
  const std::string line = std::string(name) + "\n";
  if (write(file, line.data(), line.size()) < 0) std::abort();
  close(file);
}

}  // namespace

bool IsBugOn(const char* name) {
  static const std::string from_environment = Environment("BANGFU_SEEDED_BUG");
  const char* bug = switched_bug.load();
  return bug != nullptr ? std::strcmp(bug, name) == 0 : from_environment == name;
}

void SwitchBug(const char* name) { switched_bug = name; }

void ReachStep(const char* name) {
  static const std::string kill_at = Environment("BANGFU_KILL_AT");
  static std::atomic<int> reached{0};
  LogStep(name);
  const size_t colon = kill_at.find(':');
  if (kill_at.substr(0, colon) != name) return;
  const int wanted = colon == std::string::npos ? 1 : std::atoi(kill_at.c_str() + colon + 1);
  if (++reached == wanted) raise(SIGKILL);
}

}  // namespace bangfu::test_hooks

#endif  // BANGFU_TEST_HOOKS
