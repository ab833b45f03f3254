#ifndef BANGFU_CLIENT_TRANSPORT_CONNECTION_DIAGNOSIS_H_
#define BANGFU_CLIENT_TRANSPORT_CONNECTION_DIAGNOSIS_H_

#include <string>

#include "absl/status/status.h"
#include "client/transport/link_credentials.h"
#include "client/transport/server_address.h"

namespace bangfu::client {

// Why a server cannot be reached. gRPC reports every reason as UNAVAILABLE, and what to do about a
// wrong certificate is not what to do about a cable; so this connects once more by itself.
// `expected_name` is the name that the server's certificate must carry.
//
// Returns OK when a TLS connection comes about, otherwise an error with texts for the user:
//   UNAVAILABLE      the name is not known, nobody listens, no answer, or no TLS there
//   UNAUTHENTICATED  our certificate has expired, is not valid yet or was refused; the server's has
//                    expired, is from a foreign authority or for another name
// Takes at most a few times limits::kConnectTimeout.
absl::Status DiagnoseConnection(const ServerAddress& address, const std::string& expected_name,
                                const LinkCredentials& credentials);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_TRANSPORT_CONNECTION_DIAGNOSIS_H_
