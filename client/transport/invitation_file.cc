#include <fcntl.h>
#include <google/protobuf/util/json_util.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "client/transport/enroll.h"

namespace bangfu::client {
namespace {

constexpr mode_t kSecretMode = 0600;

absl::Status FileError(const std::string& path, const Text& doing) {
  const std::string reason = std::generic_category().message(errno);
  return UserError(absl::ErrnoToStatusCode(errno),
                   {absl::StrCat(doing.zh, " ", path, "：", reason),
                    absl::StrCat(doing.en, " ", path, ": ", reason)});
}

}  // namespace

absl::Status WriteInvitation(const std::string& path, const v1::InviteNodeResponse& invitation) {
  std::string json;
  google::protobuf::util::JsonPrintOptions print;
  print.add_whitespace = true;
  print.preserve_proto_field_names = true;
  if (!google::protobuf::util::MessageToJsonString(invitation, &json, print).ok()) {
    return UserError(absl::StatusCode::kInternal,
                     {"无法写出邀请", "The invitation cannot be written."});
  }
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kSecretMode);
  if (fd < 0) return FileError(path, {"无法创建邀请文件", "Cannot create the invitation"});
  size_t written = 0;
  while (written < json.size()) {
    const ssize_t count = write(fd, json.data() + written, json.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    written += static_cast<size_t>(count);
  }
  const bool kept = written == json.size() && fsync(fd) == 0;
  const absl::Status failed =
      kept ? absl::OkStatus()
           : FileError(path, {"无法写入邀请文件", "Cannot write the invitation"});
  close(fd);
  if (!kept) unlink(path.c_str());
  return failed;
}

absl::StatusOr<v1::InviteNodeResponse> ReadInvitation(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return UserError(absl::StatusCode::kNotFound,
                     {absl::StrCat("无法读取邀请文件 ", path),
                      absl::StrCat("Cannot read the invitation ", path)});
  }
  std::string json(kMaxInvitationBytes + 1, '\0');
  file.read(json.data(), static_cast<std::streamsize>(json.size()));
  json.resize(static_cast<size_t>(file.gcount()));
  v1::InviteNodeResponse invitation;
  google::protobuf::util::JsonParseOptions parse;
  parse.ignore_unknown_fields = true;
  const bool read = json.size() <= kMaxInvitationBytes &&
                    google::protobuf::util::JsonStringToMessage(json, &invitation, parse).ok();
  if (!read || invitation.code().empty() || invitation.ca_pem().empty() ||
      invitation.address().empty()) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {absl::StrCat(path, " 不是完整的入网邀请（须有地址、入网码和机构证书）"),
                      absl::StrCat(path,
                                   " is no complete invitation: it has an address, a code "
                                   "and the authorities to trust")});
  }
  return invitation;
}

}  // namespace bangfu::client
