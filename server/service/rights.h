#ifndef BANGFU_SERVER_SERVICE_RIGHTS_H_
#define BANGFU_SERVER_SERVICE_RIGHTS_H_

#include <grpcpp/server_context.h>

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bangfu/v1/identity.pb.h"
#include "domain/rules/org_tree.h"
#include "server/authz/people_book.h"
#include "server/authz/principal.h"

namespace bangfu::server {

struct Node;

// Who asks, and the editions of directory and org tree by which that was found out.
struct Rights {
  Principal principal;
  std::shared_ptr<const domain::OrgTree> orgs;
  std::shared_ptr<const PeopleBook> people;
  // Where the person sits: the caller, or the desk that a server names when it hands a call on.
  std::string desk;
  std::string session;               // as it was sent; never logged
  std::optional<v1::Person> person;  // of the session, when it is good
  bool is_operator = false;          // the caller holds this node's own certificate

  // Org path whose subtree the caller's node reads.
  std::string scope() const { return orgs->ReadScope(principal.org); }
  // Org path that the person reads by this node: what lies in the person's own scope and in the
  // node's. A path that no record lies in when they have nothing in common, or nobody signed in.
  std::string person_scope() const;
  // The org whose scope that is, the person's or the node's; empty when there is none.
  std::string person_reading_org() const;
};

// The node at the other end of the line, from the certificate that TLS verified. UNAUTHENTICATED
// UNKNOWN_NODE.
absl::StatusOr<Principal> PrincipalOf(Node& node, const grpc::ServerContextBase& context);

// What `principal` and the person in the metadata of the call may claim by these editions.
// UNAUTHENTICATED UNKNOWN_NODE, CERTIFICATE_REVOKED · PERMISSION_DENIED NOT_PERMITTED (a desk that
// does not lie below the calling server). A session that is no good is nobody's.
absl::StatusOr<Rights> RightsBy(Node& node, const grpc::ServerContextBase& context,
                                Principal principal, std::shared_ptr<const domain::OrgTree> orgs,
                                std::shared_ptr<const PeopleBook> people);

// To be called after data were read and before they are sent: what was allowed by a directory that
// is not the present one any more is checked again (the "new enemy", docs/identity.md). True: the
// same is still allowed to the same, as far as `rights` tell, which now name the present editions.
// False: something else is allowed now; `rights` are the new ones, and the data have to be read
// again by them. Errors as RightsBy · UNAVAILABLE STORE_UNAVAILABLE
absl::StatusOr<bool> ConfirmRights(Node& node, const grpc::ServerContextBase& context,
                                   Rights& rights);

// UNAVAILABLE TRANSACTION_CONFLICT: what the caller may do changes just now; to be called again.
absl::Status RightsChange();
// UNAUTHENTICATED CERTIFICATE_REVOKED.
absl::Status CertificateRevoked();
// UNAUTHENTICATED SIGN_IN_REQUIRED.
absl::Status SignInRequired();
// PERMISSION_DENIED NOT_PERMITTED.
absl::Status NotPermitted();

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_RIGHTS_H_
