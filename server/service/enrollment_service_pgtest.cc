#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "server/identity/certificate_desk.h"
#include "server/identity/enrollment_fixture.h"
#include "server/service/enrollment_service.h"
#include "server/service/live_credentials.h"
#include "server/service/service_fixture.h"
#include "server/tls/certificate_keeper.h"
#include "server/tls/live_bundle.h"
#include "server/tls/node_key.h"
#include "server/tls/openssl_handles.h"
#include "server/tls/pem.h"

namespace bangfu::server {
namespace {

constexpr unsigned char kHttp2[] = {2, 'h', '2'};  // ALPN (RFC 7301)

// The certificate (PEM) that the server shows to a new connection.
std::string CertificateShownAt(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                  &SSL_CTX_free);
  const std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(context.get()), &SSL_free);
  SSL_set_alpn_protos(tls.get(), kHttp2, sizeof(kHttp2));
  SSL_set_fd(tls.get(), fd);
  std::string pem;
  if (SSL_connect(tls.get()) == 1) {
    const CertificateHandle certificate(SSL_get1_peer_certificate(tls.get()));
    if (certificate != nullptr) pem = CertificateToPem(*certificate).value_or("");
  }
  close(fd);
  return pem;
}

// The calls about nodes at the city, on both of its addresses: for nodes, and for those that join.
class EnrollmentServiceTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    city_bundle_ = BundleOf("city", kCityOrg);
    certificates_ = std::make_unique<CertificateDesk>(
        city_.store().identity(), audit_, Current(), security_clock_,
        CertificateDesk::Options{Principal{"city", kCityOrg}, folder_ + "/ca", nullptr});
    issuing_ = std::make_unique<CertificatesOnly>(*certificates_);
    city_node_ = std::unique_ptr<Node>(new Node{{"city", kCityOrg},
                                                city_.store(),
                                                city_.store().identity(),
                                                audit_,
                                                orgs_,
                                                policy_,
                                                people_,
                                                *issuing_,
                                                push_,
                                                clock_,
                                                security_clock_,
                                                log_,
                                                stalls_,
                                                metrics_,
                                                feed_});
    desk_ = std::make_unique<EnrollmentDesk>(
        city_.store().identity(), audit_, *issuing_, Current(), security_clock_,
        EnrollmentDesk::Options{Principal{"city", kCityOrg}, "city.example:7444",
                                [this] { return bundle_->Current()->ca_pem; }});
    enrollment_service_ = std::make_unique<EnrollmentService>(*city_node_, *desk_);
    joining_service_ = std::make_unique<JoiningService>(*desk_, security_clock_, log_);
    bundle_ = std::make_unique<LiveBundle>(folder_ + "/hz-city", city_bundle_, ahead_);
    nodes_ =
        Start(*enrollment_service_, ClientCertificates::kRequired, nodes_credentials_, nodes_port_);
    joining_ =
        Start(*joining_service_, ClientCertificates::kNone, joining_credentials_, joining_port_);
  }
  void TearDown() override {
    for (auto* server : {&nodes_, &joining_}) {
      if (*server != nullptr) (*server)->Shutdown(std::chrono::system_clock::now());
      server->reset();
    }
    ServiceTest::TearDown();
  }

  std::unique_ptr<grpc::Server> Start(grpc::Service& service, ClientCertificates clients,
                                      std::shared_ptr<grpc::ServerCredentials>& credentials,
                                      int& port) {
    credentials = LiveServerCredentials(*bundle_, clients);
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", credentials, &port);
    builder.RegisterService(&service);
    auto server = builder.BuildAndStart();
    EXPECT_NE(server, nullptr);
    return server;
  }

  // A line to one of the addresses, with the certificate of the bundle if there is one.
  std::unique_ptr<v1::EnrollmentService::Stub> LineTo(int port, const TlsBundle& trusted,
                                                      bool with_certificate) {
    grpc::SslCredentialsOptions tls;
    tls.pem_root_certs = trusted.ca_pem;
    if (with_certificate) {
      tls.pem_cert_chain = trusted.cert_pem;
      tls.pem_private_key = trusted.key_pem;
    }
    grpc::ChannelArguments arguments;
    arguments.SetSslTargetNameOverride("city.example");
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return v1::EnrollmentService::NewStub(grpc::CreateCustomChannel(
        absl::StrCat("127.0.0.1:", port), grpc::SslCredentials(tls), arguments));
  }

  CurrentStanding Current() {
    return [this]() -> absl::StatusOr<Standing> {
      auto people = people_.Refresh();
      if (!people.ok()) return people.status();
      return Standing{orgs_.Tree(), *std::move(people)};
    };
  }

  static grpc::Status Invite(v1::EnrollmentService::Stub& line, const v1::NodeDescription& node,
                             v1::InviteNodeResponse& response, const std::string& session = "") {
    grpc::ClientContext context;
    if (!session.empty()) context.AddMetadata("authorization", "Bearer " + session);
    v1::InviteNodeRequest request;
    *request.mutable_node() = node;
    return line.InviteNode(&context, request, &response);
  }
  static grpc::Status Approve(v1::EnrollmentService::Stub& line, const std::string& id) {
    grpc::ClientContext context;
    v1::DecideEnrollmentRequest request;
    request.set_id(id);
    request.set_approve(true);
    v1::DecideEnrollmentResponse response;
    return line.DecideEnrollment(&context, request, &response);
  }
  static grpc::Status Ask(v1::EnrollmentService::Stub& line, const std::string& code,
                          const NodeKey& key) {
    grpc::ClientContext context;
    v1::RequestEnrollmentRequest request;
    request.set_code(code);
    request.set_csr_pem(key.csr_pem);
    v1::RequestEnrollmentResponse response;
    return line.RequestEnrollment(&context, request, &response);
  }
  static grpc::Status Issue(v1::EnrollmentService::Stub& line, const v1::NodeDescription& node,
                            v1::IssueCertificateResponse& response) {
    grpc::ClientContext context;
    v1::IssueCertificateRequest request;
    *request.mutable_node() = node;
    request.set_csr_pem(MakeNodeKey().value().csr_pem);
    request.set_approved_by("someone");
    return line.IssueCertificate(&context, request, &response);
  }
  static grpc::Status Renew(v1::EnrollmentService::Stub& line, const NodeKey& key,
                            v1::RenewCertificateResponse& response) {
    grpc::ClientContext context;
    v1::RenewCertificateRequest request;
    request.set_csr_pem(key.csr_pem);
    return line.RenewCertificate(&context, request, &response);
  }
  static grpc::Status Collect(v1::EnrollmentService::Stub& line, const std::string& code,
                              const NodeKey& key, v1::CollectCertificateResponse& response) {
    grpc::ClientContext context;
    v1::CollectCertificateRequest request;
    request.set_code(code);
    request.set_csr_pem(key.csr_pem);
    return line.CollectCertificate(&context, request, &response);
  }
  // Whether a new connection gets this certificate of the server, at the address for joining.
  bool ServerShows(const std::string& serial) {
    const std::string pem = CertificateShownAt(joining_port_);
    const auto facts = FactsOfCertificate(pem);
    return facts.ok() && facts->serial == serial;
  }
  v1::InviteNodeResponse Invitation(const v1::NodeDescription& node) {
    v1::InviteNodeResponse invitation;
    const grpc::Status invited = Invite(*LineTo(nodes_port_, city_bundle_, true), node, invitation);
    EXPECT_TRUE(invited.ok()) << invited.error_message();
    return invitation;
  }

  ForwardClock ahead_;
  TlsBundle city_bundle_;
  std::unique_ptr<LiveBundle> bundle_;
  std::unique_ptr<CertificateDesk> certificates_;
  std::unique_ptr<CertificatesOnly> issuing_;
  std::unique_ptr<Node> city_node_;
  std::unique_ptr<EnrollmentDesk> desk_;
  std::unique_ptr<EnrollmentService> enrollment_service_;
  std::unique_ptr<JoiningService> joining_service_;
  std::shared_ptr<grpc::ServerCredentials> nodes_credentials_;
  std::shared_ptr<grpc::ServerCredentials> joining_credentials_;
  int nodes_port_ = 0;
  int joining_port_ = 0;
  std::unique_ptr<grpc::Server> nodes_;
  std::unique_ptr<grpc::Server> joining_;
};

// Tries a TLS handshake of at most this version; the version that was agreed, empty when none came
// about.
std::string HandshakeWith(int port, int version) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                  &SSL_CTX_free);
  SSL_CTX_set_security_level(context.get(), 0);  // or OpenSSL itself refuses what is old
  SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context.get(), version);
  const std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(context.get()), &SSL_free);
  SSL_set_alpn_protos(tls.get(), kHttp2, sizeof(kHttp2));
  SSL_set_fd(tls.get(), fd);
  std::string version_used;
  if (SSL_connect(tls.get()) == 1) version_used = SSL_get_version(tls.get());
  close(fd);
  return version_used;
}

TEST_F(EnrollmentServiceTest, ANodeJoinsFromInvitationToItsFirstCall) {
  const v1::InviteNodeResponse invitation =
      Invitation(Describe(kUnionOrg, "union", v1::NODE_KIND_SERVER, {"union.example"}));
  EXPECT_EQ(invitation.ca_pem(), city_bundle_.ca_pem);
  TlsBundle trusted;
  trusted.ca_pem = invitation.ca_pem();
  const auto line = LineTo(joining_port_, trusted, false);
  const NodeKey key = MakeNodeKey().value();
  const grpc::Status asked = Ask(*line, invitation.code(), key);
  ASSERT_TRUE(asked.ok()) << asked.error_message();
  v1::CollectCertificateResponse collected;
  ASSERT_TRUE(Collect(*line, invitation.code(), key, collected).ok());
  EXPECT_EQ(collected.certificate_pem(), "");

  const auto operators = LineTo(nodes_port_, city_bundle_, true);
  grpc::ClientContext listing;
  v1::ListEnrollmentsResponse listed;
  ASSERT_TRUE(operators->ListEnrollments(&listing, {}, &listed).ok());
  ASSERT_EQ(listed.enrollments_size(), 1);
  EXPECT_EQ(listed.enrollments(0).key_fingerprint(), key.fingerprint);
  const grpc::Status approved = Approve(*operators, invitation.enrollment().id());
  ASSERT_TRUE(approved.ok()) << approved.error_message();

  ASSERT_TRUE(Collect(*line, invitation.code(), key, collected).ok());
  const auto bundle = CheckBundle({collected.ca_pem(), collected.certificate_pem(), key.key_pem},
                                  "test", absl::Now());
  ASSERT_TRUE(bundle.ok()) << bundle.status();
  // The certificate opens the other address: for its own subtree.
  v1::IssueCertificateResponse issued;
  const auto unions = LineTo(nodes_port_, *bundle, true);
  const grpc::Status below = Issue(*unions, Describe(kUnitOrg, "unit"), issued);
  EXPECT_TRUE(below.ok()) << below.error_message();
}

TEST_F(EnrollmentServiceTest, ACodeIsForOneKeyOnce) {
  const v1::InviteNodeResponse invitation = Invitation(Describe(kUnionOrg, "union"));
  const auto line = LineTo(joining_port_, city_bundle_, false);
  ASSERT_TRUE(Ask(*line, invitation.code(), MakeNodeKey().value()).ok());
  const grpc::Status used = Ask(*line, invitation.code(), MakeNodeKey().value());
  const grpc::Status unknown = Ask(*line, "AAAAAAAAAAAAAAAAAAAAAAAAAA", MakeNodeKey().value());
  for (const grpc::Status& status : {used, unknown}) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
    EXPECT_EQ(ReasonOnTheWire(status), "BAD_ENROLLMENT_CODE");
    EXPECT_EQ(status.error_message(), unknown.error_message());
  }
}

TEST_F(EnrollmentServiceTest, GuessingIsSlowedDown) {
  const auto line = LineTo(joining_port_, city_bundle_, false);
  const NodeKey key = MakeNodeKey().value();
  grpc::Status status;
  for (int i = 0; i <= kJoiningBurst; ++i) status = Ask(*line, "WRONG", key);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(HasRetryInfo(status));
}

TEST_F(EnrollmentServiceTest, EachAddressHasItsOwnCalls) {
  const auto stranger = LineTo(joining_port_, city_bundle_, false);
  v1::InviteNodeResponse invited;
  v1::IssueCertificateResponse issued;
  v1::RenewCertificateResponse renewed;
  EXPECT_EQ(Invite(*stranger, Describe(kUnionOrg, "union"), invited).error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(Issue(*stranger, Describe(kUnionOrg, "union"), issued).error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(Renew(*stranger, MakeNodeKey().value(), renewed).error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
  const auto node = LineTo(nodes_port_, city_bundle_, true);
  EXPECT_EQ(Ask(*node, "WRONG", MakeNodeKey().value()).error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(EnrollmentServiceTest, ADistrictGetsNoCertificateOutsideOfItsSubtree) {
  const auto district = LineTo(nodes_port_, BundleOf("gongye", kUnionOrg), true);
  v1::IssueCertificateResponse issued;
  for (const char* const org : {kOtherUnionOrg, kOtherUnitOrg, kCenterOrg, kCityOrg}) {
    const grpc::Status status = Issue(*district, Describe(org, "forged"), issued);
    EXPECT_EQ(ReasonOnTheWire(status), "NOT_PERMITTED") << org;
  }
  EXPECT_EQ(issued.certificate_pem(), "");
  EXPECT_EQ(EntriesOf(v1::ACTION_ENROLL).size(), 4u);
  // Nor does it invite, or revoke, anybody there.
  v1::InviteNodeResponse invited;
  EXPECT_EQ(ReasonOnTheWire(Invite(*district, Describe(kOtherUnionOrg, "x"), invited)),
            "NOT_PERMITTED");
  grpc::ClientContext context;
  v1::RevokeNodeRequest revoke;
  revoke.set_node("hz.fuyang/fuyang");
  revoke.set_reason("why not");
  v1::RevokeNodeResponse revoked;
  EXPECT_EQ(ReasonOnTheWire(district->RevokeNode(&context, revoke, &revoked)), "NOT_PERMITTED");
}

TEST_F(EnrollmentServiceTest, ADeskApprovesNobody) {
  const auto desk = LineTo(nodes_port_, BundleOf("desk", kUnionOrg, NodeKind::kDesk), true);
  v1::IssueCertificateResponse issued;
  EXPECT_EQ(ReasonOnTheWire(Issue(*desk, Describe(kUnionOrg, "desk", v1::NODE_KIND_DESK), issued)),
            "NOT_PERMITTED");
  v1::InviteNodeResponse invited;
  EXPECT_EQ(ReasonOnTheWire(Invite(*desk, Describe(kUnionOrg, "x"), invited)), "SIGN_IN_REQUIRED");
}

TEST_F(EnrollmentServiceTest, ANodeRenewsWhatItHas) {
  const TlsBundle old = BundleOf("gongye", kUnionOrg);
  const NodeKey key = MakeNodeKey().value();
  v1::RenewCertificateResponse renewed;
  const grpc::Status status = Renew(*LineTo(nodes_port_, old, true), key, renewed);
  ASSERT_TRUE(status.ok()) << status.error_message();
  const auto bundle =
      CheckBundle({renewed.ca_pem(), renewed.certificate_pem(), key.key_pem}, "test", absl::Now());
  ASSERT_TRUE(bundle.ok()) << bundle.status();
  EXPECT_EQ(bundle->identity, old.identity);
  EXPECT_EQ(bundle->facts.dns_names, old.facts.dns_names);
  EXPECT_NE(bundle->facts.serial, old.facts.serial);
}

TEST_F(EnrollmentServiceTest, ARevokedNodeIsRefusedWithItsNextCall) {
  const TlsBundle bundle = BundleOf("gongye", kUnionOrg);
  const auto line = LineTo(nodes_port_, bundle, true);
  v1::RenewCertificateResponse renewed;
  ASSERT_TRUE(Renew(*line, MakeNodeKey().value(), renewed).ok());
  grpc::ClientContext context;
  v1::RevokeNodeRequest revoke;
  revoke.set_node("hz.gongye/gongye");
  revoke.set_serial(bundle.facts.serial);
  revoke.set_reason("lost");
  v1::RevokeNodeResponse revoked;
  const grpc::Status status =
      LineTo(nodes_port_, city_bundle_, true)->RevokeNode(&context, revoke, &revoked);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(ReasonOnTheWire(Renew(*line, MakeNodeKey().value(), renewed)), "CERTIFICATE_REVOKED");
}

TEST_F(EnrollmentServiceTest, ARenewedCertificateIsUsedWithoutARestart) {
  ASSERT_TRUE(ServerShows(city_bundle_.facts.serial));
  CertificateKeeper keeper(
      folder_ + "/hz-city", ahead_,
      [&](const std::string& csr) -> absl::StatusOr<CertificateKeeper::Renewed> {
        NodeCertificateRequest request;
        request.org = kCityOrg;
        request.node_name = "city";
        request.dns_names = {"city.example"};
        request.now = absl::Now();
        auto result = SignCsr(folder_ + "/ca", csr, request);
        if (!result.ok()) return result.status();
        return CertificateKeeper::Renewed{result->certificate_pem, result->ca_pem};
      });
  const auto before = LineTo(nodes_port_, BundleOf("gongye", kUnionOrg), true);
  v1::RenewCertificateResponse renewed;
  ASSERT_TRUE(Renew(*before, MakeNodeKey().value(), renewed).ok());
  ahead_.ahead_seconds = 300 * 24 * 3600;  // the fixture's certificates live a year
  const auto done = keeper.RenewIfDue();
  ASSERT_TRUE(done.ok()) << done.status();
  ASSERT_TRUE(*done);
  const auto fresh = LoadBundle(folder_ + "/hz-city", absl::Now());
  ASSERT_TRUE(fresh.ok()) << fresh.status();
  EXPECT_TRUE(ServerShows(fresh->facts.serial));
  // Connections that are open stay.
  EXPECT_TRUE(Renew(*before, MakeNodeKey().value(), renewed).ok());
}

TEST_F(EnrollmentServiceTest, WithoutACertificateOfTheCityThereIsNothing) {
  v1::RenewCertificateResponse renewed;
  const NodeKey key = MakeNodeKey().value();
  EXPECT_EQ(Renew(*LineTo(nodes_port_, city_bundle_, false), key, renewed).error_code(),
            grpc::StatusCode::UNAVAILABLE);
  // Of another authority of the same name, which the caller trusts instead of ours, and besides.
  ASSERT_TRUE(InitAuthority(folder_ + "/forged", "test", absl::Now()).ok());
  NodeCertificateRequest request;
  request.org = kUnionOrg;
  request.node_name = "gongye";
  request.now = absl::Now();
  ASSERT_TRUE(IssueCertificate(folder_ + "/forged", request, folder_ + "/forger").ok());
  TlsBundle forger = LoadBundle(folder_ + "/forger", absl::Now()).value();
  EXPECT_FALSE(Renew(*LineTo(nodes_port_, forger, true), key, renewed).ok());
  forger.ca_pem = city_bundle_.ca_pem;
  EXPECT_EQ(Renew(*LineTo(nodes_port_, forger, true), key, renewed).error_code(),
            grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(renewed.certificate_pem(), "");
}

TEST_F(EnrollmentServiceTest, OldTlsIsRefused) {
  for (const int port : {nodes_port_, joining_port_}) {
    EXPECT_EQ(HandshakeWith(port, TLS1_VERSION), "");
    EXPECT_EQ(HandshakeWith(port, TLS1_1_VERSION), "");
  }
  // Only there does a handshake succeed without a certificate.
  EXPECT_EQ(HandshakeWith(joining_port_, TLS1_2_VERSION), "TLSv1.2");
  EXPECT_EQ(HandshakeWith(joining_port_, TLS1_3_VERSION), "TLSv1.3");
  EXPECT_EQ(HandshakeWith(nodes_port_, TLS1_2_VERSION), "");
}

TEST(AddressToCountTest, IsTheSubscriber) {
  EXPECT_EQ(AddressToCount("ipv4:192.0.2.7:4711"), "192.0.2.7");
  EXPECT_EQ(AddressToCount("ipv6:%5B2001:db8:1:2:3:4:5:6%5D:4711"), "2001:db8:1:2::");
  EXPECT_EQ(AddressToCount("ipv6:[2001:db8:1:2:ffff::1]:4711"), "2001:db8:1:2::");
  EXPECT_EQ(AddressToCount("ipv6:%5Bfe80::1%25eth0%5D:4711"), "fe80::");
  EXPECT_EQ(AddressToCount("unix:/run/x"), "unix:/run/x");
}

}  // namespace
}  // namespace bangfu::server
