#include "server/store/columns.h"

#include <gtest/gtest.h>

#include "bangfu/v1/aid_event.pb.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/visit.pb.h"

namespace bangfu::server {
namespace {

constexpr char kArchiveId[] = "01900000-0000-7000-8000-000000000001";

v1::Archive SampleArchive() {
  v1::Archive archive;
  archive.set_id(kArchiveId);
  archive.set_status(v1::ARCHIVE_STATUS_ESTABLISHED);
  archive.set_tier(v1::TIER_A);
  archive.set_claimed_category(v1::HARDSHIP_CATEGORY_MARGINAL);
  archive.set_number("工业橡胶20130006");
  archive.set_filed_on("2013-03-10");
  return archive;
}

TEST(ColumnsTest, OfAnArchive) {
  const RecordColumns columns = ColumnsOf(v1::RECORD_TYPE_ARCHIVE, SampleArchive());
  EXPECT_EQ(columns.archive_id, "");
  EXPECT_EQ(columns.status, v1::ARCHIVE_STATUS_ESTABLISHED);
  EXPECT_EQ(columns.tier, v1::TIER_A);
  EXPECT_EQ(columns.category, v1::HARDSHIP_CATEGORY_MARGINAL);
  EXPECT_EQ(columns.number, "工业橡胶20130006");
  EXPECT_EQ(columns.on_date, "2013-03-10");
}

TEST(ColumnsTest, TheDeterminedCategoryCountsOnceThereIsOne) {
  v1::Archive archive = SampleArchive();
  archive.set_determined_category(v1::HARDSHIP_CATEGORY_TEMPORARY);
  EXPECT_EQ(ColumnsOf(v1::RECORD_TYPE_ARCHIVE, archive).category, v1::HARDSHIP_CATEGORY_TEMPORARY);
}

TEST(ColumnsTest, AClaimedNumberIsNotTheNumber) {
  v1::Archive archive = SampleArchive();
  archive.clear_number();
  archive.set_existing_number("工业橡胶20130007");
  EXPECT_EQ(ColumnsOf(v1::RECORD_TYPE_ARCHIVE, archive).number, "");
}

TEST(ColumnsTest, ADayThatIsNotRealIsNoDay) {
  v1::Archive archive = SampleArchive();
  for (const char* text : {"", "2013-02-29", "2013.03.10", "yesterday"}) {
    archive.set_filed_on(text);
    EXPECT_EQ(ColumnsOf(v1::RECORD_TYPE_ARCHIVE, archive).on_date, "") << text;
  }
}

TEST(ColumnsTest, OfAnAidEventAndAVisit) {
  v1::AidEvent aid;
  aid.set_archive_id(kArchiveId);
  aid.set_aided_on("2014-03-01");
  v1::Visit visit;
  visit.set_archive_id(kArchiveId);
  visit.set_visited_on("2014-05-02");
  const RecordColumns of_aid = ColumnsOf(v1::RECORD_TYPE_AID_EVENT, aid);
  EXPECT_EQ(of_aid.archive_id, kArchiveId);
  EXPECT_EQ(of_aid.on_date, "2014-03-01");
  EXPECT_EQ(of_aid.status, v1::ARCHIVE_STATUS_UNSPECIFIED);
  const RecordColumns of_visit = ColumnsOf(v1::RECORD_TYPE_VISIT, visit);
  EXPECT_EQ(of_visit.archive_id, kArchiveId);
  EXPECT_EQ(of_visit.on_date, "2014-05-02");
}

}  // namespace
}  // namespace bangfu::server
