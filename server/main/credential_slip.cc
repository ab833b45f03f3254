#include "server/main/credential_slip.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace bangfu::server {
namespace {

absl::Status SlipError(const std::string& path, int error) {
  if (error == EEXIST) {
    return UserError(absl::StatusCode::kAlreadyExists,
                     {absl::StrCat("文件 ", path, " 已存在，不会覆盖；请换一个文件名。"),
                      absl::StrCat("The file ", path,
                                   " exists and is not overwritten; choose "
                                   "another name.")});
  }
  return UserError(absl::ErrnoToStatusCode(error),
                   {absl::StrCat("无法写入 ", path, "：", strerror(error), "。"),
                    absl::StrCat("Cannot write ", path, ": ", strerror(error), ".")});
}

int WriteAll(int file, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return fsync(file) == 0 ? 0 : errno;
}

}  // namespace

absl::StatusOr<CredentialSlip> CredentialSlip::Open(const std::string& path) {
  struct stat state;
  if (lstat(path.c_str(), &state) == 0) return SlipError(path, EEXIST);
  std::string draft = absl::StrCat(path, ".XXXXXX");
  const int file = mkostemp(draft.data(), O_CLOEXEC);  // mode 0600
  if (file < 0) return SlipError(path, errno);
  return CredentialSlip(path, std::move(draft), file);
}

CredentialSlip::CredentialSlip(std::string path, std::string draft, int file)
    : path_(std::move(path)), draft_(std::move(draft)), file_(file) {}

CredentialSlip::CredentialSlip(CredentialSlip&& other) noexcept
    : path_(std::move(other.path_)),
      draft_(std::exchange(other.draft_, std::string())),
      file_(std::exchange(other.file_, -1)) {}

CredentialSlip::~CredentialSlip() {
  if (file_ >= 0) close(file_);
  if (!draft_.empty()) unlink(draft_.c_str());
}

absl::Status CredentialSlip::Publish(absl::string_view person_id,
                                     const v1::Credentials& credentials) {
  nlohmann::ordered_json slip;
  slip["person_id"] = std::string(person_id);
  slip["first_password"] = credentials.first_password();
  slip["totp_secret"] = credentials.totp_secret();
  slip["totp_uri"] = credentials.totp_uri();
  if (const int error = WriteAll(file_, slip.dump(2) + "\n"); error != 0) {
    return SlipError(path_, error);
  }
  // Fails when somebody has made the file meanwhile; rename would overwrite it.
  if (link(draft_.c_str(), path_.c_str()) != 0) return SlipError(path_, errno);
  return absl::OkStatus();
}

}  // namespace bangfu::server
