#include "client/cli/terminal.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

namespace bangfu::client {
namespace {

constexpr size_t kMaxLine = 1024;  // bytes of an answer

// The controlling terminal, silent as long as this lives.
class SilentTerminal {
 public:
  SilentTerminal() : fd_(open("/dev/tty", O_RDWR | O_CLOEXEC)) {
    if (fd_ < 0 || tcgetattr(fd_, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent_ = tcsetattr(fd_, TCSAFLUSH, &silent) == 0;
  }
  ~SilentTerminal() {
    if (silent_) tcsetattr(fd_, TCSAFLUSH, &before_);
    if (fd_ >= 0) close(fd_);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

  bool usable() const { return silent_; }
  bool Say(const std::string& text) const {
    return write(fd_, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  }
  // The line that is typed, without its end; the terminal hands it over whole.
  std::string Read() const {
    std::string line(kMaxLine, '\0');
    const ssize_t size = read(fd_, line.data(), line.size());
    line.resize(size > 0 ? static_cast<size_t>(size) : 0);
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
    return line;
  }

 private:
  const int fd_;
  termios before_{};
  bool silent_ = false;
};

}  // namespace

absl::StatusOr<std::string> AskUnseen(const Output& out, const Text& question,
                                      const Text& otherwise) {
  const SilentTerminal terminal;
  if (!terminal.usable() || !terminal.Say(absl::StrCat(out.Say(question), ": "))) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {absl::StrCat("没有终端，无法询问", question.zh, "；", otherwise.zh, "。"),
                      absl::StrCat("There is no terminal to ask for the ", question.en, "; ",
                                   otherwise.en, ".")});
  }
  std::string answer = terminal.Read();
  terminal.Say("\n");
  if (!answer.empty()) return answer;
  return UserError(absl::StatusCode::kInvalidArgument,
                   {absl::StrCat("没有输入", question.zh, "。"),
                    absl::StrCat("No ", question.en, " was typed.")});
}

}  // namespace bangfu::client
