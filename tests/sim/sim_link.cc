#include "tests/sim/sim_link.h"

#include <utility>

#include "base/error.h"
#include "domain/rules/org_tree.h"
#include "tests/sim/sim_node.h"

namespace bangfu::sim {
namespace {

constexpr int kPullBatch = 4;  // records in one batch: few, so that small worlds have several

absl::Status Unreachable() { return absl::UnavailableError("the line is broken"); }

absl::Status NotSimulated() { return absl::UnimplementedError("not part of the simulation"); }

absl::Status UnknownCaller(absl::string_view node) {
  return ErrorBuilder(absl::StatusCode::kUnauthenticated, v1::ERROR_REASON_UNKNOWN_NODE,
                      {"证书所属单位不在组织字典中。", "The certificate names no org."})
      .With("node", node)
      .Build();
}

}  // namespace

std::optional<Fault> SimLink::NextFault() {
  if (!fault_.has_value() || calls_left_-- > 0) return std::nullopt;
  return std::exchange(fault_, std::nullopt);
}

// As the service does: a certificate of an org that the tree does not know is refused.
absl::Status SimLink::CheckCaller() const {
  const bool known = server_.orgs().Find(caller_.org) != nullptr;
  return known && domain::IsWithin(caller_.org, server_.self().org) ? absl::OkStatus()
                                                                    : UnknownCaller(caller_.node);
}

template <typename Answer, typename Call>
absl::StatusOr<Answer> SimLink::Through(Call call) {
  if (partitioned_) return Unreachable();
  const std::optional<Fault> fault = NextFault();
  if (fault == Fault::kLoseRequest || fault == Fault::kCutPull) return Unreachable();
  if (absl::Status status = CheckCaller(); !status.ok()) return status;
  absl::StatusOr<Answer> answer = call();
  if (fault == Fault::kDuplicate) answer = call();
  if (fault == Fault::kLoseAnswer) return Unreachable();
  return answer;
}

absl::StatusOr<v1::HandshakeResponse> SimLink::Handshake(const v1::HandshakeRequest& about_us) {
  return Through<v1::HandshakeResponse>([&] { return server_.Handshake(caller_, about_us); });
}

absl::StatusOr<std::vector<v1::Outcome>> SimLink::Push(const std::vector<v1::Change>& changes,
                                                       const client::PushNote& note) {
  server::Principal writer = caller_;
  writer.replica = note.replica_id;
  auto outcomes = Through<std::vector<v1::Outcome>>(
      [&] { return server_.Push(writer, changes, note.reoffers); });
  if (outcomes.ok() && on_pushed_) on_pushed_();
  return outcomes;
}

absl::Status SimLink::Pull(absl::string_view cursor, OnBatch on_batch) {
  if (partitioned_) return Unreachable();
  const std::optional<Fault> fault = NextFault();
  if (fault == Fault::kLoseRequest) return Unreachable();
  if (absl::Status status = CheckCaller(); !status.ok()) return status;
  server_.NoteCursor(caller_, cursor);
  std::string place(cursor);
  for (;;) {
    auto batch = server_.Pull(caller_, place, kPullBatch);
    if (!batch.ok()) return batch.status();
    if (fault == Fault::kLoseAnswer) return Unreachable();
    const bool caught_up = batch->caught_up();
    std::string next = batch->next_cursor();
    if (absl::Status status = on_batch(*batch); !status.ok()) return status;
    if (on_batch_end_) on_batch_end_();
    if (caught_up) return absl::OkStatus();
    if (fault == Fault::kCutPull || partitioned_) return Unreachable();
    if (next == place) return absl::InternalError("the pull stands still");
    place = std::move(next);
  }
}

absl::StatusOr<v1::GetDigestResponse> SimLink::GetDigest(const v1::GetDigestRequest& request) {
  return Through<v1::GetDigestResponse>([&] { return server_.GetDigest(caller_, request); });
}

absl::StatusOr<v1::GetRecordsResponse> SimLink::GetRecords(const std::vector<std::string>& ids) {
  v1::GetRecordsRequest request;
  *request.mutable_ids() = {ids.begin(), ids.end()};
  v1::GetRecordsResponse all;
  while (request.ids_size() > 0) {
    auto part =
        Through<v1::GetRecordsResponse>([&] { return server_.GetRecords(caller_, request); });
    if (!part.ok()) return part.status();
    *request.mutable_ids() = part->omitted_ids();
    part->clear_omitted_ids();
    all.MergeFrom(*part);
  }
  return all;
}

absl::StatusOr<std::vector<v1::Receipt>> SimLink::GetReceipts(
    const std::vector<std::string>& change_ids) {
  v1::GetReceiptsRequest request;
  *request.mutable_change_ids() = {change_ids.begin(), change_ids.end()};
  auto response =
      Through<v1::GetReceiptsResponse>([&] { return server_.GetReceipts(caller_, request); });
  if (!response.ok()) return response.status();
  return std::vector<v1::Receipt>(response->receipts().begin(), response->receipts().end());
}

absl::StatusOr<std::optional<v1::OrgTree>> SimLink::GetOrgTree(int64_t known_version) {
  auto tree = Through<v1::OrgTree>([&] { return server_.GetOrgTree(); });
  if (!tree.ok()) return tree.status();
  if (tree->version() == known_version) return std::optional<v1::OrgTree>();
  return std::optional<v1::OrgTree>(*std::move(tree));
}

absl::StatusOr<std::optional<v1::Directory>> SimLink::GetDirectory(int64_t known_version) {
  auto directory = Through<v1::Directory>(
      [&] { return absl::StatusOr<v1::Directory>(server_.GetDirectory(caller_)); });
  if (!directory.ok()) return directory.status();
  if (directory->version() == known_version) return std::optional<v1::Directory>();
  return std::optional<v1::Directory>(*std::move(directory));
}

absl::StatusOr<std::optional<v1::PolicySet>> SimLink::GetPolicySet(int64_t) {
  return std::optional<v1::PolicySet>();
}

absl::StatusOr<v1::Conflict> SimLink::GetConflict(absl::string_view id) {
  return Through<v1::Conflict>([&] { return server_.GetConflict(caller_, id); });
}

absl::StatusOr<v1::ListConflictsResponse> SimLink::ListConflicts(
    const v1::ListConflictsRequest& query) {
  return Through<v1::ListConflictsResponse>([&] { return server_.ListConflicts(caller_, query); });
}

absl::StatusOr<v1::GetArchiveResponse> SimLink::GetArchive(absl::string_view) {
  return NotSimulated();
}

absl::StatusOr<v1::ListArchivesResponse> SimLink::ListArchives(const v1::ListArchivesRequest&) {
  return NotSimulated();
}

}  // namespace bangfu::sim
