#include <algorithm>
#include <set>
#include <thread>

#include "bangfu/v1/aid_event.pb.h"
#include "base/error.h"
#include "base/limits.h"
#include "server/sync/push.h"
#include "server/sync/sync_fixture.h"

namespace bangfu::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class PushTest : public testing::Test {
 protected:
  // Files a household and returns it.
  v1::Archive File(int number, const std::string& unit = kUnitOrg) {
    const v1::Archive archive = Household(number, unit);
    node_.MustPush(unit, {make_.Put(Handler(unit), archive)});
    return archive;
  }

  v1::Change Phone(const std::string& phone, const v1::Archive& seen, int64_t base,
                   const v1::Actor& actor = Handler()) {
    v1::Archive changed = seen;
    changed.set_phone(phone);
    return make_.Put(actor, changed, base, {"phone"});
  }

  SettableClock clock_;
  ChangeMaker make_;
  TestNode node_{clock_, NodeRole{}};
};

// ---- The way of an archive, and its number.

TEST_F(PushTest, FromFilingToNumberInOneBatch) {
  const v1::Archive archive = Household(1);
  const auto outcomes = node_.Push(kCityOrg, make_.UntilApproved(archive));
  for (size_t i = 0; i < outcomes.size(); ++i) {
    EXPECT_THAT(outcomes[i], HasVerdict(v1::VERDICT_ACCEPTED));
    EXPECT_EQ(outcomes[i].revision(), static_cast<int64_t>(i) + 1);
  }
  const v1::Archive stored = node_.Archive(archive.id());
  EXPECT_EQ(stored.status(), v1::ARCHIVE_STATUS_ESTABLISHED);
  EXPECT_EQ(stored.number(), "工业橡胶20140001");
  EXPECT_EQ(stored.established_on(), "2014-03-10");
  EXPECT_EQ(stored.determined_category(), v1::HARDSHIP_CATEGORY_OTHER);
  EXPECT_EQ(stored.handling().person_id(), Handler().person_id());
  EXPECT_EQ(stored.review().person_id(), Reviewer().person_id());
  EXPECT_EQ(stored.approval().person_id(), Approver().person_id());
  // A step answers with the record as it is then.
  v1::Archive answered;
  ASSERT_TRUE(answered.ParseFromString(outcomes[3].record().body()));
  EXPECT_EQ(answered.number(), stored.number());
  EXPECT_EQ(node_.Stored(archive.id())->columns.number, stored.number());
  EXPECT_TRUE(node_.Conflicts().empty());
}

TEST_F(PushTest, FromFilingToNumberNodeByNode) {
  const std::vector<v1::Change> steps = make_.UntilApproved(Household(1));
  node_.MustPush(kUnitOrg, {steps[0], steps[1]});
  node_.MustPush(kUnionOrg, {steps[2]});
  node_.MustPush(kCenterOrg, {steps[3]});
  EXPECT_EQ(node_.Archive(ArchiveId(1)).number(), "工业橡胶20140001");
  // The next of the same prefix and year, and the first of another one.
  node_.MustPush(kCityOrg, make_.UntilApproved(Household(2)));
  node_.MustPush(kCityOrg, make_.UntilApproved(Household(3, kOtherUnitOrg)));
  EXPECT_EQ(node_.Archive(ArchiveId(2)).number(), "工业橡胶20140002");
  EXPECT_EQ(node_.Archive(ArchiveId(3)).number(), "富阳富春20140001");
}

TEST_F(PushTest, StepsOutOfTurnAreRefused) {
  const v1::Archive archive = File(1);
  const v1::Outcome review = node_.Push(kUnionOrg, make_.Review(Reviewer(), archive.id()));
  EXPECT_THAT(review, HasVerdict(v1::VERDICT_REFUSED));
  EXPECT_THAT(Codes(review), ElementsAre("WRONG_STATUS status"));
  EXPECT_EQ(review.revision(), 1);
  EXPECT_TRUE(review.has_record());
  EXPECT_EQ(node_.Archive(archive.id()).status(), v1::ARCHIVE_STATUS_DRAFT);
}

TEST_F(PushTest, TheThreeSignaturesAreOfThreePeople) {
  const v1::Actor all = ActorOf("all", kUnionOrg);  // has the roles of all three
  v1::Archive of_union = Household(3);
  of_union.set_tier(v1::TIER_B);
  node_.MustPush(kUnionOrg, {make_.Put(all, of_union), make_.Submit(all, of_union.id())});
  EXPECT_THAT(Codes(node_.Push(kUnionOrg, make_.Review(all, of_union.id()))),
              ElementsAre("SAME_SIGNER handling"));
  node_.MustPush(kUnionOrg, {make_.Review(Reviewer(), of_union.id())});
  EXPECT_THAT(Codes(node_.Push(kUnionOrg, make_.Approve(all, of_union.id()))),
              ElementsAre("SAME_SIGNER handling"));
  EXPECT_EQ(node_.Archive(of_union.id()).status(), v1::ARCHIVE_STATUS_REVIEWED);
  v1::Archive other = Household(4);
  other.set_tier(v1::TIER_B);
  node_.MustPush(kUnionOrg, {make_.Put(Handler(), other), make_.Submit(Handler(), other.id()),
                             make_.Review(all, other.id())});
  EXPECT_THAT(Codes(node_.Push(kUnionOrg, make_.Approve(all, other.id()))),
              ElementsAre("SAME_SIGNER review"));
  const std::vector<v1::Change> steps = make_.UntilReviewed(Household(1));
  node_.MustPush(kCityOrg, {steps[0], steps[1], steps[2]});
  EXPECT_THAT(
      Codes(node_.Push(kCenterOrg, make_.Approve(ActorOf("reviewer", kCenterOrg), ArchiveId(1)))),
      ElementsAre("ROLE_MISSING actor.person_id"));
  EXPECT_EQ(node_.Archive(ArchiveId(1)).status(), v1::ARCHIVE_STATUS_REVIEWED);
  // Refusals use up no number.
  node_.MustPush(kCenterOrg, {make_.Approve(Approver(), ArchiveId(1))});
  EXPECT_EQ(node_.Archive(ArchiveId(1)).number(), "工业橡胶20140001");
}

TEST_F(PushTest, PapersMissingForTheDeterminedCategoryReturnWithoutANumber) {  // A9
  node_.MustPush(kCityOrg, make_.UntilReviewed(Household(1)));
  const v1::Outcome outcome =
      node_.Push(kCenterOrg,
                 make_.Approve(Approver(), ArchiveId(1), v1::HARDSHIP_CATEGORY_CERTIFICATE_HOLDER));
  EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_THAT(Codes(outcome), Not(IsEmpty()));
  const v1::Archive returned = node_.Archive(ArchiveId(1));
  EXPECT_EQ(returned.status(), v1::ARCHIVE_STATUS_RETURNED);
  EXPECT_EQ(returned.number(), "");
  EXPECT_FALSE(returned.has_approval());
  node_.MustPush(kCityOrg, make_.UntilApproved(Household(2)));
  EXPECT_EQ(node_.Archive(ArchiveId(2)).number(), "工业橡胶20140001");
}

TEST_F(PushTest, ReturnedAndEstablishedAgainKeepsItsNumber) {  // A5
  node_.MustPush(kCityOrg, make_.UntilApproved(Household(1)));
  clock_.Set("2015-02-01T12:00:00+08:00");
  node_.MustPush(kCityOrg,
                 {make_.Return(Approver(), ArchiveId(1)), make_.Submit(Handler(), ArchiveId(1)),
                  make_.Review(Reviewer(), ArchiveId(1)), make_.Approve(Approver(), ArchiveId(1))});
  EXPECT_EQ(node_.Archive(ArchiveId(1)).number(), "工业橡胶20140001");
  EXPECT_EQ(node_.Archive(ArchiveId(1)).established_on(), "2014-03-10");
}

TEST_F(PushTest, TheYearIsThatOfShanghai) {
  v1::Archive archive = Household(1);
  archive.set_filed_on("2013-12-30");
  for (v1::Material& material : *archive.mutable_materials())
    material.set_received_on("2013-12-30");
  v1::Archive other = Household(2);
  other.set_filed_on("2013-12-30");
  *other.mutable_materials() = archive.materials();
  for (v1::Material& material : *other.mutable_materials()) {
    if (material.person_id() == ArchiveId(1)) material.set_person_id(ArchiveId(2));
    for (int i = 1; i <= 2; ++i) {
      if (material.person_id() == domain::sample::Uuid(10 + i))
        material.set_person_id(domain::sample::Uuid(20 + i));
    }
  }
  clock_.Set("2013-12-31T15:59:59Z");
  node_.MustPush(kCityOrg, make_.UntilApproved(archive));
  clock_.Set("2013-12-31T16:00:00Z");
  node_.MustPush(kCityOrg, make_.UntilApproved(other));
  EXPECT_EQ(node_.Archive(ArchiveId(1)).number(), "工业橡胶20130001");
  EXPECT_EQ(node_.Archive(ArchiveId(2)).number(), "工业橡胶20140001");
  EXPECT_EQ(node_.Archive(ArchiveId(2)).established_on(), "2014-01-01");
}

// ---- Numbers that archives carry already (A36).

class ClaimTest : public PushTest {
 protected:
  // Outcome of the approval of a household that claims `number`.
  v1::Outcome Claim(int household, const std::string& number) {
    v1::Archive archive = Household(household);
    archive.set_existing_number(number);
    return node_.Push(kCityOrg, make_.UntilApproved(archive)).back();
  }
  std::string NumberOf(int household) { return node_.Archive(ArchiveId(household)).number(); }
};

TEST_F(ClaimTest, IsKeptAndPushesItsYearForward) {
  EXPECT_THAT(Claim(1, "工业橡胶20130006"), HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_EQ(NumberOf(1), "工业橡胶20130006");
  Claim(2, "");
  EXPECT_EQ(NumberOf(2), "工业橡胶20140001");  // another year
  EXPECT_THAT(Claim(3, "工业橡胶20140005"), HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_THAT(Claim(4, "工业橡胶20140003"), HasVerdict(v1::VERDICT_ACCEPTED));  // free below
  Claim(5, "");
  EXPECT_EQ(NumberOf(5), "工业橡胶20140006");
  clock_.Set("2013-12-20T12:00:00+08:00");
  v1::Archive late = Household(6);
  late.set_filed_on("2013-12-01");
  late.clear_materials();
  domain::sample::AddDueMaterials(late, late.claimed_category());
  for (v1::Material& material : *late.mutable_materials()) material.set_received_on("2013-12-01");
  node_.MustPush(kCityOrg, make_.UntilApproved(late));
  EXPECT_EQ(NumberOf(6), "工业橡胶20130007");
}

TEST_F(ClaimTest, IsRefusedWhenItDoesNotFit) {
  Claim(1, "工业橡胶20130006");
  const v1::Outcome taken = Claim(2, "工业橡胶20130006");
  EXPECT_THAT(taken, HasVerdict(v1::VERDICT_REFUSED));
  EXPECT_THAT(Codes(taken), ElementsAre("NUMBER_TAKEN existing_number"));
  EXPECT_EQ(node_.Archive(ArchiveId(2)).status(), v1::ARCHIVE_STATUS_REVIEWED);
  const v1::Outcome foreign = Claim(3, "富阳富春20130006");
  EXPECT_THAT(foreign, HasVerdict(v1::VERDICT_REFUSED));
  EXPECT_THAT(Codes(foreign), ElementsAre("BAD_NUMBER existing_number"));
  EXPECT_EQ(NumberOf(3), "");
  // One that is no number at all is not even stored.
  EXPECT_THAT(Claim(4, "工业橡胶20130000"), HasVerdict(v1::VERDICT_REFUSED));
  // Corrected by the center, the approval goes on.
  v1::Archive corrected = node_.Archive(ArchiveId(2));
  corrected.set_existing_number("工业橡胶20130007");
  v1::Change correction = make_.Put(Approver(), corrected, 3, {"existing_number"});
  correction.mutable_put()->set_correction_reason("核对纸质档案");
  node_.MustPush(kCityOrg, {correction, make_.Approve(Approver(), ArchiveId(2))});
  EXPECT_EQ(NumberOf(2), "工业橡胶20130007");
}

TEST_F(ClaimTest, TwoOfOneBatchCannotHaveTheSame) {
  std::vector<v1::Change> batch;
  for (const int household : {1, 2}) {
    v1::Archive archive = Household(household);
    archive.set_existing_number("工业橡胶20130006");
    for (v1::Change& change : make_.UntilApproved(archive)) batch.push_back(std::move(change));
  }
  const auto outcomes = node_.Push(kCityOrg, batch);
  EXPECT_THAT(outcomes[3], HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_THAT(Codes(outcomes[7]), ElementsAre("NUMBER_TAKEN existing_number"));
  EXPECT_EQ(NumberOf(2), "");
}

// The claim is withdrawn in the batch of the approval, by a writer who saw the archive in another
// unit: the number is the next of the unit where the archive is.
TEST_F(ClaimTest, WithdrawnInTheBatchOfTheApproval) {
  Claim(1, "");
  v1::Archive archive = Household(2);
  archive.set_existing_number("工业橡胶20130006");
  node_.MustPush(kCityOrg, make_.UntilReviewed(archive));
  v1::Archive seen = archive;
  seen.set_unit(kSiblingOrg);
  seen.clear_existing_number();
  v1::Change correction = make_.Put(Approver(), seen, 3, {"existing_number"});
  correction.mutable_put()->set_correction_reason("核对纸质档案");
  const auto outcomes = node_.Push(kCityOrg, {correction, make_.Approve(Approver(), ArchiveId(2))});
  EXPECT_THAT(outcomes[1], HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_EQ(NumberOf(2), "工业橡胶20140002");
}

TEST_F(ClaimTest, After9999NothingIsWritten) {  // A2
  EXPECT_THAT(Claim(1, "工业橡胶20149999"), HasVerdict(v1::VERDICT_ACCEPTED));
  const v1::Outcome outcome = Claim(2, "");
  EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_REFUSED));
  EXPECT_THAT(Codes(outcome), ElementsAre("NUMBERS_EXHAUSTED number"));
  EXPECT_EQ(NumberOf(2), "");
  EXPECT_EQ(node_.Archive(ArchiveId(2)).status(), v1::ARCHIVE_STATUS_REVIEWED);
  EXPECT_EQ(node_.RevisionOf(ArchiveId(2)), 3);
  // Other years, units and free claims go on.
  EXPECT_THAT(Claim(3, "工业橡胶20149998"), HasVerdict(v1::VERDICT_ACCEPTED));
  clock_.Set("2015-01-05T12:00:00+08:00");
  node_.MustPush(kCenterOrg, {make_.Approve(Approver(), ArchiveId(2))});
  EXPECT_EQ(NumberOf(2), "工业橡胶20150001");
}

TEST_F(ClaimTest, TheLastNumberIs9999) {
  Claim(1, "工业橡胶20149998");
  EXPECT_THAT(Claim(2, ""), HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_EQ(NumberOf(2), "工业橡胶20149999");
}

TEST_F(PushTest, ConcurrentApprovalsHaveNoGapsAndNoDoubles) {
  constexpr int kThreads = 8, kEach = 4;
  for (int i = 0; i < kThreads * kEach; ++i)
    node_.MustPush(kCityOrg, make_.UntilReviewed(Household(i + 1)));
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        node_.MustPush(kCenterOrg, {make_.Approve(Approver(), ArchiveId(t * kEach + i + 1))});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> given, expected;
  for (int i = 1; i <= kThreads * kEach; ++i) {
    given.insert(node_.Archive(ArchiveId(i)).number());
    expected.insert(absl::StrFormat("工业橡胶2014%04d", i));
  }
  EXPECT_EQ(given, expected);
}

// ---- The same change twice.

TEST_F(PushTest, AReplayedChangeAnswersAsAtFirst) {
  const std::vector<v1::Change> steps = make_.UntilApproved(Household(1));
  const auto first = node_.Push(kCityOrg, steps);
  auto again = node_.Push(kCityOrg, steps);
  for (size_t i = 0; i < steps.size(); ++i) {
    EXPECT_TRUE(again[i].replayed());
    EXPECT_EQ(again[i].verdict(), first[i].verdict());
    EXPECT_EQ(again[i].revision(), first[i].revision());
    EXPECT_EQ(again[i].record().revision(), 4);  // the record as it is now
  }
  EXPECT_EQ(node_.RevisionOf(ArchiveId(1)), 4);
  // Another base is the same change, restated on its way; a refusal is remembered too.
  v1::Change restated = steps[0];
  restated.set_base_revision(4);
  EXPECT_TRUE(node_.Push(kCityOrg, restated).replayed());
  const v1::Change early = make_.Review(Reviewer(), ArchiveId(1));
  EXPECT_THAT(node_.Push(kCityOrg, early), HasVerdict(v1::VERDICT_REFUSED));
  const v1::Outcome refused = node_.Push(kCityOrg, early);
  EXPECT_TRUE(refused.replayed());
  EXPECT_THAT(Codes(refused), ElementsAre("WRONG_STATUS status"));
}

TEST_F(PushTest, TwiceInOneBatchTakesEffectOnce) {
  const v1::Change put = make_.Put(Handler(), Household(1));
  const auto outcomes = node_.Push(kUnitOrg, {put, put});
  EXPECT_FALSE(outcomes[0].replayed());
  EXPECT_TRUE(outcomes[1].replayed());
  EXPECT_EQ(node_.RevisionOf(ArchiveId(1)), 1);
}

TEST_F(PushTest, AConflictIsReplayedUnderTheSameEntry) {
  const v1::Archive archive = File(1);
  node_.MustPush(kUnionOrg, {Phone("13805710001", archive, 1)});
  const v1::Change late = Phone("13805710002", archive, 1);
  const v1::Outcome first = node_.Push(kUnitOrg, late);
  const v1::Outcome again = node_.Push(kUnitOrg, late);
  EXPECT_TRUE(again.replayed());
  EXPECT_EQ(again.conflict_id(), first.conflict_id());
  EXPECT_EQ(Sides(again.conflicts()), Sides(first.conflicts()));
  EXPECT_EQ(node_.Conflicts().size(), 1u);
}

TEST_F(PushTest, AChangeIdIsForOneContentOfOneNode) {
  const v1::Archive archive = File(1);
  const v1::Change change = Phone("13805710001", archive, 1);
  node_.MustPush(kUnitOrg, {change});
  v1::Change other = Phone("13805710002", archive, 2);
  other.set_change_id(change.change_id());
  const v1::Outcome content = node_.Push(kUnitOrg, other);
  EXPECT_THAT(content, HasVerdict(v1::VERDICT_REFUSED));
  EXPECT_THAT(Codes(content), ElementsAre("CHANGE_ID_REUSED change_id"));
  EXPECT_FALSE(content.replayed());
  const v1::Outcome node = node_.Push(kUnionOrg, change);
  EXPECT_THAT(Codes(node), ElementsAre("CHANGE_ID_REUSED change_id"));
  EXPECT_FALSE(node.has_record());
  EXPECT_EQ(node_.Archive(ArchiveId(1)).phone(), "13805710001");
  EXPECT_EQ(node_.RevisionOf(ArchiveId(1)), 2);
}

TEST_F(PushTest, TheSamePushTwiceAtOnceTakesEffectOnce) {
  const std::vector<v1::Change> steps = make_.UntilApproved(Household(1));
  std::vector<std::thread> threads;
  std::atomic<int> fresh{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (const v1::Outcome& outcome : node_.Push(kCityOrg, steps)) {
        EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_ACCEPTED));
        if (!outcome.replayed()) ++fresh;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(fresh, 4);
  EXPECT_EQ(node_.RevisionOf(ArchiveId(1)), 4);
  EXPECT_EQ(node_.Archive(ArchiveId(1)).number(), "工业橡胶20140001");
}

// ---- Merging.

TEST_F(PushTest, TheSameFieldTwiceIsAConflictAndTheHigherOfficeStays) {
  const v1::Archive archive = File(1);
  v1::Change ours = Phone("13805710001", archive, 1, ActorOf("clerk", kUnionOrg));
  ours.mutable_entry_time()->set_seconds(1394420401);
  node_.MustPush(kUnionOrg, {ours});
  v1::Archive theirs = archive;
  theirs.set_phone("13805710002");
  theirs.set_bank("工商银行");
  const v1::Change late = make_.Put(Handler(), theirs, 1, {"phone", "bank"});
  const v1::Outcome outcome = node_.Push(kUnitOrg, late);
  EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_CONFLICT));
  EXPECT_THAT(Sides(outcome.conflicts()),
              ElementsAre("phone: 13805710000/13805710001/13805710002"));
  EXPECT_EQ(outcome.revision(), 3);
  const v1::Archive stored = node_.Archive(ArchiveId(1));
  EXPECT_EQ(stored.phone(), "13805710001");
  EXPECT_EQ(stored.bank(), "工商银行");  // the rest goes on
  EXPECT_EQ(outcome.record().body(), node_.Stored(ArchiveId(1))->body);

  ASSERT_EQ(node_.Conflicts().size(), 1u);
  const v1::Conflict entry = node_.Conflicts()[0];
  EXPECT_EQ(entry.id(), outcome.conflict_id());
  EXPECT_EQ(entry.kind(), v1::CONFLICT_KIND_FIELDS);
  EXPECT_EQ(entry.state(), v1::CONFLICT_STATE_OPEN);
  EXPECT_EQ(entry.org(), kUnitOrg);
  EXPECT_EQ(Sides(entry.fields()), Sides(outcome.conflicts()));
  EXPECT_EQ(entry.change().SerializeAsString(), late.SerializeAsString());  // theirs, whole
  EXPECT_EQ(entry.ours_actor().person_id(), AccountOf("clerk", kUnionOrg));
  EXPECT_EQ(entry.ours_entry_time().seconds(), 1394420401);
  EXPECT_EQ(FromProto(entry.logged_time()), clock_.Now());
  EXPECT_EQ(entry.pushed_by(), "hz.gongye.xiangjiao/node");
  EXPECT_EQ(entry.policy(), "office-then-draw");
}

TEST_F(PushTest, AConflictWithNothingElseMakesNoRevision) {
  const v1::Archive archive = File(1);
  node_.MustPush(kUnionOrg, {Phone("13805710001", archive, 1, ActorOf("clerk", kUnionOrg))});
  const v1::Outcome outcome = node_.Push(kUnitOrg, Phone("13805710002", archive, 1));
  EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_CONFLICT));
  EXPECT_EQ(outcome.revision(), 2);
  EXPECT_EQ(node_.RevisionOf(ArchiveId(1)), 2);
  EXPECT_EQ(node_.Conflicts()[0].ours_actor().person_id(), AccountOf("clerk", kUnionOrg));
}

TEST_F(PushTest, DisjointFieldsAreMergedAndLogged) {
  const v1::Archive archive = File(1);
  node_.MustPush(kUnionOrg, {Phone("13805710001", archive, 1, ActorOf("clerk", kUnionOrg))});
  v1::Archive theirs = archive;
  theirs.set_bank("工商银行");
  const v1::Outcome outcome = node_.Push(kUnitOrg, make_.Put(Handler(), theirs, 1, {"bank"}));
  EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_MERGED));
  EXPECT_EQ(outcome.conflicts_size(), 0);
  EXPECT_EQ(node_.Archive(ArchiveId(1)).phone(), "13805710001");
  EXPECT_EQ(node_.Archive(ArchiveId(1)).bank(), "工商银行");
  EXPECT_EQ(outcome.record().body(), node_.Stored(ArchiveId(1))->body);
  const v1::Conflict entry = node_.Conflicts().at(0);
  EXPECT_EQ(entry.id(), outcome.conflict_id());
  EXPECT_EQ(entry.kind(), v1::CONFLICT_KIND_MERGED);
  EXPECT_EQ(entry.state(), v1::CONFLICT_STATE_INFORMATION);
  EXPECT_EQ(entry.ours_actor().person_id(), AccountOf("clerk", kUnionOrg));
}

TEST_F(PushTest, OnesOwnEditsAreSeen) {
  const v1::Archive archive = File(1);
  // Two successive edits that were made before the first was answered: both say base 1.
  node_.MustPush(kUnitOrg, {Phone("13805710001", archive, 1), Phone("13805710002", archive, 1)});
  node_.MustPush(kUnitOrg, {Phone("13805710003", archive, 1)});
  EXPECT_EQ(node_.Archive(ArchiveId(1)).phone(), "13805710003");
  EXPECT_TRUE(node_.Conflicts().empty());
}

TEST_F(PushTest, AnElementRemovedHereAndChangedThereIsAConflict) {
  const v1::Archive archive = File(1);
  v1::Archive renamed = archive;
  renamed.mutable_members(0)->set_name("王某");
  const std::string wife = absl::StrCat("members[", WifeId(1), "]");
  node_.MustPush(kUnionOrg, {make_.Put(Handler(), renamed, 1, {wife + ".name"})});
  v1::Archive without = archive;
  without.mutable_members()->DeleteSubrange(0, 1);
  const v1::Outcome outcome = node_.Push(kUnitOrg, make_.Put(Handler(), without, 1, {wife}));
  EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_CONFLICT));
  EXPECT_EQ(node_.Archive(ArchiveId(1)).members_size(), 2);
}

TEST_F(PushTest, ThoseWhoCreateTheSameRecordMeet) {
  const v1::Archive archive = File(1);
  v1::Archive other = archive;
  other.set_phone("13805710002");
  const v1::Outcome outcome = node_.Push(kUnionOrg, make_.Put(Handler(), other));
  EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_CONFLICT));
  EXPECT_THAT(Sides(outcome.conflicts()), ElementsAre("phone: -/13805710002/13805710000"));
}

// ---- Who may write what.

TEST_F(PushTest, TheCenterCorrectsWithAReasonOnly) {  // A35
  const v1::Archive archive = File(1);
  v1::Change change = Phone("13805710009", archive, 1, Approver());
  const v1::Outcome refused = node_.Push(kCenterOrg, change);
  EXPECT_THAT(refused, HasVerdict(v1::VERDICT_REFUSED));
  EXPECT_THAT(Codes(refused), ElementsAre("REASON_MISSING phone"));
  EXPECT_EQ(node_.Archive(ArchiveId(1)).phone(), archive.phone());
  change = Phone("13805710009", archive, 1, Approver());
  change.mutable_put()->set_correction_reason("电话核实");
  node_.MustPush(kCenterOrg, {change});
  EXPECT_EQ(node_.Archive(ArchiveId(1)).phone(), "13805710009");
}

TEST_F(PushTest, WhatTheFilingSideDoesNotOwnIsLeftOutAndLogged) {
  const v1::Archive archive = File(1);
  v1::Archive forged = archive;
  forged.set_phone("13805710001");
  forged.set_determined_category(v1::HARDSHIP_CATEGORY_MARGINAL);
  forged.set_number("工业橡胶20140001");
  forged.set_status(v1::ARCHIVE_STATUS_ESTABLISHED);
  forged.mutable_approval()->set_person_id("approver");
  const std::vector<std::string> foreign = {"approval.person_id", "determined_category", "number",
                                            "status"};
  std::vector<std::string> fields = foreign;
  fields.push_back("phone");
  const v1::Outcome outcome = node_.Push(kUnitOrg, make_.Put(Handler(), forged, 1, fields));
  EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_THAT(Codes(outcome), ElementsAre("FIELD_NOT_OWNED approval.person_id",
                                          "FIELD_NOT_OWNED determined_category",
                                          "FIELD_NOT_OWNED number", "FIELD_NOT_OWNED status"));
  v1::Archive stored = node_.Archive(ArchiveId(1));
  EXPECT_EQ(stored.phone(), "13805710001");
  EXPECT_EQ(stored.status(), v1::ARCHIVE_STATUS_DRAFT);
  EXPECT_EQ(stored.number(), "");
  EXPECT_EQ(stored.determined_category(), v1::HARDSHIP_CATEGORY_UNSPECIFIED);
  EXPECT_FALSE(stored.has_approval());
  const v1::Conflict entry = node_.Conflicts().at(0);
  EXPECT_EQ(entry.id(), outcome.conflict_id());
  EXPECT_EQ(entry.kind(), v1::CONFLICT_KIND_FIELD_NOT_OWNED);
  EXPECT_EQ(entry.fields_size(), 4);
  // With nothing else it is refused as a whole.
  const v1::Outcome refused = node_.Push(kUnitOrg, make_.Put(Handler(), forged, 2, foreign));
  EXPECT_THAT(refused, HasVerdict(v1::VERDICT_REFUSED));
  EXPECT_TRUE(refused.has_record());
  EXPECT_EQ(node_.RevisionOf(ArchiveId(1)), 2);
}

TEST_F(PushTest, AFiledArchiveBeginsAsADraftWithoutNumber) {
  v1::Archive forged = Household(1);
  forged.set_status(v1::ARCHIVE_STATUS_ESTABLISHED);
  forged.set_number("工业橡胶20140009");
  const v1::Outcome outcome = node_.Push(kUnitOrg, make_.Put(Handler(), forged));
  EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_THAT(Codes(outcome), ElementsAre("FIELD_NOT_OWNED number", "FIELD_NOT_OWNED status"));
  EXPECT_EQ(node_.Archive(ArchiveId(1)).status(), v1::ARCHIVE_STATUS_DRAFT);
  EXPECT_EQ(node_.Archive(ArchiveId(1)).number(), "");
}

TEST_F(PushTest, ADistrictCannotSpeakForTheCenter) {
  node_.MustPush(kCityOrg, make_.UntilReviewed(Household(1)));
  const v1::Outcome outcome = node_.Push(kUnionOrg, make_.Approve(Approver(), ArchiveId(1)));
  EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_REFUSED));
  EXPECT_THAT(Codes(outcome), ElementsAre("NOT_PERMITTED actor.org"));
  EXPECT_EQ(node_.Archive(ArchiveId(1)).status(), v1::ARCHIVE_STATUS_REVIEWED);
}

TEST_F(PushTest, TheCityAndTheCenterDoNotFile) {
  for (const char* org : {kCityOrg, kCenterOrg, kDepartmentOrg}) {
    const v1::Outcome outcome = node_.Push(org, make_.Put(ActorOf("clerk", org), Household(1)));
    EXPECT_THAT(Codes(outcome), ElementsAre("NOT_PERMITTED actor.org")) << org;
  }
  EXPECT_EQ(node_.RevisionOf(ArchiveId(1)), 0);
}

TEST_F(PushTest, OutOfScopeReadsAsNotFound) {
  const v1::Archive archive = File(1);
  const v1::Archive absent = Household(2);
  v1::Archive moved = archive;
  moved.set_unit(kOtherUnitOrg);
  const v1::Actor actor = ActorOf("clerk", kOtherUnionOrg);
  const auto outcomes = node_.Push(
      kOtherUnionOrg, {make_.Submit(actor, archive.id()), make_.Submit(actor, absent.id()),
                       make_.Put(actor, moved, 1, {"unit"}), make_.Put(actor, moved)});
  for (const v1::Outcome& outcome : outcomes) {
    EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_REFUSED));
    EXPECT_THAT(Codes(outcome), ElementsAre("NOT_FOUND"));
    EXPECT_FALSE(outcome.has_record());
    EXPECT_EQ(outcome.revision(), 0);
  }
  EXPECT_EQ(node_.RevisionOf(archive.id()), 1);
  EXPECT_EQ(node_.Stored(archive.id())->org, kUnitOrg);
  // Nor can anything be sent out of one's own scope, or to nowhere.
  for (const char* unit : {kOtherUnitOrg, "hz.gongye.closed", ""}) {
    moved.set_unit(unit);
    const v1::Outcome outcome = node_.Push(kUnitOrg, make_.Put(Handler(), moved, 1, {"unit"}));
    EXPECT_THAT(Codes(outcome), ElementsAre("OUT_OF_SCOPE unit")) << unit;
  }
  EXPECT_EQ(node_.Stored(archive.id())->org, kUnitOrg);
}

// ---- One person, one archive.

TEST_F(PushTest, ASecondFilingOfAPersonIsParked) {
  File(1);
  for (const int person : {0, 1, 2}) {  // of the first family: applicant, wife, son
    v1::Archive second = Household(10 + person, kOtherUnitOrg);
    if (person == 0) {
      second.set_identity_number(PersonOf(1, 0));
    } else {
      second.mutable_members(person - 1)->set_identity_number(PersonOf(1, person));
    }
    const v1::Change change = make_.Put(Handler(kOtherUnitOrg), second);
    const v1::Outcome outcome = node_.Push(kOtherUnitOrg, change);
    EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_PARKED));
    EXPECT_THAT(Codes(outcome), ElementsAre("DUPLICATE_PERSON identity_number"));
    EXPECT_EQ(node_.RevisionOf(second.id()), 0);
    // Each side sees the other's union and a masked number only.
    const v1::Finding& finding = outcome.findings(0);
    EXPECT_THAT(finding.message_zh(), HasSubstr("杭州市工业工会"));
    EXPECT_THAT(finding.message_zh(), Not(HasSubstr(PersonOf(1, person))));
    EXPECT_THAT(finding.message_en(), Not(HasSubstr(PersonOf(1, person))));
    EXPECT_THAT(finding.message_zh(), HasSubstr("330*"));
    const v1::Conflict entry = node_.Conflicts().at(0);
    EXPECT_EQ(entry.id(), outcome.conflict_id());
    EXPECT_EQ(entry.kind(), v1::CONFLICT_KIND_DUPLICATE_PERSON);
    EXPECT_EQ(entry.state(), v1::CONFLICT_STATE_OPEN);
    EXPECT_EQ(entry.org(), kOtherUnitOrg);
    EXPECT_EQ(entry.change().SerializeAsString(), change.SerializeAsString());
    // What builds on it finds nothing.
    EXPECT_THAT(Codes(node_.Push(kOtherUnitOrg, make_.Submit(Handler(kOtherUnitOrg), second.id()))),
                ElementsAre("NOT_FOUND"));
  }
}

TEST_F(PushTest, ADuplicateWithinABatchAndByAnEditIsParkedToo) {
  v1::Archive second = Household(2);
  second.mutable_members(0)->set_identity_number(PersonOf(1, 0));
  const auto outcomes =
      node_.Push(kUnitOrg, {make_.Put(Handler(), Household(1)), make_.Put(Handler(), second)});
  EXPECT_THAT(outcomes[0], HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_THAT(outcomes[1], HasVerdict(v1::VERDICT_PARKED));

  v1::Archive third = File(3);
  third.mutable_members(0)->set_identity_number(PersonOf(1, 2));
  const std::string wife = absl::StrCat("members[", WifeId(3), "]");
  const v1::Outcome edit =
      node_.Push(kUnitOrg, make_.Put(Handler(), third, 1, {wife + ".identity_number"}));
  EXPECT_THAT(edit, HasVerdict(v1::VERDICT_PARKED));
  EXPECT_EQ(edit.revision(), 1);
  EXPECT_TRUE(edit.has_record());
  // A person who left one archive may be filed in another, even in one batch.
  v1::Archive without = Household(1);
  without.mutable_members()->DeleteSubrange(1, 1);
  const std::string son = absl::StrCat("members[", domain::sample::Uuid(12), "]");
  node_.MustPush(kUnitOrg, {make_.Put(Handler(), without, 1, {son}),
                            make_.Put(Handler(), third, 1, {wife + ".identity_number"})});
}

TEST_F(PushTest, TwoWhoFileOnePersonAtOnce) {
  std::atomic<int> accepted{0}, parked{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      v1::Archive archive = Household(20 + t);
      archive.set_identity_number(PersonOf(1, 0));
      const v1::Verdict verdict = node_.Push(kUnitOrg, make_.Put(Handler(), archive)).verdict();
      if (verdict == v1::VERDICT_ACCEPTED) ++accepted;
      if (verdict == v1::VERDICT_PARKED) ++parked;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(accepted, 1);
  EXPECT_EQ(parked, 3);
}

// ---- Ended archives.

TEST_F(PushTest, AnEditOfAnEndedArchiveIsParkedAndItsPeopleAreFree) {
  const v1::Archive archive = File(1);
  v1::Archive ended = node_.Archive(archive.id());
  ended.set_status(v1::ARCHIVE_STATUS_WITHDRAWN);
  StoredRecord record = *node_.Stored(archive.id());
  record.revision = 2;
  record.body = ended.SerializeAsString();
  record.columns.status = ended.status();
  WriteSet writes;
  writes.records = {record};
  writes.persons = {{record.id, {}}};
  ASSERT_TRUE(node_.store()
                  .Transact([&](Transaction& transaction) { return transaction.Write(writes); })
                  .ok());
  const v1::Outcome outcome = node_.Push(kUnitOrg, Phone("13805710001", archive, 1));
  EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_PARKED));
  EXPECT_THAT(Codes(outcome), ElementsAre("WRONG_STATUS status"));
  EXPECT_EQ(node_.Conflicts().at(0).kind(), v1::CONFLICT_KIND_ENDED);
  EXPECT_EQ(node_.RevisionOf(archive.id()), 2);
  v1::Archive again = Household(2);
  again.set_identity_number(PersonOf(1, 0));
  EXPECT_THAT(node_.Push(kUnitOrg, make_.Put(Handler(), again)), HasVerdict(v1::VERDICT_ACCEPTED));
}

// ---- Batches.

TEST_F(PushTest, OneBadChangeDoesNotBlockTheOthers) {
  v1::Archive bad_phone = Household(2);
  bad_phone.set_phone("12");
  v1::Change garbage = make_.Put(Handler(), Household(3));
  garbage.mutable_put()->set_record("\x08\xff");
  v1::Change no_action = make_.By(Handler(), ArchiveId(4));
  v1::Change no_actor = make_.Put(Handler(), Household(5));
  no_actor.clear_actor();
  v1::Change other_id = make_.Put(Handler(), Household(6));
  other_id.set_record_id(ArchiveId(7));
  v1::Change no_uuid = make_.Put(Handler(), Household(8));
  no_uuid.set_record_id("8");
  v1::Change no_type = make_.Put(Handler(), Household(9));
  no_type.set_record_type(v1::RECORD_TYPE_UNSPECIFIED);
  v1::Change no_time = make_.Put(Handler(), Household(10));
  no_time.clear_entry_time();
  v1::Change odd_path = make_.Put(Handler(), Household(1), 1, {"members[].name"});
  v1::Change before_time = make_.Put(Handler(), Household(11));
  before_time.mutable_entry_time()->set_seconds(-9000000000000000);
  v1::Change odd_nanos = make_.Put(Handler(), Household(12));
  odd_nanos.mutable_entry_time()->set_nanos(-1);
  const auto outcomes = node_.Push(
      kUnitOrg, {make_.Put(Handler(), Household(1)), make_.Put(Handler(), bad_phone), garbage,
                 no_action, no_actor, other_id, no_uuid, no_type, no_time, odd_path, before_time,
                 odd_nanos, make_.Submit(Handler(), ArchiveId(1))});
  EXPECT_THAT(outcomes.front(), HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_THAT(outcomes.back(), HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_THAT(Codes(outcomes[1]), ElementsAre("BAD_PHONE phone"));
  for (size_t i = 1; i + 1 < outcomes.size(); ++i) {
    EXPECT_THAT(outcomes[i], HasVerdict(v1::VERDICT_REFUSED)) << i;
    EXPECT_THAT(Codes(outcomes[i]), Not(IsEmpty())) << i;
  }
  for (int household = 2; household <= 12; ++household)
    EXPECT_EQ(node_.RevisionOf(ArchiveId(household)), 0) << household;
}

TEST_F(PushTest, ARefusedEditAnswersWithTheRecordAsItIs) {
  const v1::Archive archive = File(1);
  const v1::Outcome outcome = node_.Push(kUnitOrg, Phone("12", archive, 1));
  EXPECT_THAT(Codes(outcome), ElementsAre("BAD_PHONE phone"));
  EXPECT_EQ(outcome.revision(), 1);
  EXPECT_EQ(outcome.record().body(), node_.Stored(archive.id())->body);
  // But not to those who may not see it.
  v1::Change foreign = Phone("12", archive, 1, ActorOf("clerk", kOtherUnionOrg));
  EXPECT_FALSE(node_.Push(kOtherUnionOrg, foreign).has_record());
}

TEST_F(PushTest, BatchesOverTheLimitAreRefusedAsAWhole) {
  std::vector<v1::Change> changes;
  for (int i = 0; i < limits::kMaxChangesPerPush; ++i)
    changes.push_back(make_.Submit(Handler(), ArchiveId(i + 1)));
  EXPECT_TRUE(node_.TryPush(kUnitOrg, changes).ok());
  changes.push_back(make_.Submit(Handler(), ArchiveId(1)));
  const absl::Status count = node_.TryPush(kUnitOrg, changes).status();
  EXPECT_EQ(count.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(count), v1::ERROR_REASON_TOO_MANY_CHANGES);

  std::vector<v1::Change> large;
  int64_t bytes = 0;
  while (bytes <= limits::kMaxPushBytes) {
    large.push_back(make_.Submit(Handler(), ArchiveId(1)));
    large.back().mutable_submit()->set_opinion(std::string(1 << 20, 'x'));
    bytes += static_cast<int64_t>(large.back().ByteSizeLong());
  }
  const absl::Status size = node_.TryPush(kUnitOrg, large).status();
  EXPECT_EQ(ReasonOf(size), v1::ERROR_REASON_TOO_MANY_CHANGES);
  large.pop_back();
  EXPECT_TRUE(node_.TryPush(kUnitOrg, large).ok());

  v1::Change unnamed = make_.Submit(Handler(), ArchiveId(1));
  unnamed.set_change_id("1");
  EXPECT_EQ(ReasonOf(node_.TryPush(kUnitOrg, {unnamed}).status()), v1::ERROR_REASON_BAD_REQUEST);
  EXPECT_TRUE(node_.TryPush(kUnitOrg, {}).ok());
}

// ---- What belongs to an archive.

// Steps are small, their answers carry whole records: when these do not fit into one message,
// nothing is done.
TEST_F(PushTest, AnswersThatDoNotFitIntoAMessageAreRefusedAsAWhole) {
  constexpr int kArchives = 130;
  std::vector<v1::Change> steps;
  for (int i = 1; i <= kArchives; ++i) {
    v1::Archive archive = Household(i);
    while (archive.materials_size() < limits::kMaxMaterials) {
      v1::Material& material = *archive.add_materials();
      material = archive.materials(0);
      material.set_id(
          absl::StrFormat("01920000-0000-7000-%04d-%012d", 8000 + i, archive.materials_size()));
      material.set_issuer(std::string(100, 'x'));
    }
    node_.MustPush(kUnitOrg, {make_.Put(Handler(), archive)});
    steps.push_back(make_.Return(Approver(), archive.id()));  // refused, with the record
  }
  const auto all = node_.TryPush(kCenterOrg, steps);
  EXPECT_EQ(ReasonOf(all.status()), v1::ERROR_REASON_TOO_MANY_CHANGES) << all.status();
  steps.resize(kArchives / 2);
  EXPECT_EQ(node_.Push(kCenterOrg, steps).size(), steps.size());
}

// A union establishes a tier B archive by itself and then calls it tier A: the center never saw it
// (R39, R88).
TEST_F(PushTest, WhatWasSubmittedIsNotChangedBehindTheSignOffs) {
  v1::Archive archive = Household(1);
  archive.set_tier(v1::TIER_B);
  node_.MustPush(kUnionOrg, {make_.Put(Handler(), archive), make_.Submit(Handler(), archive.id()),
                             make_.Review(Reviewer(), archive.id()),
                             make_.Approve(ActorOf("chair", kUnionOrg), archive.id())});
  archive.set_tier(v1::TIER_A);
  archive.set_phone("13805710009");
  const int64_t base = node_.RevisionOf(archive.id());
  const v1::Outcome outcome =
      node_.Push(kUnionOrg, make_.Put(Handler(), archive, base, {"tier", "phone"}));
  EXPECT_EQ(outcome.findings(0).code(), v1::FINDING_CODE_WRONG_STATUS);
  EXPECT_EQ(outcome.findings(0).field(), "tier");
  EXPECT_EQ(node_.Archive(archive.id()).tier(), v1::TIER_B);
  EXPECT_EQ(node_.Archive(archive.id()).phone(), "13805710009") << "the rest goes on";
  const v1::Conflict logged = node_.Conflicts().at(0);
  EXPECT_EQ(logged.fields(0).ours(), "2");
  EXPECT_EQ(logged.fields(0).theirs(), "1");
}

TEST_F(PushTest, TheCenterApprovesWhatItHasRead) {
  v1::Archive archive = Household(1);
  node_.MustPush(kUnionOrg, make_.UntilReviewed(archive));
  const int64_t read = node_.RevisionOf(archive.id());
  archive.set_monthly_income_fen(99'00);
  node_.MustPush(kUnionOrg, {make_.Put(Handler(), archive, read, {"monthly_income_fen"})});
  v1::Change approve = make_.Approve(Approver(), archive.id());
  approve.set_base_revision(read);
  const v1::Outcome outcome = node_.Push(kCenterOrg, approve);
  EXPECT_EQ(outcome.verdict(), v1::VERDICT_REFUSED);
  EXPECT_EQ(outcome.findings(0).field(), "monthly_income_fen");
  EXPECT_EQ(node_.Archive(archive.id()).status(), v1::ARCHIVE_STATUS_REVIEWED);
  v1::Change again = make_.Approve(Approver(), archive.id());
  again.set_base_revision(read + 1);
  EXPECT_EQ(node_.Push(kCenterOrg, again).verdict(), v1::VERDICT_ACCEPTED);
}

TEST_F(PushTest, WhatSignsIsCheckedLikeTheRecord) {
  const v1::Archive archive = File(1);
  for (v1::Actor actor : {ActorOf("handler ", kUnitOrg), ActorOf(std::string(101, 'a'), kUnitOrg),
                          ActorOf("a\tb", kUnitOrg)}) {
    EXPECT_EQ(node_.Push(kUnitOrg, make_.Submit(actor, archive.id())).verdict(),
              v1::VERDICT_REFUSED);
  }
  v1::Change long_opinion = make_.Submit(Handler(), archive.id());
  long_opinion.mutable_submit()->set_opinion(std::string(501, 'a'));
  EXPECT_EQ(node_.Push(kUnitOrg, long_opinion).verdict(), v1::VERDICT_REFUSED);
  v1::Change ahead = make_.Submit(Handler(), archive.id());
  ahead.mutable_entry_time()->set_seconds(4'000'000'000);  // the device's clock stands in 2096
  EXPECT_EQ(node_.Push(kUnitOrg, ahead).verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_EQ(node_.Archive(archive.id()).handling().signed_time().seconds(),
            absl::ToUnixSeconds(clock_.Now()));
}

// Two sides add members that are in order by themselves and too many together: the second is told
// so, and nothing that the next check would refuse is stored.
TEST_F(PushTest, WhatIsInOrderOnlyAloneIsNotMerged) {
  const v1::Archive archive = File(1);
  const auto with_more = [&](int first, int count) {
    v1::Archive more = archive;
    std::vector<std::string> fields;
    for (int i = first; i < first + count; ++i) {
      v1::Member& member = *more.add_members();
      member.set_id(absl::StrFormat("01930000-0000-7000-8000-%012d", i));
      member.set_name("家人");
      fields.push_back(absl::StrCat("members[", member.id(), "]"));
    }
    return make_.Put(first == 0 ? Handler() : Approver(), more, 1, fields);
  };
  constexpr int kHalf = limits::kMaxMembers / 2;
  v1::Change theirs = with_more(kHalf, kHalf);
  theirs.mutable_put()->set_correction_reason("补充成员");
  node_.MustPush(kUnitOrg, {with_more(0, kHalf)});
  const v1::Outcome outcome = node_.Push(kCenterOrg, theirs);
  EXPECT_EQ(outcome.verdict(), v1::VERDICT_REFUSED);
  EXPECT_EQ(outcome.findings(0).field(), "members");
  EXPECT_EQ(node_.Archive(archive.id()).members_size(), archive.members_size() + kHalf);
}

TEST_F(PushTest, ABaseThatThisNodeNeverMadeProvesNothing) {
  const v1::Archive archive = File(1);
  v1::Change correction = Phone("13805710001", archive, 1, Approver());
  correction.mutable_put()->set_correction_reason("电话核实");
  node_.MustPush(kCenterOrg, {correction});
  EXPECT_EQ(node_.Push(kUnitOrg, Phone("13805710002", archive, 900)).verdict(),
            v1::VERDICT_CONFLICT);
}

TEST_F(PushTest, AnAidEventBelongsWhereItsArchiveIs) {
  const v1::Archive archive = File(1);
  File(2, kSiblingOrg);
  v1::AidEvent aid;
  aid.set_id(domain::sample::Uuid(901));
  aid.set_archive_id(archive.id());
  aid.set_aided_on("2014-03-01");
  aid.set_amount_fen(50000);
  v1::Change create = make_.Put(Handler(), aid, aid.id());
  create.set_record_type(v1::RECORD_TYPE_AID_EVENT);
  node_.MustPush(kUnitOrg, {create});
  EXPECT_EQ(node_.Stored(aid.id())->org, kUnitOrg);
  // Without the archive in its scope a node can write none.
  v1::AidEvent foreign = aid;
  foreign.set_id(domain::sample::Uuid(902));
  v1::Change other = make_.Put(Handler(kOtherUnitOrg), foreign, foreign.id());
  other.set_record_type(v1::RECORD_TYPE_AID_EVENT);
  EXPECT_THAT(Codes(node_.Push(kOtherUnitOrg, other)), ElementsAre("NOT_FOUND"));
  // An edit of the amount does not move it, whatever archive the rest of the body names.
  aid.set_archive_id(ArchiveId(2));
  aid.set_amount_fen(60000);
  v1::Change edit = make_.Put(Handler(kUnionOrg), aid, aid.id(), 1, {"amount_fen"});
  edit.set_record_type(v1::RECORD_TYPE_AID_EVENT);
  node_.MustPush(kUnionOrg, {edit});
  EXPECT_EQ(node_.Stored(aid.id())->org, kUnitOrg);
  EXPECT_EQ(node_.Stored(aid.id())->columns.archive_id, archive.id());
  // A record id names one record of one type.
  EXPECT_THAT(Codes(node_.Push(kUnitOrg, make_.Submit(Handler(), aid.id()))),
              ElementsAre("NOT_FOUND"));
}

// ---- Time of entry (A23).

TEST_F(PushTest, AClockThatIsAheadIsWarnedOf) {
  const auto at = [&](int household, absl::Duration ahead) {
    v1::Change change = make_.Put(Handler(), Household(household));
    *change.mutable_entry_time() = ToProto(clock_.Now() + ahead);
    return Codes(node_.Push(kUnitOrg, change));
  };
  EXPECT_THAT(at(1, limits::kMaxEntryTimeAhead), IsEmpty());
  EXPECT_THAT(at(2, limits::kMaxEntryTimeAhead + absl::Seconds(1)),
              ElementsAre("CLOCK_SKEW entry_time"));
  EXPECT_EQ(node_.RevisionOf(ArchiveId(2)), 1);
}

// ---- A node with a parent.

class DistrictPushTest : public PushTest {
 protected:
  std::vector<v1::Change> Line() {
    std::vector<v1::Change> changes;
    auto line = district_.store().ReadUpstream(100);
    EXPECT_TRUE(line.ok());
    for (const UpstreamChange& waiting : *line) changes.push_back(waiting.change);
    return changes;
  }
  TestNode district_{clock_, NodeRole{.has_upstream = true}};
};

TEST_F(DistrictPushTest, AcceptedChangesGoOnAsTheyWereEntered) {
  const std::vector<v1::Change> steps = make_.UntilReviewed(Household(1));
  district_.MustPush(kUnitOrg, {steps[0], steps[1]});
  district_.Push(kUnitOrg, steps[1]);  // a replay goes up once
  v1::Archive bad = Household(2);
  bad.set_phone("12");
  district_.Push(kUnitOrg, make_.Put(Handler(), bad));  // refused: does not go up
  std::vector<v1::Change> line = Line();
  ASSERT_EQ(line.size(), 2u);
  EXPECT_EQ(line[0].SerializeAsString(), steps[0].SerializeAsString());
  EXPECT_EQ(line[1].SerializeAsString(), steps[1].SerializeAsString());
}

TEST_F(DistrictPushTest, TheBaseIsRestatedAndOnlyWhatWasAppliedGoesOn) {
  const v1::Archive archive = Household(1);
  district_.MustPush(kUnitOrg, {make_.Put(Handler(), archive)});
  auto waiting = *district_.store().ReadUpstream(100);
  v1::Outcome answer;
  answer.set_verdict(v1::VERDICT_ACCEPTED);
  answer.set_revision(17);
  ASSERT_TRUE(district_.parent().ApplyOutcomes(waiting, {answer}, v1::HandshakeResponse()).ok());

  district_.MustPush(kUnionOrg, {Phone("13805710001", archive, 1, ActorOf("clerk", kUnionOrg))});
  v1::Archive theirs = archive;
  theirs.set_phone("13805710002");
  theirs.set_bank("工商银行");
  EXPECT_THAT(district_.Push(kUnitOrg, make_.Put(Handler(), theirs, 1, {"phone", "bank"})),
              HasVerdict(v1::VERDICT_CONFLICT));
  EXPECT_THAT(district_.Push(kUnitOrg, Phone("13805710003", theirs, 1)),
              HasVerdict(v1::VERDICT_CONFLICT));  // nothing applied: nothing to send
  const std::vector<v1::Change> line = Line();
  ASSERT_EQ(line.size(), 2u);
  EXPECT_EQ(line[0].base_revision(), 17);
  EXPECT_EQ(line[1].base_revision(), 17);
  EXPECT_THAT(line[1].put().changed_fields(), ElementsAre("bank"));
}

TEST_F(DistrictPushTest, TierAIsEstablishedInTheCityOnly) {
  district_.MustPush(kCityOrg, make_.UntilReviewed(Household(1)));
  const v1::Outcome outcome = district_.Push(kCityOrg, make_.Approve(Approver(), ArchiveId(1)));
  EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_REFUSED));
  EXPECT_THAT(Codes(outcome), ElementsAre("NOT_PERMITTED number"));
  EXPECT_EQ(district_.Archive(ArchiveId(1)).status(), v1::ARCHIVE_STATUS_REVIEWED);
  EXPECT_EQ(Line().size(), 3u);
}

TEST_F(DistrictPushTest, TierBIsEstablishedByItsOwnUnionWithoutANumber) {  // A33
  v1::Archive archive = Household(1);
  archive.set_tier(v1::TIER_B);
  std::vector<v1::Change> steps = make_.UntilReviewed(archive);
  steps.push_back(make_.Approve(ActorOf("head", kUnionOrg), archive.id()));
  district_.MustPush(kUnionOrg, steps);
  EXPECT_EQ(district_.Archive(archive.id()).status(), v1::ARCHIVE_STATUS_ESTABLISHED);
  EXPECT_EQ(district_.Archive(archive.id()).number(), "");
}

}  // namespace
}  // namespace bangfu::server
