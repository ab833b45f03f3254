#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "client/cli/as_of.h"
#include "client/cli/code_word.h"
#include "client/cli/life_commands.h"
#include "client/cli/local_case.h"
#include "client/cli/timer_table.h"
#include "domain/life/step.h"
#include "domain/record/record_type.h"
#include "domain/rules/case.h"
#include "domain/rules/label.h"
#include "domain/text/civil_date.h"
#include "domain/timers/timers.h"

namespace bangfu::client {
namespace {

// The kinds that are asked for; empty for all.
absl::StatusOr<std::vector<int>> ReadKinds(const std::vector<std::string>& words) {
  std::vector<int> kinds;
  for (const std::string& word : words) {
    auto kind = ReadCodeWord(*v1::TimerKind_descriptor(), word);
    if (!kind.ok()) return kind.status();
    kinds.push_back(*kind);
  }
  return kinds;
}

// Whether the timer asks somebody to do something by `near`: it proposes or demands it now, or its
// last day is not after `near`. Waiting is nothing to do.
bool IsWork(const v1::Timer& timer, const std::string& near) {
  if (timer.next_action() == v1::NEXT_ACTION_UNSPECIFIED ||
      timer.next_action() == v1::NEXT_ACTION_AWAIT_END_OF_POSTING) {
    return false;
  }
  // A household that is no longer eligible is deregistered at once (R50), not near the last day.
  if (timer.state() != v1::TIMER_STATE_RUNNING || timer.kind() == v1::TIMER_KIND_DEREGISTRATION) {
    return true;
  }
  return timer.last_day() <= near;  // ISO days sort as text; none is the earliest
}

}  // namespace

absl::StatusOr<ExitStatus> Timers(Session& session, const TimerOptions& options) {
  auto day = ReadAsOf(options.as_of, session.today());
  if (!day.ok()) return day.status();
  auto kinds = ReadKinds(options.kinds);
  if (!kinds.ok()) return kinds.status();
  const domain::RuleContext rules{session.orgs(), session.policy(), *day};
  TimerTable table(session);
  const auto add = [&](const LocalCase& local) {
    for (const v1::Timer& timer : domain::TimersOf(domain::CaseOf(local.records), rules)) {
      const bool of_kind =
          kinds->empty() || std::find(kinds->begin(), kinds->end(), timer.kind()) != kinds->end();
      if (of_kind && (!options.overdue || timer.state() == v1::TIMER_STATE_OVERDUE)) {
        table.Add(local, timer);
      }
    }
  };
  for (const std::string& reference : options.archives) {
    auto record = session.FindArchive(reference);
    if (!record.ok()) return record.status();
    auto local = ReadCase(session.replica(), *record);
    if (!local.ok()) return local.status();
    add(*local);
  }
  if (options.archives.empty()) {
    absl::Status status = ForEachCase(session.replica(), [&](LocalCase& local) {
      if (domain::IsLive(domain::StatusOf(local.records.archive()))) add(local);
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
  }
  const std::string as_of = domain::FormatDate(*day);
  table.Print();
  session.out().Line({absl::StrCat("截至 ", as_of, "：期限 ", table.size(), " 项。"),
                      absl::StrCat("As of ", as_of, ": ", table.size(), " timers.")});
  session.out().Print(Json{{"as_of", as_of}, {"timers", table.document()}});
  return kDone;
}

absl::StatusOr<ExitStatus> Worklist(Session& session, const WorklistOptions& options) {
  auto day = ReadAsOf(options.as_of, session.today());
  if (!day.ok()) return day.status();
  const domain::RuleContext rules{session.orgs(), session.policy(), *day};
  const std::string near = domain::FormatDate(domain::AddDays(*day, options.within));
  std::map<v1::NextAction, TimerTable> groups;
  int total = 0;
  // Ended ones too: a circular is due after a late deregistration (R51).
  absl::Status status = ForEachCase(session.replica(), [&](LocalCase& local) {
    for (const v1::Timer& timer : domain::TimersOf(domain::CaseOf(local.records), rules)) {
      if (!IsWork(timer, near)) continue;
      groups.try_emplace(timer.next_action(), session).first->second.Add(local, timer);
      ++total;
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  const std::string as_of = domain::FormatDate(*day);
  Json document = {{"as_of", as_of}, {"total", total}, {"groups", Json::array()}};
  for (const auto& [action, table] : groups) {
    const Text label = domain::ValueLabel(*v1::NextAction_descriptor(), action);
    session.out().Line({absl::StrCat(label.zh, "：", table.size(), " 项"),
                        absl::StrCat(label.en, ": ", table.size())});
    table.Print();
    session.out().Line({"", ""});
    document["groups"].push_back({{"next_action", v1::NextAction_Name(action)},
                                  {"label_zh", label.zh},
                                  {"label_en", label.en},
                                  {"count", table.size()},
                                  {"timers", table.document()}});
  }
  session.out().Line({absl::StrCat("截至 ", as_of, "：待办 ", total, " 项。"),
                      absl::StrCat("As of ", as_of, ": ", total, " things to do.")});
  session.out().Print(document);
  return kDone;
}

}  // namespace bangfu::client
