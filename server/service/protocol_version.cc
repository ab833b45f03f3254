#include "server/service/protocol_version.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace bangfu::server {
namespace {

std::string Show(const VersionRange& range) {
  return range.oldest == range.highest ? absl::StrCat(range.highest)
                                       : absl::StrCat(range.oldest, "-", range.highest);
}

}  // namespace

absl::StatusOr<int> HighestCommonVersion(const VersionRange& caller, const VersionRange& ours) {
  const int common = std::min(caller.highest, ours.highest);
  if (common >= caller.oldest && common >= ours.oldest) return common;
  const bool caller_is_old = caller.highest < ours.oldest;
  return ErrorBuilder(
             absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_PROTOCOL_VERSION,
             {absl::StrCat("协议版本不一致：本机程序支持 ", Show(caller), "，上级节点支持 ",
                           Show(ours), "；请升级", caller_is_old ? "本机程序。" : "上级节点。"),
              absl::StrCat("No common protocol version: the calling program speaks ", Show(caller),
                           ", this node ", Show(ours), "; update ",
                           caller_is_old ? "the calling program." : "this node.")})
      .With("supported", Show(ours))
      .Build();
}

}  // namespace bangfu::server
