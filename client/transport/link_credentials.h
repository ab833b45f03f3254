#ifndef BANGFU_CLIENT_TRANSPORT_LINK_CREDENTIALS_H_
#define BANGFU_CLIENT_TRANSPORT_LINK_CREDENTIALS_H_

#include <functional>
#include <string>

namespace bangfu::client {

// What mutual TLS needs on our side, as PEM.
struct LinkCredentials {
  std::string ca_pem;    // authorities that we accept
  std::string cert_pem;  // our certificate
  std::string key_pem;   // its key; secret: never log it
  // Of a line that outlives its certificate: asked before every call; calls after a renewal go over
  // a connection with the new one. May come from any thread. Empty: what is above, for good.
  std::function<LinkCredentials()> latest{};
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_TRANSPORT_LINK_CREDENTIALS_H_
