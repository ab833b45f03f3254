#ifndef BANGFU_SERVER_SYNC_MOVES_FIXTURE_H_
#define BANGFU_SERVER_SYNC_MOVES_FIXTURE_H_

#include <string>
#include <vector>

#include "bangfu/v1/aid_event.pb.h"
#include "bangfu/v1/visit.pb.h"
#include "server/sync/sync_fixture.h"

namespace bangfu::server {

inline std::string AidId(int number) { return domain::sample::Uuid(100000 + number); }
inline std::string VisitId(int number) { return domain::sample::Uuid(200000 + number); }

// The city, where archives with aid events, visits and conflicts move.
class MovesTest : public testing::Test {
 protected:
  void File(int number, const std::string& unit = kUnitOrg) {
    node_.MustPush(kCityOrg, {make_.Put(Handler(unit), Household(number, unit))});
  }
  v1::Change Aid(int number, int archive, const std::string& unit = kUnitOrg) {
    v1::AidEvent aid;
    aid.set_id(AidId(number));
    aid.set_archive_id(ArchiveId(archive));
    aid.set_aided_on("2014-03-01");
    aid.set_amount_fen(50000);
    v1::Change change = make_.Put(Handler(unit), aid, aid.id());
    change.set_record_type(v1::RECORD_TYPE_AID_EVENT);
    return change;
  }
  v1::Change Visit(int number, int archive, const std::string& unit = kUnitOrg) {
    v1::Visit visit;
    visit.set_id(VisitId(number));
    visit.set_archive_id(ArchiveId(archive));
    visit.set_visited_on("2014-03-09");
    v1::Change change = make_.Put(Handler(unit), visit, visit.id());
    change.set_record_type(v1::RECORD_TYPE_VISIT);
    return change;
  }
  // An archive with one of each.
  void FileCase(int number, const std::string& unit = kUnitOrg) {
    File(number, unit);
    node_.MustPush(kCityOrg, {Aid(number, number, unit), Visit(number, number, unit)});
  }

  // The service center moves archives.
  v1::Change MoveTo(int number, const std::string& unit) {
    v1::Archive moved = node_.Archive(ArchiveId(number));
    moved.set_unit(unit);
    v1::Change change = make_.Put(Approver(), moved, node_.RevisionOf(ArchiveId(number)), {"unit"});
    change.mutable_put()->set_correction_reason("单位调整");
    return change;
  }
  void Move(int number, const std::string& unit) {
    node_.MustPush(kCenterOrg, {MoveTo(number, unit)});
  }

  // Two people enter another telephone number each; returns the entry.
  v1::Conflict Quarrel(int number, const std::string& unit = kUnitOrg) {
    const int64_t base = node_.RevisionOf(ArchiveId(number));
    v1::Archive ours = node_.Archive(ArchiveId(number));
    v1::Archive theirs = ours;
    ours.set_phone("13805710001");
    theirs.set_phone("13805710002");
    const std::string union_org = unit.substr(0, unit.rfind('.'));
    node_.MustPush(union_org, {make_.Put(ActorOf("clerk", union_org), ours, base, {"phone"})});
    const v1::Outcome outcome = node_.Push(unit, make_.Put(Handler(unit), theirs, base, {"phone"}));
    EXPECT_THAT(outcome, HasVerdict(v1::VERDICT_CONFLICT));
    return Entry(outcome.conflict_id());
  }
  v1::Conflict Entry(const std::string& id) {
    const auto entry = node_.store().GetConflict(kCityOrg, id);
    EXPECT_TRUE(entry.ok() && entry->has_value()) << id;
    return entry.ok() && entry->has_value() ? **entry : v1::Conflict();
  }

  std::string OrgOf(const std::string& id) {
    const auto record = node_.Stored(id);
    return record ? record->org : "";
  }
  v1::PullResponse Pull(const std::string& org, const std::string& cursor = "") {
    node_.Sequence();
    const auto batch = node_.Pull(org, cursor);
    EXPECT_TRUE(batch.ok()) << batch.status();
    return batch.value_or(v1::PullResponse());
  }
  static std::vector<std::string> Ids(const v1::PullResponse& batch) {
    std::vector<std::string> ids;
    for (const v1::Record& record : batch.records()) ids.push_back(record.id());
    return ids;
  }
  static std::vector<std::string> Left(const v1::PullResponse& batch) {
    return {batch.left_record_ids().begin(), batch.left_record_ids().end()};
  }
  static std::vector<std::string> Entries(const v1::PullResponse& batch) {
    std::vector<std::string> ids;
    for (const v1::Conflict& entry : batch.conflicts()) ids.push_back(entry.id());
    return ids;
  }
  static std::vector<std::string> LeftEntries(const v1::PullResponse& batch) {
    return {batch.left_conflict_ids().begin(), batch.left_conflict_ids().end()};
  }

  SettableClock clock_;
  ChangeMaker make_;
  TestNode node_{clock_, NodeRole{}};
  const PersonKeyer keyer_{"a key for tests"};
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_MOVES_FIXTURE_H_
