#ifndef BANGFU_SERVER_MAIN_CREDENTIAL_SLIP_H_
#define BANGFU_SERVER_MAIN_CREDENTIAL_SLIP_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bangfu/v1/account_service.pb.h"

namespace bangfu::server {

// A new file for first credentials, which are shown only once: opened before they are made, so that
// they are not lost because it cannot be written. Nobody but its owner reads it (mode 0600); it has
// its name only when it is complete, and nothing is overwritten.
class CredentialSlip {
 public:
  // ALREADY_EXISTS there is such a file · otherwise as the file operations reported.
  static absl::StatusOr<CredentialSlip> Open(const std::string& path);

  CredentialSlip(CredentialSlip&& other) noexcept;
  CredentialSlip& operator=(CredentialSlip&&) = delete;
  ~CredentialSlip();  // leaves nothing behind that was not published

  // JSON: person_id, first_password, totp_secret, totp_uri. Errors as Open.
  absl::Status Publish(absl::string_view person_id, const v1::Credentials& credentials);

 private:
  CredentialSlip(std::string path, std::string draft, int file);

  std::string path_;
  std::string draft_;  // empty after a move
  int file_ = -1;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_MAIN_CREDENTIAL_SLIP_H_
