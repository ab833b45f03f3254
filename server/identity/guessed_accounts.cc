#include "server/identity/guessed_accounts.h"

#include "base/limits.h"

namespace bangfu::server {

void WrongTries::Count(absl::Time now) {
  if (++failures < limits::kMaxSignInFailures) return;
  failures = 0;
  locked_until = now + limits::kLockOut;
}

WrongTries GuessedAccounts::Try(absl::string_view person_id, absl::Time now) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto [found, is_new] = guesses_.try_emplace(std::string(person_id));
  Guess& guess = found->second;
  if (!is_new) {
    const auto [first, last] = by_time_.equal_range(guess.last);
    for (auto entry = first; entry != last; ++entry) {
      if (entry->second == person_id) {
        by_time_.erase(entry);
        break;
      }
    }
  }
  const WrongTries before = guess.tries;
  if (!before.IsLocked(now)) guess.tries.Count(now);
  guess.last = now;
  by_time_.emplace(now, found->first);
  if (guesses_.size() > kMaxGuessedAccounts) {
    const auto oldest = by_time_.begin();
    guesses_.erase(oldest->second);
    by_time_.erase(oldest);
  }
  return before;
}

}  // namespace bangfu::server
