#include "server/sync/moves_fixture.h"
#include "server/sync/org_move.h"

namespace bangfu::server {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr char kNewOrg[] = "hz.fuyang.xiangjiao";
constexpr char kOfNewOrg[] = "hz.fuyang.xiangjiao.chejian";

class OrgMoveTest : public MovesTest {
 protected:
  // The next edition: the unit goes to another union, and takes over its sibling.
  OrgMoveTest() {
    v1::OrgTree tree = HangzhouOrgs().proto();
    tree.set_version(tree.version() + 1);
    for (int i = tree.orgs_size() - 1; i >= 0; --i) {
      if (tree.orgs(i).id() == kSiblingOrg) {
        tree.mutable_orgs()->DeleteSubrange(i, 1);
        continue;
      }
      v1::Org& org = *tree.mutable_orgs(i);
      if (org.id() != kUnitOrg) continue;
      org.set_id(kNewOrg);
      org.add_former_ids(kUnitOrg);
      org.add_former_ids(kSiblingOrg);
    }
    auto built = domain::OrgTree::Build(tree);
    EXPECT_TRUE(built.ok()) << built.status();
    if (built.ok()) next_ = *std::move(built);
  }

  int64_t MoveAll() {
    const auto moved = MoveFormerOrgs(node_.store(), clock_, keyer_, next_);
    EXPECT_TRUE(moved.ok()) << moved.status();
    return moved.value_or(-1);
  }

  domain::OrgTree next_;
};

TEST_F(OrgMoveTest, RecordsOfFormerPathsMoveWithAllThatBelongsToThem) {
  FileCase(1);
  FileCase(2, kSiblingOrg);
  FileCase(3, kOtherUnitOrg);
  const v1::Conflict entry = Quarrel(1);
  const std::string old_cursor = Pull(kUnionOrg).next_cursor();
  const std::string new_cursor = Pull(kOtherUnionOrg).next_cursor();
  EXPECT_EQ(MoveAll(), 6);
  for (const int number : {1, 2}) {
    EXPECT_EQ(OrgOf(ArchiveId(number)), kNewOrg);
    EXPECT_EQ(node_.Archive(ArchiveId(number)).unit(), kNewOrg);
    EXPECT_EQ(OrgOf(AidId(number)), kNewOrg);
    EXPECT_EQ(OrgOf(VisitId(number)), kNewOrg);
  }
  EXPECT_EQ(OrgOf(ArchiveId(3)), kOtherUnitOrg);
  EXPECT_EQ(node_.RevisionOf(ArchiveId(3)), 1);
  EXPECT_EQ(Entry(entry.id()).org(), kNewOrg);

  const auto moved = {ArchiveId(1), ArchiveId(2), AidId(1), AidId(2), VisitId(1), VisitId(2)};
  const v1::PullResponse gone = Pull(kUnionOrg, old_cursor);
  EXPECT_THAT(Left(gone), testing::UnorderedElementsAreArray(moved));
  EXPECT_THAT(LeftEntries(gone), testing::ElementsAre(entry.id()));
  EXPECT_THAT(Ids(Pull(kOtherUnionOrg, new_cursor)), testing::UnorderedElementsAreArray(moved));
}

TEST_F(OrgMoveTest, TheSecondTimeNothingMoves) {
  FileCase(1);
  EXPECT_EQ(MoveAll(), 3);
  const int64_t revision = node_.RevisionOf(ArchiveId(1));
  EXPECT_EQ(MoveAll(), 0);
  EXPECT_EQ(node_.RevisionOf(ArchiveId(1)), revision);
}

TEST_F(OrgMoveTest, WhoMovedIsInTheHistory) {
  FileCase(1);
  EXPECT_EQ(MoveAll(), 3);
  const absl::Status status = node_.store().Transact([&](Transaction& transaction) -> absl::Status {
    auto revisions = transaction.RevisionsSince({{ArchiveId(1), 1}, {AidId(1), 1}});
    if (!revisions.ok()) return revisions.status();
    EXPECT_EQ(revisions->size(), 2U);
    for (const Revision& revision : *revisions) {
      EXPECT_EQ(revision.pushed_by, "org-tree");
      EXPECT_EQ(revision.actor.org(), kCityOrg);
      EXPECT_EQ(revision.actor.person_id(), "");
      EXPECT_EQ(revision.change_id, "");
      EXPECT_EQ(revision.entry_time, clock_.Now());
      domain::FieldEdits before;
      if (revision.record_id == ArchiveId(1)) before["unit"] = kUnitOrg;
      EXPECT_EQ(revision.before, before);
    }
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(OrgMoveTest, NumbersStayAsTheyAre) {  // A5
  node_.MustPush(kCityOrg, make_.UntilApproved(Household(1)));
  const std::string number = node_.Archive(ArchiveId(1)).number();
  ASSERT_FALSE(number.empty());
  EXPECT_EQ(MoveAll(), 1);
  EXPECT_EQ(node_.Archive(ArchiveId(1)).number(), number);
  EXPECT_EQ(node_.Archive(ArchiveId(1)).status(), v1::ARCHIVE_STATUS_ESTABLISHED);
}

TEST_F(OrgMoveTest, MoreThanOneTransactionHolds) {
  std::vector<v1::Change> changes;
  for (int number = 1; number <= 230; ++number)
    changes.push_back(make_.Put(Handler(), Household(number)));
  node_.MustPush(kCityOrg, changes);
  EXPECT_EQ(MoveAll(), 230);
  EXPECT_EQ(*node_.store().CountByOrg(kCityOrg), (std::map<std::string, int64_t>{{kNewOrg, 230}}));
}

TEST_F(OrgMoveTest, OrgsBelowNameTheirOwnFormerPaths) {
  v1::OrgTree before = HangzhouOrgs().proto();
  v1::Org& below = *before.add_orgs();
  below.set_id(absl::StrCat(kUnitOrg, ".chejian"));
  below.set_name("车间");
  below.set_kind(v1::ORG_KIND_ENTERPRISE);
  const auto tree = domain::OrgTree::Build(before);
  ASSERT_TRUE(tree.ok()) << tree.status();
  PushHandler push(node_.store(), clock_, keyer_, NodeRole{});
  const auto filed = push.Push(NodeOf(kCityOrg), *tree, domain::PolicyBook(), PeopleOf(before),
                               {make_.Put(Handler(below.id()), Household(1, below.id())),
                                make_.Put(Handler(), Household(2))});
  ASSERT_TRUE(filed.ok()) << filed.status();
  ASSERT_EQ(OrgOf(ArchiveId(1)), below.id());
  EXPECT_EQ(MoveAll(), 1);
  EXPECT_EQ(OrgOf(ArchiveId(1)), below.id()) << "nobody has claimed it";
  EXPECT_EQ(OrgOf(ArchiveId(2)), kNewOrg);

  v1::OrgTree after = next_.proto();
  v1::Org& renamed = *after.add_orgs();
  renamed = below;
  renamed.set_id(kOfNewOrg);
  renamed.add_former_ids(below.id());
  const auto built = domain::OrgTree::Build(after);
  ASSERT_TRUE(built.ok()) << built.status();
  next_ = *built;
  EXPECT_EQ(MoveAll(), 1);
  EXPECT_EQ(OrgOf(ArchiveId(1)), kOfNewOrg);
}

TEST_F(OrgMoveTest, FilingsThatWereParkedAreThoseOfTheNewOrg) {
  File(1, kOtherUnitOrg);
  v1::Archive twice = Household(2);
  twice.set_identity_number(PersonOf(1, 0));
  const v1::Outcome parked = node_.Push(kCityOrg, make_.Put(Handler(), twice));
  ASSERT_THAT(parked, HasVerdict(v1::VERDICT_PARKED));
  ASSERT_EQ(Entry(parked.conflict_id()).org(), kUnitOrg);
  EXPECT_EQ(MoveAll(), 0);
  EXPECT_EQ(Entry(parked.conflict_id()).org(), kNewOrg);
  EXPECT_THAT(Entries(Pull(kUnionOrg)), IsEmpty());
  EXPECT_THAT(Entries(Pull(kOtherUnionOrg)), UnorderedElementsAre(parked.conflict_id()));
}

}  // namespace
}  // namespace bangfu::server
