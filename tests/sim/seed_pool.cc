#include "tests/sim/seed_pool.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "tests/sim/work_folder.h"

namespace bangfu::sim {
namespace {

volatile sig_atomic_t g_stopped = 0;

constexpr int kLookUpMillis = 500;  // between looks whether a signal came

void NoteStop(int) { g_stopped = 1; }

using Trial = std::function<std::vector<std::string>(uint64_t seed, const std::string& folder)>;

// A process that works through every `step`-th seed. It says "begin SEED", then a line for each
// problem, then "end SEED".
struct Worker {
  pid_t process = 0;
  int answers = -1;   // the end that is read
  uint64_t next = 0;  // first seed that it has not begun
  std::string unread;
  SeedResult current;
  bool at_work = false;
};

void Say(int out, const std::string& line) {
  const std::string text = line + "\n";
  for (size_t sent = 0; sent < text.size();) {
    const ssize_t n = write(out, text.data() + sent, text.size() - sent);
    if (n <= 0) _exit(1);
    sent += static_cast<size_t>(n);
  }
}

[[noreturn]] void Work(uint64_t first, uint64_t end, uint64_t step, const Trial& trial,
                       const std::string& folder, int out) {
  // The log of the nodes.
  if (std::getenv("BANGFU_SIM_LOG") == nullptr && freopen("/dev/null", "w", stderr) == nullptr) {
    _exit(1);
  }
  for (uint64_t seed = first; seed < end; seed += step) {
    Say(out, absl::StrCat("begin ", seed));
    for (const std::string& problem : trial(seed, folder)) {
      Say(out, absl::StrCat("problem ", absl::StrReplaceAll(problem, {{"\n", " | "}})));
    }
    Say(out, absl::StrCat("end ", seed));
  }
  _exit(0);
}

bool Start(Worker& worker, uint64_t end, uint64_t step, const Trial& trial, WorkFolder& files) {
  const std::string folder = files.MakePart();
  int ends[2];
  if (folder.empty() || pipe(ends) != 0) return false;
  const pid_t parent = getpid();
  worker.process = fork();
  if (worker.process < 0) return false;
  if (worker.process == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);  // ended before we asked
    close(ends[0]);
    Work(worker.next, end, step, trial, folder, ends[1]);
  }
  close(ends[1]);
  worker.answers = ends[0];
  worker.unread.clear();
  worker.at_work = false;
  return true;
}

// False when the process has nothing more to say.
bool Read(Worker& worker) {
  char buffer[4096];
  const ssize_t n = read(worker.answers, buffer, sizeof(buffer));
  if (n > 0) worker.unread.append(buffer, static_cast<size_t>(n));
  return n > 0;
}

// Takes the next line that is complete.
bool NextLine(Worker& worker, std::string& line) {
  const size_t end = worker.unread.find('\n');
  if (end == std::string::npos) return false;
  line = worker.unread.substr(0, end);
  worker.unread.erase(0, end + 1);
  return true;
}

}  // namespace

void WatchForStop() {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action = {};
    action.sa_handler = NoteStop;
    sigaction(number, &action, nullptr);
  }
}

bool IsStopped() { return g_stopped != 0; }

void RunSeeds(uint64_t first, uint64_t count, int jobs, const Trial& trial,
              const std::function<bool(const SeedResult&)>& on_result) {
  const uint64_t end = first + count;
  const auto step = static_cast<uint64_t>(std::max(jobs, 1));
  WorkFolder files;
  std::vector<std::unique_ptr<Worker>> workers;
  for (uint64_t i = 0; i < step && first + i < end; ++i) {
    workers.push_back(std::make_unique<Worker>());
    workers.back()->next = first + i;
    if (!Start(*workers.back(), end, step, trial, files)) workers.pop_back();
  }
  bool go_on = true;
  while (go_on && !workers.empty() && !IsStopped()) {
    std::vector<pollfd> polled;
    for (const auto& worker : workers) polled.push_back({worker->answers, POLLIN, 0});
    if (poll(polled.data(), polled.size(), kLookUpMillis) <= 0) continue;
    for (size_t i = polled.size(); i-- > 0 && go_on;) {
      if (polled[i].revents == 0) continue;
      Worker& worker = *workers[i];
      const bool more = Read(worker);
      std::string line;
      while (go_on && NextLine(worker, line)) {
        const std::pair<std::string, std::string> parts =
            absl::StrSplit(line, absl::MaxSplits(' ', 1));
        if (parts.first == "begin") {
          worker.current = SeedResult();
          worker.at_work = absl::SimpleAtoi(parts.second, &worker.current.seed);
          worker.next = worker.current.seed + step;
        } else if (parts.first == "problem") {
          worker.current.problems.push_back(parts.second);
        } else {
          worker.at_work = false;
          go_on = on_result(worker.current);
        }
      }
      if (more || !go_on) continue;
      close(worker.answers);
      int status = 0;
      waitpid(worker.process, &status, 0);
      worker.process = 0;
      if (worker.at_work) {
        worker.current.problems.push_back(absl::StrCat("the process ended with status ", status));
        go_on = on_result(worker.current);
      }
      if (!worker.at_work || worker.next >= end || !go_on ||
          !Start(worker, end, step, trial, files)) {
        workers.erase(workers.begin() + static_cast<ptrdiff_t>(i));
      }
    }
  }
  for (const auto& worker : workers) {
    if (worker->process <= 0) continue;
    kill(worker->process, SIGKILL);
    close(worker->answers);
    waitpid(worker->process, nullptr, 0);
  }
}

}  // namespace bangfu::sim
