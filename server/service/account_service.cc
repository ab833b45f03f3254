#include "server/service/account_service.h"

#include <utility>

#include "absl/status/statusor.h"
#include "server/service/asker.h"
#include "server/service/call.h"

namespace bangfu::server {
namespace {

constexpr Method Managing(absl::string_view name) {
  return Method{name, v1::ACTION_MANAGE_ACCOUNTS, Audience::kEveryNode, false};
}

template <typename Response>
absl::Status Respond(absl::StatusOr<Response> result, Response& response) {
  if (result.ok()) response = *std::move(result);
  return result.status();
}

// Every try costs the authority memory and time, and may lock an account: so many of one desk.
absl::Status TakeTry(Node& node, const Call& call) {
  const absl::Status taken = node.sign_ins.Take(call.desk, node.security_clock.Now());
  if (!taken.ok()) node.metrics.CountRefused("sign_in");
  return taken;
}

absl::Status HandleSignIn(Node& node, const Call& call, const v1::SignInRequest& request,
                          v1::SignInResponse& response) {
  if (absl::Status taken = TakeTry(node, call); !taken.ok()) return taken;
  return Respond(node.authority.SignIn(AskerOf(node, call), request), response);
}

absl::Status HandleChangePassword(Node& node, const Call& call,
                                  const v1::ChangePasswordRequest& request) {
  if (absl::Status taken = TakeTry(node, call); !taken.ok()) return taken;
  return node.authority.ChangePassword(AskerOf(node, call), request);
}

absl::Status HandleGetDirectory(const Call& call, const v1::GetDirectoryRequest& request,
                                v1::GetDirectoryResponse& response) {
  response.Clear();
  if (call.people->version() != request.known_version()) {
    *response.mutable_directory() = call.people->Within(call.scope(), call.principal.org);
  }
  return absl::OkStatus();
}

}  // namespace

grpc::Status AccountService::SignIn(grpc::ServerContext* context, const v1::SignInRequest* request,
                                    v1::SignInResponse* response) {
  static constexpr Method kMethod{"SignIn", v1::ACTION_SIGN_IN, Audience::kEveryNode, false};
  return Answer(node_, *context, kMethod,
                [&](Call& call) { return HandleSignIn(node_, call, *request, *response); });
}

grpc::Status AccountService::SignOut(grpc::ServerContext* context, const v1::SignOutRequest*,
                                     v1::SignOutResponse*) {
  return Answer(node_, *context, Managing("SignOut"),
                [&](Call& call) { return node_.authority.SignOut(AskerOf(node_, call)); });
}

grpc::Status AccountService::ChangePassword(grpc::ServerContext* context,
                                            const v1::ChangePasswordRequest* request,
                                            v1::ChangePasswordResponse*) {
  static constexpr Method kMethod{"ChangePassword", v1::ACTION_CHANGE_PASSWORD,
                                  Audience::kEveryNode, false};
  return Answer(node_, *context, kMethod,
                [&](Call& call) { return HandleChangePassword(node_, call, *request); });
}

grpc::Status AccountService::CreateAccount(grpc::ServerContext* context,
                                           const v1::CreateAccountRequest* request,
                                           v1::CreateAccountResponse* response) {
  return Answer(node_, *context, Managing("CreateAccount"), [&](Call& call) {
    return Respond(node_.authority.CreateAccount(AskerOf(node_, call), *request), *response);
  });
}

grpc::Status AccountService::UpdateAccount(grpc::ServerContext* context,
                                           const v1::UpdateAccountRequest* request,
                                           v1::UpdateAccountResponse* response) {
  return Answer(node_, *context, Managing("UpdateAccount"), [&](Call& call) {
    return Respond(node_.authority.UpdateAccount(AskerOf(node_, call), *request), *response);
  });
}

grpc::Status AccountService::ResetCredentials(grpc::ServerContext* context,
                                              const v1::ResetCredentialsRequest* request,
                                              v1::ResetCredentialsResponse* response) {
  return Answer(node_, *context, Managing("ResetCredentials"), [&](Call& call) {
    return Respond(node_.authority.ResetCredentials(AskerOf(node_, call), *request), *response);
  });
}

grpc::Status AccountService::ListAccounts(grpc::ServerContext* context,
                                          const v1::ListAccountsRequest* request,
                                          v1::ListAccountsResponse* response) {
  return Answer(node_, *context, Managing("ListAccounts"), [&](Call& call) {
    return Respond(node_.authority.ListAccounts(AskerOf(node_, call), *request), *response);
  });
}

grpc::Status AccountService::GetDirectory(grpc::ServerContext* context,
                                          const v1::GetDirectoryRequest* request,
                                          v1::GetDirectoryResponse* response) {
  static constexpr Method kMethod{"GetDirectory", v1::ACTION_REPLICATE, Audience::kEveryNode, true};
  return Answer(node_, *context, kMethod,
                [&](Call& call) { return HandleGetDirectory(call, *request, *response); });
}

}  // namespace bangfu::server
