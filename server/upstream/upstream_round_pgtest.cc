#include <thread>

#include "server/upstream/issued_numbers.h"
#include "server/upstream/upstream_fixture.h"
#include "server/upstream/upstream_round.h"

// Rounds of a district with a city, without a network.
namespace bangfu::server {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

class UpstreamRoundTest : public testing::TestWithParam<Paging> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(orgs_.Replace(HangzhouOrgs().proto()).ok());
    parent_.CanAll();
  }
  std::unique_ptr<UpstreamRound> RoundWith(client::ServerLink& parent) {
    return std::make_unique<UpstreamRound>(parent, NodeOf(kUnionOrg), district_.store(), clock_,
                                           PersonKeyer("a key for tests"), orgs_, policy_, people_,
                                           log_, stalls_, GetParam());
  }
  absl::Status Run() {
    return RoundWith(parent_)->Run([] { return false; });
  }
  void MustRun() {
    const absl::Status status = Run();
    ASSERT_TRUE(status.ok()) << status;
  }
  client::ReconcileReport MustVerify() {
    auto round = RoundWith(parent_);
    const absl::Status status = round->Run([] { return false; });
    EXPECT_TRUE(status.ok()) << status;
    auto report = round->Verify();
    EXPECT_TRUE(report.ok()) << report.status();
    return report.value_or(client::ReconcileReport());
  }
  UpstreamState State() { return district_.store().GetUpstreamState().value_or(UpstreamState()); }

  v1::Change Phone(int number, const std::string& phone, int64_t base) {
    v1::Archive changed = Household(number);
    changed.set_phone(phone);
    return make_.Put(Handler(), changed, base, {"phone"});
  }
  // Households that both have, entered at the district.
  void Share(int count) {
    for (int i = 1; i <= count; ++i)
      district_.MustPush(kUnitOrg, {make_.Put(Handler(), Household(i))});
    MustRun();
  }
  void ExpectEqual(TestNode& city, int count) {
    for (int i = 1; i <= count; ++i) {
      const auto here = district_.Stored(ArchiveId(i)), there = city.Stored(ArchiveId(i));
      ASSERT_EQ(here.has_value(), there.has_value()) << i;
      if (!here) continue;
      EXPECT_EQ(here->body, there->body) << i;
      EXPECT_EQ(here->upstream_revision, there->revision) << i;
    }
  }
  // Breaks a record in the district's database as bad memory would.
  void Damage(int number) {
    StoredRecord record = *district_.Stored(ArchiveId(number));
    v1::Archive archive = district_.Archive(ArchiveId(number));
    archive.set_bank("no such bank");
    record.body = archive.SerializeAsString();
    WriteSet writes;
    writes.records.push_back(record);
    ASSERT_TRUE(district_.store()
                    .Transact([&](Transaction& transaction) { return transaction.Write(writes); })
                    .ok());
  }
  // Moves the household in the city to `unit`.
  void Move(int number, const std::string& unit) {
    v1::Archive moved = city_.Archive(ArchiveId(number));
    moved.set_unit(unit);
    v1::Change change = make_.Put(Approver(), moved, city_.RevisionOf(ArchiveId(number)), {"unit"});
    change.mutable_put()->set_correction_reason("单位调整");
    city_.MustPush(kCenterOrg, {change});
    city_.Sequence();
  }

  SettableClock clock_;
  ChangeMaker make_;
  TestNode city_{clock_, NodeRole{}};
  TestNode district_{clock_, NodeRole{.has_upstream = true}};
  OrgDirectory orgs_{district_.store()};
  PolicyDirectory policy_{district_.store()};
  PeopleDirectory people_{district_.store().identity()};
  EventLog log_;
  StallDetector stalls_{clock_, log_};
  ScriptedParent parent_{city_};
};

std::string PagingName(const testing::TestParamInfo<Paging>& paging) {
  return paging.param == Paging::kAhead ? "Ahead" : "OneByOne";
}
const auto kPagings = testing::Values(Paging::kOneByOne, Paging::kAhead);
INSTANTIATE_TEST_SUITE_P(Pagings, UpstreamRoundTest, kPagings, PagingName);

TEST_P(UpstreamRoundTest, GoesUpAndDownAndNotesThatItIsComplete) {
  district_.MustPush(kUnitOrg, {make_.Put(Handler(), Household(1))});
  city_.MustPush(kUnitOrg, {make_.Put(Handler(), Household(2))});
  MustRun();
  EXPECT_TRUE(city_.Stored(ArchiveId(1)).has_value());
  EXPECT_TRUE(district_.Stored(ArchiveId(2)).has_value());
  EXPECT_EQ(State().synced, clock_.Now());
  EXPECT_EQ(State().pending, 0);
  ExpectEqual(city_, 2);
}

TEST_P(UpstreamRoundTest, TellsTheParentWhatWaitsHereAndBelow) {
  district_.MustPush(kUnitOrg, {make_.Put(Handler(), Household(1))});
  ChildContact child;
  child.key = std::string(kUnitOrg) + "/desktop";
  child.scope = kUnitOrg;
  child.seen = clock_.Now();
  child.pending = 7;
  child.pending_records = {ArchiveId(1), ArchiveId(5)};
  ASSERT_TRUE(district_.store().NoteChild(child).ok());
  ChildContact dead = child;
  dead.key += "-of-last-year";
  dead.seen = clock_.Now() - limits::kChildLife - absl::Hours(1);
  ASSERT_TRUE(district_.store().NoteChild(dead).ok());
  MustRun();
  EXPECT_EQ(parent_.last_request.pending_changes(), 1 + 7);
  EXPECT_THAT(parent_.last_request.pending_record_ids(),
              UnorderedElementsAre(ArchiveId(1), ArchiveId(5)));
}

TEST_P(UpstreamRoundTest, ReceiptsSayHowFarUpAChangeHasGot) {
  const v1::Change change = make_.Put(Handler(), Household(1));
  district_.MustPush(kUnitOrg, {change});
  parent_.handshake.set_is_root(false);  // what it accepted still has a way to go
  parent_.calls_until_cut = 4;           // handshake, pull, push, pull: no receipts
  EXPECT_FALSE(Run().ok());
  auto traces = district_.store().TraceChanges({change.change_id()});
  ASSERT_TRUE(traces.ok() && traces->size() == 1);
  EXPECT_TRUE(traces->at(0).logged.forwarded);
  EXPECT_FALSE(traces->at(0).receipt.settled());
  ASSERT_EQ(traces->at(0).receipt.hops_size(), 1);
  EXPECT_EQ(traces->at(0).receipt.hops(0).node(), "city");
  EXPECT_EQ(traces->at(0).receipt.hops(0).verdict(), v1::VERDICT_ACCEPTED);

  parent_.calls_until_cut = 1000;
  MustRun();
  traces = district_.store().TraceChanges({change.change_id()});
  ASSERT_TRUE(traces.ok() && traces->size() == 1);
  EXPECT_TRUE(traces->at(0).receipt.settled());
  parent_.Forget();
  MustRun();
  EXPECT_THAT(parent_.Calls(), Not(Contains("receipts")));
}

TEST_P(UpstreamRoundTest, AParentThatCannotSayReceiptsIsNotAsked) {
  parent_.handshake.clear_capabilities();
  parent_.handshake.set_is_root(false);
  Share(1);
  EXPECT_THAT(parent_.Calls(), ElementsAre("handshake", "pull from start", "push", "pull"));
}

// A backup was restored: the city lost the second half of what it had answered.
class NewEpochTest : public UpstreamRoundTest {
 protected:
  // The backup has household 1 as it was entered. After it, household 1 got another telephone,
  // household 2 was entered, and household 3 by the city itself.
  void Prepare() {
    const v1::Change first = make_.Put(Handler(), Household(1));
    backup_.MustPush(kUnionOrg, {first});
    district_.MustPush(kUnitOrg, {first});
    MustRun();
    lost_ = {Phone(1, "13805710002", 1), make_.Put(Handler(), Household(2))};
    district_.MustPush(kUnitOrg, lost_);
    city_.MustPush(kUnitOrg, {make_.Put(Handler(), Household(3))});
    MustRun();
    ASSERT_TRUE(district_.Stored(ArchiveId(3)).has_value());
    clock_.Advance(absl::Hours(1));
    ASSERT_TRUE(backup_.store().BeginEpoch().ok());
    parent_.Become(backup_);
    parent_.Forget();
    // Entered while the city was away.
    waiting_ = Phone(2, "13805710003", 1);
    district_.MustPush(kUnitOrg, {waiting_});
  }
  void ExpectMended() {
    EXPECT_EQ(backup_.Archive(ArchiveId(1)).phone(), "13805710002");
    EXPECT_EQ(backup_.Archive(ArchiveId(2)).phone(), "13805710003");
    EXPECT_EQ(backup_.RevisionOf(ArchiveId(1)), 2);
    ExpectEqual(backup_, 2);
    // The parent lost it, and nobody below it had entered it: it stays here.
    EXPECT_TRUE(district_.Stored(ArchiveId(3)).has_value());
    EXPECT_EQ(district_.Stored(ArchiveId(3))->upstream_revision, 0);
    EXPECT_EQ(State().pending, 0);
    EXPECT_EQ(State().refused, 0);
    EXPECT_THAT(backup_.Conflicts(), IsEmpty());
    const auto feed = backup_.store().GetFeedState();
    EXPECT_NE(State().cursor.find(feed->epoch), std::string::npos);
  }

  TestNode backup_{clock_, NodeRole{}};
  std::vector<v1::Change> lost_;
  v1::Change waiting_;
};

INSTANTIATE_TEST_SUITE_P(Pagings, NewEpochTest, kPagings, PagingName);

TEST_P(NewEpochTest, WhatTheParentHadAnsweredIsOfferedAgainThenWhatWaits) {
  Prepare();
  MustRun();
  ExpectMended();
  std::vector<std::string> offered;
  for (const v1::Reoffer& reoffer : parent_.Reoffers()) offered.push_back(reoffer.change_id());
  EXPECT_EQ(offered.size(), 4u);  // the first one too, which the parent still knows
  EXPECT_THAT(offered, Contains(waiting_.change_id()));
  std::vector<std::string> calls = parent_.Calls();
  EXPECT_LT(std::find(calls.begin(), calls.end(), "digest"),
            std::find(calls.begin(), calls.end(), "push"));
  EXPECT_THAT(calls, Not(Contains("pull from start")));
  parent_.Forget();
  MustRun();
  EXPECT_THAT(parent_.Calls(), Not(Contains("push")));
  EXPECT_THAT(parent_.Calls(), Not(Contains("digest")));
}

// Cut off after every number of calls, the next round mends it.
TEST_P(NewEpochTest, CutOffAnywhereTheNextRoundMendsIt) {
  Prepare();
  for (int calls = 0; calls < 12; ++calls) {
    parent_.calls_until_cut = calls;
    Run().IgnoreError();
  }
  parent_.calls_until_cut = 1000;
  MustRun();
  ExpectMended();
}

TEST_P(NewEpochTest, AnAnswerThatGetsLostIsAskedForAgain) {
  Prepare();
  parent_.after_push = absl::UnavailableError("the line broke");
  EXPECT_FALSE(Run().ok());
  parent_.after_push = absl::OkStatus();
  MustRun();
  ExpectMended();
}

TEST_P(NewEpochTest, WithoutDigestsTheFeedIsReadFromTheStart) {
  Prepare();
  parent_.handshake.clear_capabilities();
  MustRun();
  EXPECT_THAT(parent_.Calls(), ElementsAre("handshake", "pull from start", "push", "pull"));
  EXPECT_THAT(parent_.Reoffers(), IsEmpty());
}

// The database was put back by hand: the epoch is the same, the feed has lost its end.
TEST_P(NewEpochTest, AFeedThatLostItsEndIsMetByThePull) {
  Prepare();
  const auto feed = city_.store().GetFeedState();
  auto decoded = DecodeCursor(State().cursor);
  ASSERT_TRUE(feed.ok() && decoded.ok());
  decoded->epoch = backup_.store().GetFeedState()->epoch;
  decoded->feed_seq = 1000;
  ASSERT_TRUE(district_.parent().SetCursor(EncodeCursor(*decoded)).ok());
  MustRun();
  ExpectMended();
}

// A stale answer of the earlier epoch must not take a change out of the line that the parent lost.
TEST_P(NewEpochTest, AnswersOfTheEarlierEpochAreNotTaken) {
  Prepare();
  v1::HandshakeResponse before = parent_.handshake;
  before.set_epoch(city_.store().GetFeedState()->epoch);
  auto line = district_.store().ReadUpstream(100);
  ASSERT_TRUE(line.ok());
  std::vector<v1::Change> changes;
  for (const UpstreamChange& waiting : *line) changes.push_back(waiting.change);
  const std::vector<v1::Outcome> outcomes = city_.Push(kUnionOrg, changes);
  parent_.push_fault = absl::UnavailableError("later");
  EXPECT_FALSE(Run().ok());
  const absl::Status status = district_.parent().ApplyOutcomes(*line, outcomes, before);
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_EPOCH_CHANGED) << status;
  parent_.push_fault = absl::OkStatus();
  MustRun();
  ExpectMended();
}

TEST_P(UpstreamRoundTest, ANumberThatWasTakenAwayByARepairIsStillKnown) {
  const v1::Archive archive = Household(1);
  city_.MustPush(kCityOrg, make_.UntilApproved(archive));
  MustRun();
  const std::string number = district_.Archive(archive.id()).number();
  ASSERT_FALSE(number.empty());
  v1::Archive before = district_.Archive(archive.id());
  before.clear_number();
  v1::Record record;
  record.set_type(v1::RECORD_TYPE_ARCHIVE);
  record.set_id(archive.id());
  record.set_org(kUnitOrg);
  record.set_revision(3);
  record.set_body(before.SerializeAsString());
  ASSERT_TRUE(district_.parent().ApplyRepair({record}, {}).ok());
  ASSERT_EQ(district_.Archive(archive.id()).number(), "");
  const auto numbers = IssuedNumbers(district_.store(), {archive.id(), ArchiveId(2)});
  ASSERT_TRUE(numbers.ok());
  EXPECT_EQ(*numbers, (std::map<std::string, std::string>{{archive.id(), number}}));
}

TEST_P(UpstreamRoundTest, ACursorThatIsTooOldIsMendedByDigests) {
  Share(3);
  district_.MustPush(kUnitOrg, {Phone(1, "13805710002", 1)});
  MustRun();
  Move(2, kOtherUnitOrg);
  // An entry of the log that the feed told of while this district was away.
  city_.MustPush(kUnitOrg, {Phone(3, "13805710008", 1)});
  EXPECT_THAT(city_.Push(kUnionOrg, Phone(3, "13805710009", 1)),
              Not(HasVerdict(v1::VERDICT_ACCEPTED)));
  city_.Sequence();
  ASSERT_TRUE(city_.store().CompactFeed(absl::InfiniteFuture(), 1000).ok());
  ASSERT_GT(city_.store().GetFeedState()->floor, 0);
  parent_.Forget();
  MustRun();
  EXPECT_THAT(parent_.Calls(), Contains("digest"));
  EXPECT_THAT(parent_.Calls(), Not(Contains("pull from start")));
  EXPECT_FALSE(district_.Stored(ArchiveId(2)).has_value());
  EXPECT_EQ(district_.Stored(ArchiveId(3))->body, city_.Stored(ArchiveId(3))->body);
  std::vector<std::string> here, there;
  for (const v1::Conflict& entry : district_.Conflicts()) here.push_back(entry.id());
  for (const v1::Conflict& entry : city_.Conflicts()) there.push_back(entry.id());
  EXPECT_FALSE(there.empty());
  EXPECT_THAT(here, testing::UnorderedElementsAreArray(there));
  parent_.Forget();
  MustRun();
  EXPECT_THAT(parent_.Calls(), Not(Contains("digest")));
}

TEST_P(UpstreamRoundTest, AComparisonFindsAndMendsDamage) {
  Share(5);
  EXPECT_EQ(MustVerify().differences(), 0);
  EXPECT_EQ(State().verified, clock_.Now());
  clock_.Advance(absl::Hours(6));
  Damage(3);
  const client::ReconcileReport report = MustVerify();
  EXPECT_EQ(report.damaged, 1);
  EXPECT_EQ(report.repaired, 1);
  EXPECT_EQ(report.compared, 5);
  ExpectEqual(city_, 5);
  EXPECT_EQ(State().verified, clock_.Now());
  EXPECT_EQ(MustVerify().differences(), 0);
  // The district's own children get the mended one.
  district_.Sequence();
  const auto feed = district_.Pull(kUnitOrg);
  ASSERT_TRUE(feed.ok());
  for (const v1::Record& record : feed->records())
    EXPECT_EQ(record.body(), city_.Stored(record.id())->body);
}

TEST_P(UpstreamRoundTest, WhatTheParentKnowsNothingOfStaysAndIsNotVerified) {
  Share(2);
  StoredRecord record = *district_.Stored(ArchiveId(1));
  v1::Archive other = Household(9);
  record.id = other.id();
  record.body = other.SerializeAsString();
  record.columns.number.clear();
  WriteSet writes;
  writes.records.push_back(record);
  ASSERT_TRUE(district_.store()
                  .Transact([&](Transaction& transaction) { return transaction.Write(writes); })
                  .ok());
  const client::ReconcileReport report = MustVerify();
  EXPECT_EQ(report.unknown, 1);
  EXPECT_TRUE(district_.Stored(other.id()).has_value());
  EXPECT_EQ(State().verified, absl::InfinitePast());
}

TEST_P(UpstreamRoundTest, WhatWaitsForTheParentIsNoDamage) {
  Share(2);
  auto round = RoundWith(parent_);
  ASSERT_TRUE(round->Run([] { return false; }).ok());
  district_.MustPush(kUnitOrg, {Phone(1, "13805710002", 1)});
  ASSERT_TRUE(round->Verify().ok());
  EXPECT_EQ(district_.Archive(ArchiveId(1)).phone(), "13805710002");
  EXPECT_EQ(State().verified, clock_.Now());
  MustRun();
  EXPECT_EQ(city_.Archive(ArchiveId(1)).phone(), "13805710002");
}

TEST_P(UpstreamRoundTest, ABacklogThatDoesNotMoveIsReportedWithItsReason) {
  district_.MustPush(kUnitOrg, {make_.Put(Handler(), Household(1))});
  parent_.push_fault = ErrorBuilder(absl::StatusCode::kUnavailable,
                                    v1::ERROR_REASON_STORE_UNAVAILABLE, {"坏", "broken"})
                           .Build();
  EXPECT_FALSE(Run().ok());
  EXPECT_THAT(stalls_.Stalls(), IsEmpty());
  clock_.Advance(limits::kStallAfter + absl::Seconds(1));
  EXPECT_FALSE(Run().ok());
  std::vector<v1::Stall> stalls = stalls_.Stalls();
  ASSERT_EQ(stalls.size(), 1u);
  EXPECT_EQ(stalls[0].backlog(), "upstream_push");
  EXPECT_EQ(stalls[0].waiting(), 1);
  EXPECT_EQ(stalls[0].reason(), "STORE_UNAVAILABLE");
  // The whole line is down.
  parent_.calls_until_cut = 0;
  EXPECT_FALSE(Run().ok());
  clock_.Advance(limits::kStallAfter + absl::Seconds(1));
  EXPECT_FALSE(Run().ok());
  stalls = stalls_.Stalls();
  ASSERT_EQ(stalls.size(), 2u);
  EXPECT_EQ(stalls[0].backlog(), "upstream_pull");
  EXPECT_EQ(stalls[0].reason(), "UNAVAILABLE");
  parent_.calls_until_cut = 1000;
  parent_.push_fault = absl::OkStatus();
  MustRun();
  EXPECT_THAT(stalls_.Stalls(), IsEmpty());
}

TEST_P(UpstreamRoundTest, ARoundThatIsStoppedSaysSo) {
  district_.MustPush(kUnitOrg, {make_.Put(Handler(), Household(1))});
  EXPECT_EQ(RoundWith(parent_)->Run([] { return true; }).code(), absl::StatusCode::kCancelled);
  EXPECT_THAT(parent_.Calls(), Not(Contains("push")));
}

// Several servers of one node push, pull and compare at the same time.
TEST_P(UpstreamRoundTest, RoundsOfSeveralServersDoNoHarm) {
  constexpr int kHouseholds = 12;
  for (int i = 1; i <= kHouseholds; ++i)
    district_.MustPush(kUnitOrg,
                       {make_.Put(Handler(), Household(i)), make_.Submit(Handler(), ArchiveId(i))});
  ScriptedParent second(city_);
  second.CanAll();
  const auto work = [&](ScriptedParent& link, int first) {
    const auto round = RoundWith(link);
    for (int turn = 0; turn < 6; ++turn) {
      const absl::Status status = round->Run([] { return false; });
      EXPECT_TRUE(status.ok()) << status;
      EXPECT_TRUE(round->Verify().ok());
      const int number = first + turn;
      district_.Push(kUnitOrg, Phone(number, "1380571001" + std::to_string(turn),
                                     district_.RevisionOf(ArchiveId(number))));
    }
  };
  std::thread other([&] { work(second, 7); });
  work(parent_, 1);
  other.join();
  MustRun();
  MustRun();
  ExpectEqual(city_, kHouseholds);
  EXPECT_EQ(State().pending, 0);
  EXPECT_EQ(MustVerify().differences(), 0);
}

}  // namespace
}  // namespace bangfu::server
