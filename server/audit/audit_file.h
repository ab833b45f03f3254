#ifndef BANGFU_SERVER_AUDIT_AUDIT_FILE_H_
#define BANGFU_SERVER_AUDIT_AUDIT_FILE_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bangfu/v1/audit_service.pb.h"
#include "server/audit/audit_chain.h"
#include "server/store/audit_store.h"

namespace bangfu::server {

// An exported audit log: one JSON object a line, {"chained": ChainedAuditEntry, "content":
// AuditEntry}. What is verified is `chained`; `content` is the same for people. The last line,
// {"end": ChainedAuditEntry}, has the sequence of the last entry and AuditChain::Seal as its hash.

std::string AuditLine(const v1::ChainedAuditEntry& entry);
std::string AuditEndLine(const AuditChain& chain, const AuditHead& head);

struct ParsedAuditLine {
  v1::ChainedAuditEntry entry;  // of the end: without an entry
  bool is_end = false;
};
// INVALID_ARGUMENT when the line is none, or its content is not that of its bytes.
absl::StatusOr<ParsedAuditLine> ParseAuditLine(absl::string_view line);

// Gives every entry after `after` to `take`, in order. Reads in batches.
absl::Status ForEachEntry(AuditStore& store, int64_t after,
                          absl::FunctionRef<absl::Status(const v1::ChainedAuditEntry&)> take);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_AUDIT_AUDIT_FILE_H_
