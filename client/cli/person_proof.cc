#include "client/cli/person_proof.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/cli/json_file.h"
#include "client/cli/one_time_code.h"
#include "client/cli/terminal.h"

namespace bangfu::client {
namespace {

constexpr size_t kMaxPasswordFile = 4096;  // bytes

// The first line of a file.
absl::StatusOr<std::string> FirstLine(const std::string& path) {
  auto text = ReadTextFile(path, kMaxPasswordFile);
  if (!text.ok()) return text.status();
  std::string line = text->substr(0, text->find('\n'));
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (!line.empty()) return line;
  return UserError(absl::StatusCode::kInvalidArgument,
                   {absl::StrCat("密码文件 ", path, " 的第一行是空的。"),
                    absl::StrCat("The first line of the password file ", path, " is empty.")});
}

}  // namespace

absl::StatusOr<PersonProof> PersonProof::Of(const SignInOptions& options, const Output& out) {
  PersonProof proof(options, out);
  proof.person_ = options.person;
  if (options.credentials.empty()) return proof;
  auto file = ReadCredentialsFile(options.credentials);
  if (!file.ok()) return file.status();
  if (!options.person.empty() && options.person != file->person_id) {
    return UserError(
        absl::StatusCode::kInvalidArgument,
        {absl::StrCat("凭据文件 ", options.credentials, " 属于另一个账号。"),
         absl::StrCat("The credentials file ", options.credentials, " is of another account.")});
  }
  proof.person_ = file->person_id;
  proof.file_ = *std::move(file);
  return proof;
}

absl::StatusOr<std::string> PersonProof::Password() {
  if (file_.has_value()) return IsFirst() ? file_->first_password : file_->password;
  if (!options_.password_file.empty()) return FirstLine(options_.password_file);
  return AskUnseen(
      out_, {"密码", "password"},
      {"请用 --password-file 或 --credentials", "use --password-file or --credentials"});
}

absl::StatusOr<std::string> PersonProof::Code() {
  if (!file_.has_value()) {
    if (!options_.totp_code.empty() && !std::exchange(code_given_, true)) return options_.totp_code;
    return AskUnseen(out_, {"动态码", "one-time code"},
                     {"请用 --totp-code 或 --credentials", "use --totp-code or --credentials"});
  }
  const SystemClock clock;
  const int64_t now = CodeStepOf(clock.Now());
  // Servers take the code of the next step too; of a file that was used in a year to come nothing
  // is kept.
  int64_t step = file_->totp_step > now + 2 ? now : std::max(now, file_->totp_step + 1);
  while (step > CodeStepOf(clock.Now()) + 1) absl::SleepFor(absl::Seconds(1));
  auto code = OneTimeCode(file_->totp_secret, step);
  if (!code.ok()) return code;
  file_->totp_step = step;
  // A file that cannot be written serves as it is, as long as codes are not needed faster than they
  // come.
  WriteCredentialsFile(*file_).IgnoreError();
  return code;
}

absl::StatusOr<std::string> PersonProof::NewPassword() {
  if (file_.has_value()) {
    if (file_->next_password.empty() || !options_.new_password_file.empty()) {
      absl::StatusOr<std::string> next = MakePassword();
      if (!options_.new_password_file.empty()) next = FirstLine(options_.new_password_file);
      if (!next.ok()) return next;
      file_->next_password = *std::move(next);
    }
    // Whatever happens after it was sent, it is not lost.
    if (absl::Status status = WriteCredentialsFile(*file_); !status.ok()) return status;
    return file_->next_password;
  }
  if (!options_.new_password_file.empty()) return FirstLine(options_.new_password_file);
  const Text otherwise = {"请用 --new-password-file", "use --new-password-file"};
  auto once = AskUnseen(out_, {"新密码", "new password"}, otherwise);
  if (!once.ok()) return once;
  auto twice = AskUnseen(out_, {"再次输入新密码", "new password again"}, otherwise);
  if (!twice.ok()) return twice;
  if (*once == *twice) return once;
  return UserError(
      absl::StatusCode::kInvalidArgument,
      {"两次输入的新密码不同，没有更改。", "The two new passwords differ; nothing was changed."});
}

absl::Status PersonProof::Replaced() {
  if (!file_.has_value() || file_->next_password.empty()) return absl::OkStatus();
  TakeReplacement();
  return WriteCredentialsFile(*file_);
}

bool PersonProof::TakeReplacement() {
  if (!file_.has_value() || file_->next_password.empty()) return false;
  file_->password = std::exchange(file_->next_password, "");
  file_->first_password.clear();
  return true;
}

}  // namespace bangfu::client
