#ifndef BANGFU_CLIENT_TRANSPORT_GRPC_SERVER_LINK_H_
#define BANGFU_CLIENT_TRANSPORT_GRPC_SERVER_LINK_H_

#include <bitset>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/transport/grpc_line.h"
#include "client/transport/link_credentials.h"
#include "client/transport/server_link.h"

namespace bangfu::client {

// The line over gRPC with mutual TLS. Each call has a deadline and is tried up to
// limits::kMaxCallAttempts times while the answer is UNAVAILABLE, or RESOURCE_EXHAUSTED with a
// RetryInfo, with growing pauses, longer ones where the server asks for them (limits::kMaxBackoff
// at most); nothing else is tried again. A pull that breaks off goes on after the last batch that
// was taken, and its tries count anew. A watch is not tried again.
//
// Calls that the server did not name among its capabilities return UNIMPLEMENTED without asking it.
// Before the first handshake nothing is known of it, and it is asked.
class GrpcServerLink final : public ServerLink {
 public:
  // As GrpcLine::Open.
  static absl::StatusOr<std::unique_ptr<GrpcServerLink>> Connect(
      absl::string_view address, LinkCredentials credentials,
      std::optional<std::string> name_override = std::nullopt);

  absl::StatusOr<v1::HandshakeResponse> Handshake(const v1::HandshakeRequest& about_us) override;
  absl::StatusOr<std::vector<v1::Outcome>> Push(const std::vector<v1::Change>& changes,
                                                const PushNote& note) override;
  absl::Status Pull(absl::string_view cursor, OnBatch on_batch) override;
  absl::Status Watch(absl::string_view cursor, absl::FunctionRef<absl::Status()> on_more) override;
  absl::StatusOr<v1::GetDigestResponse> GetDigest(const v1::GetDigestRequest& request) override;
  absl::StatusOr<v1::GetRecordsResponse> GetRecords(const std::vector<std::string>& ids) override;
  absl::StatusOr<std::vector<v1::Receipt>> GetReceipts(
      const std::vector<std::string>& change_ids) override;
  absl::StatusOr<v1::GetNodeStatusResponse> GetNodeStatus() override;
  absl::StatusOr<v1::PreviewMoveResponse> PreviewMove(
      const v1::PreviewMoveRequest& request) override;
  absl::StatusOr<std::optional<v1::OrgTree>> GetOrgTree(int64_t known_version) override;
  absl::StatusOr<std::optional<v1::Directory>> GetDirectory(int64_t known_version) override;
  absl::StatusOr<std::optional<v1::PolicySet>> GetPolicySet(int64_t known_version) override;
  absl::StatusOr<v1::Conflict> GetConflict(absl::string_view id) override;
  absl::StatusOr<v1::ListConflictsResponse> ListConflicts(
      const v1::ListConflictsRequest& query) override;
  absl::StatusOr<v1::GetArchiveResponse> GetArchive(absl::string_view id) override;
  absl::StatusOr<v1::ListArchivesResponse> ListArchives(
      const v1::ListArchivesRequest& query) override;
  void Cancel() override { line_->cancellation().Cancel(); }

 private:
  explicit GrpcServerLink(std::unique_ptr<GrpcLine> line) : line_(std::move(line)) {}

  template <typename Response, typename Attempt>
  absl::StatusOr<Response> Call(Attempt attempt) {
    return line_->Call<Response>(Tries::kPassing, attempt);
  }
  // UNIMPLEMENTED when the server said that it has not got this.
  absl::Status Require(v1::Capability capability) const;
  void Remember(const v1::HandshakeResponse& handshake);
  // Sleeps for as long as the last answer to a push asked for.
  void WaitForPush();

  const std::unique_ptr<GrpcLine> line_;

  mutable std::mutex mutex_;
  std::optional<std::bitset<v1::Capability_ARRAYSIZE>>
      capabilities_;                             // of the server; guarded by mutex_
  std::optional<int64_t> directory_version_;     // as the server told it last; guarded by mutex_
  absl::Time next_push_ = absl::InfinitePast();  // not before; guarded by mutex_
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_TRANSPORT_GRPC_SERVER_LINK_H_
