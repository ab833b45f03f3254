#include "client/cli/credentials_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <random>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "client/cli/json_file.h"

namespace bangfu::client {
namespace {

constexpr size_t kMaxBytes = 64 * 1024;
constexpr mode_t kOwnerOnly = 0600;
constexpr mode_t kOthers = 0077;
constexpr char kPasswordLetters[] = "abcdefghijkmnpqrstuvwxyz23456789";  // 32: five bits each
constexpr int kPasswordLength = 26;

absl::Status NotWritable(const std::string& path) {
  return UserError(absl::StatusCode::kPermissionDenied,
                   {absl::StrCat("凭据文件 ", path, " 无法写入；请检查权限和磁盘空间。"),
                    absl::StrCat("The credentials file ", path,
                                 " cannot be written; check its permissions and the disk.")});
}

absl::Status NotUsable(const std::string& path) {
  return UserError(
      absl::StatusCode::kInvalidArgument,
      {absl::StrCat(path,
                    " 不是凭据文件；须为 JSON，含 person_id、password 或 first_password、"
                    "totp_secret。"),
       absl::StrCat(path,
                    " is no credentials file: JSON with person_id, password or "
                    "first_password, totp_secret.")});
}

bool WriteAll(int fd, const std::string& text) {
  return write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(fd) == 0;
}

}  // namespace

absl::StatusOr<CredentialsFile> ReadCredentialsFile(const std::string& path) {
  struct stat file;
  if (stat(path.c_str(), &file) == 0 && (file.st_mode & kOthers) != 0) {
    return UserError(
        absl::StatusCode::kFailedPrecondition,
        {absl::StrCat("凭据文件 ", path, " 其他人也可读取；请先运行 chmod 600。"),
         absl::StrCat("Others may read the credentials file ", path, "; run chmod 600 first.")});
  }
  auto text = ReadTextFile(path, kMaxBytes);
  if (!text.ok()) return text.status();
  const auto json = nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return NotUsable(path);
  const auto read = [&json](const char* name) {
    const auto value = json.find(name);
    return value != json.end() && value->is_string() ? value->get<std::string>() : std::string();
  };
  CredentialsFile credentials;
  credentials.path = path;
  credentials.person_id = read("person_id");
  credentials.password = read("password");
  credentials.first_password = read("first_password");
  credentials.next_password = read("next_password");
  credentials.totp_secret = read("totp_secret");
  if (const auto step = json.find("totp_step"); step != json.end() && step->is_number_integer()) {
    credentials.totp_step = step->get<int64_t>();
  }
  if (credentials.person_id.empty() || credentials.totp_secret.empty() ||
      (credentials.password.empty() && credentials.first_password.empty())) {
    return NotUsable(path);
  }
  return credentials;
}

absl::Status WriteCredentialsFile(const CredentialsFile& credentials) {
  nlohmann::ordered_json json;
  json["person_id"] = credentials.person_id;
  if (!credentials.password.empty()) json["password"] = credentials.password;
  if (!credentials.first_password.empty()) json["first_password"] = credentials.first_password;
  if (!credentials.next_password.empty()) json["next_password"] = credentials.next_password;
  json["totp_secret"] = credentials.totp_secret;
  if (credentials.totp_step != 0) json["totp_step"] = credentials.totp_step;
  const std::string fresh = absl::StrCat(credentials.path, ".new");
  unlink(fresh.c_str());  // of an attempt that was cut off
  const int fd = open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
  if (fd < 0) return NotWritable(credentials.path);
  const bool written = WriteAll(fd, absl::StrCat(json.dump(2), "\n"));
  close(fd);
  if (written && rename(fresh.c_str(), credentials.path.c_str()) == 0) return absl::OkStatus();
  unlink(fresh.c_str());
  return NotWritable(credentials.path);
}

std::string MakePassword() {
  std::random_device device;
  std::string password;
  for (int i = 0; i < kPasswordLength; ++i) password += kPasswordLetters[device() % 32];
  return password;
}

}  // namespace bangfu::client
