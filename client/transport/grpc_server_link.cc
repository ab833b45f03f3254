#include "client/transport/grpc_server_link.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "bangfu/v1/account_service.grpc.pb.h"
#include "bangfu/v1/archive_service.grpc.pb.h"
#include "bangfu/v1/conflict_service.grpc.pb.h"
#include "bangfu/v1/org_service.grpc.pb.h"
#include "bangfu/v1/sync_service.grpc.pb.h"
#include "base/error.h"
#include "base/limits.h"
#include "client/transport/backoff.h"
#include "client/transport/grpc_status.h"
#include "client/transport/grpc_streams.h"
#include "client/transport/retry_delay.h"

namespace bangfu::client {
namespace {

absl::Status Unintelligible() {
  return UserError(absl::StatusCode::kInternal,
                   {"服务器的应答与请求不符，没有采用；请升级两端程序后重试",
                    "the server's answer does not fit the request and was not used; update both "
                    "programs and try again"});
}

constexpr v1::Capability kOurs[] = {v1::CAPABILITY_WATCH,   v1::CAPABILITY_DIGEST,
                                    v1::CAPABILITY_RECEIPT, v1::CAPABILITY_CONFLICT_FEED,
                                    v1::CAPABILITY_REOFFER, v1::CAPABILITY_PEOPLE};

absl::Status DifferentVersions(int version) {
  const bool server_is_newer = version > limits::kProtocolVersion;
  const std::string ours =
      absl::StrCat(limits::kOldestProtocolVersion, "–", limits::kProtocolVersion);
  return ErrorBuilder(
             absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_PROTOCOL_VERSION,
             {absl::StrCat("服务器使用协议版本 ", version, "，本程序支持 ", ours, "；请升级",
                           server_is_newer ? "本程序" : "服务器"),
              absl::StrCat("the server speaks protocol version ", version, ", this program ", ours,
                           "; update ", server_is_newer ? "this program" : "the server")})
      .With("supported", ours)
      .Build();
}

bool IsKnown(v1::Verdict verdict) {
  return verdict != v1::VERDICT_UNSPECIFIED && v1::Verdict_IsValid(verdict);
}

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcServerLink>> GrpcServerLink::Connect(
    absl::string_view address, LinkCredentials credentials,
    std::optional<std::string> name_override) {
  auto line = GrpcLine::Open(address, std::move(credentials), std::move(name_override));
  if (!line.ok()) return line.status();
  return std::unique_ptr<GrpcServerLink>(new GrpcServerLink(*std::move(line)));
}

void GrpcServerLink::Remember(const v1::HandshakeResponse& handshake) {
  std::bitset<v1::Capability_ARRAYSIZE> named;
  for (const int capability : handshake.capabilities()) {
    if (v1::Capability_IsValid(capability)) named.set(static_cast<size_t>(capability));
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  capabilities_ = named;
  directory_version_ = handshake.directory_version();
}

absl::Status GrpcServerLink::Require(v1::Capability capability) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!capabilities_.has_value() || capabilities_->test(static_cast<size_t>(capability)))
    return absl::OkStatus();
  return ServerIsTooOld();
}

absl::StatusOr<v1::HandshakeResponse> GrpcServerLink::Handshake(
    const v1::HandshakeRequest& about_us) {
  auto stub = v1::SyncService::NewStub(line_->channel());
  v1::HandshakeRequest request = about_us;
  request.set_protocol_version(limits::kProtocolVersion);
  request.set_oldest_protocol_version(limits::kOldestProtocolVersion);
  request.clear_capabilities();
  for (const v1::Capability capability : kOurs) request.add_capabilities(capability);
  auto response = Call<v1::HandshakeResponse>(
      [&](auto* context, auto* answer) { return stub->Handshake(context, request, answer); });
  if (!response.ok()) return response.status();
  if (response->protocol_version() < limits::kOldestProtocolVersion ||
      response->protocol_version() > limits::kProtocolVersion) {
    return DifferentVersions(response->protocol_version());
  }
  Remember(*response);
  return response;
}

void GrpcServerLink::WaitForPush() {
  absl::Time next;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    next = next_push_;
  }
  // Bounded once more: the clock of the machine may have been set back.
  const absl::Duration wait = std::min(next - absl::Now(), limits::kMaxBackoff);
  if (wait > absl::ZeroDuration()) line_->cancellation().Sleep(wait);
}

absl::StatusOr<std::vector<v1::Outcome>> GrpcServerLink::Push(
    const std::vector<v1::Change>& changes, const PushNote& note) {
  WaitForPush();
  auto stub = v1::SyncService::NewStub(line_->channel());
  v1::PushRequest request;
  request.mutable_changes()->Reserve(static_cast<int>(changes.size()));
  for (const v1::Change& change : changes) *request.add_changes() = change;
  request.set_replica_id(note.replica_id);
  if (Require(v1::CAPABILITY_PEOPLE).ok())
    request.mutable_sessions()->Assign(note.sessions.begin(), note.sessions.end());
  if (Require(v1::CAPABILITY_REOFFER).ok())
    request.mutable_reoffers()->Assign(note.reoffers.begin(), note.reoffers.end());
  auto response = Call<v1::PushResponse>(
      [&](auto* context, auto* answer) { return stub->Push(context, request, answer); });
  if (!response.ok()) return response.status();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    next_push_ = absl::Now() + BoundedWait(response->wait());
  }
  if (response->outcomes_size() != request.changes_size()) return Unintelligible();
  for (int i = 0; i < response->outcomes_size(); ++i) {
    if (response->outcomes(i).change_id() != request.changes(i).change_id() ||
        !IsKnown(response->outcomes(i).verdict())) {
      return Unintelligible();
    }
  }
  return std::vector<v1::Outcome>(std::make_move_iterator(response->mutable_outcomes()->begin()),
                                  std::make_move_iterator(response->mutable_outcomes()->end()));
}

absl::Status GrpcServerLink::Pull(absl::string_view cursor, OnBatch on_batch) {
  auto stub = v1::SyncService::NewStub(line_->channel());
  v1::PullRequest request;
  request.set_cursor(std::string(cursor));
  request.set_max_batch_records(limits::kMaxPullBatchRecords);  // a page has its own costs
  request.set_with_conflicts(Require(v1::CAPABILITY_CONFLICT_FEED).ok());
  Backoff backoff(std::random_device{}());
  for (int tries = 1;; ++tries) {
    const PullEnd end = PullOnce(*stub, request, on_batch, line_->cancellation());
    if (!end.refused.ok()) return end.refused;
    if (end.caught_up || (end.status.ok() && !end.progress)) return absl::OkStatus();
    if (end.progress) {
      tries = 0;
      backoff.Reset();
    }
    if (end.status.ok()) continue;
    const absl::Status answer = FromGrpcStatus(end.status);
    const bool broken_off =
        MayPass(answer) ||
        (end.progress && end.status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED);
    if (!broken_off || tries >= limits::kMaxCallAttempts) return line_->Explain(end.status);
    line_->cancellation().Sleep(std::max(backoff.Next(), RetryDelayOf(answer)));
  }
}

absl::Status GrpcServerLink::Watch(absl::string_view cursor,
                                   absl::FunctionRef<absl::Status()> on_more) {
  if (absl::Status status = Require(v1::CAPABILITY_WATCH); !status.ok()) return status;
  const auto stub = v1::SyncService::NewStub(line_->channel());
  const auto has_news = [&](const v1::WatchResponse& news) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const std::optional<int64_t> known = directory_version_;
    if (news.directory_version() != 0) directory_version_ = news.directory_version();
    return news.more() || (known.has_value() && directory_version_ != known);
  };
  const WatchEnd end = WatchOnce(*stub, cursor, has_news, on_more, line_->cancellation());
  if (!end.refused.ok()) return end.refused;
  return end.status.ok() ? FromGrpcStatus(grpc::Status(grpc::StatusCode::UNAVAILABLE, ""))
                         : line_->Explain(end.status);
}

absl::StatusOr<v1::GetDigestResponse> GrpcServerLink::GetDigest(
    const v1::GetDigestRequest& request) {
  if (absl::Status status = Require(v1::CAPABILITY_DIGEST); !status.ok()) return status;
  auto stub = v1::SyncService::NewStub(line_->channel());
  return Call<v1::GetDigestResponse>(
      [&](auto* context, auto* answer) { return stub->GetDigest(context, request, answer); });
}

absl::StatusOr<v1::GetRecordsResponse> GrpcServerLink::GetRecords(
    const std::vector<std::string>& ids) {
  if (absl::Status status = Require(v1::CAPABILITY_DIGEST); !status.ok()) return status;
  auto stub = v1::SyncService::NewStub(line_->channel());
  v1::GetRecordsResponse all;
  std::deque<std::string> open(ids.begin(), ids.end());
  while (!open.empty()) {  // every answer leaves fewer
    v1::GetRecordsRequest request;
    const size_t count = std::min<size_t>(open.size(), limits::kMaxRecordsById);
    for (size_t i = 0; i < count; ++i) {
      request.add_ids(std::move(open.front()));
      open.pop_front();
    }
    auto part = Call<v1::GetRecordsResponse>(
        [&](auto* context, auto* answer) { return stub->GetRecords(context, request, answer); });
    if (!part.ok()) return part.status();
    if (part->omitted_ids_size() >= request.ids_size()) return Unintelligible();
    open.insert(open.begin(), part->omitted_ids().begin(), part->omitted_ids().end());
    part->clear_omitted_ids();
    all.MergeFrom(*part);
  }
  return all;
}

absl::StatusOr<std::vector<v1::Receipt>> GrpcServerLink::GetReceipts(
    const std::vector<std::string>& change_ids) {
  if (absl::Status status = Require(v1::CAPABILITY_RECEIPT); !status.ok()) return status;
  auto stub = v1::SyncService::NewStub(line_->channel());
  std::vector<v1::Receipt> receipts;
  for (size_t from = 0; from < change_ids.size(); from += limits::kMaxReceipts) {
    v1::GetReceiptsRequest request;
    const size_t to = std::min<size_t>(change_ids.size(), from + limits::kMaxReceipts);
    for (size_t i = from; i < to; ++i) request.add_change_ids(change_ids[i]);
    auto part = Call<v1::GetReceiptsResponse>(
        [&](auto* context, auto* answer) { return stub->GetReceipts(context, request, answer); });
    if (!part.ok()) return part.status();
    std::move(part->mutable_receipts()->begin(), part->mutable_receipts()->end(),
              std::back_inserter(receipts));
  }
  return receipts;
}

absl::StatusOr<v1::GetNodeStatusResponse> GrpcServerLink::GetNodeStatus() {
  auto stub = v1::SyncService::NewStub(line_->channel());
  const v1::GetNodeStatusRequest request;
  return Call<v1::GetNodeStatusResponse>(
      [&](auto* context, auto* answer) { return stub->GetNodeStatus(context, request, answer); });
}

absl::StatusOr<v1::PreviewMoveResponse> GrpcServerLink::PreviewMove(
    const v1::PreviewMoveRequest& request) {
  auto stub = v1::OrgService::NewStub(line_->channel());
  return Call<v1::PreviewMoveResponse>(
      [&](auto* context, auto* answer) { return stub->PreviewMove(context, request, answer); });
}

absl::StatusOr<std::optional<v1::OrgTree>> GrpcServerLink::GetOrgTree(int64_t known_version) {
  auto stub = v1::OrgService::NewStub(line_->channel());
  v1::GetOrgTreeRequest request;
  request.set_known_version(known_version);
  auto response = Call<v1::GetOrgTreeResponse>(
      [&](auto* context, auto* answer) { return stub->GetOrgTree(context, request, answer); });
  if (!response.ok()) return response.status();
  if (!response->has_tree()) return std::nullopt;
  return std::move(*response->mutable_tree());
}

absl::StatusOr<std::optional<v1::Directory>> GrpcServerLink::GetDirectory(int64_t known_version) {
  if (absl::Status status = Require(v1::CAPABILITY_PEOPLE); !status.ok()) return status;
  auto stub = v1::AccountService::NewStub(line_->channel());
  v1::GetDirectoryRequest request;
  request.set_known_version(known_version);
  auto response = Call<v1::GetDirectoryResponse>(
      [&](auto* context, auto* answer) { return stub->GetDirectory(context, request, answer); });
  if (!response.ok()) return response.status();
  if (!response->has_directory()) return std::nullopt;
  return std::move(*response->mutable_directory());
}

absl::StatusOr<std::optional<v1::PolicySet>> GrpcServerLink::GetPolicySet(int64_t known_version) {
  auto stub = v1::OrgService::NewStub(line_->channel());
  v1::GetPolicySetRequest request;
  request.set_known_version(known_version);
  auto response = Call<v1::GetPolicySetResponse>(
      [&](auto* context, auto* answer) { return stub->GetPolicySet(context, request, answer); });
  if (!response.ok()) return response.status();
  if (!response->has_policy_set()) return std::nullopt;
  return std::move(*response->mutable_policy_set());
}

absl::StatusOr<v1::Conflict> GrpcServerLink::GetConflict(absl::string_view id) {
  auto stub = v1::ConflictService::NewStub(line_->channel());
  v1::GetConflictRequest request;
  request.set_id(std::string(id));
  auto response = Call<v1::GetConflictResponse>(
      [&](auto* context, auto* answer) { return stub->GetConflict(context, request, answer); });
  if (!response.ok()) return response.status();
  return std::move(*response->mutable_conflict());
}

absl::StatusOr<v1::ListConflictsResponse> GrpcServerLink::ListConflicts(
    const v1::ListConflictsRequest& query) {
  auto stub = v1::ConflictService::NewStub(line_->channel());
  return Call<v1::ListConflictsResponse>(
      [&](auto* context, auto* answer) { return stub->ListConflicts(context, query, answer); });
}

absl::StatusOr<v1::GetArchiveResponse> GrpcServerLink::GetArchive(absl::string_view id) {
  auto stub = v1::ArchiveService::NewStub(line_->channel());
  v1::GetArchiveRequest request;
  request.set_id(std::string(id));
  return Call<v1::GetArchiveResponse>(
      [&](auto* context, auto* answer) { return stub->GetArchive(context, request, answer); });
}

absl::StatusOr<v1::ListArchivesResponse> GrpcServerLink::ListArchives(
    const v1::ListArchivesRequest& query) {
  auto stub = v1::ArchiveService::NewStub(line_->channel());
  return Call<v1::ListArchivesResponse>(
      [&](auto* context, auto* answer) { return stub->ListArchives(context, query, answer); });
}

}  // namespace bangfu::client
