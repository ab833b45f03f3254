#ifndef BANGFU_SERVER_IDENTITY_ACCOUNT_CHECK_H_
#define BANGFU_SERVER_IDENTITY_ACCOUNT_CHECK_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "bangfu/v1/identity.pb.h"

namespace bangfu::server {

// Whether `text` can be the id of an account: 1 to limits::kMaxAccountCharacters of a–z, 0–9, "-",
// "_", ".".
bool IsAccountId(absl::string_view text);

// OK when id, name and roles of an account are well-formed: a name of 1 to
// limits::kMaxCharactersOfName characters in the form of NormalizeText, 1 to
// limits::kMaxRolesPerPerson roles, each once. Whether there is such an org is not looked at.
// INVALID_ARGUMENT BAD_REQUEST names the field.
absl::Status CheckPerson(const v1::Person& person);

// OK for a reason in words of 1 to limits::kMaxCharactersOfReason characters. INVALID_ARGUMENT
// REASON_REQUIRED
absl::Status CheckReason(absl::string_view reason);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_ACCOUNT_CHECK_H_
