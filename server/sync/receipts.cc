#include "server/sync/receipts.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/test_hooks.h"
#include "domain/rules/org_tree.h"
#include "domain/text/uuid.h"

namespace bangfu::server {
namespace {

absl::Status CheckIds(const v1::GetReceiptsRequest& request) {
  const bool uuids = std::all_of(request.change_ids().begin(), request.change_ids().end(),
                                 [](const std::string& id) { return domain::IsUuid(id); });
  if (uuids && request.change_ids_size() <= limits::kMaxReceipts) return absl::OkStatus();
  return ErrorBuilder(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_BAD_REQUEST,
                      {absl::StrCat("变更标识须为 UUID，一次最多 ", limits::kMaxReceipts, " 个。"),
                       absl::StrCat("Change ids are UUIDs in lower case, at most ",
                                    limits::kMaxReceipts, " in one request.")})
      .Field("change_ids", "UUIDs, lower case, RFC 9562")
      .Build();
}

v1::Hop HopOf(const v1::Outcome& outcome, absl::string_view node, absl::string_view org) {
  v1::Hop hop;
  hop.set_node(std::string(node));
  hop.set_org(std::string(org));
  hop.set_verdict(outcome.verdict());
  hop.set_revision(outcome.revision());
  hop.set_conflict_id(outcome.conflict_id());
  if (outcome.has_answered_time()) *hop.mutable_answered_time() = outcome.answered_time();
  return hop;
}

bool WasTaken(v1::Verdict verdict) {
  return verdict == v1::VERDICT_ACCEPTED || verdict == v1::VERDICT_MERGED ||
         verdict == v1::VERDICT_CONFLICT;
}

// The org part of Principal::Key.
absl::string_view OrgOfKey(absl::string_view key) { return key.substr(0, key.find('/')); }

v1::Receipt FromTrace(const Principal& self, ChangeTrace&& trace) {
  v1::Receipt receipt = std::move(trace.receipt);
  const bool has_answer_above = receipt.hops_size() > 0;
  receipt.set_change_id(trace.logged.change_id);
  *receipt.add_hops() = HopOf(trace.logged.outcome, self.node, self.org);
  // From the bottom up.
  for (int i = receipt.hops_size() - 1; i > 0; --i) receipt.mutable_hops()->SwapElements(i, i - 1);
  if (!trace.logged.forwarded) {
    receipt.set_settled(true);
  } else if (!has_answer_above) {
    receipt.add_hops();  // waits for the next node
    receipt.set_settled(BANGFU_SEEDED_BUG("receipt_early"));
  }
  return receipt;
}

}  // namespace

absl::StatusOr<v1::GetReceiptsResponse> ReadReceipts(Store& store, const Principal& self,
                                                     const Principal& principal,
                                                     const v1::GetReceiptsRequest& request) {
  if (absl::Status status = CheckIds(request); !status.ok()) return status;
  auto traces = store.TraceChanges({request.change_ids().begin(), request.change_ids().end()});
  if (!traces.ok()) return traces.status();
  std::map<std::string, v1::Receipt> by_change;
  for (ChangeTrace& trace : *traces) {
    if (!domain::IsWithin(OrgOfKey(trace.logged.pushed_by), principal.org)) continue;
    const std::string change_id = trace.logged.change_id;
    by_change[change_id] = FromTrace(self, std::move(trace));
  }
  v1::GetReceiptsResponse response;
  for (const std::string& id : request.change_ids()) {
    if (const auto it = by_change.find(id); it != by_change.end()) {
      *response.add_receipts() = std::move(it->second);
      by_change.erase(it);
    }
  }
  return response;
}

v1::Receipt ReceiptOf(const v1::Outcome& outcome, const v1::HandshakeResponse& parent) {
  v1::Receipt receipt;
  receipt.set_change_id(outcome.change_id());
  *receipt.add_hops() = HopOf(outcome, parent.server_node(), parent.server_org());
  receipt.set_settled(parent.is_root() || !WasTaken(outcome.verdict()));
  return receipt;
}

}  // namespace bangfu::server
