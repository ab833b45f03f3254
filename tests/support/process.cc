#include "tests/support/process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

extern char** environ;

namespace bangfu::server {
namespace {

constexpr absl::Duration kStopTimeout = absl::Minutes(1);
constexpr absl::Duration kWaitStep = absl::Milliseconds(5);

// Those that run; a signal handler may read it.
constexpr size_t kMostProcesses = 256;
std::array<std::atomic<pid_t>, kMostProcesses> running{};

void Replace(pid_t from, pid_t to) {
  for (std::atomic<pid_t>& slot : running) {
    pid_t expected = from;
    if (slot.compare_exchange_strong(expected, to)) return;
  }
}

void KillAllAndEnd(int signal) {
  for (const std::atomic<pid_t>& slot : running) {
    if (const pid_t pid = slot; pid != 0) kill(pid, SIGKILL);
  }
  _exit(128 + signal);
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> EnvironmentWith(const Process::Environment& added) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (added.count(text.substr(0, text.find('='))) == 0) all.push_back(text);
  }
  for (const auto& [name, value] : added) all.push_back(absl::StrCat(name, "=", value));
  return all;
}

}  // namespace

void KillProcessesOnSignals() {
  std::signal(SIGINT, KillAllAndEnd);
  std::signal(SIGTERM, KillAllAndEnd);
}

absl::StatusOr<Process> Process::Start(const std::string& binary,
                                       const std::vector<std::string>& arguments,
                                       const Environment& environment, const std::string& output) {
  std::vector<std::string> words = {binary};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = EnvironmentWith(environment);
  // Signals that this program blocks or ignores are none of the child's business.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, output.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0644);
  posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, binary.c_str(), &files, &attributes, Pointers(words).data(),
                                Pointers(variables).data());
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    return absl::UnavailableError(absl::StrCat("cannot start ", binary, ": ", strerror(error)));
  }
  return Process(pid);
}

Process::Process(pid_t pid) : pid_(pid) { Replace(0, pid); }

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), ended_(other.ended_) {}

Process& Process::operator=(Process&& other) noexcept {
  if (this != &other) {
    Kill();
    pid_ = std::exchange(other.pid_, 0);
    ended_ = other.ended_;
  }
  return *this;
}

Process::~Process() { Kill(); }

bool Process::Running() { return pid_ != 0 && !Wait(absl::ZeroDuration()).has_value(); }

std::optional<int> Process::Wait(absl::Duration timeout) {
  const absl::Time end = absl::Now() + timeout;
  while (pid_ != 0 && !ended_.has_value()) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      ended_ = status;
      Replace(pid_, 0);
    } else if (absl::Now() >= end) {
      return std::nullopt;
    } else {
      absl::SleepFor(kWaitStep);
    }
  }
  return ended_;
}

void Process::Kill() {
  if (pid_ == 0 || ended_.has_value()) return;
  kill(pid_, SIGKILL);
  Wait(absl::InfiniteDuration());
}

void Process::Stop() {
  if (pid_ == 0 || ended_.has_value()) return;
  kill(pid_, SIGTERM);
  if (!Wait(kStopTimeout).has_value()) Kill();
}

int64_t Process::ResidentBytes() const {
  std::ifstream file(absl::StrCat("/proc/", pid_, "/statm"));
  int64_t total = 0;
  int64_t resident = 0;
  file >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace bangfu::server
