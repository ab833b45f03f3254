#ifndef BANGFU_SERVER_IDENTITY_GUESSED_ACCOUNTS_H_
#define BANGFU_SERVER_IDENTITY_GUESSED_ACCOUNTS_H_

#include <cstddef>
#include <map>
#include <mutex>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bangfu::server {

// Wrong tries in a row, and until when they lock.
struct WrongTries {
  int failures = 0;
  absl::Time locked_until = absl::InfinitePast();

  bool IsLocked(absl::Time now) const { return now < locked_until; }
  // Counts one more; the last one that is allowed locks.
  void Count(absl::Time now);
};

// Tries for accounts that do not exist, or not for the desk that asks: they lock like those that
// do, so that a lock-out does not tell which accounts there are. In memory, and bounded: when it is
// full, what was tried longest ago is forgotten. Thread-safe.
inline constexpr size_t kMaxGuessedAccounts = 10000;  // names

class GuessedAccounts {
 public:
  // Counts one wrong try for the name and returns what it was before.
  WrongTries Try(absl::string_view person_id, absl::Time now);

 private:
  struct Guess {
    WrongTries tries;
    absl::Time last;
  };

  std::mutex mutex_;
  std::map<std::string, Guess, std::less<>> guesses_;  // guarded by mutex_
  std::multimap<absl::Time, std::string>
      by_time_;  // guarded by mutex_; the same names, by last try
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_GUESSED_ACCOUNTS_H_
