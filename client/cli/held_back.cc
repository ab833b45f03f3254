#include "client/cli/held_back.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "base/clock.h"

namespace bangfu::client {

absl::StatusOr<HeldBackChanges> HeldBackNow(Session& session) {
  auto sessions = session.replica().Sessions();
  if (!sessions.ok()) return sessions.status();
  std::set<std::string> people;
  for (const DeskSession& each : *sessions) {
    if (each.IsGood(SystemClock().Now())) people.insert(each.person.id());
  }
  return session.replica().HeldBack(people);
}

void PrintHeldBack(Session& session, const HeldBackChanges& held_back) {
  for (const auto& [person_id, count] : held_back) {
    const auto account = session.replica().FindAccount(person_id);
    const bool known = account.ok() && account->has_value();
    const std::string name = known ? (*account)->name() : person_id;
    session.out().Line(
        {absl::StrCat("有 ", count, " 项变更留在本机，等 ", name, " 登录后上送：bangfu login ",
                      person_id, "，再 bangfu sync。"),
         absl::StrCat(count, " changes stay here until ", name, " signs in: bangfu login ",
                      person_id, ", then bangfu sync.")});
  }
}

Json ToJson(const HeldBackChanges& held_back) {
  Json list = Json::array();
  for (const auto& [person_id, count] : held_back) {
    list.push_back({{"person_id", person_id}, {"changes", count}});
  }
  return list;
}

}  // namespace bangfu::client
