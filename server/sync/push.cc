#include "server/sync/push.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/test_hooks.h"
#include "domain/text/uuid.h"
#include "server/sync/prepared_change.h"
#include "server/sync/push_transaction.h"

namespace bangfu::server {
namespace {

absl::Status CheckSize(absl::Span<const v1::Change* const> changes) {
  if (changes.size() > static_cast<size_t>(limits::kMaxChangesPerPush)) {
    return ErrorBuilder(
               absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_TOO_MANY_CHANGES,
               {absl::StrCat("一次推送最多 ", limits::kMaxChangesPerPush, " 项变更；请分批推送。"),
                absl::StrCat("At most ", limits::kMaxChangesPerPush,
                             " changes in one push; split it.")})
        .With("limit", absl::StrCat(limits::kMaxChangesPerPush))
        .Build();
  }
  int64_t bytes = 0;
  for (size_t i = 0; i < changes.size(); ++i) {
    bytes += static_cast<int64_t>(changes[i]->ByteSizeLong());
    if (!domain::IsUuid(changes[i]->change_id())) {
      return ErrorBuilder(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_BAD_REQUEST,
                          {"变更标识不是 UUID。", "A change_id is not a UUID in lower case."})
          .Field(absl::StrCat("changes[", i, "].change_id"), "UUID, lower case, RFC 9562")
          .Build();
    }
  }
  if (bytes > limits::kMaxPushBytes) {
    return ErrorBuilder(
               absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_TOO_MANY_CHANGES,
               {absl::StrCat("一次推送最多 ", limits::kMaxPushBytes, " 字节；请分批推送。"),
                absl::StrCat("At most ", limits::kMaxPushBytes, " bytes in one push; split it.")})
        .With("limit", absl::StrCat(limits::kMaxPushBytes))
        .Build();
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<v1::Outcome>> PushHandler::Push(
    const Principal& principal, const domain::OrgTree& orgs, const domain::PolicyBook& policy,
    const PeopleBook& people, const std::vector<v1::Change>& changes,
    const std::vector<v1::Reoffer>& reoffers) {
  std::vector<const v1::Change*> pointers;
  pointers.reserve(changes.size());
  for (const v1::Change& change : changes) pointers.push_back(&change);
  return Push(principal, orgs, policy, people, pointers, reoffers);
}

absl::StatusOr<std::vector<v1::Outcome>> PushHandler::Push(
    const Principal& principal, const domain::OrgTree& orgs, const domain::PolicyBook& policy,
    const PeopleBook& people, absl::Span<const v1::Change* const> changes,
    const std::vector<v1::Reoffer>& reoffers) {
  if (absl::Status status = CheckSize(changes); !status.ok()) return status;
  BANGFU_STEP("push.received");
  PushContext context{principal, orgs, policy, people, keyer_, role_, clock_.Now()};
  if (!reoffers.empty()) {
    const absl::StatusOr<FeedState> feed = store_.GetFeedState();
    if (!feed.ok()) return feed.status();
    context.epoch_began = feed->epoch_began;
    for (const v1::Reoffer& reoffer : reoffers)
      context.reoffers.emplace(reoffer.change_id(), reoffer);
  }
  std::vector<PreparedChange> prepared;
  prepared.reserve(changes.size());
  for (const v1::Change* change : changes) prepared.push_back(Prepare(*change, context.now));

  std::vector<v1::Outcome> outcomes;
  absl::Status status = store_.Transact([&](Transaction& transaction) {
    auto result = AnswerChanges(transaction, context, prepared);
    if (!result.ok()) return result.status();
    outcomes = std::move(*result);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  BANGFU_STEP("push.answered");
  return outcomes;
}

}  // namespace bangfu::server
