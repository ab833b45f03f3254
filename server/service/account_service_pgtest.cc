#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "server/service/account_service.h"
#include "server/service/service_fixture.h"

namespace bangfu::server {
namespace {

// Remembers who asked for what.
class RecordedAuthority final : public NoAuthority {
 public:
  absl::StatusOr<v1::SignInResponse> SignIn(const Asker& who,
                                            const v1::SignInRequest& request) override {
    Note("SignIn", who);
    v1::SignInResponse response;
    response.set_session("a session");
    response.mutable_person()->set_id(request.person_id());
    return response;
  }
  absl::Status SignOut(const Asker& who) override {
    Note("SignOut", who);
    return absl::OkStatus();
  }
  absl::StatusOr<v1::ListAccountsResponse> ListAccounts(
      const Asker& who, const v1::ListAccountsRequest& request) override {
    Note("ListAccounts", who);
    v1::ListAccountsResponse response;
    response.set_next_page_token(request.page_token() + "+");
    return response;
  }

  int calls = 0;
  std::string method;
  Asker asker;

 private:
  void Note(const std::string& name, const Asker& who) {
    ++calls;
    method = name;
    asker = who;
  }
};

// The service for accounts at an address of its own: the node's answers come from the recorded
// authority.
class AccountServiceTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    const TlsBundle bundle = BundleOf("city", kCityOrg);
    grpc::SslServerCredentialsOptions tls(
        GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    tls.pem_root_certs = bundle.ca_pem;
    tls.pem_key_cert_pairs.push_back({bundle.key_pem, bundle.cert_pem});
    server_->Shutdown(std::chrono::system_clock::now());
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &port_);
    builder.RegisterService(&account_service_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
  }
  void TearDown() override {
    server_->Shutdown(std::chrono::system_clock::now());
    ServiceTest::TearDown();
  }

  static std::unique_ptr<v1::AccountService::Stub> Accounts(const Caller& caller) {
    return v1::AccountService::NewStub(caller.channel);
  }
  grpc::Status SignIn(const Caller& caller, v1::SignInResponse& response,
                      const std::string& desk = "") {
    grpc::ClientContext context;
    if (!desk.empty()) context.AddMetadata("bangfu-desk", desk);
    v1::SignInRequest request;
    request.set_person_id("zhang.san");
    return Accounts(caller)->SignIn(&context, request, &response);
  }
  v1::GetDirectoryResponse Directory(const Caller& caller, int64_t known_version = 0) {
    grpc::ClientContext context;
    v1::GetDirectoryRequest request;
    request.set_known_version(known_version);
    v1::GetDirectoryResponse response;
    const grpc::Status status = Accounts(caller)->GetDirectory(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  RecordedAuthority recorded_;
  Node accounts_node_{{"city", kCityOrg},
                      city_.store(),
                      city_.store().identity(),
                      audit_,
                      orgs_,
                      policy_,
                      people_,
                      recorded_,
                      push_,
                      clock_,
                      security_clock_,
                      log_,
                      stalls_,
                      metrics_,
                      feed_};
  AccountService account_service_{accounts_node_};
};

TEST_F(AccountServiceTest, TheAuthorityIsToldWhoAsks) {
  const Caller desk = DeskOf("desk", kUnitOrg, "handler");
  v1::SignInResponse response;
  ASSERT_TRUE(SignIn(desk, response).ok());
  EXPECT_EQ(response.session(), "a session");
  EXPECT_EQ(response.person().id(), "zhang.san");
  EXPECT_EQ(recorded_.asker.desk, "hz.gongye.xiangjiao/desk");
  EXPECT_EQ(recorded_.asker.node.kind, v1::NODE_KIND_DESK);
  EXPECT_FALSE(recorded_.asker.person.has_value());
  EXPECT_FALSE(recorded_.asker.is_operator);

  grpc::ClientContext context;
  desk.SignIn(context);
  v1::SignOutResponse out;
  ASSERT_TRUE(Accounts(desk)->SignOut(&context, {}, &out).ok());
  EXPECT_EQ(recorded_.method, "SignOut");
  ASSERT_TRUE(recorded_.asker.person.has_value());
  EXPECT_EQ(recorded_.asker.person->id(), AccountOf("handler", kUnitOrg));
  EXPECT_EQ(recorded_.asker.session, desk.session);
}

TEST_F(AccountServiceTest, ServersNameTheDeskTheySpeakFor) {
  v1::SignInResponse response;
  const Caller server = CallerOf("gongye", kUnionOrg);
  ASSERT_TRUE(SignIn(server, response, "hz.gongye.xiangjiao/desk").ok());
  EXPECT_EQ(recorded_.asker.node.Key(), "hz.gongye/gongye");
  EXPECT_EQ(recorded_.asker.desk, "hz.gongye.xiangjiao/desk");
  EXPECT_EQ(ReasonOnTheWire(SignIn(server, response, "hz.fuyang/desk")), "NOT_PERMITTED");
  EXPECT_EQ(recorded_.calls, 1);
}

TEST_F(AccountServiceTest, OperatorIsWhoHoldsTheNodesOwnCertificate) {
  const Caller city = CallerOf("city", kCityOrg);
  grpc::ClientContext context;
  v1::ListAccountsRequest request;
  request.set_page_token("a");
  v1::ListAccountsResponse response;
  ASSERT_TRUE(Accounts(city)->ListAccounts(&context, request, &response).ok());
  EXPECT_TRUE(recorded_.asker.is_operator);
  EXPECT_EQ(response.next_page_token(), "a+");
}

TEST_F(AccountServiceTest, ErrorsOfTheAuthorityArePassedOn) {
  grpc::ClientContext context;
  v1::CreateAccountResponse response;
  const grpc::Status status =
      Accounts(DeskOf("desk", kUnitOrg))->CreateAccount(&context, {}, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(ReasonOnTheWire(status), "NOT_PERMITTED");
}

TEST_F(AccountServiceTest, SoManySignInsAMinuteOfOneDesk) {
  const Caller desk = DeskOf("desk", kUnitOrg);
  v1::SignInResponse response;
  grpc::Status status;
  int taken = 0;
  for (; taken <= 2 * limits::kSignInsPerMinute; ++taken) {
    status = SignIn(desk, response);
    if (!status.ok()) break;
  }
  // One more may come in while the test takes its time.
  EXPECT_GE(taken, limits::kSignInsPerMinute);
  EXPECT_LE(taken, limits::kSignInsPerMinute + 5);
  EXPECT_EQ(ReasonOnTheWire(status), "QUOTA_EXCEEDED");
  EXPECT_TRUE(HasRetryInfo(status));
  EXPECT_EQ(recorded_.calls, taken) << "the authority is not asked";
  EXPECT_TRUE(SignIn(DeskOf("desk2", kUnitOrg), response).ok());
}

TEST_F(AccountServiceTest, DirectoryOfTheCallersScopeOnly) {
  const v1::GetDirectoryResponse unit = Directory(DeskOf("desk", kUnitOrg));
  ASSERT_GT(unit.directory().people_size(), 0);
  for (const v1::Person& person : unit.directory().people()) EXPECT_EQ(person.org(), kUnitOrg);
  EXPECT_EQ(unit.directory().token_keys_size(), 1);
  EXPECT_EQ(unit.directory().version(), directory_.version());
  const v1::GetDirectoryResponse center = Directory(DeskOf("desk", kCenterOrg));
  EXPECT_EQ(center.directory().people_size(), directory_.people_size());
}

TEST_F(AccountServiceTest, DirectoryIsLeftOutWhenItIsKnown) {
  const Caller server = CallerOf("gongye", kUnionOrg);
  EXPECT_FALSE(Directory(server, directory_.version()).has_directory());
  EXPECT_TRUE(Directory(server, directory_.version() - 1).has_directory());
  EXPECT_TRUE(Directory(server, directory_.version() + 1).has_directory()) << "a restored root";
}

}  // namespace
}  // namespace bangfu::server
