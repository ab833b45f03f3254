#include "client/cli/timer_table.h"

#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "client/cli/rule_cells.h"
#include "client/cli/selection.h"
#include "client/cli/shown_value.h"

namespace bangfu::client {

TimerTable::TimerTable(const Session& session)
    : session_(session),
      table_(Row({session.out().Say({"档案", "archive"})}, TimerHeader(session.out()),
                 {session.out().Say({"办理单位", "who"})})) {}

void TimerTable::Add(const LocalCase& local, const v1::Timer& timer) {
  const Output& out = session_.out();
  std::vector<std::string> who;
  for (const std::string& org : timer.orgs()) who.push_back(UnitName(session_, org));
  table_.Add(Row({NameOf(local.record, local.records.archive())}, TimerCells(out, timer),
                 {absl::StrJoin(who, out.english() ? ", " : "、")}));
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
