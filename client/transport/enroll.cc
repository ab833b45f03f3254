#include "client/transport/enroll.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "bangfu/v1/enrollment_service.grpc.pb.h"
#include "base/error.h"
#include "base/limits.h"
#include "client/transport/grpc_status.h"
#include "client/transport/grpc_streams.h"
#include "client/transport/retry_delay.h"
#include "client/transport/server_address.h"
#include "server/tls/bundle.h"
#include "server/tls/credential_folder.h"
#include "server/tls/node_key.h"

namespace bangfu::client {
namespace {

constexpr char kWaitingSuffix[] = ".joining";

// "tls/" and "tls" are one folder.
std::string WithoutSlash(std::string dir) {
  while (dir.size() > 1 && dir.back() == '/') dir.pop_back();
  return dir;
}

// The key of this node: the one that has asked already, or a new one.
absl::StatusOr<server::NodeKey> KeyIn(const std::string& folder) {
  std::error_code error;
  if (std::filesystem::exists(folder, error)) {
    const absl::StatusOr<std::string> key = server::ReadCredential(folder, server::kNodeKeyFile);
    if (!key.ok()) return key.status();
    return server::NodeKeyOf(*key);
  }
  absl::StatusOr<server::NodeKey> key = server::MakeNodeKey();
  if (!key.ok()) return key;
  const absl::Status kept =
      server::PublishFolder(folder, {{server::kNodeKeyFile, key->key_pem, /*secret=*/true}});
  if (!kept.ok()) return kept;
  return key;
}

absl::StatusOr<std::unique_ptr<v1::EnrollmentService::Stub>> StubFor(
    const v1::InviteNodeResponse& invitation, const JoinOptions& options) {
  const auto address = ParseServerAddress(invitation.address());
  if (!address.ok()) return address.status();
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = invitation.ca_pem();
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);  // we ask again ourselves
  if (options.name_override) arguments.SetSslTargetNameOverride(*options.name_override);
  return v1::EnrollmentService::NewStub(
      grpc::CreateCustomChannel(invitation.address(), grpc::SslCredentials(tls), arguments));
}

absl::Status SaidNo() {
  return UserError(absl::StatusCode::kPermissionDenied,
                   {"入网申请被拒绝或邀请已撤回；请联系管理员。",
                    "The request to join was refused, or the invitation was taken back; ask the "
                    "administrator."});
}

// Writes the bundle when it is what was asked for.
absl::Status Keep(const v1::InviteNodeResponse& invitation,
                  const v1::CollectCertificateResponse& collected, const server::NodeKey& key,
                  const std::string& dir) {
  const absl::Time now = absl::Now();
  const server::NewBundle bundle{collected.ca_pem(), collected.certificate_pem(), key.key_pem};
  absl::StatusOr<server::TlsBundle> checked = server::CheckBundle(bundle, dir, now);
  // Who signed it must be whom the invitation trusts, not only whom the answer names.
  if (checked.ok()) {
    checked = server::CheckBundle({invitation.ca_pem(), bundle.cert_pem, bundle.key_pem}, dir, now);
  }
  if (!checked.ok()) return checked.status();
  const v1::NodeDescription& node = invitation.enrollment().node();
  const bool is_desk = checked->identity.kind == server::NodeKind::kDesk;
  if (checked->identity.org != node.org() || checked->identity.node != node.node() ||
      is_desk != (node.kind() == v1::NODE_KIND_DESK)) {
    return UserError(absl::StatusCode::kFailedPrecondition,
                     {"得到的证书不是邀请所写节点的证书；请联系管理员。",
                      "The certificate is not for the node of the invitation; ask the "
                      "administrator."});
  }
  return server::PublishFolder(dir,
                               {{server::kNodeKeyFile, key.key_pem, /*secret=*/true},
                                {server::kNodeCertificateFile, bundle.cert_pem, /*secret=*/false},
                                {server::kAuthorityCertificateFile, bundle.ca_pem,
                                 /*secret=*/false}});
}

absl::Status CheckFolderIsFree(const std::string& dir) {
  std::error_code error;
  const bool taken = std::filesystem::exists(dir, error) && !std::filesystem::is_empty(dir, error);
  if (!taken) return absl::OkStatus();
  return UserError(absl::StatusCode::kAlreadyExists,
                   {absl::StrCat(dir, " 已有证书，不会覆盖；请换一个文件夹，或先移走它"),
                    absl::StrCat(dir,
                                 " holds certificates already, nothing is overwritten; choose "
                                 "another folder or move it away")});
}

}  // namespace

absl::StatusOr<JoinResult> Join(const v1::InviteNodeResponse& invitation,
                                const JoinOptions& options,
                                absl::FunctionRef<void(const v1::Enrollment&)> on_asked) {
  const std::string dir = WithoutSlash(options.tls_dir);
  const std::string waiting = absl::StrCat(dir, kWaitingSuffix);
  if (const absl::Status free = CheckFolderIsFree(dir); !free.ok()) return free;
  const absl::StatusOr<server::NodeKey> key = KeyIn(waiting);
  if (!key.ok()) return key.status();
  const auto stub = StubFor(invitation, options);
  if (!stub.ok()) return stub.status();

  v1::RequestEnrollmentRequest ask;
  ask.set_code(invitation.code());
  ask.set_csr_pem(key->csr_pem);
  v1::RequestEnrollmentResponse asked;
  grpc::ClientContext asking;
  SetDeadline(asking, limits::kCallTimeout);
  grpc::Status answer = (*stub)->RequestEnrollment(&asking, ask, &asked);
  if (!answer.ok()) return FromGrpcStatus(answer);
  asked.mutable_enrollment()->set_key_fingerprint(key->fingerprint);
  on_asked(asked.enrollment());

  v1::CollectCertificateRequest collect;
  collect.set_code(invitation.code());
  collect.set_csr_pem(key->csr_pem);
  const absl::Time end = absl::Now() + options.wait;
  for (;;) {
    v1::CollectCertificateResponse collected;
    grpc::ClientContext collecting;
    SetDeadline(collecting, limits::kCallTimeout);
    answer = (*stub)->CollectCertificate(&collecting, collect, &collected);
    const absl::Status status = FromGrpcStatus(answer);
    if (!answer.ok() && !MayPass(status)) return status;
    if (answer.ok()) {
      const v1::EnrollmentState state = collected.enrollment().state();
      if (state == v1::ENROLLMENT_STATE_REJECTED) return SaidNo();
      if (state == v1::ENROLLMENT_STATE_APPROVED) {
        if (const absl::Status kept = Keep(invitation, collected, *key, dir); !kept.ok()) {
          return kept;
        }
        std::error_code ignored;  // the key is in its place; a copy beside it is only untidy
        std::filesystem::remove_all(waiting, ignored);
        return JoinResult::kJoined;
      }
    }
    const absl::Duration pause = std::max(options.poll_interval, RetryDelayOf(status));
    if (absl::Now() + pause > end) return JoinResult::kWaiting;
    absl::SleepFor(pause);
  }
}

}  // namespace bangfu::client
