#ifndef BANGFU_SERVER_SERVICE_LIVE_CREDENTIALS_H_
#define BANGFU_SERVER_SERVICE_LIVE_CREDENTIALS_H_

#include <grpcpp/security/server_credentials.h>

#include <memory>

#include "server/tls/live_bundle.h"

namespace bangfu::server {

// Whether callers have to show a certificate of the city's authority.
enum class ClientCertificates { kRequired, kNone };

// Credentials of one listening port, TLS 1.2 or later: every new connection gets the bundle as it
// is then, so that a renewed certificate, or another authority, needs no restart. Keep them, and
// `bundle`, until the server is gone: gRPC asks them but does not hold them.
std::shared_ptr<grpc::ServerCredentials> LiveServerCredentials(LiveBundle& bundle,
                                                               ClientCertificates clients);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_LIVE_CREDENTIALS_H_
