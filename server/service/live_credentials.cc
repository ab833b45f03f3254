#include "server/service/live_credentials.h"

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>

#include <mutex>
#include <string>

namespace bangfu::server {
namespace {

// gRPC's C++ credentials keep the bundle that they were made with; the ones of its core ask for it
// at every handshake.
class LiveCredentials final : public grpc::ServerCredentials {
 public:
  LiveCredentials(LiveBundle& bundle, ClientCertificates clients)
      : bundle_(bundle),
        credentials_(grpc_ssl_server_credentials_create_with_options(
            grpc_ssl_server_credentials_create_options_using_config_fetcher(
                clients == ClientCertificates::kRequired
                    ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                    : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE,
                &LiveCredentials::Fetch, this))) {}
  ~LiveCredentials() override { grpc_server_credentials_release(credentials_); }

  // Who calls is asked for in each call; no processor is ever set.
  void SetAuthMetadataProcessor(const std::shared_ptr<grpc::AuthMetadataProcessor>&) override {}

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), credentials_);
  }

  static grpc_ssl_certificate_config_reload_status Fetch(
      void* self, grpc_ssl_server_certificate_config** config) {
    return static_cast<LiveCredentials*>(self)->Fetch(config);
  }

  grpc_ssl_certificate_config_reload_status Fetch(grpc_ssl_server_certificate_config** config) {
    const std::shared_ptr<const TlsBundle> bundle = bundle_.Current();
    const std::lock_guard<std::mutex> lock(mutex_);
    if (bundle == given_) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    const grpc_ssl_pem_key_cert_pair pair{bundle->key_pem.c_str(), bundle->cert_pem.c_str()};
    *config = grpc_ssl_server_certificate_config_create(bundle->ca_pem.c_str(), &pair, 1);
    given_ = bundle;
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
  }

  LiveBundle& bundle_;
  std::mutex mutex_;
  std::shared_ptr<const TlsBundle> given_;  // guarded by mutex_
  grpc_server_credentials* const credentials_;
};

}  // namespace

std::shared_ptr<grpc::ServerCredentials> LiveServerCredentials(LiveBundle& bundle,
                                                               ClientCertificates clients) {
  return std::make_shared<LiveCredentials>(bundle, clients);
}

}  // namespace bangfu::server
