#include "tests/sim/mutations.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "base/test_hooks.h"

namespace bangfu::sim {

std::set<std::string> SeededBugs() {
  const std::regex place(R"re(BANGFU_SEEDED_BUG\("([a-z_]+)"\))re");
  std::set<std::string> names;
  for (const char* folder : {"client", "domain", "server", "tests/sim"}) {
    const std::filesystem::path root = std::filesystem::path(BANGFU_SOURCE_DIR) / folder;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      const std::string extension = entry.path().extension();
      if (extension != ".cc" && extension != ".h") continue;
      std::ifstream file(entry.path());
      const std::string text{std::istreambuf_iterator<char>(file), {}};
      for (std::sregex_iterator it(text.begin(), text.end(), place), end; it != end; ++it) {
        names.insert((*it)[1]);
      }
    }
  }
  return names;
}

const std::map<std::string, std::string>& ExemptBugs() {
  static const auto& exempt = *new std::map<std::string, std::string>{
      {"skip_rights_confirmation", "is in the service; tests/security"},
      {"watch_silent", "is in the service; tests/chaos"},
  };
  return exempt;
}

bool SwitchOn(const std::string& bug) {
#ifdef BANGFU_TEST_HOOKS
  static std::string name;  // must outlive the switch
  name = bug;
  test_hooks::SwitchBug(name.c_str());
  return true;
#else
  return bug.empty();
#endif
}

}  // namespace bangfu::sim
