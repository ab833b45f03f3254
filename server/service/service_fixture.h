#ifndef BANGFU_SERVER_SERVICE_SERVICE_FIXTURE_H_
#define BANGFU_SERVER_SERVICE_SERVICE_FIXTURE_H_

#include <grpcpp/create_channel.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "server/service/read_services.h"
#include "server/service/sync_service.h"
#include "server/sync/sync_fixture.h"
#include "server/tls/bundle.h"
#include "server/tls/certificate_authority.h"

namespace bangfu::server {

// What one node's certificate opens.
struct Caller {
  explicit Caller(const std::shared_ptr<grpc::Channel>& channel)
      : archives(v1::ArchiveService::NewStub(channel)),
        conflicts(v1::ConflictService::NewStub(channel)),
        orgs(v1::OrgService::NewStub(channel)),
        sync(v1::SyncService::NewStub(channel)) {}

  std::unique_ptr<v1::ArchiveService::Stub> archives;
  std::unique_ptr<v1::ConflictService::Stub> conflicts;
  std::unique_ptr<v1::OrgService::Stub> orgs;
  std::unique_ptr<v1::SyncService::Stub> sync;
};

// The services of the city over mutual TLS.
class ServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
    ASSERT_TRUE(InitAuthority(folder_ + "/ca", "test", absl::Now()).ok());
    ASSERT_TRUE(orgs_.Replace(HangzhouOrgs().proto()).ok());
    const TlsBundle bundle = BundleOf("city", kCityOrg);
    grpc::SslServerCredentialsOptions tls(
        GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    tls.pem_root_certs = bundle.ca_pem;
    tls.pem_key_cert_pairs.push_back({bundle.key_pem, bundle.cert_pem});
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &port_);
    builder.RegisterService(&archive_service_);
    builder.RegisterService(&conflict_service_);
    builder.RegisterService(&org_service_);
    builder.RegisterService(&sync_service_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
  }
  void TearDown() override {
    if (server_ != nullptr) server_->Shutdown(std::chrono::system_clock::now());
    std::filesystem::remove_all(folder_);
  }

  TlsBundle BundleOf(const std::string& name, const std::string& org) {
    NodeCertificateRequest request;
    request.node_name = name;
    request.org = org;
    request.dns_names = {"city.example"};
    request.now = absl::Now();
    const absl::Status issued =
        IssueCertificate(folder_ + "/ca", request, absl::StrCat(folder_, "/", name));
    EXPECT_TRUE(issued.ok()) << issued;
    auto bundle = LoadBundle(absl::StrCat(folder_, "/", name), absl::Now());
    EXPECT_TRUE(bundle.ok()) << bundle.status();
    return bundle.value_or(TlsBundle());
  }

  Caller CallerOf(const std::string& name, const std::string& org) {
    const TlsBundle bundle = BundleOf(name, org);
    grpc::SslCredentialsOptions tls;
    tls.pem_root_certs = bundle.ca_pem;
    tls.pem_cert_chain = bundle.cert_pem;
    tls.pem_private_key = bundle.key_pem;
    grpc::ChannelArguments arguments;
    arguments.SetSslTargetNameOverride("city.example");
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    // The window of a stream stays 64 KiB, so that a reader that does not read stalls soon.
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    return Caller(grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", port_),
                                            grpc::SslCredentials(tls), arguments));
  }

  std::string folder_ = testing::TempDir() + "bangfu_services_XXXXXX";
  SettableClock clock_;
  ChangeMaker make_;
  TestNode city_{clock_, NodeRole{}};
  OrgDirectory orgs_{city_.store()};
  PushHandler push_{city_.store(), clock_, PersonKeyer("a key for tests"), NodeRole{}};
  EventLog log_;
  PolicyDirectory policy_{city_.store()};
  StallDetector stalls_{clock_, log_};
  Metrics metrics_;
  FeedHub feed_{FeedSourceOf(city_.store()), log_};
  Node node_{{"city", kCityOrg}, city_.store(), orgs_, policy_, push_, clock_, log_, stalls_,
             metrics_,           feed_};
  ArchiveService archive_service_{node_};
  ConflictService conflict_service_{node_};
  OrgService org_service_{node_};
  SyncService sync_service_{node_};
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_SERVICE_FIXTURE_H_
