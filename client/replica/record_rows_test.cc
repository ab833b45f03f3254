#include "bangfu/v1/aid_event.pb.h"
#include "client/replica/replica_fixture.h"

namespace bangfu::client {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(ReplicaTest, ListsByTypeOrgAndStatus) {
  v1::Archive established = Archive(2);
  established.set_status(v1::ARCHIVE_STATUS_ESTABLISHED);
  established.set_number("富阳富春20130125");
  Pulled(Batch({Wire(Archive(1), 1), Wire(established, 1), Wire(Archive(3), 1, "hz.fuyang.fuchunx"),
                Wire(Archive(4), 1, "hz.fuyang.fuchun.mill")},
               "c1"));
  v1::AidEvent aid;
  aid.set_id(RecordId(5));
  aid.set_archive_id(RecordId(2));
  v1::Change give = Change(1, aid.id());
  give.set_record_type(v1::RECORD_TYPE_AID_EVENT);
  give.mutable_put()->set_record(aid.SerializeAsString());
  Append({give});

  const auto ids = [&](const RecordFilter& filter) {
    std::vector<std::string> result;
    const std::vector<LocalRecord> records = *replica_->ListRecords(filter);
    for (const LocalRecord& record : records) result.push_back(record.id);
    return result;
  };
  RecordFilter filter;
  EXPECT_THAT(ids(filter), ElementsAre(RecordId(1), RecordId(2), RecordId(3), RecordId(4)));
  filter.limit = 2;
  EXPECT_THAT(ids(filter), ElementsAre(RecordId(1), RecordId(2)));
  filter.after_id = RecordId(2);
  EXPECT_THAT(ids(filter), ElementsAre(RecordId(3), RecordId(4)));
  EXPECT_THAT(ids({.org = kUnit}), ElementsAre(RecordId(1), RecordId(2), RecordId(4)));
  EXPECT_THAT(ids({.status = v1::ARCHIVE_STATUS_ESTABLISHED}), ElementsAre(RecordId(2)));
  EXPECT_THAT(ids({.status = v1::ARCHIVE_STATUS_DRAFT}),
              ElementsAre(RecordId(1), RecordId(3), RecordId(4)));
  EXPECT_THAT(ids({.type = v1::RECORD_TYPE_AID_EVENT}), ElementsAre(RecordId(5)));
  EXPECT_EQ(Get(5).org, kUnit);
  EXPECT_EQ(replica_->FindByNumber("富阳富春20130125")->id, RecordId(2));
  EXPECT_EQ(replica_->FindByNumber("").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(*replica_->CountRecords(v1::RECORD_TYPE_ARCHIVE), 4);
  EXPECT_EQ(*replica_->CountRecords(v1::RECORD_TYPE_VISIT), 0);
}

TEST_F(ReplicaTest, ListsWhatBelongsToArchivesByArchive) {
  Pulled(Batch({Wire(Archive(1), 1), Wire(Archive(2), 1), Wire(Archive(3), 1)}, "c1"));
  const auto give = [&](int change, int event, int archive, v1::RecordType type) {
    v1::AidEvent aid;  // a visit has the same fields 1 and 2
    aid.set_id(RecordId(event));
    aid.set_archive_id(RecordId(archive));
    v1::Change creation = Change(change, aid.id());
    creation.set_record_type(type);
    creation.mutable_put()->set_record(aid.SerializeAsString());
    Append({creation});
  };
  give(1, 11, 3, v1::RECORD_TYPE_AID_EVENT);
  give(2, 12, 1, v1::RECORD_TYPE_VISIT);
  give(3, 13, 1, v1::RECORD_TYPE_AID_EVENT);
  give(4, 14, 2, v1::RECORD_TYPE_AID_EVENT);
  const auto ids = [&](const std::string& first, const std::string& last) {
    std::vector<std::string> result;
    const std::vector<LocalRecord> records = *replica_->ListCaseRecords(first, last);
    for (const LocalRecord& record : records) result.push_back(record.id);
    return result;
  };
  EXPECT_THAT(ids("", RecordId(3)),
              ElementsAre(RecordId(13), RecordId(12), RecordId(14), RecordId(11)));
  EXPECT_THAT(ids(RecordId(1), RecordId(1)), ElementsAre(RecordId(13), RecordId(12)));
  EXPECT_THAT(ids(RecordId(2), RecordId(3)), ElementsAre(RecordId(14), RecordId(11)));
  EXPECT_THAT(ids(RecordId(4), RecordId(9)), IsEmpty());
}

TEST_F(ReplicaTest, FindsPersonsOfLiveArchivesAlsoAmongMembers) {
  v1::Archive archive = Archive(1);
  v1::Member* member = archive.add_members();
  member->set_id(Uuid(3, 1));
  member->set_identity_number(PersonNumber(500));
  Append({Creation(1, archive)});
  EXPECT_THAT(*replica_->FindPerson(PersonNumber(1)), ElementsAre(RecordId(1)));
  EXPECT_THAT(*replica_->FindPerson(PersonNumber(500)), ElementsAre(RecordId(1)));
  EXPECT_THAT(*replica_->FindPerson(PersonNumber(2)), IsEmpty());
  archive.set_status(v1::ARCHIVE_STATUS_WITHDRAWN);
  const v1::Change change = PendingChange(0);
  v1::Outcome outcome = Answer(change, v1::VERDICT_CONFLICT, 2);
  *outcome.mutable_record() = Wire(archive, 2);
  Apply(change, outcome);
  EXPECT_THAT(*replica_->FindPerson(PersonNumber(1)), IsEmpty());
}

}  // namespace
}  // namespace bangfu::client
