#include "client/transport/grpc_identity_link.h"

#include <gmock/gmock.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "bangfu/v1/account_service.grpc.pb.h"
#include "bangfu/v1/audit_service.grpc.pb.h"
#include "server/tls/bundle.h"
#include "server/tls/certificate_authority.h"

namespace bangfu::client {
namespace {

using ::testing::ElementsAre;

std::string MetadataOf(const grpc::ServerContext& context, const std::string& name) {
  const auto found = context.client_metadata().find(name);
  return found == context.client_metadata().end()
             ? "(none)"
             : std::string(found->second.data(), found->second.size());
}

// Notes who asks, and is away as often as it is told to.
class ScriptedAccounts final : public v1::AccountService::Service {
 public:
  grpc::Status SignIn(grpc::ServerContext* context, const v1::SignInRequest*,
                      v1::SignInResponse* response) override {
    response->set_session("s1");
    return Note(*context);
  }
  grpc::Status ListAccounts(grpc::ServerContext* context, const v1::ListAccountsRequest*,
                            v1::ListAccountsResponse*) override {
    return Note(*context);
  }
  grpc::Status CreateAccount(grpc::ServerContext* context, const v1::CreateAccountRequest*,
                             v1::CreateAccountResponse*) override {
    return Note(*context);
  }

  int away = 0;
  std::vector<std::string> sessions;
  std::vector<std::string> desks;

 private:
  grpc::Status Note(const grpc::ServerContext& context) {
    sessions.push_back(MetadataOf(context, kSessionMetadata));
    desks.push_back(MetadataOf(context, kDeskMetadata));
    if (away == 0) return grpc::Status::OK;
    --away;
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "away");
  }
};

class ScriptedAudit final : public v1::AuditService::Service {
 public:
  grpc::Status ReportReads(grpc::ServerContext*, const v1::ReportReadsRequest* request,
                           v1::ReportReadsResponse*) override {
    sizes.push_back(request->entries_size());
    return sizes.size() == 1 ? grpc::Status(grpc::StatusCode::UNAVAILABLE, "away")
                             : grpc::Status::OK;
  }
  std::vector<int> sizes;
};

class GrpcIdentityLinkTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
    ASSERT_TRUE(
        server::InitAuthority(folder_ + "/ca", "Test city", absl::Now() - absl::Hours(1)).ok());
    server::NodeCertificateRequest request;
    request.node_name = "fuyang-1";
    request.org = "hz.fuyang";
    request.ip_addresses = {"127.0.0.1"};
    request.now = absl::Now();
    request.validity = server::kDefaultNodeValidity;
    ASSERT_TRUE(server::IssueCertificate(folder_ + "/ca", request, folder_ + "/node").ok());
    auto bundle = server::LoadBundle(folder_ + "/node", absl::Now());
    ASSERT_TRUE(bundle.ok()) << bundle.status();
    grpc::SslServerCredentialsOptions tls(
        GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    tls.pem_root_certs = bundle->ca_pem;
    tls.pem_key_cert_pairs.push_back({bundle->key_pem, bundle->cert_pem});
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &port);
    builder.RegisterService(&accounts_);
    builder.RegisterService(&audit_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
    auto link = GrpcIdentityLink::Connect(absl::StrCat("127.0.0.1:", port),
                                          {bundle->ca_pem, bundle->cert_pem, bundle->key_pem});
    ASSERT_TRUE(link.ok()) << link.status();
    link_ = *std::move(link);
  }
  void TearDown() override {
    if (server_ != nullptr) server_->Shutdown();
    std::filesystem::remove_all(folder_);
  }

  std::string folder_ = "/tmp/bangfu-link-XXXXXX";
  ScriptedAccounts accounts_;
  ScriptedAudit audit_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<GrpcIdentityLink> link_;
};

TEST_F(GrpcIdentityLinkTest, SaysInWhoseNameItAsks) {
  auto answer = link_->SignIn({}, {});
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->session(), "s1");
  OnBehalf who;
  who.session = "s1";
  ASSERT_TRUE(link_->ListAccounts(who, {}).ok());
  who.desk = "hz.fuyang.fuchun/fuchun-1";
  ASSERT_TRUE(link_->CreateAccount(who, {}).ok());
  EXPECT_THAT(accounts_.sessions, ElementsAre("(none)", "Bearer s1", "Bearer s1"));
  EXPECT_THAT(accounts_.desks, ElementsAre("(none)", "(none)", "hz.fuyang.fuchun/fuchun-1"));
}

TEST_F(GrpcIdentityLinkTest, WhatHasAnEffectIsSentOnce) {
  accounts_.away = 1;
  EXPECT_EQ(link_->SignIn({}, {}).status().code(), absl::StatusCode::kUnavailable);
  accounts_.away = 1;
  EXPECT_EQ(link_->CreateAccount({}, {}).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(accounts_.sessions.size(), 2u);
}

TEST_F(GrpcIdentityLinkTest, ReadingAndReportingAreTriedAgain) {
  accounts_.away = 1;
  EXPECT_TRUE(link_->ListAccounts({}, {}).ok());
  EXPECT_EQ(accounts_.sessions.size(), 2u);
  v1::ReportReadsRequest request;
  request.add_entries();
  EXPECT_TRUE(link_->ReportReads(request).ok());
  EXPECT_THAT(audit_.sizes, ElementsAre(1, 1));
}

}  // namespace
}  // namespace bangfu::client
