#ifndef BANGFU_CLIENT_CLI_PROGRESS_H_
#define BANGFU_CLIENT_CLI_PROGRESS_H_

#include <cstdint>
#include <string>

namespace bangfu::client {

// A progress bar on standard error; silent when that is not a terminal. Ends its line when it goes
// away.
class Progress {
 public:
  explicit Progress(std::string label);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `total` 0: not known, only the count is shown.
  void Update(int64_t done, int64_t total);

 private:
  const std::string label_;
  const bool terminal_;
  bool drawn_ = false;
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_PROGRESS_H_
