#include <memory>
#include <utility>
#include <vector>

#include "bangfu/v1/aid_event.pb.h"
#include "server/sync/parent.h"
#include "server/sync/sync_fixture.h"

// A district node under the city, wired without a network.
namespace bangfu::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class ParentTest : public testing::Test {
 protected:
  std::vector<UpstreamChange> Line() {
    auto line = district_.store().ReadUpstream(500);
    EXPECT_TRUE(line.ok()) << line.status();
    return line.value_or(std::vector<UpstreamChange>());
  }
  UpstreamState State() {
    auto state = district_.store().GetUpstreamState();
    EXPECT_TRUE(state.ok()) << state.status();
    return state.value_or(UpstreamState());
  }

  // The city as it presents itself.
  v1::HandshakeResponse AsParent() {
    v1::HandshakeResponse parent;
    parent.set_server_org(kCityOrg);
    parent.set_server_node("city");
    parent.set_org(kUnionOrg);
    parent.set_node(NodeOf(kUnionOrg).node);
    parent.set_is_root(true);
    parent.set_epoch(city_.store().GetFeedState().value_or(FeedState()).epoch);
    if (conflict_feed_) parent.add_capabilities(v1::CAPABILITY_CONFLICT_FEED);
    return parent;
  }
  // The upstream half of a sync; returns what the city answered.
  std::vector<v1::Outcome> PushUp() {
    const std::vector<UpstreamChange> line = Line();
    std::vector<v1::Change> changes;
    for (const UpstreamChange& waiting : line) changes.push_back(waiting.change);
    std::vector<v1::Outcome> outcomes = city_.Push(kUnionOrg, changes);
    const absl::Status status = district_.parent().ApplyOutcomes(line, outcomes, AsParent());
    EXPECT_TRUE(status.ok()) << status;
    return outcomes;
  }
  // The other half.
  void PullDown() {
    city_.Sequence();
    for (bool more = true; more;) {
      const auto batch = city_.Pull(kUnionOrg, State().cursor, 2);
      ASSERT_TRUE(batch.ok()) << batch.status();
      const absl::Status status = district_.ApplyBatch(*batch);
      ASSERT_TRUE(status.ok()) << status;
      more = !batch->caught_up();
    }
  }
  void Sync() {
    PushUp();
    PullDown();
  }

  v1::Change Phone(const std::string& phone, const v1::Archive& seen, int64_t base,
                   const v1::Actor& actor = Handler()) {
    v1::Archive changed = seen;
    changed.set_phone(phone);
    v1::Change change = make_.Put(actor, changed, base, {"phone"});
    if (actor.org() == kCenterOrg) change.mutable_put()->set_correction_reason("电话核实");
    return change;
  }
  // A household that the city and the district both have.
  v1::Archive Shared(int number) {
    const v1::Archive archive = Household(number);
    district_.MustPush(kUnitOrg, {make_.Put(Handler(), archive)});
    Sync();
    return archive;
  }
  std::string CityPhone(int number) { return city_.Archive(ArchiveId(number)).phone(); }
  std::string DistrictPhone(int number) { return district_.Archive(ArchiveId(number)).phone(); }

  // Moves the household in the city to `unit`.
  void Move(int number, const std::string& unit) {
    v1::Archive moved = city_.Archive(ArchiveId(number));
    moved.set_unit(unit);
    v1::Change change = make_.Put(Approver(), moved, city_.RevisionOf(ArchiveId(number)), {"unit"});
    change.mutable_put()->set_correction_reason("单位调整");
    city_.MustPush(kCenterOrg, {change});
  }

  // The household as the city might send it, with another telephone.
  v1::Record Sent(const v1::Archive& archive, int64_t revision, const std::string& phone) {
    v1::Archive other = archive;
    other.set_phone(phone);
    v1::Record record;
    record.set_type(v1::RECORD_TYPE_ARCHIVE);
    record.set_id(archive.id());
    record.set_org(archive.unit());
    record.set_revision(revision);
    record.set_body(other.SerializeAsString());
    return record;
  }
  v1::PullResponse BatchOf(const v1::Record& record) {
    v1::PullResponse batch;
    *batch.add_records() = record;
    batch.set_next_cursor("cursor");
    return batch;
  }

  bool conflict_feed_ = true;  // the city's program brings its log down by the feed
  SettableClock clock_;
  ChangeMaker make_;
  TestNode city_{clock_, NodeRole{}};
  TestNode district_{clock_, NodeRole{.has_upstream = true}};
};

// The whole way over two tiers, with a disagreement about the telephone in the middle.
TEST_F(ParentTest, TwoTiers) {
  const v1::Archive archive = Household(1);
  district_.MustPush(kUnitOrg,
                     {make_.Put(Handler(), archive), make_.Submit(Handler(), archive.id())});
  Sync();
  EXPECT_EQ(city_.Archive(archive.id()).status(), v1::ARCHIVE_STATUS_SUBMITTED);
  EXPECT_EQ(city_.Archive(archive.id()).handling().person_id(), Handler().person_id());
  EXPECT_EQ(State().pending, 0);

  // The line is down: both sides change the telephone, the district also the bank.
  const int64_t seen = district_.RevisionOf(archive.id());
  city_.MustPush(kCenterOrg, {Phone("13805710001", archive, 2, Approver())});
  v1::Archive theirs = archive;
  theirs.set_phone("13805710002");
  theirs.set_bank("工商银行");
  district_.MustPush(kUnitOrg, {make_.Put(Handler(), theirs, seen, {"phone", "bank"})});
  Sync();

  EXPECT_EQ(CityPhone(1), "13805710001");
  EXPECT_EQ(DistrictPhone(1), "13805710001");
  EXPECT_EQ(city_.Archive(archive.id()).bank(), "工商银行");
  ASSERT_EQ(city_.Conflicts().size(), 1u);
  ASSERT_EQ(district_.Conflicts().size(), 1u);
  const v1::Conflict here = district_.Conflicts()[0], there = city_.Conflicts()[0];
  EXPECT_EQ(here.id(), there.id());
  EXPECT_EQ(here.kind(), v1::CONFLICT_KIND_FIELDS);
  EXPECT_THAT(Sides(here.fields()), ElementsAre("phone: 13805710000/13805710001/13805710002"));
  EXPECT_EQ(there.ours_actor().person_id(), Approver().person_id());
  EXPECT_EQ(there.change().actor().person_id(), Handler().person_id());
  EXPECT_EQ(there.pushed_by(), "hz.gongye/node");

  // The unit decides for its own value, the union reviews, and both see the number that the center
  // gives.
  district_.MustPush(kUnitOrg, {Phone("13805710002", district_.Archive(archive.id()),
                                      district_.RevisionOf(archive.id()))});
  district_.MustPush(kUnionOrg, {make_.Review(Reviewer(), archive.id())});
  Sync();
  city_.MustPush(kCenterOrg, {make_.Approve(Approver(), archive.id())});
  Sync();
  EXPECT_EQ(CityPhone(1), "13805710002");
  EXPECT_EQ(district_.Archive(archive.id()).number(), "工业橡胶20140001");
  EXPECT_EQ(district_.Stored(archive.id())->body, city_.Stored(archive.id())->body);
  // The district's own children see it in their feed.
  district_.Sequence();
  const auto feed = district_.Pull(kUnitOrg);
  ASSERT_TRUE(feed.ok());
  ASSERT_EQ(feed->records_size(), 1);
  EXPECT_EQ(feed->records(0).body(), district_.Stored(archive.id())->body);
}

TEST_F(ParentTest, WhatTheCityRefusesGoesBackToItsVersionAndIsKeptAside) {
  const v1::Archive archive = Shared(1);
  district_.MustPush(kUnitOrg, {make_.Submit(Handler(), archive.id())});
  // The center's people were quicker: the step is not possible any more.
  city_.MustPush(kCityOrg, {make_.Submit(ActorOf("other", kUnitOrg), archive.id()),
                            make_.Return(Approver(), archive.id()),
                            make_.Submit(ActorOf("other", kUnitOrg), archive.id())});
  const auto outcomes = PushUp();
  EXPECT_THAT(outcomes[0], HasVerdict(v1::VERDICT_REFUSED));
  EXPECT_EQ(district_.Archive(archive.id()).handling().person_id(), AccountOf("other", kUnitOrg));
  EXPECT_EQ(State().pending, 0);
  EXPECT_EQ(State().refused, 1);
}

// Nobody at the city logs a refusal: whoever entered the change must find it at the own node.
TEST_F(ParentTest, WhatTheCityRefusesIsInTheDistrictsLogOnce) {
  const v1::Archive archive = Shared(1);
  district_.MustPush(kUnitOrg, {make_.Submit(Handler(), archive.id())});
  city_.MustPush(kCityOrg, {make_.Submit(ActorOf("other", kUnitOrg), archive.id())});
  const std::vector<UpstreamChange> line = Line();
  const auto outcomes = PushUp();
  ASSERT_THAT(outcomes[0], HasVerdict(v1::VERDICT_REFUSED));
  ASSERT_TRUE(district_.parent().ApplyOutcomes(line, outcomes, AsParent()).ok());
  ASSERT_EQ(district_.Conflicts().size(), 1u);
  const v1::Conflict entry = district_.Conflicts()[0];
  EXPECT_EQ(entry.kind(), v1::CONFLICT_KIND_REFUSED_UPSTREAM);
  EXPECT_EQ(entry.state(), v1::CONFLICT_STATE_OPEN);
  EXPECT_EQ(entry.id(), line[0].change.change_id());
  EXPECT_EQ(entry.change().change_id(), line[0].change.change_id());
  EXPECT_EQ(entry.record_id(), archive.id());
  EXPECT_EQ(entry.org(), kUnitOrg);
  EXPECT_EQ(entry.logged_by(), NodeOf(kUnionOrg).Key());
  ASSERT_EQ(entry.findings_size(), outcomes[0].findings_size());
  EXPECT_EQ(entry.findings(0).code(), outcomes[0].findings(0).code());
}

// The city was restored: its revisions count anew, and a lower number may mean another version.
TEST_F(ParentTest, FromTheStartLowerRevisionsAreTakenAndTheCursorComesLast) {
  const v1::Archive archive = Shared(1);
  district_.MustPush(kUnitOrg, {Phone("13805710002", archive, 1)});
  Sync();
  v1::PullResponse batch = BatchOf(Sent(archive, 1, "13805710009"));
  batch.set_next_cursor("anew");
  ASSERT_TRUE(district_.ApplyBatch(batch).ok());
  EXPECT_EQ(DistrictPhone(1), "13805710002");
  EXPECT_EQ(State().cursor, "anew");
  batch.set_next_cursor("not yet");
  ASSERT_TRUE(district_.ApplyBatch(batch, ParentSync::Feed::kFromStart).ok());
  EXPECT_EQ(DistrictPhone(1), "13805710009");
  EXPECT_EQ(State().cursor, "anew");
  batch.set_caught_up(true);
  batch.set_next_cursor("all of it");
  ASSERT_TRUE(district_.ApplyBatch(batch, ParentSync::Feed::kFromStart).ok());
  EXPECT_EQ(State().cursor, "all of it");
}

// A node and its parent may take different entry times from one change (clock skew guard): what the
// parent has counts, once nothing waits.
TEST_F(ParentTest, OtherBytesOfTheSameRevisionAreTakenWhenNothingWaits) {
  const v1::Archive archive = Shared(1);
  district_.MustPush(kUnitOrg, {Phone("13805710002", archive, 1)});
  const v1::PullResponse batch = BatchOf(Sent(archive, 1, "13805710009"));
  ASSERT_TRUE(district_.ApplyBatch(batch).ok());
  EXPECT_EQ(DistrictPhone(1), "13805710002");
  ASSERT_TRUE(district_.parent().SetCursor("").ok());
  PushUp();
  ASSERT_EQ(district_.Stored(archive.id())->upstream_revision, 2);
  const v1::PullResponse same = BatchOf(Sent(archive, 2, "13805710008"));
  ASSERT_TRUE(district_.ApplyBatch(same).ok());
  EXPECT_EQ(district_.Stored(archive.id())->body, same.records(0).body());
  const int64_t revision = district_.RevisionOf(archive.id());
  ASSERT_TRUE(district_.ApplyBatch(same).ok());
  EXPECT_EQ(district_.RevisionOf(archive.id()), revision);
}

// Another server of this node was quicker: what it took is newer than this answer, and this batch.
TEST_F(ParentTest, WhatIsOlderThanWhatIsThereIsNotTaken) {
  const v1::Archive archive = Shared(1);
  city_.MustPush(kCenterOrg, {Phone("13805710001", archive, 1, Approver())});
  v1::Archive edited = archive;
  edited.set_bank("工商银行");
  district_.MustPush(kUnitOrg, {make_.Put(Handler(), edited, 1, {"bank"})});
  const std::vector<UpstreamChange> line = Line();
  const std::vector<v1::Outcome> outcomes = PushUp();
  ASSERT_TRUE(outcomes[0].has_record());
  const v1::PullResponse batch = BatchOf(outcomes[0].record());
  city_.MustPush(kCenterOrg, {Phone("13805710003", archive, 3, Approver())});
  ASSERT_EQ(city_.RevisionOf(archive.id()), 4);
  PullDown();
  const StoredRecord after = *district_.Stored(archive.id());
  ASSERT_TRUE(district_.parent().ApplyOutcomes(line, outcomes, AsParent()).ok());
  ASSERT_TRUE(district_.ApplyBatch(batch).ok());
  EXPECT_EQ(DistrictPhone(1), "13805710003");
  EXPECT_EQ(district_.Stored(archive.id())->upstream_revision, after.upstream_revision);
  EXPECT_EQ(district_.Stored(archive.id())->body, after.body);
}

TEST_F(ParentTest, ARecordThatCannotBeReadIsLoggedOnceAndOthersGoOn) {
  const v1::Archive archive = Shared(1);
  v1::PullResponse batch = BatchOf(Sent(archive, 2, "13805710002"));
  v1::Record& bad = *batch.add_records();
  bad = Sent(Household(2), 1, "13805710003");
  bad.set_body("\xff\xff");
  *batch.add_records() = Sent(Household(3), 1, "13805710004");
  for (int i = 0; i < 2; ++i) {
    batch.set_next_cursor("cursor " + std::to_string(i));
    const absl::Status status = district_.ApplyBatch(batch);
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(State().cursor, batch.next_cursor());
    EXPECT_EQ(DistrictPhone(1), "13805710002");
    EXPECT_FALSE(district_.Stored(ArchiveId(2)).has_value());
    EXPECT_EQ(DistrictPhone(3), "13805710004");
    ASSERT_EQ(district_.Conflicts().size(), 1u);
  }
  const v1::Conflict entry = district_.Conflicts()[0];
  EXPECT_EQ(entry.kind(), v1::CONFLICT_KIND_UNREADABLE);
  EXPECT_EQ(entry.state(), v1::CONFLICT_STATE_INFORMATION);
  EXPECT_EQ(entry.record_id(), ArchiveId(2));
  EXPECT_FALSE(entry.has_change());
  // A comparison tries again; by then the program may be newer.
  ASSERT_TRUE(district_.parent().ApplyRepair({bad}, {}).ok());
  EXPECT_EQ(district_.Conflicts().size(), 1u);
  ASSERT_TRUE(district_.parent().ApplyRepair({Sent(Household(2), 1, "13805710003")}, {}).ok());
  EXPECT_EQ(DistrictPhone(2), "13805710003");
}

TEST_F(ParentTest, EntriesOfTheLogComeDownAndGoOnToTheChildren) {
  const v1::Archive archive = Shared(1);
  city_.MustPush(kCenterOrg, {Phone("13805710001", archive, 1, Approver())});
  district_.MustPush(kUnitOrg, {Phone("13805710002", archive, 1)});
  EXPECT_THAT(PushUp()[0], HasVerdict(v1::VERDICT_CONFLICT));
  EXPECT_THAT(district_.Conflicts(), IsEmpty());
  PullDown();
  ASSERT_EQ(district_.Conflicts().size(), 1u);
  v1::Conflict entry = district_.Conflicts()[0];
  EXPECT_EQ(entry.SerializeAsString(), city_.Conflicts().at(0).SerializeAsString());
  district_.Sequence();
  auto feed = district_.Pull(kUnitOrg);
  ASSERT_TRUE(feed.ok());
  ASSERT_EQ(feed->conflicts_size(), 1);
  EXPECT_EQ(feed->conflicts(0).id(), entry.id());

  // Somebody has decided; the same entry comes again.
  entry.set_state(v1::CONFLICT_STATE_RESOLVED);
  v1::PullResponse batch;
  *batch.add_conflicts() = entry;
  batch.set_next_cursor("decided");
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(district_.ApplyBatch(batch).ok());
  district_.Sequence();
  feed = district_.Pull(kUnitOrg, feed->next_cursor());
  ASSERT_TRUE(feed.ok());
  ASSERT_EQ(feed->conflicts_size(), 1);
  EXPECT_EQ(feed->conflicts(0).state(), v1::CONFLICT_STATE_RESOLVED);
  EXPECT_EQ(district_.Conflicts().size(), 1u);

  v1::PullResponse left;
  left.add_left_conflict_ids(entry.id());
  left.set_next_cursor("left");
  ASSERT_TRUE(district_.ApplyBatch(left).ok());
  district_.Sequence();
  feed = district_.Pull(kUnitOrg, feed->next_cursor());
  ASSERT_TRUE(feed.ok());
  EXPECT_THAT(feed->left_conflict_ids(), ElementsAre(entry.id()));
}

TEST_F(ParentTest, ARepairTakesWhateverTheParentHasUnderWhatWaits) {
  const v1::Archive archive = Shared(1);
  Shared(2);
  Shared(3);
  district_.MustPush(kUnitOrg, {Phone("13805710001", archive, 1)});
  Sync();
  v1::Archive waiting = Household(2);
  waiting.set_bank("工商银行");
  district_.MustPush(kUnitOrg, {make_.Put(Handler(), waiting, 1, {"bank"})});
  const absl::Status status = district_.parent().ApplyRepair(
      {Sent(archive, 1, "13805710008"), Sent(Household(2), 1, "13805710009")},
      {ArchiveId(3), ArchiveId(7)});
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(DistrictPhone(1), "13805710008");
  EXPECT_EQ(district_.Stored(ArchiveId(1))->upstream_revision, 1);
  EXPECT_EQ(DistrictPhone(2), "13805710009");
  EXPECT_EQ(district_.Archive(ArchiveId(2)).bank(), "工商银行");
  EXPECT_EQ(State().pending, 1);
  EXPECT_FALSE(district_.Stored(ArchiveId(3)).has_value());
}

// What the parent has lost is as if it had never had it: an edit that it cannot place must not
// remove the last copy.
TEST_F(ParentTest, WhatTheParentHasLostStaysEvenWhenItRefusesAnEdit) {
  const v1::Archive archive = Shared(1);
  ASSERT_TRUE(district_.parent().ApplyLoss({archive.id(), ArchiveId(7)}).ok());
  EXPECT_EQ(district_.Stored(archive.id())->upstream_revision, 0);
  district_.MustPush(kUnitOrg, {Phone("13805710002", archive, 1)});
  v1::Outcome refused;
  refused.set_verdict(v1::VERDICT_REFUSED);
  refused.add_findings()->set_code(v1::FINDING_CODE_NOT_FOUND);
  ASSERT_TRUE(district_.parent().ApplyOutcomes(Line(), {refused}, AsParent()).ok());
  EXPECT_EQ(DistrictPhone(1), "13805710002");
}

TEST_F(ParentTest, OutcomesMayComeTwice) {
  conflict_feed_ = false;
  const v1::Archive archive = Shared(1);
  city_.MustPush(kCenterOrg, {Phone("13805710001", archive, 1, Approver())});
  const v1::Archive bad = Household(2);
  district_.MustPush(kUnitOrg, {Phone("13805710002", archive, 1), make_.Put(Handler(), bad),
                                make_.Put(Handler(), Household(4))});
  // The city knows the second family already, elsewhere.
  v1::Archive other = Household(3, kOtherUnitOrg);
  other.set_identity_number(PersonOf(2, 0));
  city_.MustPush(kOtherUnitOrg, {make_.Put(Handler(kOtherUnitOrg), other)});

  const std::vector<UpstreamChange> line = Line();
  ASSERT_EQ(line.size(), 3u);
  const auto outcomes = PushUp();
  EXPECT_THAT(outcomes[0], HasVerdict(v1::VERDICT_CONFLICT));
  EXPECT_THAT(outcomes[1], HasVerdict(v1::VERDICT_PARKED));
  EXPECT_THAT(outcomes[2], HasVerdict(v1::VERDICT_ACCEPTED));
  const StoredRecord after = *district_.Stored(archive.id());
  EXPECT_EQ(district_.Conflicts().size(), 2u);
  EXPECT_EQ(State().refused, 1);
  ASSERT_TRUE(district_.parent().ApplyOutcomes(line, outcomes, AsParent()).ok());
  EXPECT_EQ(district_.Stored(archive.id())->revision, after.revision);
  EXPECT_EQ(district_.Stored(archive.id())->body, after.body);
  EXPECT_EQ(district_.Stored(archive.id())->upstream_revision, city_.RevisionOf(archive.id()));
  EXPECT_EQ(district_.Conflicts().size(), 2u);
  EXPECT_EQ(State().refused, 1);
  EXPECT_EQ(State().pending, 0);
}

TEST_F(ParentTest, ALostAnswerIsAskedForAgain) {
  district_.MustPush(kUnitOrg,
                     {make_.Put(Handler(), Household(1)), make_.Submit(Handler(), ArchiveId(1))});
  std::vector<v1::Change> changes;
  for (const UpstreamChange& waiting : Line()) changes.push_back(waiting.change);
  city_.MustPush(kUnionOrg, changes);  // and the line breaks before the answer
  city_.MustPush(kCityOrg, {make_.Review(Reviewer(), ArchiveId(1))});
  for (const v1::Outcome& outcome : PushUp()) EXPECT_TRUE(outcome.replayed());
  EXPECT_EQ(city_.RevisionOf(ArchiveId(1)), 3);
  EXPECT_EQ(district_.Archive(ArchiveId(1)).status(), v1::ARCHIVE_STATUS_REVIEWED);
}

TEST_F(ParentTest, WhatTheCityParksIsCopiedIntoTheDistrictsLog) {
  v1::Archive other = Household(3, kOtherUnitOrg);
  other.set_identity_number(PersonOf(1, 0));
  city_.MustPush(kOtherUnitOrg, {make_.Put(Handler(kOtherUnitOrg), other)});
  district_.MustPush(kUnitOrg, {make_.Put(Handler(), Household(1))});
  Sync();
  const v1::Conflict here = district_.Conflicts().at(0);
  EXPECT_EQ(here.id(), city_.Conflicts().at(0).id());
  EXPECT_EQ(here.kind(), v1::CONFLICT_KIND_DUPLICATE_PERSON);
  EXPECT_EQ(here.state(), v1::CONFLICT_STATE_OPEN);
  EXPECT_EQ(here.org(), kUnitOrg);
  EXPECT_EQ(here.findings_size(), 1);

  // An edit of an archive that ended in the city is another kind.
  const v1::Archive archive = Shared(2);
  v1::Outcome parked;
  parked.set_verdict(v1::VERDICT_PARKED);
  parked.set_conflict_id(domain::sample::Uuid(990));
  parked.add_findings()->set_code(v1::FINDING_CODE_WRONG_STATUS);
  conflict_feed_ = false;
  district_.MustPush(kUnitOrg, {Phone("13805710002", archive, 1)});
  ASSERT_TRUE(district_.parent().ApplyOutcomes(Line(), {parked}, AsParent()).ok());
  EXPECT_EQ(district_.Conflicts().at(0).kind(), v1::CONFLICT_KIND_ENDED);
}

TEST_F(ParentTest, UnansweredChangesStayOnTopOfWhatIsPulled) {
  const v1::Archive archive = Shared(1);
  v1::Archive theirs = archive;
  theirs.set_bank("工商银行");
  city_.MustPush(kCenterOrg, {Phone("13805710001", archive, 1, Approver())});
  district_.MustPush(
      kUnitOrg, {make_.Put(Handler(), theirs, 1, {"bank"}), make_.Submit(Handler(), archive.id())});
  PullDown();
  const v1::Archive stored = district_.Archive(archive.id());
  EXPECT_EQ(stored.phone(), "13805710001");
  EXPECT_EQ(stored.bank(), "工商银行");
  EXPECT_EQ(stored.status(), v1::ARCHIVE_STATUS_SUBMITTED);
  EXPECT_EQ(State().pending, 2);
  Sync();
  EXPECT_EQ(city_.Archive(archive.id()).bank(), "工商银行");
  EXPECT_EQ(district_.Stored(archive.id())->body, city_.Stored(archive.id())->body);
}

// A pull between two local edits of one field: the second was made on top of the first, not of the
// city's value, and must not overwrite it.
TEST_F(ParentTest, WhatIsEnteredOnTopOfUnansweredChangesHasSeenNoMoreThanThey) {
  const v1::Archive archive = Shared(1);
  city_.MustPush(kCenterOrg, {Phone("13805710001", archive, 1, Approver())});
  district_.MustPush(kUnitOrg, {Phone("13805710002", archive, 1)});
  PullDown();
  EXPECT_EQ(DistrictPhone(1), "13805710002");
  district_.MustPush(kUnitOrg, {Phone("13805710003", archive, district_.RevisionOf(ArchiveId(1)))});
  Sync();
  EXPECT_EQ(CityPhone(1), "13805710001");
  EXPECT_EQ(DistrictPhone(1), "13805710001");
  EXPECT_EQ(city_.Conflicts().size(), 2);
}

// The center returned the archive while the district, cut off, edited and reviewed it: the review
// is not possible on the city's version. The city's answers must still be taken.
TEST_F(ParentTest, AnUnansweredStepThatIsNotPossibleAnyMoreStopsNothing) {
  const v1::Archive archive = Shared(1);
  district_.MustPush(kUnitOrg, {make_.Submit(Handler(), archive.id())});
  Sync();
  city_.MustPush(kCenterOrg, {make_.Return(Approver(), archive.id())});
  district_.MustPush(kUnitOrg, {Phone("13805710002", archive, 2)});
  district_.MustPush(kUnionOrg, {make_.Review(Reviewer(), archive.id())});
  const auto outcomes = PushUp();
  EXPECT_THAT(outcomes[0], HasVerdict(v1::VERDICT_MERGED));
  EXPECT_THAT(outcomes[1], HasVerdict(v1::VERDICT_REFUSED));
  EXPECT_EQ(district_.Archive(archive.id()).status(), v1::ARCHIVE_STATUS_RETURNED);
  EXPECT_EQ(DistrictPhone(1), "13805710002");
  EXPECT_EQ(State().pending, 0);
  // The same, met by a pull.
  district_.MustPush(kUnitOrg, {make_.Submit(Handler(), archive.id())});
  city_.MustPush(kCityOrg, {make_.Submit(ActorOf("other", kUnitOrg), archive.id())});
  PullDown();
  EXPECT_EQ(district_.Archive(archive.id()).status(), v1::ARCHIVE_STATUS_SUBMITTED);
}

TEST_F(ParentTest, ABatchMayComeTwice) {
  city_.MustPush(kUnitOrg,
                 {make_.Put(Handler(), Household(1)), make_.Put(Handler(), Household(2))});
  city_.Sequence();
  const auto batch = city_.Pull(kUnionOrg);
  ASSERT_TRUE(batch.ok());
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(district_.ApplyBatch(*batch).ok());
    EXPECT_EQ(district_.RevisionOf(ArchiveId(1)), 1);
    EXPECT_EQ(State().cursor, batch->next_cursor());
  }
  EXPECT_EQ(district_.Stored(ArchiveId(1))->body, city_.Stored(ArchiveId(1))->body);
  EXPECT_EQ(district_.Stored(ArchiveId(1))->upstream_revision, 1);
}

TEST_F(ParentTest, ARecordThatLeftTheScopeIsRemovedAndMayComeBack) {
  Shared(1);
  Move(1, kOtherUnitOrg);
  PullDown();
  EXPECT_FALSE(district_.Stored(ArchiveId(1)).has_value());
  district_.Sequence();
  auto feed = district_.Pull(kUnitOrg);
  ASSERT_TRUE(feed.ok());
  EXPECT_EQ(feed->records_size(), 0);
  EXPECT_THAT(feed->left_record_ids(), ElementsAre(ArchiveId(1)));
  // Its people are free in the district; the city knows better, but may be out of reach.
  v1::Archive again = Household(2);
  again.set_identity_number(PersonOf(1, 0));
  district_.MustPush(kUnitOrg, {make_.Put(Handler(), again)});

  Move(1, kSiblingOrg);
  PullDown();
  ASSERT_TRUE(district_.Stored(ArchiveId(1)).has_value());
  EXPECT_EQ(district_.Stored(ArchiveId(1))->org, kSiblingOrg);
  district_.Sequence();
  feed = district_.Pull(kSiblingOrg, "");
  ASSERT_TRUE(feed.ok());
  EXPECT_EQ(feed->records_size(), 1);
  EXPECT_THAT(feed->left_record_ids(), IsEmpty());
  // And again.
  Move(1, kOtherUnitOrg);
  PullDown();
  EXPECT_FALSE(district_.Stored(ArchiveId(1)).has_value());
}

TEST_F(ParentTest, ARecordThatLeftWithUnansweredChangesGoesWhenTheyAreAnswered) {
  const v1::Archive archive = Shared(1);
  Move(1, kOtherUnitOrg);
  district_.MustPush(kUnitOrg,
                     {Phone("13805710002", archive, 1), Phone("13805710003", archive, 1)});
  PullDown();
  EXPECT_TRUE(district_.Stored(archive.id()).has_value());
  for (const v1::Outcome& outcome : PushUp()) {
    EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_PARKED));
    EXPECT_THAT(Codes(outcome), ElementsAre("RECORD_MOVED"));
  }
  EXPECT_FALSE(district_.Stored(archive.id()).has_value());
  EXPECT_EQ(State().refused, 2);  // nothing is lost
  // Whoever entered them finds them; those who have the record now decide.
  ASSERT_EQ(district_.Conflicts().size(), 2u);
  for (const v1::Conflict& entry : district_.Conflicts()) {
    EXPECT_EQ(entry.kind(), v1::CONFLICT_KIND_MOVED);
    EXPECT_EQ(entry.state(), v1::CONFLICT_STATE_INFORMATION);
    EXPECT_EQ(entry.org(), kUnitOrg);
  }
  EXPECT_EQ(CityPhone(1), archive.phone());
}

TEST_F(ParentTest, WhatWasNewOfAnArchiveThatLeftGoesWhenItIsParked) {
  const v1::Archive archive = Shared(1);
  Move(1, kOtherUnitOrg);
  v1::AidEvent aid;
  aid.set_id(domain::sample::Uuid(901));
  aid.set_archive_id(archive.id());
  aid.set_aided_on("2014-03-01");
  aid.set_amount_fen(50000);
  v1::Change first = make_.Put(Handler(), aid, aid.id());
  first.set_record_type(v1::RECORD_TYPE_AID_EVENT);
  aid.set_amount_fen(60000);
  v1::Change second = make_.Put(Handler(), aid, aid.id(), 1, {"amount_fen"});
  second.set_record_type(v1::RECORD_TYPE_AID_EVENT);
  district_.MustPush(kUnitOrg, {first});
  const std::vector<UpstreamChange> line = Line();
  const std::vector<v1::Outcome> outcomes = city_.Push(kUnionOrg, std::vector<v1::Change>{first});
  ASSERT_THAT(Codes(outcomes[0]), ElementsAre("RECORD_MOVED"));
  district_.MustPush(kUnitOrg, {second});
  ASSERT_TRUE(district_.parent().ApplyOutcomes(line, outcomes, AsParent()).ok());
  EXPECT_TRUE(district_.Stored(aid.id()).has_value()) << "a change of it waits for its answer";

  Sync();
  EXPECT_FALSE(district_.Stored(aid.id()).has_value());
  district_.Sequence();
  const auto feed = district_.Pull(kUnitOrg);
  ASSERT_TRUE(feed.ok()) << feed.status();
  EXPECT_THAT(feed->left_record_ids(), UnorderedElementsAre(aid.id(), archive.id()));
  EXPECT_EQ(feed->conflicts_size(), 2) << "for those who entered it";
  EXPECT_EQ(State().refused, 2);
  EXPECT_EQ(city_.Conflicts().size(), 2u);
}

// What the district cannot decide must not stop its work: two archives hold one person here until
// the city has decided.
TEST_F(ParentTest, APersonInTwoArchivesDoesNotBlockEither) {
  district_.MustPush(kUnitOrg, {make_.Put(Handler(), Household(1))});
  v1::Archive other = Household(2, kSiblingOrg);
  other.set_identity_number(PersonOf(1, 0));
  city_.MustPush(kSiblingOrg, {make_.Put(Handler(kSiblingOrg), other)});
  EXPECT_THAT(PushUp()[0], HasVerdict(v1::VERDICT_PARKED));
  PullDown();
  ASSERT_TRUE(district_.Stored(ArchiveId(2)).has_value());
  district_.MustPush(kSiblingOrg, {make_.Submit(Handler(kSiblingOrg), ArchiveId(2)),
                                   Phone("13805710002", other, 1, Handler(kSiblingOrg))});
  Sync();
  EXPECT_EQ(city_.Archive(ArchiveId(2)).status(), v1::ARCHIVE_STATUS_SUBMITTED);
  EXPECT_EQ(CityPhone(2), "13805710002");
}

// A node that begins expects records that it has never seen.
TEST_F(ParentTest, WhatWasExpectedToBeNewAndIsNotIsTakenAllTheSame) {
  const v1::Archive known = Shared(1), was_here = Shared(2);
  v1::PullResponse left;
  left.add_left_record_ids(was_here.id());
  ASSERT_TRUE(district_.ApplyBatch(left).ok());
  ASSERT_FALSE(district_.Stored(was_here.id()).has_value());
  v1::Archive twin = Household(3, kSiblingOrg);
  twin.set_identity_number(PersonOf(1, 0));  // of the first
  const auto page = [&](const v1::Archive& archive, const std::string& cursor) {
    v1::PullResponse batch = BatchOf(Sent(archive, 2, "13805710009"));
    batch.set_next_cursor(cursor);
    return district_.parent().Prepare(std::move(batch), Expected::kNew);
  };
  std::vector<ParentPage> pages;
  pages.push_back(page(known, "1"));
  pages.push_back(page(was_here, "2"));
  pages.push_back(page(twin, "3"));
  pages.push_back(page(Household(4), "4"));
  const absl::Status status = district_.parent().ApplyPages(pages, ParentSync::Feed::kNext);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(State().cursor, "4");
  for (int i = 1; i <= 4; ++i) EXPECT_EQ(DistrictPhone(i), "13805710009") << i;
  EXPECT_EQ(district_.RevisionOf(was_here.id()), 2);
  EXPECT_EQ(district_.RevisionOf(ArchiveId(4)), 1);
  // Whose history is complete: all that it was before.
  pages.clear();
  pages.push_back(page(Household(5), "5"));
  ASSERT_TRUE(district_.parent().ApplyPages(pages, ParentSync::Feed::kNext).ok());
  EXPECT_EQ(district_.RevisionOf(ArchiveId(5)), 1);
  district_.MustPush(kUnitOrg, {Phone("13805710008", Household(5), 1)});
  EXPECT_EQ(DistrictPhone(5), "13805710008");
}

// A newer city's field passes through a node that does not know it, byte for byte.
TEST_F(ParentTest, UnknownFieldsArePassedOn) {
  const v1::Archive archive = Shared(1);
  v1::Record record;
  record.set_type(v1::RECORD_TYPE_ARCHIVE);
  record.set_id(archive.id());
  record.set_org(kUnitOrg);
  v1::PullResponse batch;
  batch.set_next_cursor("c");
  for (int64_t revision = 2; revision <= 3; ++revision) {
    v1::Archive newer = city_.Archive(archive.id());
    newer.GetReflection()->MutableUnknownFields(&newer)->AddVarint(9000,
                                                                   static_cast<uint64_t>(revision));
    record.set_revision(revision);
    record.set_body(newer.SerializeAsString());
    batch.clear_records();
    *batch.add_records() = record;
    ASSERT_TRUE(district_.ApplyBatch(batch).ok());
    EXPECT_EQ(district_.Stored(archive.id())->body, record.body());
    EXPECT_EQ(district_.RevisionOf(archive.id()), revision);
  }
  // An edit here keeps it.
  district_.MustPush(kUnitOrg, {Phone("13805710002", archive, 3)});
  const v1::Archive edited = district_.Archive(archive.id());
  EXPECT_EQ(edited.GetReflection()->GetUnknownFields(edited).field_count(), 1);
}

}  // namespace
}  // namespace bangfu::server
