#include "client/cli/rule_cells.h"

#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "domain/rules/label.h"
#include "google/protobuf/descriptor.h"

namespace bangfu::client {
namespace {

using Cells = std::vector<std::string>;

std::string OrDash(const std::string& text) { return text.empty() ? "-" : text; }

// "1/2" while something is counted, else the day on which the duty was met.
std::string MetOf(const v1::Timer& timer) {
  if (timer.due() > 0 && timer.met_on().empty()) {
    return absl::StrCat(timer.done(), "/", timer.due());
  }
  return OrDash(timer.met_on());
}

void MoveTo(Cells& from, Cells& to) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

Cells FindingHeader(const Output& out) {
  if (out.english()) return {"rule", "last day", "what to do"};
  return {"规则", "最后期限", "问题与处理办法"};
}

Cells FindingCells(const Output& out, const v1::Finding& finding) {
  const Text severity = finding.severity() == v1::SEVERITY_WARNING ? Text{" 提醒", " warning"}
                                                                   : Text{" 错误", " error"};
  return {absl::StrCat(finding.rule(), out.Say(severity)), finding.last_day(),
          out.Say({finding.message_zh(), finding.message_en()})};
}

Cells TimerHeader(const Output& out) {
  if (out.english())
    return {"rule", "duty", "started by", "started", "last day", "state", "met", "next"};
  return {"规则", "期限", "起因", "起始日", "最后期限", "状态", "完成", "下一步"};
}

Cells TimerCells(const Output& out, const v1::Timer& timer) {
  const auto label = [&out](const google::protobuf::EnumDescriptor& list, int number) {
    return OrDash(out.Say(domain::ValueLabel(list, number)));
  };
  return {timer.rule(),
          label(*v1::TimerKind_descriptor(), timer.kind()),
          label(*v1::TimerStart_descriptor(), timer.started_by()),
          OrDash(timer.started_on()),
          OrDash(timer.last_day()),
          label(*v1::TimerState_descriptor(), timer.state()),
          MetOf(timer),
          label(*v1::NextAction_descriptor(), timer.next_action())};
}

Cells Row(Cells front, Cells cells, Cells back) {
  MoveTo(cells, front);
  MoveTo(back, front);
  return front;
}

}  // namespace bangfu::client
