#include "server/upstream/upstream_round.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/reason_word.h"
#include "base/test_hooks.h"
#include "client/transport/push_limits.h"
#include "server/sync/pull.h"
#include "server/upstream/issued_numbers.h"
#include "server/upstream/parent_log.h"
#include "server/upstream/placement.h"
#include "server/upstream/store_target.h"

namespace bangfu::server {
namespace {

absl::Status Stopped() { return absl::CancelledError("The node is stopping."); }

// The place in the parent's feed; 0 before the first pull.
int64_t FeedPosition(const std::string& cursor) {
  const auto decoded = DecodeCursor(cursor);
  return decoded.ok() ? decoded->feed_seq : 0;
}

bool IsEmpty(const v1::PullResponse& batch) {
  return batch.records().empty() && batch.left_record_ids().empty() && batch.conflicts().empty() &&
         batch.left_conflict_ids().empty();
}

}  // namespace

UpstreamRound::UpstreamRound(client::ServerLink& parent, Principal self, Store& store,
                             const Clock& clock, PersonKeyer keyer, OrgDirectory& orgs,
                             PolicyDirectory& policy, PeopleDirectory& people, EventLog& log,
                             StallDetector& stalls, Paging paging)
    : parent_(parent),
      self_(std::move(self)),
      store_(store),
      clock_(clock),
      apply_(store, clock, std::move(keyer)),
      orgs_(orgs),
      policy_(policy),
      people_(people),
      log_(log),
      stalls_(stalls),
      paging_(paging) {}

bool UpstreamRound::ParentCan(v1::Capability capability) const {
  return std::count(handshake_.capabilities().begin(), handshake_.capabilities().end(),
                    capability) > 0;
}

absl::Status UpstreamRound::Run(const std::function<bool()>& stopping) {
  Result result = Once(false, stopping);
  if (result.other_feed && !stopping()) result = Once(true, stopping);
  if (stopping()) return Stopped();
  ReportStalls(result);
  if (absl::Status status = result.Both(); !status.ok()) return status;
  return Finish();
}

UpstreamRound::Result UpstreamRound::Once(bool anew, const std::function<bool()>& stopping) {
  Result result;
  const auto started_anew = Begin(anew, stopping);
  if (!started_anew.ok()) {
    result.pushed = result.pulled = started_anew.status();
    return result;
  }
  const auto state = store_.GetUpstreamState();
  if (!*started_anew && state.ok() && state->pending > 0) {
    // The pull knows best whether the parent is still the one that the changes were based on: one
    // that lost the end of its feed, without a new epoch, would refuse what it has lost the base
    // of.
    result.pulled = PullOn(result, stopping);
    if (result.other_feed || stopping()) return result;
  }
  result.pushed = Push(stopping);
  if (stopping()) return result;
  // What the parent decided comes down even when nothing goes up.
  result.pulled = PullOn(result, stopping);
  return result;
}

absl::StatusOr<bool> UpstreamRound::Begin(bool anew, const std::function<bool()>& stopping) {
  auto about_us = AboutUs();
  if (!about_us.ok()) return about_us.status();
  auto handshake = parent_.Handshake(*about_us);
  if (!handshake.ok()) return handshake.status();
  if (absl::Status status = CheckParent(self_, *handshake); !status.ok()) return status;
  handshake_ = *std::move(handshake);
  if (absl::Status status = TakeOrgTree(); !status.ok()) return status;
  if (absl::Status status = TakePeople(); !status.ok()) return status;
  TakePolicy();
  auto state = store_.GetUpstreamState();
  if (!state.ok()) return state.status();
  if (stopping()) return Stopped();
  // Before pushing: what the waiting changes are based on must be compared with what is there.
  if (!anew && !BeganAnew(state->cursor)) return false;
  if (absl::Status status = StartAnew(stopping); !status.ok()) return status;
  return true;
}

absl::StatusOr<v1::HandshakeRequest> UpstreamRound::AboutUs() {
  auto state = store_.GetUpstreamState();
  if (!state.ok()) return state.status();
  auto own = store_.PendingRecords(limits::kMaxPendingIds);
  if (!own.ok()) return own.status();
  auto children = store_.ListChildren(self_.org);
  if (!children.ok()) return children.status();
  int64_t pending = state->pending;
  std::set<std::string> records(own->begin(), own->end());
  const absl::Time live_after = clock_.Now() - limits::kChildLife;
  for (const ChildContact& child : *children) {
    if (child.seen < live_after) continue;
    pending += child.pending.value_or(0);
    records.insert(child.pending_records.begin(), child.pending_records.end());
  }
  v1::HandshakeRequest request;
  request.set_pending_changes(pending);
  for (const std::string& id : records) {
    if (request.pending_record_ids_size() >= limits::kMaxPendingIds) break;
    request.add_pending_record_ids(id);
  }
  return request;
}

absl::Status UpstreamRound::TakeOrgTree() {
  if (handshake_.org_tree_version() <= orgs_.Tree()->version()) return absl::OkStatus();
  auto tree = parent_.GetOrgTree(orgs_.Tree()->version());
  if (!tree.ok()) return tree.status();
  if (!tree->has_value()) return absl::OkStatus();
  if (absl::Status status = orgs_.Replace(**tree); !status.ok()) return status;
  log_.Info("org_tree_updated", {{"version", absl::StrCat(orgs_.Tree()->version())}});
  return absl::OkStatus();
}

// Any other version: a parent that was restored may count anew. Until it has come the node goes by
// the directory that it has; a round that cannot have it ends here, so that nothing is done by
// rights that the parent has changed.
absl::Status UpstreamRound::TakePeople() {
  if (!ParentCan(v1::CAPABILITY_PEOPLE) || BANGFU_SEEDED_BUG("keep_directory"))
    return absl::OkStatus();
  auto book = people_.Refresh();
  if (!book.ok()) return book.status();
  const int64_t version = (*book)->version();
  if (handshake_.directory_version() == version) return absl::OkStatus();
  auto directory = parent_.GetDirectory(version);
  if (!directory.ok()) return directory.status();
  if (!directory->has_value()) return absl::OkStatus();
  if (absl::Status status = people_.Replace(**directory); !status.ok()) return status;
  log_.Info("directory_updated", {{"version", absl::StrCat(people_.Book()->version())}});
  return absl::OkStatus();
}

// Records go on with the policy of yesterday when that of today cannot be had or not be read.
void UpstreamRound::TakePolicy() {
  if (handshake_.policy_version() <= policy_.SavedVersion()) return;
  auto set = parent_.GetPolicySet(policy_.SavedVersion());
  if (set.ok() && !set->has_value()) return;
  const absl::Status status = set.ok() ? policy_.Replace(**set, *orgs_.Tree()) : set.status();
  if (!status.ok()) {
    log_.Error("policy_not_updated", status);
    return;
  }
  log_.Info("policy_updated", {{"version", absl::StrCat(policy_.SavedVersion())}});
}

bool UpstreamRound::BeganAnew(const std::string& cursor) const {
  if (cursor.empty()) return false;
  const auto decoded = DecodeCursor(cursor);
  return !decoded.ok() || decoded->epoch != handshake_.epoch();
}

// The cursor of the new epoch is written last: whatever comes in between, the next round begins
// here again, and every step may be done twice.
absl::Status UpstreamRound::StartAnew(const std::function<bool()>& stopping) {
  const bool by_digest = ParentCan(v1::CAPABILITY_DIGEST);
  std::string cursor;
  if (by_digest) {
    auto compared = GoOnByDigest(/*new_epoch=*/true);
    if (!compared.ok()) return compared.status();
    cursor = *std::move(compared);
  }
  if (ParentCan(v1::CAPABILITY_REOFFER)) {
    auto requeued = store_.RequeueSent();
    if (!requeued.ok()) return requeued.status();
    log_.Warning("offered_again", {{"changes", absl::StrCat(*requeued)}});
    BANGFU_STEP("round.reoffered");
  }
  if (by_digest) return apply_.SetCursor(cursor);
  log_.Warning("upstream_from_start");
  return Pull("", ParentSync::Feed::kFromStart, stopping);
}

// Not what the node reads now: what it had in another scope is compared as well, and goes.
std::string UpstreamRound::Root() const {
  const std::shared_ptr<const domain::OrgTree> tree = orgs_.Tree();
  return tree->City() == nullptr ? self_.org : tree->City()->id();
}

absl::StatusOr<std::string> UpstreamRound::GoOnByDigest(bool new_epoch) {
  StoreTarget target(store_, apply_, Root());
  auto report = client::Reconcile(parent_, target, client::ReconcileMode::kRepair);
  if (!report.ok()) return report.status();
  log_.Warning("upstream_by_digest", {{"differences", absl::StrCat(report->differences())},
                                      {"unknown", absl::StrCat(report->unknown)},
                                      {"repaired", absl::StrCat(report->repaired)}});
  if (new_epoch && !target.unknown().empty()) {
    if (absl::Status status = apply_.ApplyLoss(target.unknown()); !status.ok()) return status;
  }
  if (ParentCan(v1::CAPABILITY_CONFLICT_FEED)) {
    if (absl::Status status = TakeParentLog(parent_, store_, apply_); !status.ok()) return status;
  }
  return report->cursor;
}

absl::StatusOr<std::vector<v1::Reoffer>> UpstreamRound::ReoffersAmong(
    const std::vector<UpstreamChange>& line) {
  std::vector<v1::Reoffer> reoffers;
  if (!ParentCan(v1::CAPABILITY_REOFFER)) return reoffers;
  std::vector<std::string> approved;
  for (const UpstreamChange& waiting : line) {
    if (waiting.reoffer && waiting.change.has_approve())
      approved.push_back(waiting.change.record_id());
  }
  auto numbers = IssuedNumbers(store_, std::move(approved));
  if (!numbers.ok()) return numbers.status();
  for (const UpstreamChange& waiting : line) {
    if (!waiting.reoffer) continue;
    v1::Reoffer& reoffer = reoffers.emplace_back();
    reoffer.set_change_id(waiting.change.change_id());
    if (waiting.change.has_approve()) reoffer.set_number((*numbers)[waiting.change.record_id()]);
  }
  return reoffers;
}

absl::Status UpstreamRound::Push(const std::function<bool()>& stopping) {
  const client::PushLimits push_limits = client::PushLimitsOf(handshake_);
  while (!stopping()) {
    auto line = store_.ReadUpstream(push_limits.changes);
    if (!line.ok()) return line.status();
    if (line->empty()) return absl::OkStatus();
    client::PushNote note;
    auto reoffers = ReoffersAmong(*line);
    if (!reoffers.ok()) return reoffers.status();
    note.reoffers = *std::move(reoffers);
    std::vector<v1::Change> changes;
    for (const UpstreamChange& waiting : *line) changes.push_back(waiting.change);
    auto push = client::PushFirstOrSetAside(parent_, changes, note, push_limits);
    if (!push.ok()) return push.status();
    BANGFU_STEP("round.pushed");
    std::vector<v1::Outcome>& outcomes = push->outcomes;
    const size_t count = std::min(changes.size(), outcomes.size());
    line->resize(count);
    outcomes.resize(count);
    if (absl::Status status = apply_.ApplyOutcomes(*line, outcomes, handshake_); !status.ok())
      return status;
    const auto refused = std::count_if(
        outcomes.begin(), outcomes.end(),
        [](const v1::Outcome& outcome) { return outcome.verdict() == v1::VERDICT_REFUSED; });
    log_.Info("pushed_upstream", {{"changes", absl::StrCat(count)}});
    if (refused > 0) log_.Warning("refused_upstream", {{"changes", absl::StrCat(refused)}});
    if (!push->set_aside.ok()) {
      log_.Error("set_aside", push->set_aside, {{"change_id", changes.front().change_id()}});
      // One at each try: if the fault is the parent's, it gets time, and not the whole line is
      // lost.
      return push->set_aside;
    }
  }
  return Stopped();
}

absl::Status UpstreamRound::Pull(std::string cursor, ParentSync::Feed feed,
                                 const std::function<bool()>& stopping) {
  int64_t records = 0;
  // A stream that goes on after a break tells the parent that it has what it was sent, so only a
  // child that begins, and could begin again, is ahead of what it has written.
  const bool begins = cursor.empty();
  PageQueue pages(apply_, feed, begins ? Expected::kNew : Expected::kKnown,
                  begins ? paging_ : Paging::kOneByOne);
  const auto take = [&](v1::PullResponse& batch) -> absl::Status {
    if (stopping()) return Stopped();
    if (IsEmpty(batch) && batch.next_cursor() == cursor) return absl::OkStatus();
    records += batch.records_size();
    return pages.Add(std::move(batch));
  };
  absl::Status status = parent_.Pull(cursor, take);
  if (stopping()) return Stopped();
  // What came before a line broke is kept.
  if (absl::Status applied = pages.Finish(); !applied.ok()) status = applied;
  if (status.ok() && records > 0)
    log_.Info("pulled_from_upstream", {{"records", absl::StrCat(records)}});
  return status;
}

absl::Status UpstreamRound::PullOn(Result& result, const std::function<bool()>& stopping) {
  auto state = store_.GetUpstreamState();
  if (!state.ok()) return state.status();
  absl::Status status = Pull(state->cursor, ParentSync::Feed::kNext, stopping);
  if (ReasonOf(status) == v1::ERROR_REASON_CURSOR_TOO_OLD && ParentCan(v1::CAPABILITY_DIGEST)) {
    auto cursor = GoOnByDigest(/*new_epoch=*/false);
    if (!cursor.ok()) return cursor.status();
    if (absl::Status saved = apply_.SetCursor(*cursor); !saved.ok()) return saved;
    status = Pull(*cursor, ParentSync::Feed::kNext, stopping);
  }
  const v1::ErrorReason reason = ReasonOf(status);
  result.other_feed = reason == v1::ERROR_REASON_EPOCH_CHANGED ||
                      reason == v1::ERROR_REASON_BAD_CURSOR ||
                      reason == v1::ERROR_REASON_CURSOR_TOO_OLD;
  return status;
}

absl::Status UpstreamRound::AskForReceipts() {
  if (!ParentCan(v1::CAPABILITY_RECEIPT)) return absl::OkStatus();
  auto ids = store_.UnsettledChanges(limits::kMaxReceipts);
  if (!ids.ok() || ids->empty()) return ids.status();
  auto receipts = parent_.GetReceipts(*ids);
  if (!receipts.ok()) return receipts.status();
  auto traces = store_.TraceChanges(*ids);
  if (!traces.ok()) return traces.status();
  std::set<std::string> answered;
  for (const v1::Receipt& receipt : *receipts) answered.insert(receipt.change_id());
  // Those that the parent does not know are written as they are: whoever was asked for longest ago
  // comes first, so that they do not keep others from being asked for.
  for (ChangeTrace& trace : *traces) {
    if (answered.count(trace.logged.change_id) > 0 || trace.receipt.hops_size() == 0) continue;
    trace.receipt.set_change_id(trace.logged.change_id);
    receipts->push_back(std::move(trace.receipt));
  }
  return store_.Transact([&](Transaction& transaction) {
    WriteSet writes;
    writes.receipts = *receipts;
    return transaction.Write(writes);
  });
}

absl::Status UpstreamRound::Finish() {
  if (absl::Status status = AskForReceipts(); !status.ok()) return status;
  return store_.NoteUpstreamSync(clock_.Now());
}

void UpstreamRound::ReportStalls(const Result& result) {
  const auto state = store_.GetUpstreamState();
  if (!state.ok()) return;
  stalls_.Report("upstream_push", state->pending, state->first, ReasonWord(result.pushed));
  stalls_.Report("upstream_pull", result.pulled.ok() ? 0 : 1, FeedPosition(state->cursor),
                 ReasonWord(result.pulled));
}

absl::StatusOr<client::ReconcileReport> UpstreamRound::Verify() {
  StoreTarget target(store_, apply_, Root());
  auto report = client::Reconcile(parent_, target, client::ReconcileMode::kRepair);
  if (!report.ok()) return report.status();
  auto state = store_.GetUpstreamState();
  if (!state.ok()) return state.status();
  if (BeganAnew(state->cursor) || BeganAnew(report->cursor)) return report;  // the next round's
  if (report->repaired > 0 && FeedPosition(state->cursor) > FeedPosition(report->cursor)) {
    // Another server of this node has pulled meanwhile: what it took may have been overwritten.
    if (absl::Status status = apply_.SetCursor(report->cursor); !status.ok()) return status;
  }
  const int64_t differences = report->differences() - target.waiting();
  if (differences == 0) {
    log_.Info("digest_equal", {{"records", absl::StrCat(report->compared)}});
  } else {
    log_.Warning("digest_repaired", {{"records", absl::StrCat(report->compared)},
                                     {"missing", absl::StrCat(report->missing)},
                                     {"behind", absl::StrCat(report->behind)},
                                     {"damaged", absl::StrCat(report->damaged)},
                                     {"left", absl::StrCat(report->left)},
                                     {"unknown", absl::StrCat(report->unknown)},
                                     {"unreadable", absl::StrCat(target.unreadable())},
                                     {"repaired", absl::StrCat(report->repaired)}});
  }
  if (report->unknown > 0 || target.unreadable() > 0) return report;
  if (absl::Status status = store_.NoteUpstreamVerified(clock_.Now()); !status.ok()) return status;
  return report;
}

}  // namespace bangfu::server
