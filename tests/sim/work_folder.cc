#include "tests/sim/work_folder.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace bangfu::sim {
namespace {

constexpr char kPrefix[] = "bangfu-sim-";  // then the process, then six letters

std::string Parent() { return access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"; }

// Whether the folder is of a process that is no more.
bool IsLeft(const std::filesystem::path& path) {
  const std::string name = path.filename();
  absl::string_view rest = name;
  if (!absl::ConsumePrefix(&rest, kPrefix)) return false;
  const std::vector<absl::string_view> parts = absl::StrSplit(rest, '-');
  pid_t owner = 0;
  return parts.size() == 2 && absl::SimpleAtoi(parts[0], &owner) && owner > 0 &&
         kill(owner, 0) != 0 && errno == ESRCH;
}

void RemoveLeft() {
  std::error_code ignored;
  std::vector<std::filesystem::path> left;
  for (const auto& entry : std::filesystem::directory_iterator(Parent(), ignored)) {
    if (IsLeft(entry.path())) left.push_back(entry.path());
  }
  for (const auto& path : left) std::filesystem::remove_all(path, ignored);
}

}  // namespace

WorkFolder::WorkFolder() {
  RemoveLeft();
  std::string path = absl::StrCat(Parent(), "/", kPrefix, getpid(), "-XXXXXX");
  if (mkdtemp(path.data()) != nullptr) path_ = path;
}

WorkFolder::~WorkFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

std::string WorkFolder::MakePart() {
  if (path_.empty()) return "";
  const std::string part = absl::StrCat(path_, "/", ++parts_);
  std::error_code error;
  return std::filesystem::create_directory(part, error) ? part : "";
}

}  // namespace bangfu::sim
