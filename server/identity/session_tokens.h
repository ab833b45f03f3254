#ifndef BANGFU_SERVER_IDENTITY_SESSION_TOKENS_H_
#define BANGFU_SERVER_IDENTITY_SESSION_TOKENS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "bangfu/v1/identity.pb.h"
#include "server/authz/people_book.h"
#include "server/store/identity_store.h"

namespace bangfu::server {

// A session (JWT, RFC 7519, ES256): claims iss "bangfu", sub (account), org, desk, ver
// (Person.sessions_version), iat, exp, jti; header kid. Roles are not in it: they are looked up.

// Signs a session of limits::kSessionLife for `person` at `desk`.
absl::StatusOr<std::string> SignSession(const StoredTokenKey& key, const v1::Person& person,
                                        absl::string_view desk, absl::Time now);

// The person of a session that is good now at `desk`, as the directory has them. UNAUTHENTICATED
// SIGN_IN_REQUIRED: malformed, larger than limits::kMaxSessionBytes, another algorithm, unknown
// key, wrong signature, not yet valid, ended, of another desk, of an earlier sessions_version, or
// of an account that is gone or disabled. It is not said which; the token is never repeated.
absl::StatusOr<v1::Person> VerifySession(const PeopleBook& people, absl::string_view session,
                                         absl::string_view desk, absl::Time now);

// A new key pair for sessions (EC P-256).
absl::StatusOr<StoredTokenKey> MakeTokenKey(absl::Time now);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_SESSION_TOKENS_H_
