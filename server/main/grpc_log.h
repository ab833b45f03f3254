#ifndef BANGFU_SERVER_MAIN_GRPC_LOG_H_
#define BANGFU_SERVER_MAIN_GRPC_LOG_H_

#include <string>

#include "base/clock.h"
#include "server/log/event_log.h"
#include "server/store/audit_store.h"

namespace bangfu::server {

// Makes gRPC's own lines events of the node's log: level and place in gRPC's source, without the
// text, which holds addresses. Has gRPC tell of failed TLS handshakes. For the whole process; call
// before anything of gRPC runs.
void LogGrpcAsEvents();

// Tells of TLS handshakes that failed since the last call: event tls_handshake_failed with the
// reason, and an entry in the audit log (ACTION_CONNECT). To be called about
// once a second; bounded per minute (kMaxToldHandshakeFailures). The clock is the machine's;
// `org` is the node's own: who tried proved to be of none.
void ReportHandshakeFailures(EventLog& log, AuditStore& audit, const Clock& clock,
                             const std::string& org);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_MAIN_GRPC_LOG_H_
