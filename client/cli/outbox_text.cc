#include "client/cli/outbox_text.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "client/cli/entry_state.h"

namespace bangfu::client {
namespace {

constexpr size_t kMaxShown = 20;  // entries that are listed for people

}  // namespace

Json ToJson(const OutboxEntry& entry) {
  Json findings = Json::array();
  for (const v1::Finding& finding : entry.outcome.findings())
    findings.push_back(bangfu::client::ToJson(finding));
  Json conflicts = Json::array();
  for (const v1::FieldConflict& conflict : entry.outcome.conflicts())
    conflicts.push_back(conflict.field());
  Json hops = Json::array();
  for (const v1::Hop& hop : entry.receipt.hops()) hops.push_back(bangfu::client::ToJson(hop));
  return {{"change_id", entry.change.change_id()}, {"record_id", entry.change.record_id()},
          {"state", StateText(entry.state).en},    {"conflict_id", entry.outcome.conflict_id()},
          {"conflicting_fields", conflicts},       {"findings", findings},
          {"settled", entry.receipt.settled()},    {"hops", hops}};
}

void PrintEntry(const Output& out, const OutboxEntry& entry) {
  const Text state = StateText(entry.state);
  out.Line({absl::StrCat("  ", state.zh, "  变更 ", entry.change.change_id(), "  档案 ",
                         entry.change.record_id()),
            absl::StrCat("  ", state.en, "  change ", entry.change.change_id(), "  record ",
                         entry.change.record_id())});
  for (const v1::Finding& finding : entry.outcome.findings()) {
    const std::string text = absl::StrCat("      ", out.FindingText(finding));
    out.Line({text, text});
  }
  if (!entry.outcome.conflict_id().empty()) {
    out.Line({absl::StrCat("      详见：bangfu conflict show ", entry.outcome.conflict_id()),
              absl::StrCat("      see: bangfu conflict show ", entry.outcome.conflict_id())});
  }
}

// The first kMaxShown entries for people, with what they can do about them.
void PrintAttention(const Output& out, const std::vector<OutboxEntry>& entries) {
  size_t shown = 0;
  for (const OutboxEntry& entry : entries) {
    if (shown == kMaxShown) break;
    PrintEntry(out, entry);
    ++shown;
  }
  if (entries.size() > shown) {
    const size_t rest = entries.size() - shown;
    out.Line({absl::StrCat("  其余 ", rest, " 项；全部内容见 --output json。"),
              absl::StrCat("  ", rest, " more; --output json has them all.")});
  }
  if (!entries.empty()) {
    out.Line({"看过且无需再办的，用 bangfu dismiss <变更标识> 归置。",
              "Put away what needs no more work with: bangfu dismiss <change id>."});
  }
}

}  // namespace bangfu::client
