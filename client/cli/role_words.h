#ifndef BANGFU_CLIENT_CLI_ROLE_WORDS_H_
#define BANGFU_CLIENT_CLI_ROLE_WORDS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "bangfu/v1/identity.pb.h"
#include "base/error.h"

namespace bangfu::client {

// "经办、上报", "handler, reporter".
Text RoleWords(const v1::Person& person);

// Gives the person exactly these roles, named by their words in either language or their codes.
// INVALID_ARGUMENT tells those that there are.
absl::Status SetRoles(const std::vector<std::string>& words, v1::Person& person);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_ROLE_WORDS_H_
