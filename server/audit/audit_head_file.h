#ifndef BANGFU_SERVER_AUDIT_AUDIT_HEAD_FILE_H_
#define BANGFU_SERVER_AUDIT_AUDIT_HEAD_FILE_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/store/audit_store.h"

namespace bangfu::server {

// The head of the audit chain noted outside the database, in the data folder of the node: tells
// when the end of the log was cut off. One line: sequence, hash in hexadecimal.
inline constexpr char kAuditHeadFile[] = "audit.head";

// Replaces what the file says as a whole, on the disk when it returns.
absl::Status WriteAuditHead(const std::string& path, const AuditHead& head);

// nullopt when there is no file. DATA_LOSS when it cannot be read.
absl::StatusOr<std::optional<AuditHead>> ReadAuditHead(const std::string& path);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_AUDIT_AUDIT_HEAD_FILE_H_
