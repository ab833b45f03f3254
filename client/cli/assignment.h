#ifndef BANGFU_CLIENT_CLI_ASSIGNMENT_H_
#define BANGFU_CLIENT_CLI_ASSIGNMENT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/cli/session.h"
#include "domain/rules/finding.h"
#include "google/protobuf/message.h"

namespace bangfu::client {

// Sets fields of `record`, a record or an element of a list, by texts like "联系电话=13800000000":
// label of the register or name of the proto, then the content, read as the importer reads a cell;
// an empty content clears the field. Returns what is wrong with the contents; `place` goes before
// the names of the fields in it ("members[0190…]."). INVALID_ARGUMENT when a text has no "=", or
// names no field that is entered.
absl::StatusOr<domain::Findings> Assign(const Session& session,
                                        const std::vector<std::string>& assignments,
                                        absl::string_view place, google::protobuf::Message& record);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_ASSIGNMENT_H_
