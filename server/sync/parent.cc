#include "server/sync/parent.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/test_hooks.h"
#include "server/sync/parent_transaction.h"
#include "server/sync/pull.h"

namespace bangfu::server {
namespace {

absl::Status OtherEpoch(absl::string_view epoch) {
  return ErrorBuilder(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_EPOCH_CHANGED,
                      {"上级节点的数据已恢复到较早的备份；本次答复不采用，随后重新比对和推送。",
                       "The parent has begun a new epoch; these answers are not taken, the changes "
                       "are sent again after a comparison."})
      .With("epoch", epoch)
      .Build();
}

}  // namespace

absl::Status ParentSync::ApplyOutcomes(const std::vector<UpstreamChange>& sent,
                                       const std::vector<v1::Outcome>& outcomes,
                                       const v1::HandshakeResponse& parent) {
  auto state = store_.GetUpstreamState();
  if (!state.ok()) return state.status();
  // Another server of this node has met a new epoch meanwhile: what the old one answered is lost.
  const auto cursor = DecodeCursor(state->cursor);
  if (cursor.ok() && !parent.epoch().empty() && cursor->epoch != parent.epoch())
    return OtherEpoch(cursor->epoch);

  std::vector<std::string> ids;
  std::vector<const v1::Record*> records;
  for (size_t i = 0; i < sent.size(); ++i) {
    ids.push_back(sent[i].change.record_id());
    if (outcomes[i].has_record()) records.push_back(&outcomes[i].record());
  }
  const absl::Time now = clock_.Now();
  return store_.Transact([&](Transaction& transaction) -> absl::Status {
    ParentTransaction apply(PersonKeys(keyer_), now);
    if (absl::Status status = apply.Read(transaction, ids, records, {}); !status.ok())
      return status;
    apply.TakeOutcomes(sent, outcomes, parent);
    const absl::Status written = apply.Write(transaction);
    BANGFU_STEP("parent.outcomes");
    return written;
  });
}

ParentPage ParentSync::Prepare(v1::PullResponse page, Expected expected) const {
  return ParentPage(std::move(page), keyer_, expected);
}

absl::Status ParentSync::ApplyPages(std::vector<ParentPage>& pages, Feed feed) {
  std::vector<std::string> ids, conflict_ids;
  std::vector<const v1::Record*> records;
  ParsedRecords parsed;
  PersonKeys keys(keyer_);
  for (ParentPage& page : pages) {
    const v1::PullResponse& batch = page.response;
    ids.insert(ids.end(), batch.left_record_ids().begin(), batch.left_record_ids().end());
    for (const v1::Record& record : batch.records()) {
      ids.push_back(record.id());
      records.push_back(&record);
    }
    conflict_ids.insert(conflict_ids.end(), batch.left_conflict_ids().begin(),
                        batch.left_conflict_ids().end());
    for (const v1::Conflict& entry : batch.conflicts()) conflict_ids.push_back(entry.id());
    parsed.merge(page.records);
    keys.Merge(std::move(page.keys));
  }
  const absl::Time now = clock_.Now();
  bool first_run = true;
  return store_.Transact([&](Transaction& transaction) -> absl::Status {
    // Only the first run has what was worked out before, and trusts in what is expected.
    const Expected expected =
        std::exchange(first_run, false) ? pages.front().expected : Expected::kKnown;
    const auto apply = std::make_shared<ParentTransaction>(std::exchange(keys, PersonKeys(keyer_)),
                                                           now, std::exchange(parsed, {}));
    pages.front().leftovers = apply;
    if (pages.front().expected == Expected::kNew) apply->ComesAgain();
    if (absl::Status status = apply->Read(transaction, ids, records, conflict_ids, expected);
        !status.ok()) {
      return status;
    }
    for (const ParentPage& page : pages) apply->TakeBatch(page.response, feed);
    const absl::Status written = apply->Write(transaction);
    BANGFU_STEP("parent.batch");
    return written;
  });
}

absl::Status ParentSync::ApplyRepair(const std::vector<v1::Record>& records,
                                     const std::vector<std::string>& left_ids) {
  std::vector<std::string> ids = left_ids;
  std::vector<const v1::Record*> read;
  for (const v1::Record& record : records) {
    ids.push_back(record.id());
    read.push_back(&record);
  }
  const absl::Time now = clock_.Now();
  return store_.Transact([&](Transaction& transaction) -> absl::Status {
    ParentTransaction apply(PersonKeys(keyer_), now);
    if (absl::Status status = apply.Read(transaction, ids, read, {}); !status.ok()) return status;
    apply.TakeRepair(records, left_ids);
    return apply.Write(transaction);
  });
}

absl::Status ParentSync::ApplyLoss(const std::vector<std::string>& lost_ids) {
  const absl::Time now = clock_.Now();
  return store_.Transact([&](Transaction& transaction) -> absl::Status {
    ParentTransaction apply(PersonKeys(keyer_), now);
    if (absl::Status status = apply.Read(transaction, lost_ids, {}, {}); !status.ok())
      return status;
    if (absl::Status status = apply.TakeLoss(transaction, lost_ids); !status.ok()) return status;
    return apply.Write(transaction);
  });
}

absl::Status ParentSync::ApplyConflicts(const std::vector<v1::Conflict>& entries) {
  std::vector<std::string> ids;
  for (const v1::Conflict& entry : entries) ids.push_back(entry.id());
  const absl::Time now = clock_.Now();
  return store_.Transact([&](Transaction& transaction) -> absl::Status {
    ParentTransaction apply(PersonKeys(keyer_), now);
    if (absl::Status status = apply.Read(transaction, {}, {}, ids); !status.ok()) return status;
    for (const v1::Conflict& entry : entries) apply.TakeConflict(entry);
    return apply.Write(transaction);
  });
}

absl::Status ParentSync::SetCursor(absl::string_view cursor) {
  return store_.Transact([&](Transaction& transaction) {
    WriteSet writes;
    writes.upstream_cursor = std::string(cursor);
    return transaction.Write(writes);
  });
}

}  // namespace bangfu::server
