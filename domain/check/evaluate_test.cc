#include "domain/check/evaluate.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "domain/policy/policy.h"
#include "domain/rules/org_tree.h"
#include "domain/rules/sample_archive.h"
#include "gmock/gmock.h"

namespace bangfu::domain {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class EvaluateTest : public testing::Test {
 protected:
  EvaluateTest() {
    *file_.mutable_archive() = sample::Staff();
    sample::AddDueMaterials(*file_.mutable_archive(), v1::HARDSHIP_CATEGORY_OTHER);
  }

  // What is said beside the papers that nobody transcribed yet.
  std::vector<std::string> Said() const {
    const OrgTree orgs;
    const PolicyBook policy;
    std::vector<std::string> lines =
        sample::Short(Evaluate(CaseOf(file_), {orgs, policy, sample::kToday}));
    lines.erase(std::remove_if(lines.begin(), lines.end(),
                               [](const std::string& line) {
                                 return absl::StartsWith(line, "W PAPER_NOT_TRANSCRIBED");
                               }),
                lines.end());
    return lines;
  }

  v1::AidEvent& AddAid(int number) {
    v1::AidEvent& aid = *file_.add_aid_events();
    aid.set_id(sample::Uuid(number));
    aid.set_archive_id(sample::kArchiveId);
    aid.set_aided_on("2014-03-05");
    aid.set_kind(v1::AID_KIND_LIVING);
    aid.set_amount_fen(50000);
    return aid;
  }

  v1::CaseFile file_;
};

TEST_F(EvaluateTest, AGoodArchiveHasNothingSaidOfIt) { EXPECT_THAT(Said(), IsEmpty()); }

TEST_F(EvaluateTest, MistakesOfTwoAidEventsAreToldApartInAnyOrder) {
  file_.mutable_archive()->set_established_on("2014-03-01");
  file_.mutable_archive()->set_filed_on("2014-02-28");
  AddAid(2).set_amount_fen(-1);
  AddAid(1).clear_kind();
  const std::vector<std::string> said = Said();
  EXPECT_THAT(said, ElementsAre("E REQUIRED_MISSING aid_events[" + sample::Uuid(1) + "].kind R48",
                                "E BAD_MONEY aid_events[" + sample::Uuid(2) + "].amount_fen R48"));
  file_.mutable_aid_events()->SwapElements(0, 1);
  EXPECT_EQ(Said(), said);
}

TEST_F(EvaluateTest, MistakesOfAVisitAreFoundUnderIt) {
  v1::Visit& visit = *file_.add_visits();
  visit.set_id(sample::Uuid(1));
  visit.set_archive_id(sample::kArchiveId);
  visit.set_visited_on("2014-03-11");
  visit.set_visitors("工会");
  EXPECT_THAT(Said(),
              ElementsAre("E DATE_IN_FUTURE visits[" + sample::Uuid(1) + "].visited_on R47"));
}

TEST_F(EvaluateTest, TheDeterminedCategoryDecidesWhichPapersAreDue) {  // A9
  v1::Archive& archive = *file_.mutable_archive();
  archive.set_claimed_category(v1::HARDSHIP_CATEGORY_OTHER);
  archive.set_determined_category(v1::HARDSHIP_CATEGORY_CERTIFICATE_HOLDER);
  EXPECT_THAT(Said(), Contains("E MATERIAL_MISSING materials R21"));
  archive.clear_determined_category();
  EXPECT_THAT(Said(), Not(Contains(StartsWith("E MATERIAL_MISSING"))));
}

}  // namespace
}  // namespace bangfu::domain
