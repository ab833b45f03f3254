#ifndef BANGFU_TESTS_SUPPORT_TEMP_FOLDER_H_
#define BANGFU_TESTS_SUPPORT_TEMP_FOLDER_H_

#include <string>

#include "absl/strings/string_view.h"

namespace bangfu::server {

// An empty folder of its own, removed with all it holds on destruction. Lies in $TMPDIR or /tmp.
// Mode 0711: PostgreSQL's account must be able to pass through when the tests run as root.
// Ends the program when the folder cannot be made, because no test could go on.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::string& path() const { return path_; }

  // <path>/<name>
  std::string Join(absl::string_view name) const;

 private:
  std::string path_;
};

}  // namespace bangfu::server

#endif  // BANGFU_TESTS_SUPPORT_TEMP_FOLDER_H_
