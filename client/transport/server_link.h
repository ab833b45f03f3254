#ifndef BANGFU_CLIENT_TRANSPORT_SERVER_LINK_H_
#define BANGFU_CLIENT_TRANSPORT_SERVER_LINK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bangfu/v1/archive_service.pb.h"
#include "bangfu/v1/change.pb.h"
#include "bangfu/v1/conflict_service.pb.h"
#include "bangfu/v1/identity.pb.h"
#include "bangfu/v1/org.pb.h"
#include "bangfu/v1/org_service.pb.h"
#include "bangfu/v1/policy.pb.h"
#include "bangfu/v1/sync_service.pb.h"

namespace bangfu::client {

// What goes with the changes of a push.
struct PushNote {
  std::string replica_id{};             // of the replica that sends; empty for a node
  std::vector<v1::Reoffer> reoffers{};  // of those changes that were answered in an earlier epoch
  std::vector<std::string> sessions{};  // of the people who made them; a server has none
};

// The line to the parent node, for clients and for servers with an upstream. Thread-safe.
//
// Errors of every call: what the server says, with its texts and reason (base/error.h);
// UNAVAILABLE when it cannot be reached, DEADLINE_EXCEEDED when it does not answer in time,
// UNAUTHENTICATED when one side does not accept the certificate of the other. After the first two
// nobody knows whether a push took effect: send it again with the same change_ids.
class ServerLink {
 public:
  // Takes one batch, and may move it away; an error ends the pull and is returned by it.
  using OnBatch = absl::FunctionRef<absl::Status(v1::PullResponse& batch)>;

  virtual ~ServerLink() = default;

  // Says whom the server takes the caller for, and its limits; the versions and capabilities in
  // `about_us` are filled in here. FAILED_PRECONDITION PROTOCOL_VERSION when the two programs do
  // not understand each other.
  virtual absl::StatusOr<v1::HandshakeResponse> Handshake(const v1::HandshakeRequest& about_us) = 0;

  // Sends changes; returns one outcome for each, same order. See TakePush for the size of a push.
  // Waits first for as long as the server asked for with its last answer.
  virtual absl::StatusOr<std::vector<v1::Outcome>> Push(const std::vector<v1::Change>& changes,
                                                        const PushNote& note) = 0;

  // Reads what changed since `cursor` (empty: everything), until the feed holds no more. Batches
  // come one after the other, each once.
  // Errors: FAILED_PRECONDITION EPOCH_CHANGED or CURSOR_TOO_OLD (compare digests, or pull from the
  //         start) · INVALID_ARGUMENT BAD_CURSOR (pull from the start)
  virtual absl::Status Pull(absl::string_view cursor, OnBatch on_batch) = 0;

  // Calls `on_more` as soon as there is something to pull after `cursor`, or the directory has
  // another version, until the line breaks,
  // Cancel is called, or `on_more` returns an error. Never returns OK.
  virtual absl::Status Watch(absl::string_view cursor, absl::FunctionRef<absl::Status()> on_more);

  // Part of one level of the hash tree over the caller's scope.
  virtual absl::StatusOr<v1::GetDigestResponse> GetDigest(const v1::GetDigestRequest& request);
  // Records by id; asks again for those that did not fit, so omitted_ids is empty.
  virtual absl::StatusOr<v1::GetRecordsResponse> GetRecords(const std::vector<std::string>& ids);
  // How far up these changes have got; those that the server does not know are left out.
  virtual absl::StatusOr<std::vector<v1::Receipt>> GetReceipts(
      const std::vector<std::string>& change_ids);
  // What the server waits for, and how its children are.
  virtual absl::StatusOr<v1::GetNodeStatusResponse> GetNodeStatus();
  // What a move of records would take from whom.
  virtual absl::StatusOr<v1::PreviewMoveResponse> PreviewMove(
      const v1::PreviewMoveRequest& request);

  // The org tree, nullopt when it is still that of `known_version`.
  virtual absl::StatusOr<std::optional<v1::OrgTree>> GetOrgTree(int64_t known_version) = 0;

  // The directory of people and nodes as far as it concerns the caller, nullopt when it is still
  // that of `known_version`.
  virtual absl::StatusOr<std::optional<v1::Directory>> GetDirectory(int64_t known_version);

  // The policy data, nullopt when they are still those of `known_version`.
  virtual absl::StatusOr<std::optional<v1::PolicySet>> GetPolicySet(int64_t known_version) = 0;

  // One entry of the conflict log, masked. NOT_FOUND outside the caller's scope too.
  virtual absl::StatusOr<v1::Conflict> GetConflict(absl::string_view id) = 0;

  // One page of the conflict log, newest first, sensitive values masked.
  virtual absl::StatusOr<v1::ListConflictsResponse> ListConflicts(
      const v1::ListConflictsRequest& query) = 0;

  // One archive by UUID or number, masked. NOT_FOUND outside the caller's scope too.
  virtual absl::StatusOr<v1::GetArchiveResponse> GetArchive(absl::string_view id) = 0;

  // One page of archives, sensitive values masked.
  virtual absl::StatusOr<v1::ListArchivesResponse> ListArchives(
      const v1::ListArchivesRequest& query) = 0;

  // Ends the calls that are under way, in other threads; they and all later ones return CANCELLED.
  virtual void Cancel() {}
};

// UNIMPLEMENTED: the server's program does not know the call.
absl::Status ServerIsTooOld();

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_TRANSPORT_SERVER_LINK_H_
