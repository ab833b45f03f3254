#ifndef BANGFU_SERVER_IDENTITY_CERTIFICATE_RENEWAL_H_
#define BANGFU_SERVER_IDENTITY_CERTIFICATE_RENEWAL_H_

#include "server/authz/principal.h"
#include "server/identity/authority.h"
#include "server/tls/certificate_keeper.h"
#include "server/tls/live_bundle.h"

namespace bangfu::server {

// How a server renews its own certificate, for its CertificateKeeper: through its authority, with
// the names that the certificate has now. The root's signs by itself, any other asks its parent.
// Both outlive what is returned.
CertificateKeeper::Renew RenewThrough(IdentityAuthority& authority, const Principal& self,
                                      LiveBundle& bundle);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_CERTIFICATE_RENEWAL_H_
