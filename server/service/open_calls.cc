#include "server/service/open_calls.h"

namespace bangfu::server {

OpenCalls::Ticket OpenCalls::Enter(const Principal& principal, std::function<void()> end) {
  const std::lock_guard<std::mutex> lock(mutex_);
  open_.emplace(++last_number_, Open{principal, std::move(end)});
  return Ticket(*this, last_number_);
}

int OpenCalls::EndRevoked(const PeopleBook& people) {
  const std::lock_guard<std::mutex> lock(mutex_);
  int ended = 0;
  for (const auto& [number, call] : open_) {
    if (!people.IsRevoked(call.principal)) continue;
    call.end();
    ++ended;
  }
  return ended;
}

int OpenCalls::open() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return static_cast<int>(open_.size());
}

void OpenCalls::Leave(int64_t number) {
  const std::lock_guard<std::mutex> lock(mutex_);
  open_.erase(number);
}

}  // namespace bangfu::server
