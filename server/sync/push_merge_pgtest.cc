#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "domain/record/field_values.h"
#include "domain/record/record_type.h"
#include "server/sync/sync_fixture.h"

namespace bangfu::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class PushMergeTest : public testing::Test {
 protected:
  v1::Archive File(TestNode& node, int number) {
    v1::Archive archive = Household(number);
    node.MustPush(kUnitOrg, {make_.Put(Handler(), archive)});
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

// ---- The arriving value wins.

TEST_F(PushMergeTest, TheHigherOfficeIsWrittenWhoeverComesFirst) {
  const v1::Archive archive = File(node_, 1);
  const v1::Change first = Phone("13805710001", archive, 1);
  node_.MustPush(kUnitOrg, {first});
  v1::Change late = Phone("13805710002", archive, 1, ActorOf("clerk", kUnionOrg));
  late.mutable_entry_time()->set_seconds(1394420401);
  const v1::Outcome outcome = node_.Push(kUnionOrg, late);
  EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_CONFLICT));
  EXPECT_EQ(outcome.revision(), 3);
  EXPECT_EQ(FromProto(outcome.answered_time()), clock_.Now());
  EXPECT_THAT(Sides(outcome.conflicts()),
              ElementsAre("phone: 13805710000/13805710002/13805710001"));
  EXPECT_EQ(node_.Archive(archive.id()).phone(), "13805710002");
  const v1::Conflict entry = node_.Conflicts().at(0);
  EXPECT_EQ(entry.id(), outcome.conflict_id());
  EXPECT_EQ(entry.state(), v1::CONFLICT_STATE_OPEN);
  EXPECT_EQ(entry.ours_actor().person_id(), AccountOf("clerk", kUnionOrg));
  EXPECT_EQ(entry.ours_entry_time().seconds(), 1394420401);
  EXPECT_EQ(entry.theirs_actor().person_id(), Handler().person_id());
  EXPECT_EQ(entry.theirs_entry_time().seconds(), first.entry_time().seconds());
  EXPECT_EQ(entry.logged_by(), "hz/city");
  EXPECT_EQ(entry.policy(), "office-then-draw");
  // The replaced one corrects itself below: it has won nothing, and wins nothing by that.
  EXPECT_THAT(node_.Push(kUnitOrg, Phone("13805710003", archive, 1)),
              HasVerdict(v1::VERDICT_CONFLICT));
  EXPECT_EQ(node_.Archive(archive.id()).phone(), "13805710002");
  // The log comes down with the records.
  node_.Sequence();
  const auto pulled = node_.Pull(kUnitOrg);
  ASSERT_TRUE(pulled.ok()) << pulled.status();
  ASSERT_EQ(pulled->conflicts_size(), 2);
  EXPECT_EQ(pulled->conflicts(0).id(), outcome.conflict_id());
}

TEST_F(PushMergeTest, WhoeverMadeTheRecordTooMeetsEverythingThatWasEnteredSince) {
  const v1::Archive archive = File(node_, 1);
  node_.MustPush(kUnionOrg, {Phone("13805710001", archive, 1, ActorOf("clerk", kUnionOrg))});
  v1::Archive without = archive;
  without.clear_bank();
  node_.MustPush(kUnionOrg, {make_.Put(ActorOf("clerk", kUnionOrg), without, 2, {"bank"})});
  ASSERT_EQ(node_.Archive(archive.id()).bank(), "");
  v1::Archive theirs = archive;
  theirs.set_phone("13805710002");
  theirs.set_bank("农业银行");
  const v1::Outcome outcome =
      node_.Push(kCityOrg, make_.Put(Handler(), theirs, 0, {"phone", "bank"}));
  EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_CONFLICT));
  // Their base is a record that was not there.
  EXPECT_THAT(Sides(outcome.conflicts()),
              UnorderedElementsAre("phone: -/13805710001/13805710002", "bank: -/-/农业银行"));
}

TEST_F(PushMergeTest, WonAndLostFieldsOfOneChangeAreTwoEntries) {
  v1::Archive archive = File(node_, 1);
  node_.MustPush(kUnionOrg, {Phone("13805710001", archive, 1, ActorOf("clerk", kUnionOrg))});
  v1::Archive theirs = archive;
  theirs.set_bank("工商银行");
  node_.Push(kCityOrg, make_.Put(Handler(), theirs, 1, {"bank"}));
  theirs.set_bank("农业银行");
  theirs.set_phone("13805710002");
  const v1::Outcome outcome =
      node_.Push(kUnitOrg, make_.Put(Handler(), theirs, 1, {"phone", "bank"}));
  EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_CONFLICT));
  EXPECT_EQ(node_.Archive(archive.id()).phone(), "13805710001") << "the union's";
  EXPECT_EQ(node_.Archive(archive.id()).bank(), "农业银行") << "the higher draw";
  int entries = 0;
  for (const v1::Conflict& entry : node_.Conflicts()) {
    if (entry.kind() != v1::CONFLICT_KIND_FIELDS) continue;
    ++entries;
    EXPECT_EQ(entry.fields_size(), 1);
    EXPECT_EQ(entry.has_theirs_actor(), entry.fields(0).field() == "bank");
  }
  EXPECT_EQ(entries, 2);
}

TEST_F(PushMergeTest, AnEditInsideARemovedMemberBringsTheMemberBack) {
  const v1::Archive archive = File(node_, 1);
  const std::string wife = absl::StrCat("members[", WifeId(1), "]");
  v1::Archive without = archive;
  without.mutable_members()->DeleteSubrange(0, 1);
  node_.MustPush(kUnionOrg, {make_.Put(ActorOf("clerk", kUnionOrg), without, 1, {wife})});
  ASSERT_EQ(node_.Archive(archive.id()).members_size(), 1);
  v1::Archive renamed = archive;
  renamed.mutable_members(0)->set_name("王某");
  const v1::Outcome outcome =
      node_.Push(kUnitOrg, make_.Put(Handler(), renamed, 1, {wife + ".name"}));
  EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_CONFLICT));
  EXPECT_EQ(node_.Archive(archive.id()).SerializeAsString(), [&] {
    v1::Archive expected = renamed;
    expected.set_status(v1::ARCHIVE_STATUS_DRAFT);
    return expected.SerializeAsString();
  }());
}

// ---- Who is one writer.

TEST_F(PushMergeTest, TwoReplicasWithOneCertificateAreTwoWriters) {
  const v1::Archive archive = File(node_, 1);
  const Principal first{"node", kUnitOrg, "01900000-0000-7000-8000-0000000000a1"};
  const Principal second{"node", kUnitOrg, "01900000-0000-7000-8000-0000000000a2"};
  const v1::Change edit = Phone("13805710001", archive, 1);
  EXPECT_THAT(node_.PushAs(first, edit), HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_THAT(node_.PushAs(first, Phone("13805710002", archive, 1)),
              HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_THAT(node_.PushAs(second, Phone("13805710003", archive, 1)),
              HasVerdict(v1::VERDICT_CONFLICT));
  // Installed anew, a desktop still gets its first answer.
  const v1::Outcome again = node_.PushAs(second, edit);
  EXPECT_TRUE(again.replayed());
  EXPECT_THAT(again, HasVerdict(v1::VERDICT_ACCEPTED));
}

// ---- Signatures.

TEST_F(PushMergeTest, WhoeverSignsSignsWhatHeHasRead) {
  const v1::Archive archive = File(node_, 1);
  node_.MustPush(kUnionOrg, {Phone("13805710001", archive, 1)});
  v1::Change submit = make_.Submit(Handler(), archive.id());
  submit.set_base_revision(1);
  const v1::Outcome refused = node_.Push(kUnitOrg, submit);
  EXPECT_THAT(refused, HasVerdict(v1::VERDICT_REFUSED));
  EXPECT_THAT(Codes(refused), ElementsAre("CHANGED_SINCE_READ phone"));
  EXPECT_TRUE(refused.has_record());
  // Changed back, it is what was read.
  node_.MustPush(kUnionOrg, {Phone(archive.phone(), archive, 2)});
  v1::Change again = make_.Submit(Handler(), archive.id());
  again.set_base_revision(1);
  node_.MustPush(kUnitOrg, {again});

  v1::Change correction = Phone("13805710004", archive, 4, Approver());
  correction.mutable_put()->set_correction_reason("电话核实");
  node_.MustPush(kCenterOrg, {correction});
  v1::Change review = make_.Review(Reviewer(), archive.id());
  review.set_base_revision(4);
  EXPECT_THAT(Codes(node_.Push(kUnionOrg, review)), ElementsAre("CHANGED_SINCE_READ phone"));
  v1::Change read = make_.Review(Reviewer(), archive.id());
  read.set_base_revision(5);
  node_.MustPush(kUnionOrg, {read});
}

// ---- Fields of a newer program.

// Field 15000, a text: no program here knows it.
constexpr char kUnknownBytes[] = "\xc2\xa9\x07\x03new";

std::string Unknown(const v1::Archive& archive) {
  return archive.SerializeAsString() + kUnknownBytes;
}

TEST_F(PushMergeTest, WhatIsUnknownGoesThroughANodeAndEndsAtTheRoot) {
  TestNode district(clock_, NodeRole{.has_upstream = true});
  v1::Archive archive = Household(1);
  v1::Change create = make_.Put(Handler(), archive);
  create.mutable_put()->set_record(Unknown(archive));
  district.MustPush(kUnitOrg, {create});
  archive.set_phone("13805710001");
  v1::Change edit = make_.Put(Handler(), archive, 1, {"phone", "newer_field", "newer[a].name"});
  edit.mutable_put()->set_record(Unknown(archive));
  district.MustPush(kUnitOrg, {edit});
  EXPECT_EQ(district.Archive(archive.id()).phone(), "13805710001");
  EXPECT_NE(district.Stored(archive.id())->body.find(kUnknownBytes), std::string::npos);

  const auto line = district.store().ReadUpstream(10);
  ASSERT_TRUE(line.ok() && line->size() == 2) << line.status();
  EXPECT_EQ((*line)[0].change.put().record(), create.put().record());
  EXPECT_EQ((*line)[1].change.put().record(), edit.put().record());
  EXPECT_THAT((*line)[1].change.put().changed_fields(),
              testing::UnorderedElementsAre("phone", "newer_field", "newer[a].name"));
  EXPECT_THAT(node_.Push(kUnionOrg, (*line)[0].change), HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_NE(node_.Stored(archive.id())->body.find(kUnknownBytes), std::string::npos);
  EXPECT_THAT(Codes(node_.Push(kUnionOrg, (*line)[1].change)),
              ElementsAre("MALFORMED changed_fields"));
  EXPECT_EQ(node_.RevisionOf(archive.id()), 1);

  // Alone it goes on as well; what is no path at all does not.
  v1::Change alone = make_.Put(Handler(), archive, 2, {"newer_field"});
  EXPECT_THAT(district.Push(kUnitOrg, alone), HasVerdict(v1::VERDICT_ACCEPTED));
  EXPECT_EQ(district.RevisionOf(archive.id()), 2);
  EXPECT_EQ(district.store().ReadUpstream(10)->size(), 3u);
  for (const char* path : {"members", "phone.", "members[].name", "Phone", "phone[a]"}) {
    EXPECT_THAT(Codes(district.Push(kUnitOrg, make_.Put(Handler(), archive, 2, {path}))),
                ElementsAre("MALFORMED changed_fields"))
        << path;
  }
}

// ---- Any order.

// Puts of several writers who do not hear of each other, each of them with some of its own.
class ConcurrentPuts {
 public:
  ConcurrentPuts(ChangeMaker& make, const v1::Archive& start, unsigned seed) : random_(seed) {
    const std::vector<std::pair<Principal, v1::Actor>> writers = {
        {{"node", kUnitOrg, "a"}, Handler()},
        {{"node", kUnitOrg, "b"}, Handler()},
        {{"node", kUnionOrg}, ActorOf("clerk", kUnionOrg)}};
    for (const auto& [principal, actor] : writers) {
      v1::Archive replica = start;
      chains_.emplace_back();
      for (int i = 0; i < 2; ++i) {
        const domain::FieldValues before = domain::ReadFields(replica);
        Change(replica);
        std::vector<std::string> paths;
        for (const auto& [path, value] : domain::Difference(before, domain::ReadFields(replica))) {
          paths.push_back(path);
        }
        if (paths.empty()) continue;
        v1::Change put = make.Put(actor, replica, 1, paths);
        put.set_change_id(absl::StrFormat("01910000-0000-7000-%04x-%012x", 0x8000 + Pick(0x4000),
                                          seed * 100 + static_cast<unsigned>(ids_++)));
        chains_.back().emplace_back(principal, put);
      }
    }
  }

  std::vector<std::pair<Principal, v1::Change>> Shuffled() {
    std::vector<size_t> order;
    for (size_t w = 0; w < chains_.size(); ++w) order.insert(order.end(), chains_[w].size(), w);
    std::shuffle(order.begin(), order.end(), random_);
    std::vector<size_t> next(chains_.size());
    std::vector<std::pair<Principal, v1::Change>> puts;
    for (const size_t w : order) puts.push_back(chains_[w][next[w]++]);
    return puts;
  }

 private:
  int Pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  void Change(v1::Archive& archive) {
    switch (Pick(5)) {
      case 0:
      case 1:
        archive.set_phone(absl::StrCat("1380571000", Pick(10)));
        break;
      case 2:
        archive.set_bank(Pick(2) == 0 ? "工商银行" : "农业银行");
        break;
      case 3:
        if (archive.members_size() > 0) archive.mutable_members()->DeleteSubrange(0, 1);
        break;
      default:
        if (archive.members_size() > 0)
          archive.mutable_members(0)->set_name(Pick(2) == 0 ? "王某" : "李某");
    }
  }

  std::mt19937 random_;
  int ids_ = 0;
  std::vector<std::vector<std::pair<Principal, v1::Change>>> chains_;
};

TEST_F(PushMergeTest, EveryOrderGivesTheSameBytes) {
  constexpr unsigned kSeed = 20140310;
  constexpr int kSets = 15;
  TestNode other(clock_, NodeRole{});
  TestNode city(clock_, NodeRole{});
  TestNode district(clock_, NodeRole{.has_upstream = true});
  for (int set = 1; set <= kSets; ++set) {
    SCOPED_TRACE(absl::StrCat("seed ", kSeed, ", set ", set));
    v1::Archive start = Household(set);
    const v1::Change filing = make_.Put(Handler(), start);
    for (TestNode* node : {&node_, &other, &city, &district}) node->MustPush(kUnitOrg, {filing});
    ConcurrentPuts puts(make_, start, kSeed + static_cast<unsigned>(set));
    for (const auto& [principal, put] : puts.Shuffled()) node_.PushAs(principal, put);
    for (const auto& [principal, put] : puts.Shuffled()) other.PushAs(principal, put);
    // Two of the writers work below a district.
    for (const auto& [principal, put] : puts.Shuffled()) {
      (principal.org == kUnitOrg ? district : city).PushAs(principal, put);
    }
    const auto line = district.store().ReadUpstream(1000);
    ASSERT_TRUE(line.ok());
    for (const UpstreamChange& waiting : *line) {
      v1::Change change = waiting.change;
      if (change.record_id() != start.id() || change.change_id() == filing.change_id()) continue;
      change.set_base_revision(1);  // as when the filing was answered
      city.PushAs(Principal{"district", kUnionOrg, "d"}, change);
    }
    EXPECT_EQ(node_.Stored(start.id())->body, other.Stored(start.id())->body);
    EXPECT_EQ(node_.Stored(start.id())->body, city.Stored(start.id())->body);
  }
}

}  // namespace
}  // namespace bangfu::server
