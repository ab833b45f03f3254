#include "client/cli/timer_table.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/selection.h"
#include "client/cli/shown_value.h"
#include "domain/rules/label.h"

namespace bangfu::client {
namespace {

std::vector<std::string> Header(bool english) {
  if (english) {
    return {"archive",  "rule",  "duty", "started by",  "started on",
            "last day", "state", "met",  "next action", "who"};
  }
  return {"档案",     "规则", "期限", "起因",   "起始日",
          "最后期限", "状态", "完成", "下一步", "办理单位"};
}

std::string OrDash(const std::string& text) { return text.empty() ? "-" : text; }

// "1/2" while something is counted, else the day on which the duty was met.
std::string MetOf(const v1::Timer& timer) {
  if (timer.due() > 0 && timer.met_on().empty()) {
    return absl::StrCat(timer.done(), "/", timer.due());
  }
  return OrDash(timer.met_on());
}

}  // namespace

TimerTable::TimerTable(const Session& session)
    : session_(session), table_(Header(session.out().english())) {}

void TimerTable::Add(const LocalCase& local, const v1::Timer& timer) {
  const Output& out = session_.out();
  const auto label = [&](const google::protobuf::EnumDescriptor& list, int number) {
    return OrDash(out.Say(domain::ValueLabel(list, number)));
  };
  std::vector<std::string> who;
  for (const std::string& org : timer.orgs()) who.push_back(UnitName(session_, org));
  table_.Add({NameOf(local.record, local.records.archive()), timer.rule(),
              label(*v1::TimerKind_descriptor(), timer.kind()),
              label(*v1::TimerStart_descriptor(), timer.started_by()), OrDash(timer.started_on()),
              OrDash(timer.last_day()), label(*v1::TimerState_descriptor(), timer.state()),
              MetOf(timer), label(*v1::NextAction_descriptor(), timer.next_action()),
              absl::StrJoin(who, out.english() ? ", " : "、")});
  if (!out.json()) {
    document_.push_back(nullptr);  // only counted
    return;
  }
  Json json = ToJson(timer);
  json["number"] = local.record.number;
  json["worker"] = MaskedName(local.records.archive());
  document_.push_back(std::move(json));
}

}  // namespace bangfu::client
