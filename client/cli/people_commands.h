#ifndef BANGFU_CLIENT_CLI_PEOPLE_COMMANDS_H_
#define BANGFU_CLIENT_CLI_PEOPLE_COMMANDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cli/output.h"
#include "client/cli/session.h"

// The commands of `bangfu` about people, one function each, as in commands.h. All but Whoami need a
// line to the server.
namespace bangfu::client {

struct SignInOptions {
  std::string person;             // account; empty: that of the credentials file
  std::string credentials;        // file of an unattended job: password and codes come from it
  std::string password_file;      // its first line; empty: asked for
  std::string totp_code;          // empty: asked for
  std::string new_password_file;  // replaces a first password; empty: asked for, or made
};
absl::StatusOr<ExitStatus> SignIn(Session& session, const SignInOptions& options);

// Ends all sessions of the person; nobody enters anything here in their name any more.
absl::StatusOr<ExitStatus> SignOut(Session& session);

// Who is signed in at this desk.
absl::StatusOr<ExitStatus> Whoami(Session& session);

// Changes the password of the person; all their sessions end.
absl::StatusOr<ExitStatus> ChangePassword(Session& session, const SignInOptions& options);

struct AccountOptions {
  std::string person;
  std::string name;
  std::string org;
  std::vector<std::string> roles;  // words of Role, in either language
  std::string reason;
  std::string credentials_out;  // file for new credentials; empty: they are shown
  bool enable = false;          // an update ends the state of being disabled
};
// For administrators, within their own org.
absl::StatusOr<ExitStatus> ListAccounts(Session& session, const AccountOptions& options);
absl::StatusOr<ExitStatus> AddAccount(Session& session, const AccountOptions& options);
absl::StatusOr<ExitStatus> UpdateAccount(Session& session, const AccountOptions& options);
absl::StatusOr<ExitStatus> DisableAccount(Session& session, const AccountOptions& options);
absl::StatusOr<ExitStatus> ResetAccount(Session& session, const AccountOptions& options);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_PEOPLE_COMMANDS_H_
