#ifndef BANGFU_CLIENT_CLI_JSON_FILE_H_
#define BANGFU_CLIENT_CLI_JSON_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace bangfu::client {

// The content of a file, without a byte order mark. NOT_FOUND when there is no such file;
// INVALID_ARGUMENT when it cannot be read or has more than `max_bytes`.
absl::StatusOr<std::string> ReadTextFile(const std::string& path, size_t max_bytes);

// Reads the JSON form of a message (developers.google.com/protocol-buffers/docs/proto3#json) more
// strictly than protobuf does: a field that the message does not have, one that is there twice, a
// code that is none and a value of another kind are errors. INVALID_ARGUMENT names the line or the
// place ("case_files[0].archive.sex", positions from 0) and what belongs there, and never quotes a
// value: it may be personal.
absl::Status ParseJson(absl::string_view json, const std::string& path,
                       google::protobuf::Message& message);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_JSON_FILE_H_
