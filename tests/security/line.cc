#include "tests/security/line.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/limits.h"
#include "client/transport/grpc_status.h"

namespace bangfu::security {

std::shared_ptr<grpc::Channel> ChannelTo(const std::string& address,
                                         const Credentials& credentials) {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = credentials.ca_pem;
  tls.pem_cert_chain = credentials.certificate_pem;
  tls.pem_private_key = credentials.key_pem;
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetMaxReceiveMessageSize(limits::kMaxMessageBytes);
  return grpc::CreateCustomChannel(address, grpc::SslCredentials(tls), arguments);
}

void PrepareCall(grpc::ClientContext& context, const std::string& session) {
  context.set_deadline(absl::ToChronoTime(absl::Now() + kCallTimeout));
  if (!session.empty()) context.AddMetadata("authorization", absl::StrCat("Bearer ", session));
}

absl::Status StatusOf(const grpc::Status& status) { return client::FromGrpcStatus(status); }

}  // namespace bangfu::security
