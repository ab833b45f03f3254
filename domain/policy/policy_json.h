#ifndef BANGFU_DOMAIN_POLICY_POLICY_JSON_H_
#define BANGFU_DOMAIN_POLICY_POLICY_JSON_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace bangfu::domain {

// What protobuf's JSON reader lets pass or cannot place: INVALID_ARGUMENT names the line of text
// that is not JSON (RFC 8259), and a name that an object holds twice, of which protobuf would take
// the last without a word.
absl::Status CheckJson(absl::string_view json);

// What a message may quote of a file: its first bytes, cut between two characters.
std::string Quote(absl::string_view text);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_POLICY_POLICY_JSON_H_
