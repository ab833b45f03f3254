#include "client/transport/push_limits.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/error.h"
#include "domain/rules/finding.h"

namespace bangfu::client {
namespace {

// A repeated message costs its tag and its length beside its own bytes; 5 bytes hold any length.
constexpr int64_t kFramingBytes = 1 + 5;

// Whether the same push would fail again.
bool IsPermanent(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kInternal:
      return true;
    default:
      return false;
  }
}

// What goes with these changes of all that the note is about.
PushNote NoteOf(absl::Span<const v1::Change> changes, const PushNote& note) {
  PushNote result{note.replica_id, {}, note.sessions};
  if (note.reoffers.empty()) return result;
  std::set<absl::string_view> ids;
  for (const v1::Change& change : changes) ids.insert(change.change_id());
  std::copy_if(note.reoffers.begin(), note.reoffers.end(), std::back_inserter(result.reoffers),
               [&ids](const v1::Reoffer& reoffer) { return ids.count(reoffer.change_id()) > 0; });
  return result;
}

v1::Outcome SetAsideOutcome(const v1::Change& change, const absl::Status& status) {
  const Text text = TextOf(status);
  v1::Outcome outcome;
  outcome.set_change_id(change.change_id());
  outcome.set_verdict(v1::VERDICT_REFUSED);
  *outcome.add_findings() = domain::Error(
      "R28", v1::FINDING_CODE_MALFORMED, "",
      {absl::StrCat("上级节点无法处理该变更，已搁置；原因：", text.zh, "；请核对后重新录入"),
       absl::StrCat("the parent node cannot process the change and it was set aside; reason: ",
                    text.en, "; check it and enter it again")});
  return outcome;
}

}  // namespace

PushLimits PushLimitsOf(const v1::HandshakeResponse& handshake) {
  PushLimits result;
  if (handshake.max_changes_per_push() > 0) {
    result.changes = std::min(result.changes, handshake.max_changes_per_push());
  }
  if (handshake.max_push_bytes() > 0) {
    result.bytes = std::min<int64_t>(result.bytes, handshake.max_push_bytes());
  }
  return result;
}

size_t TakePush(absl::Span<const v1::Change> changes, const PushLimits& push_limits) {
  const size_t most = std::min(changes.size(), static_cast<size_t>(push_limits.changes));
  int64_t bytes = 0;
  size_t count = 0;
  while (count < most) {
    bytes += static_cast<int64_t>(changes[count].ByteSizeLong()) + kFramingBytes;
    if (bytes > push_limits.bytes) break;
    ++count;
  }
  return count;
}

v1::Outcome TooLargeOutcome(const v1::Change& change, int64_t limit) {
  v1::Outcome outcome;
  outcome.set_change_id(change.change_id());
  outcome.set_verdict(v1::VERDICT_REFUSED);
  *outcome.add_findings() = domain::Error(
      "R28", v1::FINDING_CODE_TOO_LARGE, "",
      {absl::StrCat("变更超过服务器允许的 ", limit, " 字节，没有发送；请缩短说明文字"),
       absl::StrCat("the change is larger than the ", limit,
                    " bytes that the server takes and was not sent; shorten its texts")});
  return outcome;
}

absl::StatusOr<std::vector<v1::Outcome>> PushFirst(ServerLink& link,
                                                   absl::Span<const v1::Change> changes,
                                                   const PushNote& note,
                                                   const PushLimits& push_limits) {
  size_t count = TakePush(changes, push_limits);
  if (count == 0) {
    return std::vector<v1::Outcome>{TooLargeOutcome(changes.front(), push_limits.bytes)};
  }
  for (;; count /= 2) {
    const absl::Span<const v1::Change> first = changes.first(count);
    auto outcomes =
        link.Push(std::vector<v1::Change>(first.begin(), first.end()), NoteOf(first, note));
    if (!outcomes.ok() && count > 1 &&
        ReasonOf(outcomes.status()) == v1::ERROR_REASON_TOO_MANY_CHANGES)
      continue;
    return outcomes;
  }
}

absl::StatusOr<FirstPush> PushFirstOrSetAside(ServerLink& link,
                                              absl::Span<const v1::Change> changes,
                                              const PushNote& note, const PushLimits& push_limits) {
  // One that has no room alone is PushFirst's to answer.
  for (size_t count = std::max<size_t>(TakePush(changes, push_limits), 1);; count /= 2) {
    auto outcomes = PushFirst(link, changes.first(count), note, push_limits);
    if (outcomes.ok()) return FirstPush{*std::move(outcomes), absl::OkStatus()};
    if (!IsPermanent(outcomes.status())) return outcomes.status();
    if (count == 1) {
      return FirstPush{{SetAsideOutcome(changes.front(), outcomes.status())}, outcomes.status()};
    }
  }
}

}  // namespace bangfu::client
