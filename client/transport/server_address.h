#ifndef BANGFU_CLIENT_TRANSPORT_SERVER_ADDRESS_H_
#define BANGFU_CLIENT_TRANSPORT_SERVER_ADDRESS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bangfu::client {

// Where a server is.
struct ServerAddress {
  std::string host;  // name or IP address, IPv6 without brackets
  int port = 0;
};

// Reads "host:port" or "[IPv6]:port". INVALID_ARGUMENT.
absl::StatusOr<ServerAddress> ParseServerAddress(absl::string_view text);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_TRANSPORT_SERVER_ADDRESS_H_
