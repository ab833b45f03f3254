#ifndef BANGFU_SERVER_SERVICE_CALL_H_
#define BANGFU_SERVER_SERVICE_CALL_H_

#include <grpcpp/server_context.h>

#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "bangfu/v1/audit_service.pb.h"
#include "server/service/node.h"
#include "server/service/rights.h"

namespace bangfu::server {

// For whom a method is. The operator of the node gets only what is for every node, and what checks
// the asker's rights by itself.
enum class Audience {
  kEveryNode,     // the operator too
  kSyncingNode,   // nodes below this one
  kPersonAtDesk,  // somebody who has signed in at a desk
  // Somebody who has signed in at a desk, or a server below that copies what lies in its scope.
  kPersonOrServer,
};

// What is true of every call of one method.
struct Method {
  absl::string_view name;
  v1::Action action = v1::ACTION_CONNECT;  // what a refusal is entered as
  Audience audience = Audience::kEveryNode;
  // Whether the answer holds what the rights of the caller have opened, and the handler changes
  // nothing: rights are confirmed after it, and when they have changed meanwhile it is run again.
  bool confirmed_read = false;
};

// One call of a known node.
struct Call : Rights {
  Call(Rights rights, grpc::ServerContextBase& server_context)
      : Rights(std::move(rights)), context(server_context) {}

  grpc::ServerContextBase& context;
  // What the handler read, to be entered in the audit log before the answer is given; nothing is
  // entered without an action. Who and when is filled in by Answer.
  v1::AuditEntry read{};
};

// Which directory a call is admitted by.
enum class Edition {
  kInStore,   // the store is asked
  kInMemory,  // at most kDirectoryPoll old
};

// Lets a call in: who calls, at what rate, whether the method is for them. Enters a refusal in the
// audit log. `caller` is set as soon as it is known. Errors as Answer.
absl::StatusOr<Rights> AdmitCall(Node& node, const grpc::ServerContextBase& context,
                                 const Method& method, Edition edition, std::string& caller);

void LogCall(Node& node, absl::string_view method, absl::string_view caller, absl::Time start,
             const absl::Status& status);

// Runs a handler for the node named in the client certificate and the person of the session, if
// there is one; logs method, node, result and time of the call; enters refusals, and what was read,
// in the audit log. A handler of a confirmed read may be run several times, and sets the whole
// response each time. Errors beside the handler's: UNAUTHENTICATED UNKNOWN_NODE,
// CERTIFICATE_REVOKED, SIGN_IN_REQUIRED · PERMISSION_DENIED NOT_PERMITTED · RESOURCE_EXHAUSTED
// QUOTA_EXCEEDED · UNAVAILABLE SHUTTING_DOWN, STORE_UNAVAILABLE (the directory cannot be asked, or
// the audit log not be written)
grpc::Status Answer(Node& node, grpc::ServerContext& context, const Method& method,
                    absl::FunctionRef<absl::Status(Call& call)> handler);
// Of a method for every node that confirms what it has to by itself.
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
