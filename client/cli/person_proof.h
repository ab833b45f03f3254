#ifndef BANGFU_CLIENT_CLI_PERSON_PROOF_H_
#define BANGFU_CLIENT_CLI_PERSON_PROOF_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "client/cli/credentials_file.h"
#include "client/cli/output.h"
#include "client/cli/people_commands.h"

namespace bangfu::client {

// What somebody proves with who they are: from a credentials file, from options, or asked for at
// the terminal.
class PersonProof {
 public:
  // INVALID_ARGUMENT when options contradict each other; errors of ReadCredentialsFile.
  static absl::StatusOr<PersonProof> Of(const SignInOptions& options, const Output& out);

  // Account; empty when neither the options nor the file name one.
  const std::string& person() const { return person_; }
  // The present password, the first one included.
  absl::StatusOr<std::string> Password();
  // A code that was not used before. With a file it may have to wait for the next one, at most
  // kCodeStep.
  absl::StatusOr<std::string> Code();

  // Whether the password is known to be a first one.
  bool IsFirst() const { return file_.has_value() && file_->password.empty(); }
  // The password that is to replace the present one. With a file it lies in the file before it is
  // returned.
  absl::StatusOr<std::string> NewPassword();
  // The new password is in force.
  absl::Status Replaced();
  // A sign-in that replaced the first password may have been cut off before its answer: takes the
  // replacement for the present one. False when there is none.
  bool TakeReplacement();

 private:
  PersonProof(const SignInOptions& options, const Output& out) : options_(options), out_(out) {}

  const SignInOptions& options_;
  const Output& out_;
  std::string person_;
  std::optional<CredentialsFile> file_;
  bool code_given_ = false;  // that of the options was used
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_PERSON_PROOF_H_
