#include "server/identity/certificate_renewal.h"

#include <string>

#include "server/identity/node_description.h"

namespace bangfu::server {

CertificateKeeper::Renew RenewThrough(IdentityAuthority& authority, const Principal& self,
                                      LiveBundle& bundle) {
  return [&authority, &bundle,
          self](const std::string& csr_pem) -> absl::StatusOr<CertificateKeeper::Renewed> {
    const std::shared_ptr<const TlsBundle> current = bundle.Current();
    Asker asker;
    asker.node = self;
    asker.node.serial = current->facts.serial;
    asker.node.issued = current->facts.issued;
    asker.desk = self.Key();
    asker.is_operator = true;
    v1::IssueCertificateRequest request;
    *request.mutable_node() = DescriptionOf(current->facts);
    request.set_csr_pem(csr_pem);
    const auto issued = authority.IssueCertificate(asker, request);
    if (!issued.ok()) return issued.status();
    return CertificateKeeper::Renewed{issued->certificate_pem(), issued->ca_pem()};
  };
}

}  // namespace bangfu::server
