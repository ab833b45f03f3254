// Steps by those who may not take them: without the role, from elsewhere, twice by one person, in
// somebody else's name.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/security/forged.h"

namespace bangfu::security {
namespace {

struct Step {
  const char* name;
  const v1::Archive& (Stage::*archive)() const;
  void (*take)(v1::Change& change, const Stage& stage);
  std::vector<std::string> may;  // of the stage's people, by the sentences of the notice
};

const std::vector<Step>& Steps() {
  static const auto& steps = *new std::vector<Step>{
      {"edit",
       &Stage::draft,
       [](v1::Change& change, const Stage& stage) {
         v1::Archive archive = stage.draft();
         archive.set_phone("13900000000");
         change.mutable_put()->set_record(archive.SerializeAsString());
         change.mutable_put()->add_changed_fields("phone");
         change.mutable_put()->set_correction_reason("更正");
       },
       {"fc.handler", "fy.handler", "fy.all", "ce.handler", "ce.approver", "ce.all"}},
      {"submit",
       &Stage::draft,
       [](v1::Change& change, const Stage&) { change.mutable_submit(); },
       {"fc.handler", "fy.handler", "fy.all"}},
      {"review",
       &Stage::submitted,
       [](v1::Change& change, const Stage&) { change.mutable_review(); },
       {"fy.reviewer", "fy.all"}},
      {"approve",
       &Stage::reviewed,
       [](v1::Change& change, const Stage& stage) {
         change.mutable_approve()->set_determined_category(stage.reviewed().claimed_category());
       },
       {"ce.approver", "ce.all"}},
      {"return",
       &Stage::submitted,
       [](v1::Change& change, const Stage&) { change.mutable_return_()->set_reason("补充材料"); },
       {"fy.reviewer", "fy.approver", "fy.all", "ce.reviewer", "ce.approver", "ce.all"}},
      {"report",
       &Stage::established,
       [](v1::Change& change, const Stage&) { change.mutable_report()->set_package("2014-1"); },
       {"ce.reporter"}},
      {"withdraw",
       &Stage::established,
       [](v1::Change& change, const Stage&) {
         change.mutable_withdraw()->set_basis(v1::WITHDRAWAL_BASIS_OTHER);
         change.mutable_withdraw()->set_reason("其他");
       },
       {"ce.approver", "ce.all"}},
      {"deregister",
       &Stage::draft,
       [](v1::Change& change, const Stage&) {
         change.mutable_deregister()->set_reason("不再符合条件");
       },
       {"fc.handler", "fy.handler", "fy.all"}},
      {"merge",
       &Stage::draft,
       [](v1::Change& change, const Stage& stage) {
         change.mutable_merge_into()->set_archive_id(stage.submitted().id());
         change.mutable_merge_into()->set_reason("重复");
       },
       {"ce.approver", "ce.all"}},
      {"decide on a cause",
       &Stage::established,
       [](v1::Change& change, const Stage&) {
         change.mutable_decide_cause()->set_cause_report_id("01900000-0000-7000-8000-00000000aaaa");
         change.mutable_decide_cause()->set_qualifies(v1::YES_NO_YES);
       },
       {"ce.approver", "ce.all"}},
  };
  return steps;
}

// Everybody who may not, at a desk of their own org and properly signed in.
void StepsOfOthers(Stage& stage, std::vector<Attempt>& attempts) {
  for (const Step& step : Steps()) {
    for (const std::string& person : stage.people()) {
      if (std::find(step.may.begin(), step.may.end(), person) != step.may.end()) continue;
      attempts.push_back({"role missing", absl::StrCat(step.name, " by ", person), Audited::kAtCity,
                          [&stage, &step, person] {
                            v1::Change change = stage.By(person, (stage.*step.archive)());
                            step.take(change, stage);
                            return stage.AtDesk(stage.city().PersonOf(person).org(), person,
                                                change);
                          }});
    }
  }
}

// Every step in the name of those who may, sent by the server of a district and by a desk.
void ForgedApprovals(Stage& stage, std::vector<Attempt>& attempts) {
  for (const Step& step : Steps()) {
    for (const std::string& person : step.may) {
      const bool is_of_center = person.rfind("ce.", 0) == 0;
      const auto forged = [&stage, &step, person] {
        v1::Change change = stage.By(person, (stage.*step.archive)());
        step.take(change, stage);
        return change;
      };
      if (is_of_center) {
        attempts.push_back(
            {"forged approval", absl::StrCat(step.name, " of ", person, " by a district's server"),
             Audited::kAtCity, [&stage, forged] {
               City& city = stage.city();
               return stage.Send(city.city().address, city.OfServer(city.district()), {{forged()}});
             }});
      }
      attempts.push_back(
          {"forged approval", absl::StrCat(step.name, " of ", person, " by a desk, no session"),
           Audited::kAtCity, [&stage, forged] {
             City& city = stage.city();
             return stage.Send(city.city().address, city.OfDesk(kDistrict, stage.NewDesk()),
                               {{forged()}});
           }});
    }
  }
}

// Two of handle, review, approve by one person with all the roles (R89).
void TwoOfThree(Stage& stage, std::vector<Attempt>& attempts) {
  const auto add = [&](const char* name, int archive, const char* org, const char* person,
                       void (*take)(v1::Change&)) {
    attempts.push_back(
        {"two sign-offs", name, Audited::kAtCity,
         [&stage, archive, org = std::string(org), person = std::string(person), take] {
           v1::Change change = stage.By(person, stage.SignedTwice(archive));
           take(change);
           return stage.AtDesk(org, person, change);
         }});
  };
  const auto review = [](v1::Change& change) { change.mutable_review(); };
  const auto approve = [](v1::Change& change) {
    change.mutable_approve()->set_determined_category(v1::HARDSHIP_CATEGORY_OTHER);
  };
  add("who submitted reviews", 0, kDistrict, "fy.all", review);
  add("who submitted approves", 1, kDistrict, "fy.all", approve);
  add("who reviewed approves", 2, kDistrict, "fy.all", approve);
}

}  // namespace

std::vector<Attempt> PermittedSteps(Stage& stage) {
  std::vector<Attempt> attempts;
  for (const char* name : {"edit", "submit", "review", "approve", "report"}) {
    const auto step = std::find_if(Steps().begin(), Steps().end(), [&](const Step& other) {
      return name == absl::string_view(other.name);
    });
    attempts.push_back({"permitted", name, Audited::kAtCity, [&stage, step] {
                          const std::string& person = step->may.front();
                          v1::Change change = stage.By(person, (stage.*step->archive)());
                          step->take(change, stage);
                          return stage.AtDesk(stage.city().PersonOf(person).org(), person, change);
                        }});
  }
  return attempts;
}

void AddForgedSteps(Stage& stage, std::vector<Attempt>& attempts) {
  StepsOfOthers(stage, attempts);
  ForgedApprovals(stage, attempts);
  TwoOfThree(stage, attempts);
}

}  // namespace bangfu::security
