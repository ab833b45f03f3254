#ifndef BANGFU_TESTS_SIM_SIM_LINK_H_
#define BANGFU_TESTS_SIM_SIM_LINK_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "client/transport/server_link.h"
#include "server/authz/principal.h"

namespace bangfu::sim {

class SimNode;

// What a line does to a call.
enum class Fault {
  kLoseRequest,  // the server never hears of it
  kLoseAnswer,   // the server did it, the caller does not know
  kDuplicate,    // the server hears it twice, the caller gets the second answer
  kCutPull,      // a pull ends after its first batch
};

// The line from a child to its parent, within one process. It breaks as it is told.
class SimLink final : public client::ServerLink {
 public:
  // Who calls is what its certificate says.
  SimLink(SimNode& server, server::Principal caller)
      : server_(server), caller_(std::move(caller)) {}

  // Until told otherwise nothing gets through.
  void Partition(bool partitioned) { partitioned_ = partitioned; }
  // The call after `calls` others meets the fault.
  void Plan(Fault fault, int calls) {
    fault_ = fault;
    calls_left_ = calls;
  }
  void ForgetPlan() { fault_.reset(); }
  // Is asked between the batches of a pull and at its end.
  void OnBatchEnd(std::function<void()> hook) { on_batch_end_ = std::move(hook); }
  // Called after every push that was answered, before its answer arrives.
  void OnPushed(std::function<void()> hook) { on_pushed_ = std::move(hook); }

  absl::StatusOr<v1::HandshakeResponse> Handshake(const v1::HandshakeRequest& about_us) override;
  absl::StatusOr<std::vector<v1::Outcome>> Push(const std::vector<v1::Change>& changes,
                                                const client::PushNote& note) override;
  absl::Status Pull(absl::string_view cursor, OnBatch on_batch) override;
  absl::StatusOr<v1::GetDigestResponse> GetDigest(const v1::GetDigestRequest& request) override;
  absl::StatusOr<v1::GetRecordsResponse> GetRecords(const std::vector<std::string>& ids) override;
  absl::StatusOr<std::vector<v1::Receipt>> GetReceipts(
      const std::vector<std::string>& change_ids) override;
  absl::StatusOr<std::optional<v1::OrgTree>> GetOrgTree(int64_t known_version) override;
  absl::StatusOr<std::optional<v1::Directory>> GetDirectory(int64_t known_version) override;
  absl::StatusOr<std::optional<v1::PolicySet>> GetPolicySet(int64_t known_version) override;
  absl::StatusOr<v1::Conflict> GetConflict(absl::string_view id) override;
  absl::StatusOr<v1::ListConflictsResponse> ListConflicts(
      const v1::ListConflictsRequest& query) override;
  absl::StatusOr<v1::GetArchiveResponse> GetArchive(absl::string_view id) override;
  absl::StatusOr<v1::ListArchivesResponse> ListArchives(
      const v1::ListArchivesRequest& query) override;

 private:
  // One call with whatever the line does to it.
  template <typename Answer, typename Call>
  absl::StatusOr<Answer> Through(Call call);
  // The fault that this call meets.
  std::optional<Fault> NextFault();
  absl::Status CheckCaller() const;

  SimNode& server_;
  const server::Principal caller_;
  bool partitioned_ = false;
  std::optional<Fault> fault_;
  int calls_left_ = 0;
  std::function<void()> on_batch_end_;
  std::function<void()> on_pushed_;
};

}  // namespace bangfu::sim

#endif  // BANGFU_TESTS_SIM_SIM_LINK_H_
