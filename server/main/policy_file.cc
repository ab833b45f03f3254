#include "server/main/policy_file.h"

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "domain/policy/policy_file.h"

namespace bangfu::server {

absl::StatusOr<v1::PolicySet> ReadPolicyFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    return UserError(absl::StatusCode::kNotFound,
                     {absl::StrCat("找不到政策文件：", path, "；请核对 --policy。"),
                      absl::StrCat("No policy file at ", path, "; check --policy.")});
  }
  std::ostringstream text;
  text << file.rdbuf();
  return domain::ParsePolicySet(text.str());
}

}  // namespace bangfu::server
