#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/limits.h"
#include "client/cli/commands.h"
#include "client/cli/held_back.h"
#include "client/cli/instant_text.h"
#include "client/cli/outbox_text.h"
#include "client/cli/stall_text.h"

namespace bangfu::client {
namespace {

// Changes that nobody has tried to send for longer are reported although no sync has failed: the
// aid of a family is to be entered within 15 days.
constexpr absl::Duration kUnsentAfter = absl::Hours(24);

Text VerdictText(v1::Verdict verdict) {
  switch (verdict) {
    case v1::VERDICT_ACCEPTED:
      return {"已接受", "accepted"};
    case v1::VERDICT_MERGED:
      return {"已合并", "merged"};
    case v1::VERDICT_CONFLICT:
      return {"有冲突", "conflict"};
    case v1::VERDICT_REFUSED:
      return {"被拒绝", "refused"};
    case v1::VERDICT_PARKED:
      return {"待裁定", "parked"};
    default:
      return {"等待上送", "waits to be sent"};
  }
}

void PrintHops(const Output& out, const v1::Receipt& receipt) {
  for (const v1::Hop& hop : receipt.hops()) {
    const Text verdict = VerdictText(hop.verdict());
    if (hop.verdict() == v1::VERDICT_UNSPECIFIED) {
      out.Line({absl::StrCat("  ↑ 上级：", verdict.zh), absl::StrCat("  ↑ above: ", verdict.en)});
      continue;
    }
    const std::string when =
        hop.has_answered_time() ? InstantText(hop.answered_time()) : std::string("-");
    out.Line({absl::StrCat("  ↑ ", hop.node(), "（", hop.org(), "）：", verdict.zh, "，", when),
              absl::StrCat("  ↑ ", hop.node(), " (", hop.org(), "): ", verdict.en, ", ", when)});
    if (!hop.conflict_id().empty()) {
      out.Line({absl::StrCat("      详见：bangfu conflict show ", hop.conflict_id()),
                absl::StrCat("      see: bangfu conflict show ", hop.conflict_id())});
    }
  }
}

// The outbox as a backlog that does not move; without one that moves, or is empty.
std::vector<v1::Stall> StallsOf(const Backlog& backlog, const SyncState& state, absl::Time now) {
  if (backlog.pending == 0) return {};
  const bool failing = !state.failure.empty() && now - state.failing_since > limits::kStallAfter;
  const bool forgotten =
      now - std::max(state.last_sync, backlog.oldest) > kUnsentAfter && state.failure.empty();
  if (!failing && !forgotten) return {};
  v1::Stall stall;
  stall.set_backlog("outbox");
  stall.set_waiting(backlog.pending);
  stall.mutable_since()->set_seconds(
      absl::ToUnixSeconds(failing ? state.failing_since : backlog.oldest));
  stall.set_reason(state.failure);
  return {stall};
}

}  // namespace

absl::StatusOr<ExitStatus> ChangeStatus(Session& session, const std::string& change_id) {
  const Output& out = session.out();
  auto entry = session.replica().GetEntry(change_id);
  if (!entry.ok()) return entry.status();
  PrintEntry(out, *entry);
  PrintHops(out, entry->receipt);
  if (entry->receipt.settled()) {
    out.Line({"  已到达终点。", "  It has got as far as it goes."});
  } else if (entry->state != EntryState::kPending) {
    out.Line({"  以上为上次同步时的情况；bangfu sync 取得最新的。",
              "  As of the last sync; bangfu sync brings the latest."});
  }
  out.Print(ToJson(*entry));
  return kDone;
}

absl::StatusOr<ExitStatus> Status(Session& session) {
  const Output& out = session.out();
  auto backlog = session.replica().GetBacklog();
  if (!backlog.ok()) return backlog.status();
  auto state = session.replica().GetSyncState();
  if (!state.ok()) return state.status();
  auto archives = session.replica().CountRecords(v1::RECORD_TYPE_ARCHIVE);
  if (!archives.ok()) return archives.status();
  const bool never = state->last_sync == absl::InfinitePast();
  const std::string last_sync = never ? out.Say({"从未", "never"}) : InstantText(state->last_sync);
  const ReplicaIdentity& identity = session.identity();
  out.Line({absl::StrCat("本机 ", identity.node, "（", identity.org, "），上级 ",
                         identity.server_node, " ", identity.server_address),
            absl::StrCat("this desktop ", identity.node, " (", identity.org, "), server ",
                         identity.server_node, " ", identity.server_address)});
  out.Line({absl::StrCat("档案 ", *archives, " 件；上次同步 ", last_sync),
            absl::StrCat(*archives, " archives; last sync ", last_sync)});
  out.Line({absl::StrCat("待上送 ", backlog->pending, "，被拒绝 ", backlog->refused, "，待裁定 ",
                         backlog->parked, "，有冲突 ", backlog->conflicts),
            absl::StrCat("pending ", backlog->pending, ", refused ", backlog->refused, ", parked ",
                         backlog->parked, ", conflicts ", backlog->conflicts)});
  auto held_back = HeldBackNow(session);
  if (!held_back.ok()) return held_back.status();
  PrintHeldBack(session, *held_back);
  const std::vector<v1::Stall> stalls = StallsOf(*backlog, *state, session.clock().Now());
  PrintStalls(out, stalls);
  auto attention =
      session.replica().Outbox({EntryState::kRefused, EntryState::kParked, EntryState::kConflict});
  if (!attention.ok()) return attention.status();
  Json list = Json::array();
  PrintAttention(out, *attention);
  for (const OutboxEntry& entry : *attention) list.push_back(ToJson(entry));
  out.Print(Json{{"node", identity.node},
                 {"org", identity.org},
                 {"scope", identity.scope},
                 {"server_node", identity.server_node},
                 {"server_address", identity.server_address},
                 {"archives", *archives},
                 {"pending", backlog->pending},
                 {"held_back", ToJson(*held_back)},
                 {"refused", backlog->refused},
                 {"parked", backlog->parked},
                 {"conflicts", backlog->conflicts},
                 {"last_sync", InstantJson(state->last_sync)},
                 {"last_verified", InstantJson(state->last_verified)},
                 {"failure", state->failure},
                 {"failing_since", InstantJson(state->failing_since)},
                 {"stalls", ToJson(stalls)},
                 {"attention", list}});
  return kDone;
}

}  // namespace bangfu::client
