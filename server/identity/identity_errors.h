#ifndef BANGFU_SERVER_IDENTITY_IDENTITY_ERRORS_H_
#define BANGFU_SERVER_IDENTITY_IDENTITY_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/error.h"

// What people are told about signing in and accounts: the same words for the same reason, wherever
// it comes from, so that they tell nothing about which check failed.
namespace bangfu::server {

absl::Status NoSession();                      // UNAUTHENTICATED
absl::Status WrongCredentials();               // UNAUTHENTICATED
absl::Status LockedOut(absl::Duration still);  // PERMISSION_DENIED, RetryInfo
absl::Status NewPasswordRequired();            // PERMISSION_DENIED
absl::Status MayNotManage();                   // PERMISSION_DENIED
absl::Status TooManySignIns();                 // RESOURCE_EXHAUSTED QUOTA_EXCEEDED, RetryInfo
absl::Status NoSuchAccount();                  // NOT_FOUND: also out of scope
absl::Status AccountExists();                  // ALREADY_EXISTS
absl::Status ReasonRequired();                 // INVALID_ARGUMENT REASON_REQUIRED
absl::Status LastAdministrator();              // PERMISSION_DENIED NOT_PERMITTED
absl::Status NotOneself();                     // PERMISSION_DENIED NOT_PERMITTED
absl::Status BadPageOfAccounts();              // INVALID_ARGUMENT BAD_PAGE_TOKEN
absl::Status BadAccountField(absl::string_view field, const Text& text);  // INVALID_ARGUMENT

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_IDENTITY_ERRORS_H_
