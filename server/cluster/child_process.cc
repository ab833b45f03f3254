#include "server/cluster/child_process.h"

#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <future>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "server/cluster/file_descriptor.h"
#include "server/cluster/system_error.h"

namespace bangfu::server {
namespace {

constexpr int kFirstFreeDescriptor = 3;

struct ForkResult {
  pid_t pid = -1;
  int error = 0;  // errno of fork, or of what went wrong in the child before the program ran
};

// Everything the child needs, made before fork: afterwards memory must not be allocated, because
// another thread may have held the allocator's lock.
class PreparedProgram {
 public:
  explicit PreparedProgram(const ChildProgram& program) : program_(program) {
    for (std::string& each : program_.arguments) arguments_.push_back(each.data());
    for (std::string& each : program_.environment) environment_.push_back(each.data());
    arguments_.push_back(nullptr);
    environment_.push_back(nullptr);
    input_ = AboveStandard(open("/dev/null", O_RDONLY | O_CLOEXEC));
    output_ = FileDescriptor(fcntl(program.output_fd, F_DUPFD_CLOEXEC, kFirstFreeDescriptor));
    std::array<int, 2> ends = {-1, -1};
    if (pipe2(ends.data(), O_CLOEXEC) == 0) {
      report_reader_ = AboveStandard(ends[0]);
      report_writer_ = AboveStandard(ends[1]);
    }
  }

  ForkResult Fork() {
    ForkResult result;
    if (!input_.valid() || !output_.valid() || !report_reader_.valid() || !report_writer_.valid()) {
      result.error = EMFILE;
      return result;
    }
    const pid_t parent = getpid();
    result.pid = fork();
    if (result.pid == 0) RunInChild(parent);
    if (result.pid < 0) {
      result.error = errno;
      return result;
    }
    report_writer_.reset();
    ssize_t count;
    do {
      count = read(report_reader_.get(), &result.error, sizeof(result.error));
    } while (count < 0 && errno == EINTR);
    if (count <= 0) result.error = 0;  // closed by execve: the program runs
    return result;
  }

 private:
  static FileDescriptor AboveStandard(int fd) {
    const FileDescriptor original(fd);
    return FileDescriptor(fcntl(fd, F_DUPFD_CLOEXEC, kFirstFreeDescriptor));
  }

  [[noreturn]] void RunInChild(pid_t parent) {
    if (Prepare(parent)) execve(arguments_[0], arguments_.data(), environment_.data());
    const int error = errno;
    [[maybe_unused]] const ssize_t n = write(report_writer_.get(), &error, sizeof(error));
    _exit(127);
  }

  bool Prepare(pid_t parent) {
    sigset_t none;
    sigemptyset(&none);
    umask(0077);
    if (setsid() < 0) return false;
    if (program_.account.switches_user && !BecomeAccount(program_.account)) return false;
    // After setuid, which clears it.
    if (prctl(PR_SET_PDEATHSIG, SIGINT) != 0) return false;
    if (getppid() != parent) _exit(127);  // the parent died before the line above
    return chdir(program_.working_folder.c_str()) == 0 && dup2(input_.get(), STDIN_FILENO) >= 0 &&
           dup2(output_.get(), STDOUT_FILENO) >= 0 && dup2(output_.get(), STDERR_FILENO) >= 0 &&
           close_range(kFirstFreeDescriptor, ~0U, CLOSE_RANGE_CLOEXEC) == 0 &&
           sigprocmask(SIG_SETMASK, &none, nullptr) == 0;
  }

  ChildProgram program_;
  std::vector<char*> arguments_;
  std::vector<char*> environment_;
  FileDescriptor input_;
  FileDescriptor output_;
  FileDescriptor report_reader_;
  FileDescriptor report_writer_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Start(const ChildProgram& program) {
  auto process = std::unique_ptr<ChildProcess>(new ChildProcess());
  PreparedProgram prepared(program);
  std::promise<ForkResult> forked;
  std::future<ForkResult> result_future = forked.get_future();
  ChildProcess* const self = process.get();
  process->keeper_ = std::thread([self, &prepared, forked = std::move(forked)]() mutable {
    // The server's own signal handlers must not run on this thread.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
    const ForkResult result = prepared.Fork();
    const pid_t pid = result.pid;
    forked.set_value(result);  // `prepared` may be gone from here on
    int wait_status = 0;
    if (pid > 0) {
      // Wait without reaping first: Signal() may use the id until ended_ is set under the mutex.
      siginfo_t ignored;
      while (waitid(P_PID, static_cast<id_t>(pid), &ignored, WEXITED | WNOWAIT) < 0 &&
             errno == EINTR) {
      }
    }
    const std::lock_guard<std::mutex> lock(self->mutex_);
    if (pid > 0) {
      while (waitpid(pid, &wait_status, 0) < 0 && errno == EINTR) {
      }
    }
    self->wait_status_ = wait_status;
    self->ended_ = true;
    self->ended_condition_.notify_all();
  });
  const ForkResult result = result_future.get();
  {
    const std::lock_guard<std::mutex> lock(process->mutex_);
    process->pid_ = result.pid;
  }
  if (result.error != 0) {
    return SystemError(result.error, {absl::StrCat("无法启动 ", program.arguments.front()),
                                      absl::StrCat("cannot start ", program.arguments.front())});
  }
  return process;
}

ChildProcess::~ChildProcess() {
  Signal(SIGKILL);
  if (keeper_.joinable()) keeper_.join();
}

bool ChildProcess::Running() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return !ended_;
}

void ChildProcess::Signal(int signal) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!ended_ && pid_ > 0) kill(pid_, signal);
}

bool ChildProcess::WaitForExit(absl::Duration timeout) {
  std::unique_lock<std::mutex> lock(mutex_);
  return ended_condition_.wait_for(lock, absl::ToChronoNanoseconds(timeout),
                                   [this] { return ended_; });
}

bool ChildProcess::Succeeded() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return ended_ && WIFEXITED(wait_status_) && WEXITSTATUS(wait_status_) == 0;
}

}  // namespace bangfu::server
