#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "domain/life/step.h"
#include "domain/life/step_check.h"
#include "domain/life/step_sample.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

// Every verb in every status, by every actor, in every tier.
namespace bangfu::domain {
namespace {

using namespace steps;  // NOLINT(google-build-using-namespace): the vocabulary of this test

struct Status {
  char letter;
  v1::ArchiveStatus status;
  bool established;  // at any time
  bool ended;
};
constexpr Status kStatuses[] = {
    {'n', v1::ARCHIVE_STATUS_UNSPECIFIED, false, false},
    {'d', v1::ARCHIVE_STATUS_DRAFT, false, false},
    {'s', v1::ARCHIVE_STATUS_SUBMITTED, false, false},
    {'v', v1::ARCHIVE_STATUS_REVIEWED, false, false},
    {'e', v1::ARCHIVE_STATUS_ESTABLISHED, true, false},
    {'r', v1::ARCHIVE_STATUS_RETURNED, false, false},
    {'R', v1::ARCHIVE_STATUS_RETURNED, true, false},
    {'p', v1::ARCHIVE_STATUS_REPORTED, true, false},
    {'w', v1::ARCHIVE_STATUS_WITHDRAWN, true, true},
    {'g', v1::ARCHIVE_STATUS_DEREGISTERED, true, true},
    {'m', v1::ARCHIVE_STATUS_MERGED, true, true},
    {'?', static_cast<v1::ArchiveStatus>(77), true, false},  // of a newer version
};

struct Actor {
  char letter;
  const char* org;
};
constexpr Actor kActors[] = {
    {'u', "hz.gongye.xiangjiao"},          // the filing unit
    {'b', "hz.gongye.xiangjiao.chejian"},  // a workshop of it
    {'s', "hz.gongye.jichuang"},           // another unit of the union
    {'i', "hz.gongye"},                    // its industry union
    {'o', "hz.jiaoyu"},                    // another union
    {'x', "hz.gongyex"},                   // one whose path begins alike
    {'c', "hz.fuwu"},                      // the service center
    {'h', "hz"},                           // the city union
    {'-', ""},
};

struct Verb {
  v1::Change (*make)(const std::string& org);
  const char* statuses;
  const char* tier_a;
  const char* tier_b;
  const char* tier_c;
};
const Verb kVerbs[] = {
    {[](const std::string& org) { return Submit("a", org); }, "ndrR", "ui", "ui", "u"},
    {[](const std::string& org) { return Review("a", org); }, "s", "i", "ui", "u"},
    {[](const std::string& org) { return Approve("a", org, v1::HARDSHIP_CATEGORY_TEMPORARY); }, "v",
     "c", "i", "u"},
    {[](const std::string& org) { return Return("a", org); }, "svep", "ic", "ic", "uc"},
    {[](const std::string& org) { return Report("a", org); }, "e", "c", "", ""},
    {[](const std::string& org) { return Withdraw("a", org); }, "epR", "c", "i", "u"},
    {[](const std::string& org) { return Deregister("a", org); }, "ndsverRp", "ui", "ui", "ui"},
    {[](const std::string& org) { return MergeInto("a", org); }, "ndsverRp", "c", "c", "c"},
    {[](const std::string& org) { return DecideCause("a", org); }, "ep", "c", "i", "u"},
};

bool Has(const char* letters, char letter) { return absl::StrContains(letters, letter); }

TEST(StepTableTest, StatusTierAndActorDecide) {
  v1::Archive sound = Temporary();
  sound.clear_materials();
  sample::AddDueMaterials(sound, sound.claimed_category());
  const OrgTree orgs = Orgs();
  const PolicyBook policy;
  for (const Verb& verb : kVerbs) {
    for (const Status& status : kStatuses) {
      v1::Archive archive = sound;
      archive.set_status(status.status);
      if (!status.established) archive.clear_established_on();
      for (const v1::Tier tier : {v1::TIER_UNSPECIFIED, v1::TIER_A, v1::TIER_B, v1::TIER_C}) {
        archive.set_tier(tier);
        const char* actors = tier == v1::TIER_B   ? verb.tier_b
                             : tier == v1::TIER_C ? verb.tier_c
                                                  : verb.tier_a;
        for (const Actor& actor : kActors) {
          const v1::Change change = verb.make(actor.org);
          Case c;
          c.archive = &archive;
          std::vector<v1::FindingCode> expected;
          if (!Has(verb.statuses, status.letter)) expected.push_back(v1::FINDING_CODE_WRONG_STATUS);
          if (!Has(actors, actor.letter)) expected.push_back(v1::FINDING_CODE_NOT_PERMITTED);
          std::vector<v1::FindingCode> codes;
          for (const v1::Finding& finding : CheckStep(c, change, {orgs, policy, sample::kToday})) {
            if (finding.severity() != v1::SEVERITY_ERROR) continue;
            if (status.letter == '?' && finding.code() == v1::FINDING_CODE_UNKNOWN_CODE) continue;
            codes.push_back(finding.code());
            if (finding.code() != v1::FINDING_CODE_WRONG_STATUS) continue;
            EXPECT_EQ(absl::StrContains(finding.message_zh(), "档案已终止"), status.ended);
            EXPECT_EQ(absl::StrContains(finding.message_en(), "has ended"), status.ended);
          }
          EXPECT_EQ(codes, expected) << StepLabel(change).en << " " << status.letter << " tier "
                                     << tier << " by '" << actor.org << "'";
        }
      }
    }
  }
}

TEST(StepTableTest, EveryStepHasItsWords) {
  for (const Verb& verb : kVerbs) {
    const v1::Change change = verb.make("hz");
    EXPECT_TRUE(IsStep(change));
    EXPECT_FALSE(StepLabel(change).zh.empty());
    EXPECT_FALSE(PossibleStatuses(change).zh.empty());
  }
  v1::Change put;
  put.mutable_put();
  EXPECT_FALSE(IsStep(put));
  EXPECT_TRUE(StepLabel(put).zh.empty());
  EXPECT_TRUE(WordsOf(put).empty());
}

// The table above names every action there is.
TEST(StepTableTest, NoActionIsLeftOut) {
  const auto* actions = v1::Change::descriptor()->FindOneofByName("action");
  ASSERT_NE(actions, nullptr);
  EXPECT_EQ(static_cast<size_t>(actions->field_count()),
            std::size(kVerbs) + 2);  // and put, and a resolution
}

}  // namespace
}  // namespace bangfu::domain
