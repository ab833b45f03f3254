#include "client/cli/stall_text.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "client/cli/instant_text.h"

namespace bangfu::client {

void PrintStalls(const Output& out, const std::vector<v1::Stall>& stalls) {
  for (const v1::Stall& stall : stalls) {
    const std::string since = InstantText(stall.since());
    const std::string reason = stall.reason().empty() ? "-" : stall.reason();
    out.Line({absl::StrCat("停滞：", stall.backlog(), " 自 ", since, " 起没有进展，等待 ",
                           stall.waiting(), "，原因 ", reason),
              absl::StrCat("stalled: ", stall.backlog(), " has not moved since ", since, ", ",
                           stall.waiting(), " waiting, reason ", reason)});
  }
}

Json ToJson(const std::vector<v1::Stall>& stalls) {
  Json list = Json::array();
  for (const v1::Stall& stall : stalls) list.push_back(ToJson(stall));
  return list;
}

}  // namespace bangfu::client
