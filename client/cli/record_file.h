#ifndef BANGFU_CLIENT_CLI_RECORD_FILE_H_
#define BANGFU_CLIENT_CLI_RECORD_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "bangfu/v1/case_file.pb.h"

namespace bangfu::client {

// Whether the file is a record file and not a register: its name ends in .json, or its first
// character that is no blank is a brace, which begins no register.
bool IsRecordFile(const std::string& path);

// Reads a record file (docs/record-file.md): the JSON form of bangfu.v1.CaseFiles, or of one
// bangfu.v1.CaseFile. An aid event or visit without archive_id gets that of its archive.
// Errors as of ReadTextFile and ParseJson (json_file.h), and INVALID_ARGUMENT when there is no
// case in it, more than limits::kMaxCheckedCases, one without archive, or an aid event or visit of
// another archive.
absl::StatusOr<v1::CaseFiles> ReadRecordFile(const std::string& path);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_RECORD_FILE_H_
