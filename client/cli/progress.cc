#include "client/cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <utility>

namespace bangfu::client {
namespace {

constexpr int64_t kBarWidth = 30;  // characters

}  // namespace

Progress::Progress(std::string label)
    : label_(std::move(label)), terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (drawn_) std::cerr << "\n";
}

void Progress::Update(int64_t done, int64_t total) {
  if (!terminal_) return;
  drawn_ = true;
  std::cerr << "\r" << label_ << " ";
  if (total > 0) {
    const int64_t filled = std::clamp<int64_t>(done * kBarWidth / total, 0, kBarWidth);
    std::cerr << "[" << std::string(static_cast<size_t>(filled), '#')
              << std::string(static_cast<size_t>(kBarWidth - filled), '.') << "] " << done << "/"
              << total;
  } else {
    std::cerr << done;
  }
  std::cerr << std::flush;
}

}  // namespace bangfu::client
