#ifndef BANGFU_CLIENT_TRANSPORT_LINK_CREDENTIALS_H_
#define BANGFU_CLIENT_TRANSPORT_LINK_CREDENTIALS_H_

#include <string>

namespace bangfu::client {

// What mutual TLS needs on our side, as PEM.
struct LinkCredentials {
  std::string ca_pem;    // authorities that we accept
  std::string cert_pem;  // our certificate
  std::string key_pem;   // its key; secret: never log it
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_TRANSPORT_LINK_CREDENTIALS_H_
