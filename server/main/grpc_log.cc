#include "server/main/grpc_log.h"

#include <grpc/grpc.h>
#include <grpc/support/log.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/service/handshake_failures.h"

namespace bangfu::server {
namespace {

constexpr char kHandshakeTracer[] = "handshaker";
constexpr absl::string_view kHandshakeFile = "handshaker.cc";
// Says once more that a handshake failed.
constexpr absl::string_view kTlsFile = "ssl_transport_security.cc";

// Never destroyed, as the log below: threads of gRPC may still write at the end of the process.
HandshakeFailures& Failures() {
  static HandshakeFailures& failures = *new HandshakeFailures();
  return failures;
}

void LogLine(gpr_log_func_args* args) {
  static EventLog& log = *new EventLog();
  absl::string_view file = args->file;
  if (const size_t slash = file.rfind('/'); slash != absl::string_view::npos)
    file.remove_prefix(slash + 1);
  if (file == kHandshakeFile) {
    Failures().Read(args->message);
  } else if (args->severity == GPR_LOG_SEVERITY_ERROR && file != kTlsFile) {
    // About one connection; the node goes on.
    log.Warning("grpc", {{"at", absl::StrCat(file, ":", args->line)}});
  }
}

v1::AuditEntry EntryOf(absl::Time now, const std::string& org) {
  v1::AuditEntry entry;
  entry.mutable_time()->set_seconds(absl::ToUnixSeconds(now));
  entry.set_org(org);
  entry.set_action(v1::ACTION_CONNECT);
  entry.set_result(v1::AUDIT_RESULT_DENIED);
  entry.set_reason("UNAUTHENTICATED");
  return entry;
}

}  // namespace

void LogGrpcAsEvents() {
  gpr_set_log_function(LogLine);
  gpr_set_log_verbosity(GPR_LOG_SEVERITY_INFO);  // the tracer's level
  grpc_tracer_set_enabled(kHandshakeTracer, 1);
}

void ReportHandshakeFailures(EventLog& log, AuditStore& audit, const Clock& clock,
                             const std::string& org) {
  const absl::Time now = clock.Now();
  const HandshakeFailures::Told told = Failures().Take(now);
  std::vector<v1::AuditEntry> entries;
  for (const HandshakeFailure& failure : told.failures) {
    log.Warning("tls_handshake_failed", {{"reason", failure.reason}});
    entries.push_back(EntryOf(now, org));
  }
  if (told.more > 0) log.Warning("tls_handshake_failed", {{"more", absl::StrCat(told.more)}});
  if (entries.empty()) return;
  if (const absl::Status entered = audit.Append(entries); !entered.ok()) {
    log.Error("tls_handshake_failed", entered);
  }
}

}  // namespace bangfu::server
