#include "server/main/org_file.h"

#include <google/protobuf/util/json_util.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace bangfu::server {

absl::StatusOr<v1::OrgTree> ReadOrgFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    return UserError(absl::StatusCode::kNotFound,
                     {absl::StrCat("找不到组织文件：", path, "；请核对 --orgs。"),
                      absl::StrCat("No org file at ", path, "; check --orgs.")});
  }
  std::ostringstream text;
  text << file.rdbuf();
  v1::OrgTree tree;
  const auto parsed = google::protobuf::util::JsonStringToMessage(text.str(), &tree);
  if (!parsed.ok()) {
    return UserError(
        absl::StatusCode::kInvalidArgument,
        {absl::StrCat("组织文件不是 bangfu.v1.OrgTree 的 JSON：", path, "：", parsed.ToString()),
         absl::StrCat("The org file is not JSON of bangfu.v1.OrgTree: ", path, ": ",
                      parsed.ToString())});
  }
  return tree;
}

absl::Status WriteAddressFile(const std::string& path, const std::string& listen, int port) {
  const std::string next = path + ".new";
  {
    std::ofstream file(next, std::ios::trunc);
    file << listen.substr(0, listen.rfind(':')) << ":" << port << "\n";
    if (!file.flush()) {
      return UserError(absl::StatusCode::kUnavailable,
                       {absl::StrCat("无法写入 ", next, "；磁盘已满或没有权限。"),
                        absl::StrCat("Cannot write ", next,
                                     ": the disk is full or the folder is not writable.")});
    }
  }
  if (std::rename(next.c_str(), path.c_str()) != 0) {
    return UserError(absl::StatusCode::kUnavailable, {absl::StrCat("无法写入 ", path, "。"),
                                                      absl::StrCat("Cannot write ", path, ".")});
  }
  return absl::OkStatus();
}

}  // namespace bangfu::server
