#include <arpa/inet.h>

#include <array>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "server/service/enrollment_service.h"
#include "server/service/status_mapping.h"

namespace bangfu::server {
namespace {

constexpr size_t kIpv6Bytes = 16;
constexpr size_t kSubscriberBytes = 8;  // of an IPv6 address: the network of one subscriber

// "2001:db8::7" becomes "2001:db8::".
std::string NetworkOf(const std::string& address) {
  std::array<unsigned char, kIpv6Bytes> bytes;
  std::array<char, INET6_ADDRSTRLEN> text = {};
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return address;
  for (size_t i = kSubscriberBytes; i < bytes.size(); ++i) bytes[i] = 0;
  inet_ntop(AF_INET6, bytes.data(), text.data(), static_cast<socklen_t>(text.size()));
  return text.data();
}

}  // namespace

std::string AddressToCount(absl::string_view peer) {
  const size_t port = peer.rfind(':');
  if (absl::ConsumePrefix(&peer, "ipv4:")) return std::string(peer.substr(0, peer.rfind(':')));
  if (!absl::ConsumePrefix(&peer, "ipv6:") || port == absl::string_view::npos) {
    return std::string(peer);
  }
  std::string address = absl::StrReplaceAll(peer.substr(0, peer.rfind(':')),
                                            {{"%5B", ""}, {"%5D", ""}, {"[", ""}, {"]", ""}});
  address = address.substr(0, address.find('%'));  // without the zone
  return NetworkOf(address);
}

absl::Status JoiningService::Admit(const grpc::ServerContext& context) {
  const absl::Time now = clock_.Now();
  const absl::Status of_address = of_address_.Take(AddressToCount(context.peer()), now);
  return of_address.ok() ? of_all_.Take("", now) : of_address;
}

grpc::Status JoiningService::Finish(absl::string_view method, absl::Time start,
                                    const absl::Status& status) {
  const std::string milliseconds = absl::StrCat(absl::ToInt64Milliseconds(clock_.Now() - start));
  const std::string name(method);
  if (status.ok()) {
    log_.Info("call", {{"method", name}, {"caller", "?"}, {"ms", milliseconds}});
  } else {
    log_.Error("call", status, {{"method", name}, {"caller", "?"}, {"ms", milliseconds}});
  }
  return ToGrpc(status);
}

grpc::Status JoiningService::RequestEnrollment(grpc::ServerContext* context,
                                               const v1::RequestEnrollmentRequest* request,
                                               v1::RequestEnrollmentResponse* response) {
  const absl::Time start = clock_.Now();
  absl::Status status = Admit(*context);
  if (status.ok()) {
    auto result = desk_.Request(context->peer(), *request);
    status = result.status();
    if (status.ok()) *response = *std::move(result);
  }
  return Finish("RequestEnrollment", start, status);
}

grpc::Status JoiningService::CollectCertificate(grpc::ServerContext* context,
                                                const v1::CollectCertificateRequest* request,
                                                v1::CollectCertificateResponse* response) {
  const absl::Time start = clock_.Now();
  absl::Status status = Admit(*context);
  if (status.ok()) {
    auto result = desk_.Collect(context->peer(), *request);
    status = result.status();
    if (status.ok()) *response = *std::move(result);
  }
  return Finish("CollectCertificate", start, status);
}

}  // namespace bangfu::server
