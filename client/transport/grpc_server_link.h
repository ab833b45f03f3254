#ifndef BANGFU_CLIENT_TRANSPORT_GRPC_SERVER_LINK_H_
#define BANGFU_CLIENT_TRANSPORT_GRPC_SERVER_LINK_H_

#include <grpcpp/channel.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/transport/cancellation.h"
#include "client/transport/link_credentials.h"
#include "client/transport/server_address.h"
#include "client/transport/server_link.h"

namespace bangfu::client {

// The line over gRPC with mutual TLS. Each call has a deadline and is tried up to
// limits::kMaxCallAttempts times while the answer is UNAVAILABLE, with growing pauses; nothing else
// is tried again. A pull that breaks off goes on after the last batch that was taken, and its tries
// count anew.
class GrpcServerLink final : public ServerLink {
 public:
  // `address` is host:port. `name_override` is the name that the server's certificate must carry
  // when it is not the host of the address (tunnels, tests). Nothing is sent yet.
  // INVALID_ARGUMENT: the address cannot be read.
  static absl::StatusOr<std::unique_ptr<GrpcServerLink>> Connect(
      absl::string_view address, LinkCredentials credentials,
      std::optional<std::string> name_override = std::nullopt);

  absl::StatusOr<v1::HandshakeResponse> Handshake() override;
  absl::StatusOr<std::vector<v1::Outcome>> Push(const std::vector<v1::Change>& changes) override;
  absl::Status Pull(absl::string_view cursor, OnBatch on_batch) override;
  absl::StatusOr<std::optional<v1::OrgTree>> GetOrgTree(int64_t known_version) override;
  absl::StatusOr<std::optional<v1::PolicySet>> GetPolicySet(int64_t known_version) override;
  absl::StatusOr<v1::Conflict> GetConflict(absl::string_view id) override;
  absl::StatusOr<v1::ListConflictsResponse> ListConflicts(
      const v1::ListConflictsRequest& query) override;
  absl::StatusOr<v1::GetArchiveResponse> GetArchive(absl::string_view id) override;
  absl::StatusOr<v1::ListArchivesResponse> ListArchives(
      const v1::ListArchivesRequest& query) override;
  void Cancel() override { cancellation_.Cancel(); }

 private:
  GrpcServerLink(ServerAddress address, std::string expected_name, LinkCredentials credentials,
                 std::shared_ptr<grpc::Channel> channel);

  // Runs attempt(grpc::ClientContext*, Response*) -> grpc::Status until it is not UNAVAILABLE or
  // the tries are up.
  template <typename Response, typename Attempt>
  absl::StatusOr<Response> Call(Attempt attempt);
  // What a failed call means for the user.
  absl::Status Explain(const grpc::Status& status);

  const ServerAddress address_;
  const std::string expected_name_;
  const LinkCredentials credentials_;
  const std::shared_ptr<grpc::Channel> channel_;
  Cancellation cancellation_;
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_TRANSPORT_GRPC_SERVER_LINK_H_
