#include "tests/support/temp_folder.h"

#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace bangfu::server {

TempFolder::TempFolder() {
  const char* const base = std::getenv("TMPDIR");
  path_ = absl::StrCat(base != nullptr && *base != '\0' ? base : "/tmp", "/bangfu-test-XXXXXX");
  if (mkdtemp(path_.data()) == nullptr || chmod(path_.c_str(), 0711) != 0) {
    std::perror(path_.c_str());
    std::abort();
  }
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempFolder::Join(absl::string_view name) const {
  return absl::StrCat(path_, "/", name);
}

}  // namespace bangfu::server
