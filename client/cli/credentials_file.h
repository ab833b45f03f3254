#ifndef BANGFU_CLIENT_CLI_CREDENTIALS_FILE_H_
#define BANGFU_CLIENT_CLI_CREDENTIALS_FILE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace bangfu::client {

// What unattended jobs sign in with, as `account add --credentials-out` writes it. JSON, readable
// by its owner only.
struct CredentialsFile {
  std::string path;
  std::string person_id;
  std::string password;        // empty while only the first one is known
  std::string first_password;  // empty once it was replaced
  std::string next_password;   // that is to replace the first one; kept before it is sent
  std::string totp_secret;     // base32
  int64_t totp_step = 0;       // last step whose code was sent: none is taken twice
};

// NOT_FOUND; FAILED_PRECONDITION when others may read the file; INVALID_ARGUMENT when it is not
// such a file. Never repeats a value of it.
absl::StatusOr<CredentialsFile> ReadCredentialsFile(const std::string& path);

// Replaces the file at once, mode 0600.
absl::Status WriteCredentialsFile(const CredentialsFile& credentials);

// A password of 130 random bits.
std::string MakePassword();

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_CREDENTIALS_FILE_H_
