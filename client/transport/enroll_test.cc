#include "client/transport/enroll.h"

#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "bangfu/v1/enrollment_service.grpc.pb.h"
#include "server/tls/bundle.h"
#include "server/tls/certificate_authority.h"
#include "server/tls/node_key.h"

namespace bangfu::client {
namespace {

constexpr char kCode[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

// A server that lets whoever asked with the code in after so many collects.
class Admitting final : public v1::EnrollmentService::Service {
 public:
  explicit Admitting(std::string ca) : ca_(std::move(ca)) {}

  grpc::Status RequestEnrollment(grpc::ServerContext*, const v1::RequestEnrollmentRequest* request,
                                 v1::RequestEnrollmentResponse* response) override {
    if (request->code() != kCode) return {grpc::StatusCode::PERMISSION_DENIED, "no such code"};
    ++asked;
    const auto key = server::CheckCertificateRequest(request->csr_pem());
    EXPECT_TRUE(key.ok()) << key.status();
    if (!fingerprint.empty() && fingerprint != key->fingerprint) {
      return {grpc::StatusCode::PERMISSION_DENIED, "used up"};
    }
    fingerprint = key->fingerprint;
    // The server's word about the key is not what a person may compare.
    response->mutable_enrollment()->set_key_fingerprint("something else");
    response->mutable_enrollment()->set_state(v1::ENROLLMENT_STATE_REQUESTED);
    return grpc::Status::OK;
  }
  grpc::Status CollectCertificate(grpc::ServerContext*,
                                  const v1::CollectCertificateRequest* request,
                                  v1::CollectCertificateResponse* response) override {
    response->mutable_enrollment()->set_state(state);
    if (state != v1::ENROLLMENT_STATE_APPROVED || --collects_to_wait >= 0) {
      if (state == v1::ENROLLMENT_STATE_APPROVED) {
        response->mutable_enrollment()->set_state(v1::ENROLLMENT_STATE_REQUESTED);
      }
      return grpc::Status::OK;
    }
    server::NodeCertificateRequest node;
    node.org = "hz.fuyang";
    node.node_name = node_name;
    node.kind = server::NodeKind::kDesk;
    node.now = absl::Now();
    const std::string csr = other_key ? server::MakeNodeKey().value().csr_pem : request->csr_pem();
    const auto result = server::SignCsr(ca_, csr, node);
    EXPECT_TRUE(result.ok()) << result.status();
    response->set_certificate_pem(result->certificate_pem);
    response->set_ca_pem(result->ca_pem);
    return grpc::Status::OK;
  }

  int asked = 0;
  std::string fingerprint;
  v1::EnrollmentState state = v1::ENROLLMENT_STATE_APPROVED;
  int collects_to_wait = 0;
  std::string node_name = "desk-1";
  bool other_key = false;

 private:
  const std::string ca_;
};

class EnrollTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
    MakeAuthority("ca");
    Serve("ca", "ca");
  }
  void TearDown() override {
    if (server_ != nullptr) server_->Shutdown(std::chrono::system_clock::now());
    std::filesystem::remove_all(folder_);
  }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }

  void MakeAuthority(const std::string& name) {
    ASSERT_TRUE(server::InitAuthority(Path(name), name, absl::Now()).ok());
    server::NodeCertificateRequest request;
    request.org = "hz";
    request.node_name = "city";
    request.dns_names = {"city.example"};
    request.now = absl::Now();
    ASSERT_TRUE(server::IssueCertificate(Path(name), request, Path("server-" + name)).ok());
  }

  // A server with a certificate of one authority that signs with another.
  void Serve(const std::string& own, const std::string& signing) {
    if (server_ != nullptr) server_->Shutdown(std::chrono::system_clock::now());
    service_ = std::make_unique<Admitting>(Path(signing));
    const auto bundle = server::LoadBundle(Path("server-" + own), absl::Now());
    ASSERT_TRUE(bundle.ok()) << bundle.status();
    grpc::SslServerCredentialsOptions tls(GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
    tls.pem_key_cert_pairs.push_back({bundle->key_pem, bundle->cert_pem});
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &port);
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
    invitation_.set_address(absl::StrCat("127.0.0.1:", port));
    invitation_.set_code(kCode);
    invitation_.set_ca_pem(server::LoadBundle(Path("server-ca"), absl::Now())->ca_pem);
    v1::NodeDescription& node = *invitation_.mutable_enrollment()->mutable_node();
    node.set_org("hz.fuyang");
    node.set_node("desk-1");
    node.set_kind(v1::NODE_KIND_DESK);
  }

  absl::StatusOr<JoinResult> JoinNow(absl::Duration wait = absl::ZeroDuration()) {
    JoinOptions options;
    options.tls_dir = Path("tls/");
    options.wait = wait;
    options.poll_interval = absl::Milliseconds(20);
    options.name_override = "city.example";
    return Join(invitation_, options,
                [&](const v1::Enrollment& enrollment) { shown_ = enrollment.key_fingerprint(); });
  }

  std::string folder_ = ::testing::TempDir() + "bangfu_enroll_XXXXXX";
  std::unique_ptr<Admitting> service_;
  std::unique_ptr<grpc::Server> server_;
  v1::InviteNodeResponse invitation_;
  std::string shown_;
};

TEST_F(EnrollTest, AnApprovedNodeHasItsBundle) {
  service_->collects_to_wait = 3;
  const auto joined = JoinNow(absl::Seconds(30));
  ASSERT_TRUE(joined.ok()) << joined.status();
  EXPECT_EQ(*joined, JoinResult::kJoined);
  EXPECT_EQ(shown_, service_->fingerprint);
  const auto bundle = server::LoadBundle(Path("tls"), absl::Now());
  ASSERT_TRUE(bundle.ok()) << bundle.status();
  EXPECT_EQ(bundle->identity,
            (server::NodeIdentity{"hz.fuyang", "desk-1", server::NodeKind::kDesk}));
  EXPECT_FALSE(std::filesystem::exists(Path("tls.joining")));
  EXPECT_EQ(JoinNow().status().code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(EnrollTest, JoiningAgainGoesOnWithTheSameKey) {
  service_->state = v1::ENROLLMENT_STATE_REQUESTED;
  const auto waiting = JoinNow();
  ASSERT_TRUE(waiting.ok()) << waiting.status();
  EXPECT_EQ(*waiting, JoinResult::kWaiting);
  EXPECT_FALSE(std::filesystem::exists(Path("tls")));
  using Perms = std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(Path("tls.joining/node.key")).permissions(),
            Perms::owner_read | Perms::owner_write);
  const std::string first = shown_;
  service_->state = v1::ENROLLMENT_STATE_APPROVED;
  const auto joined = JoinNow();
  ASSERT_TRUE(joined.ok()) << joined.status();
  EXPECT_EQ(*joined, JoinResult::kJoined);
  EXPECT_EQ(shown_, first);
  EXPECT_EQ(service_->asked, 2);
}

TEST_F(EnrollTest, ANoIsToldAtOnce) {
  service_->state = v1::ENROLLMENT_STATE_REJECTED;
  EXPECT_EQ(JoinNow(absl::Hours(1)).status().code(), absl::StatusCode::kPermissionDenied);
  invitation_.set_code("WRONG");
  EXPECT_EQ(JoinNow(absl::Hours(1)).status().code(), absl::StatusCode::kPermissionDenied);
}

TEST_F(EnrollTest, AServerThatTheInvitationDoesNotTrustLearnsNothing) {
  MakeAuthority("foreign");
  Serve("foreign", "foreign");
  EXPECT_EQ(JoinNow().status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(service_->asked, 0);
  EXPECT_FALSE(std::filesystem::exists(Path("tls")));
}

TEST_F(EnrollTest, ACertificateThatWasNotAskedForIsNotKept) {
  MakeAuthority("foreign");
  Serve("ca", "foreign");
  EXPECT_FALSE(JoinNow().ok());
  Serve("ca", "ca");
  service_->other_key = true;
  EXPECT_FALSE(JoinNow().ok());
  service_->other_key = false;
  service_->node_name = "desk-2";
  EXPECT_EQ(JoinNow().status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_FALSE(std::filesystem::exists(Path("tls")));
  service_->node_name = "desk-1";
  EXPECT_TRUE(JoinNow().ok());
}

TEST_F(EnrollTest, AnInvitationIsAFileForOne) {
  const std::string path = Path("invitation.json");
  ASSERT_TRUE(WriteInvitation(path, invitation_).ok());
  using Perms = std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(path).permissions(), Perms::owner_read | Perms::owner_write);
  const auto read = ReadInvitation(path);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->SerializeAsString(), invitation_.SerializeAsString());
  EXPECT_EQ(WriteInvitation(path, invitation_).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReadInvitation(Path("none")).status().code(), absl::StatusCode::kNotFound);
  invitation_.clear_address();
  ASSERT_TRUE(WriteInvitation(Path("closed.json"), invitation_).ok());
  for (const std::string& content : {std::string(), std::string("{}"), std::string("[1"),
                                     std::string(kMaxInvitationBytes + 1, ' ')}) {
    std::ofstream(Path("bad.json"), std::ios::trunc) << content;
    EXPECT_EQ(ReadInvitation(Path("bad.json")).status().code(), absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(ReadInvitation(Path("closed.json")).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace bangfu::client
