#ifndef BANGFU_SERVER_SERVICE_CALL_H_
#define BANGFU_SERVER_SERVICE_CALL_H_

#include <grpcpp/server_context.h>

#include <memory>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "domain/rules/org_tree.h"
#include "server/authz/principal.h"
#include "server/service/node.h"

namespace bangfu::server {

// One call of a known node, with the org tree that holds for its whole length.
struct Call {
  Principal principal;
  std::shared_ptr<const domain::OrgTree> orgs;
  grpc::ServerContext& context;

  // Org path whose subtree the caller reads.
  std::string scope() const { return orgs->ReadScope(principal.org); }
};

// Who calls, from the certificate that TLS verified. UNAUTHENTICATED UNKNOWN_NODE.
absl::StatusOr<Principal> CallerOf(const Node& node, const grpc::ServerContextBase& context,
                                   const domain::OrgTree& orgs);

void LogCall(Node& node, absl::string_view method, absl::string_view caller, absl::Time start,
             const absl::Status& status);

// Runs a handler for the node named in the client certificate and logs method, node, result and
// time of the call. Errors beside the handler's: UNAUTHENTICATED UNKNOWN_NODE · UNAVAILABLE
// SHUTTING_DOWN
grpc::Status Answer(Node& node, grpc::ServerContext& context, absl::string_view method,
                    absl::FunctionRef<absl::Status(Call& call)> handler);

// Number of elements of a page for a requested page_size.
int PageSize(int requested);

// UNAVAILABLE SHUTTING_DOWN.
absl::Status ShuttingDown();
// INVALID_ARGUMENT BAD_REQUEST naming the field.
absl::Status BadField(absl::string_view field, absl::string_view zh, absl::string_view en);
// NOT_FOUND: the same for what does not exist and for what is outside the caller's scope.
absl::Status NotFoundInScope();
absl::Status BadPageToken();

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_CALL_H_
