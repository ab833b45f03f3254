#ifndef BANGFU_SERVER_SERVICE_ACCOUNT_SERVICE_H_
#define BANGFU_SERVER_SERVICE_ACCOUNT_SERVICE_H_

#include "bangfu/v1/account_service.grpc.pb.h"
#include "server/service/node.h"

namespace bangfu::server {

// Accounts: what the node's authority says, which checks the rights and audits. The directory is
// the node's own.
class AccountService final : public v1::AccountService::Service {
 public:
  explicit AccountService(Node& node) : node_(node) {}
  grpc::Status SignIn(grpc::ServerContext* context, const v1::SignInRequest* request,
                      v1::SignInResponse* response) override;
  grpc::Status SignOut(grpc::ServerContext* context, const v1::SignOutRequest* request,
                       v1::SignOutResponse* response) override;
  grpc::Status ChangePassword(grpc::ServerContext* context,
                              const v1::ChangePasswordRequest* request,
                              v1::ChangePasswordResponse* response) override;
  grpc::Status CreateAccount(grpc::ServerContext* context, const v1::CreateAccountRequest* request,
                             v1::CreateAccountResponse* response) override;
  grpc::Status UpdateAccount(grpc::ServerContext* context, const v1::UpdateAccountRequest* request,
                             v1::UpdateAccountResponse* response) override;
  grpc::Status ResetCredentials(grpc::ServerContext* context,
                                const v1::ResetCredentialsRequest* request,
                                v1::ResetCredentialsResponse* response) override;
  grpc::Status ListAccounts(grpc::ServerContext* context, const v1::ListAccountsRequest* request,
                            v1::ListAccountsResponse* response) override;
  grpc::Status GetDirectory(grpc::ServerContext* context, const v1::GetDirectoryRequest* request,
                            v1::GetDirectoryResponse* response) override;

 private:
  Node& node_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_ACCOUNT_SERVICE_H_
