#include "domain/record/record_type.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bangfu/v1/aid_event.pb.h"
#include "bangfu/v1/visit.pb.h"
#include "base/error.h"

namespace bangfu::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(NewRecordTest, KnowsEveryTypeOfTheContract) {
  for (int i = 0; i < v1::RecordType_descriptor()->value_count(); ++i) {
    const auto type = static_cast<v1::RecordType>(v1::RecordType_descriptor()->value(i)->number());
    EXPECT_EQ(NewRecord(type) != nullptr, type != v1::RECORD_TYPE_UNSPECIFIED);
  }
  EXPECT_FALSE(NewRecord(static_cast<v1::RecordType>(99)));
  EXPECT_EQ(NewRecord(v1::RECORD_TYPE_VISIT)->GetDescriptor(), v1::Visit::descriptor());
}

TEST(ParseRecordTest, ReadsABody) {
  v1::AidEvent aid;
  aid.set_id("e1");
  aid.set_archive_id("a1");
  const auto parsed = ParseRecord(v1::RECORD_TYPE_AID_EVENT, aid.SerializeAsString());
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(IdOf(**parsed), "e1");
  EXPECT_EQ(ParentIdOf(**parsed), "a1");
}

TEST(ParseRecordTest, RefusesDamageAndUnknownTypes) {
  v1::Archive archive;
  archive.set_name("王某某");
  const std::string body = archive.SerializeAsString();
  const auto cut = ParseRecord(v1::RECORD_TYPE_ARCHIVE, body.substr(0, body.size() - 1));
  const auto unknown = ParseRecord(v1::RECORD_TYPE_UNSPECIFIED, body);
  for (const absl::Status& status : {cut.status(), unknown.status()}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_NE(TextOf(status).zh, TextOf(status).en);
  }
}

TEST(ParseRecordTest, RefusesTextsThatAreNotUtf8) {
  const std::string body = "\x22\x01\xff";  // Archive.name = 0xFF
  EXPECT_FALSE(ParseRecord(v1::RECORD_TYPE_ARCHIVE, body).ok());
}

TEST(IdTest, ReadsAndWrites) {
  v1::Archive archive;
  EXPECT_EQ(IdOf(archive), "");
  SetId(archive, "a1");
  EXPECT_EQ(archive.id(), "a1");
  EXPECT_EQ(IdOf(archive), "a1");
  EXPECT_EQ(ParentIdOf(archive), "");
}

TEST(IsLiveTest, EndsWithWithdrawalDeregistrationAndMerging) {
  for (const auto status :
       {v1::ARCHIVE_STATUS_UNSPECIFIED, v1::ARCHIVE_STATUS_DRAFT, v1::ARCHIVE_STATUS_SUBMITTED,
        v1::ARCHIVE_STATUS_REVIEWED, v1::ARCHIVE_STATUS_ESTABLISHED, v1::ARCHIVE_STATUS_RETURNED,
        v1::ARCHIVE_STATUS_REPORTED, static_cast<v1::ArchiveStatus>(99)}) {
    EXPECT_TRUE(IsLive(status)) << status;
  }
  for (const auto status :
       {v1::ARCHIVE_STATUS_WITHDRAWN, v1::ARCHIVE_STATUS_DEREGISTERED, v1::ARCHIVE_STATUS_MERGED}) {
    EXPECT_FALSE(IsLive(status)) << status;
  }
}

TEST(PersonsOfTest, NormalisesSortsAndLeavesOutWhatIsInvalid) {
  v1::Archive archive;
  EXPECT_THAT(PersonsOf(archive), IsEmpty());
  archive.set_identity_number("４40524 188001010014");
  archive.add_members()->set_identity_number("11010519491231002x");
  archive.add_members()->set_identity_number("11010519491231002X");
  archive.add_members()->set_identity_number("110105194912310021");  // wrong check digit
  archive.add_members();
  EXPECT_THAT(PersonsOf(archive), ElementsAre("11010519491231002X", "440524188001010014"));
}

}  // namespace
}  // namespace bangfu::domain
