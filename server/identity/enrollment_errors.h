#ifndef BANGFU_SERVER_IDENTITY_ENROLLMENT_ERRORS_H_
#define BANGFU_SERVER_IDENTITY_ENROLLMENT_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/error.h"

// What people are told about joining.
namespace bangfu::server {

absl::Status BadEnrollmentCode();     // PERMISSION_DENIED BAD_ENROLLMENT_CODE
absl::Status NodeExists();            // ALREADY_EXISTS
absl::Status NoSuchEnrollment();      // NOT_FOUND: also of an org that the asker does not manage
absl::Status BadPageOfEnrollments();  // INVALID_ARGUMENT BAD_PAGE_TOKEN
absl::Status BadEnrollmentField(absl::string_view field, const Text& text);  // INVALID_ARGUMENT

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_ENROLLMENT_ERRORS_H_
