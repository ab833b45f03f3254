// Certificates that are none of this city, or not any more; and lines that are not what they should
// be.

#include <grpcpp/create_channel.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/tls/certificate_authority.h"
#include "server/tls/openssl_handles.h"
#include "server/tls/pem.h"
#include "tests/security/forged.h"
#include "tests/security/line.h"

namespace bangfu::security {
namespace {

constexpr char kGoodUri[] = "bangfu://node/hz.fuyang/fuyang";
constexpr absl::Duration kStreamsEndWithin = absl::Seconds(5);

// A change that the district's server may bring: only the certificate is wrong.
Answer PushAs(Stage& stage, const std::string& address, const Credentials& credentials) {
  v1::Archive archive = stage.draft();
  archive.set_phone("13900000000");
  return stage.Send(address, credentials, {{stage.EditOf("fy.handler", archive, "phone")}});
}

struct WrongCertificate {
  const char* name;
  CertificateWish wish;
  bool passes_tls;  // the authority of the city has signed it, and it is in time
};

std::vector<WrongCertificate> WrongCertificates() {
  std::vector<WrongCertificate> wrong;
  const auto add = [&](const char* name, CertificateWish wish, bool passes_tls) {
    wrong.push_back({name, std::move(wish), passes_tls});
  };
  CertificateWish good;
  good.uris = {kGoodUri};
  CertificateWish wish = good;
  wish.self_signed = true;
  add("self-signed", wish, false);
  wish = good;
  wish.begins = -absl::Hours(48);
  wish.ends = -absl::Hours(1);
  add("expired", wish, false);
  wish = good;
  wish.begins = absl::Hours(24);
  wish.ends = absl::Hours(48);
  add("not valid yet", wish, false);
  wish = good;
  wish.for_clients = false;
  add("not for clients", wish, false);
  for (const std::vector<std::string>& uris : std::vector<std::vector<std::string>>{
           {},
           {"https://example.org/"},
           {"bangfu://node/hz.fuyang/fuyang/x"},
           {"bangfu://node/hz.fuyang"},
           {"bangfu://node//fuyang"},
           {"bangfu://NODE/hz.fuyang/fuyang"},
           {"bangfu://other/hz.fuyang/fuyang"},
           {"bangfu://node/hz.nowhere/fuyang"},
           {"bangfu://node/elsewhere/fuyang"},
           {"bangfu://desk/hz.fuyang/fuyang", "bangfu://node/hz/city"}}) {
    wish.uris = uris;
    wish.for_clients = true;
    add(uris.empty() ? "no node in it" : uris.back().c_str(), wish, true);
    wrong.back().name = uris.empty()       ? "no node in it"
                        : uris.size() == 2 ? "two nodes in it"
                                           : "not a node of the city";
  }
  return wrong;
}

void WrongOnes(Stage& stage, std::vector<Attempt>& attempts) {
  int number = 0;
  for (const WrongCertificate& wrong : WrongCertificates()) {
    attempts.push_back({"certificate", absl::StrCat(wrong.name, " (", ++number, ")"),
                        wrong.passes_tls ? Audited::kAtCity : Audited::kNowhere, [&stage, wrong] {
                          City& city = stage.city();
                          return PushAs(stage, city.city().address,
                                        MakeCertificate(city.authority(), wrong.wish));
                        }});
  }
  attempts.push_back({"certificate", "of another authority", Audited::kNowhere, [&stage] {
                        City& city = stage.city();
                        const std::string other = city.Path("other-ca");
                        Must(server::InitAuthority(other, "security", absl::Now()), "authority");
                        CertificateWish wish;
                        wish.uris = {kGoodUri};
                        Credentials credentials = MakeCertificate(other, wish);
                        credentials.ca_pem = city.OfServer(city.city()).ca_pem;
                        return PushAs(stage, city.city().address, credentials);
                      }});
  attempts.push_back(
      {"certificate", "of a good node, signed by another good node", Audited::kNowhere, [&stage] {
         City& city = stage.city();
         const std::string folder = city.Path("node-as-ca");
         Must(server::InitAuthority(folder, "fuyang", absl::Now()), "authority");
         CertificateWish wish;
         wish.uris = {"bangfu://node/hz.center/center"};
         Credentials forged = MakeCertificate(folder, wish);
         const Credentials node = city.OfServer(city.district());
         forged.certificate_pem += node.certificate_pem;
         forged.ca_pem = node.ca_pem;
         return PushAs(stage, city.city().address, forged);
       }});
  attempts.push_back(
      {"certificate", "none", Audited::kAtCity, [&stage] {
         City& city = stage.city();
         return PushAs(stage, city.city().address, {city.OfServer(city.city()).ca_pem, "", ""});
       }});
  attempts.push_back(
      {"certificate", "of another union at a district's server", Audited::kAtDistrict, [&stage] {
         City& city = stage.city();
         return PushAs(stage, city.district().address, city.OfDesk(kIndustry, "desk"));
       }});
  attempts.push_back({"certificate", "of the district's server at itself: an operator",
                      Audited::kAtDistrict, [&stage] {
                        City& city = stage.city();
                        return PushAs(stage, city.district().address,
                                      city.OfServer(city.district()));
                      }});
  attempts.push_back(
      {"certificate", "of the city's server at itself: an operator", Audited::kAtCity, [&stage] {
         City& city = stage.city();
         return PushAs(stage, city.city().address, city.OfServer(city.city()));
       }});
}

// Revoked nodes: before the call, and while a stream is open.
void Revoked(Stage& stage, std::vector<Attempt>& attempts) {
  attempts.push_back({"revoked", "push after the revocation", Audited::kAtCity, [&stage] {
                        City& city = stage.city();
                        CertificateWish wish;
                        wish.uris = {"bangfu://node/hz.fuyang/revoked"};
                        const Credentials node = MakeCertificate(city.authority(), wish);
                        Must(city.Revoke("hz.fuyang/revoked"), "revocation");
                        return PushAs(stage, city.city().address, node);
                      }});
  attempts.push_back({"revoked", "watch open at the revocation, then a push on the same line",
                      Audited::kAtCity, [&stage]() -> Answer {
                        City& city = stage.city();
                        CertificateWish wish;
                        wish.uris = {"bangfu://node/hz.fuyang/stream"};
                        const Credentials node = MakeCertificate(city.authority(), wish);
                        const auto channel = ChannelTo(city.city().address, node);
                        const auto stub = v1::SyncService::NewStub(channel);
                        grpc::ClientContext context;
                        PrepareCall(context, "");
                        const auto stream = stub->Watch(&context, v1::WatchRequest());
                        v1::WatchResponse news;
                        if (!stream->Read(&news)) return {false, "the watch did not begin"};
                        absl::Time ended = absl::InfiniteFuture();
                        std::thread reader([&] {
                          while (stream->Read(&news)) {
                          }
                          ended = absl::Now();
                        });
                        const absl::Time revoked = absl::Now();
                        Must(city.Revoke("hz.fuyang/stream"), "revocation");
                        reader.join();
                        const grpc::Status status = stream->Finish();
                        if (ended - revoked > kStreamsEndWithin || status.ok())
                          return {false, absl::StrCat("the watch ended after ",
                                                      absl::FormatDuration(ended - revoked))};
                        v1::PushRequest request;
                        *request.add_changes() = stage.EditOf("fy.handler", stage.draft(), "phone");
                        return AnswerOf(Ask(*stub, &v1::SyncService::Stub::Push, request));
                      }});
}

// A handshake with this version of TLS at the most. True: the server agreed to it.
bool Handshakes(const std::string& address, const Credentials& credentials, int version) {
  int port = 0;
  if (!absl::SimpleAtoi(address.substr(address.rfind(':') + 1), &port)) return false;
  sockaddr_in peer{};
  peer.sin_family = AF_INET;
  peer.sin_port = htons(static_cast<uint16_t>(port));
  peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int socket_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool agreed = false;
  if (connect(socket_fd, reinterpret_cast<const sockaddr*>(&peer), sizeof peer) == 0) {
    using Context = std::unique_ptr<SSL_CTX, server::OpenSslFree<SSL_CTX_free>>;
    const Context context(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context.get(), version);
    SSL_CTX_set_cipher_list(context.get(), "ALL:@SECLEVEL=0");
    const auto certificates = Must(server::ParseCertificates(credentials.certificate_pem, ""), "");
    const auto key = Must(server::ParseKey(credentials.key_pem, ""), "");
    SSL_CTX_use_certificate(context.get(), certificates.front().get());
    SSL_CTX_use_PrivateKey(context.get(), key.get());
    constexpr unsigned char kHttp2[] = {2, 'h', '2'};
    SSL_CTX_set_alpn_protos(context.get(), kHttp2, sizeof kHttp2);
    using Line = std::unique_ptr<SSL, server::OpenSslFree<SSL_free>>;
    const Line line(SSL_new(context.get()));
    SSL_set_fd(line.get(), socket_fd);
    agreed = SSL_connect(line.get()) == 1;
  }
  close(socket_fd);
  return agreed;
}

}  // namespace

void AddForgedCertificates(Stage& stage, std::vector<Attempt>& attempts) {
  WrongOnes(stage, attempts);
  Revoked(stage, attempts);
}

void AddForgedLines(Stage& stage, std::vector<Attempt>& attempts) {
  struct Version {
    const char* name;
    int version;
  };
  for (const Version& version :
       {Version{"TLS 1.0", TLS1_VERSION}, Version{"TLS 1.1", TLS1_1_VERSION}}) {
    attempts.push_back(
        {"line", version.name, Audited::kNowhere, [&stage, version]() -> Answer {
           City& city = stage.city();
           const Credentials node = city.OfServer(city.district());
           // What is refused to an old version has to go with a present one.
           if (!Handshakes(city.city().address, node, TLS1_2_VERSION))
             return {false, "TLS 1.2 does not work either"};
           return {!Handshakes(city.city().address, node, version.version), "agreed"};
         }});
  }
  attempts.push_back({"line", "without TLS", Audited::kNowhere, [&stage] {
                        v1::PushRequest request;
                        *request.add_changes() = stage.EditOf("fy.handler", stage.draft(), "phone");
                        const auto stub = v1::SyncService::NewStub(grpc::CreateChannel(
                            stage.city().city().address, grpc::InsecureChannelCredentials()));
                        return AnswerOf(Ask(*stub, &v1::SyncService::Stub::Push, request));
                      }});
}

}  // namespace bangfu::security
