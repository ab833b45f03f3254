#include "domain/timers/timer_sample.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using sample::Household;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr v1::TimerKind kContract = v1::TIMER_KIND_CONTRACT;
constexpr v1::TimerKind kCertificate = v1::TIMER_KIND_CERTIFICATE;
constexpr v1::FindingCode kExpires = v1::FINDING_CODE_PAPER_EXPIRES;

// A migrant worker's draft with a contract that ends on `valid_until`.
Household Migrant(const std::string& valid_until) {
  Household household("2014-03-10");
  household.archive().set_worker_type(v1::WORKER_TYPE_MIGRANT);
  household.Paper(1, v1::MATERIAL_KIND_LABOUR_CONTRACT, "2014-03-01", valid_until)
      .set_valid_from("2013-08-01");
  return household;
}

Household CertificateHolder(const std::string& valid_until) {
  Household household("2014-03-10", "2014-03-20");
  household.archive().set_determined_category(v1::HARDSHIP_CATEGORY_CERTIFICATE_HOLDER);
  household.Paper(1, v1::MATERIAL_KIND_DIBAO_CERTIFICATE, "2014-03-01", valid_until);
  return household;
}

TEST(PaperTimerTest, AnnouncedThirtyDaysBeforeTheEnd) {
  const Household household = Migrant("2014-07-31");
  EXPECT_THAT(household.Timers(kContract, "2014-03-01"),
              ElementsAre("PAPER 2013-08-01..2014-07-31 RUNNING -> RENEW_PAPER"));
  EXPECT_THAT(household.Says("2014-06-30"), IsEmpty());
  EXPECT_THAT(household.Says("2014-07-01"),
              ElementsAre("R20 PAPER_EXPIRES 2014-07-31 -> RENEW_PAPER"));
  v1::Finding finding = household.FindingOn(kExpires, "2014-07-31");
  EXPECT_EQ(finding.field(), absl::StrCat("materials[", sample::Uuid(1), "].valid_until"));
  EXPECT_THAT(finding.message_zh(), HasSubstr("自2013-08-01（材料生效）起，最后一天为2014-07-31"));
  EXPECT_THAT(finding.message_zh(), HasSubstr("即将到期"));
  EXPECT_THAT(finding.message_en(), HasSubstr("ends soon"));
  EXPECT_THAT(household.Timers(kContract, "2014-08-01"),
              ElementsAre("PAPER 2013-08-01..2014-07-31 OVERDUE -> RENEW_PAPER"));
  finding = household.FindingOn(kExpires, "2014-08-01");
  EXPECT_THAT(finding.message_zh(), HasSubstr("已经到期"));
  EXPECT_THAT(finding.message_en(), HasSubstr("has ended"));
}

TEST(PaperTimerTest, DaysOfThePolicy) {
  Household household = Migrant("2014-07-31");
  household.SetPolicy("hz.gongye", "2014-01-01", std::nullopt, 60);
  EXPECT_THAT(household.Says("2014-05-31"), IsEmpty());
  EXPECT_EQ(household.Says("2014-06-01").size(), 1u);
}

TEST(PaperTimerTest, ThePaperThatEndsLastCounts) {
  Household household = Migrant("2014-07-31");
  household.Paper(2, v1::MATERIAL_KIND_LABOUR_CONTRACT, "2014-07-10", "2015-07-31");
  household.Paper(3, v1::MATERIAL_KIND_LABOUR_CONTRACT, "2014-03-02", "2014-04-30");
  EXPECT_THAT(household.Timers(kContract, "2014-07-09"),
              ElementsAre("PAPER 2013-08-01..2014-07-31 RUNNING -> RENEW_PAPER"));
  // From its receipt on; it has no first day of its own.
  EXPECT_THAT(household.Timers(kContract, "2014-07-10"),
              ElementsAre("PAPER 2014-07-10..2015-07-31 RUNNING -> RENEW_PAPER"));
  EXPECT_THAT(household.Says("2014-08-01"), IsEmpty());
  // Open-ended is last of all.
  household.Paper(4, v1::MATERIAL_KIND_LABOUR_CONTRACT, "2014-09-01", "");
  EXPECT_THAT(household.Timers(kContract, "2020-01-01"), ElementsAre("PAPER 2014-09-01.. RUNNING"));
  EXPECT_THAT(household.Says("2020-01-01"), IsEmpty());
}

TEST(PaperTimerTest, WhatIsNoContractOfTheWorker) {
  Household household = Migrant("2014-07-31");
  household.Paper(2, v1::MATERIAL_KIND_LABOUR_CONTRACT, "2014-03-01", "2015-07-31")
      .set_person_id(sample::kWifeId);
  household.Paper(3, v1::MATERIAL_KIND_LABOUR_CONTRACT, "2014-03-01", "2015-07-32");
  household.Paper(4, v1::MATERIAL_KIND_DIBAO_CERTIFICATE, "2014-03-01", "2015-07-31");
  EXPECT_THAT(household.Timers(kContract, "2014-06-01"),
              ElementsAre("PAPER 2013-08-01..2014-07-31 RUNNING -> RENEW_PAPER"));
  household.Paper(5, v1::MATERIAL_KIND_LABOUR_CONTRACT, "2014-03-01", "2014-12-31")
      .set_person_id(sample::kArchiveId);
  EXPECT_THAT(household.Timers(kContract, "2014-06-01"),
              ElementsAre("PAPER 2014-03-01..2014-12-31 RUNNING -> RENEW_PAPER"));
}

TEST(PaperTimerTest, EndedBeforeTheFilingIsSaidByTheCheckOfThePapers) {
  EXPECT_THAT(Migrant("2014-03-09").Says("2014-03-10"), IsEmpty());
  EXPECT_THAT(Migrant("2014-03-10").Says("2014-03-10"),
              ElementsAre("R20 PAPER_EXPIRES 2014-03-10 -> RENEW_PAPER"));
}

TEST(PaperTimerTest, ContractsOfMigrantsAndCertificatesOfHoldersOnly) {
  Household household = Migrant("2014-07-31");
  household.Paper(2, v1::MATERIAL_KIND_DIBAO_CERTIFICATE, "2014-03-01", "2014-07-31");
  EXPECT_EQ(household.TimersOn("2014-07-31").size(), 1u);
  EXPECT_THAT(household.Timers(kCertificate, "2014-07-31"), IsEmpty());
  household.archive().set_worker_type(v1::WORKER_TYPE_STAFF);
  EXPECT_THAT(household.Timers("2014-07-31"), IsEmpty());
  // Holders owe no contract, migrants included (A7); until determined, by the unit's claim (A9).
  household.archive().set_worker_type(v1::WORKER_TYPE_MIGRANT);
  household.archive().clear_determined_category();
  household.archive().set_claimed_category(v1::HARDSHIP_CATEGORY_CERTIFICATE_HOLDER);
  EXPECT_THAT(household.Timers(kContract, "2014-07-31"), IsEmpty());
  EXPECT_THAT(household.Timers(kCertificate, "2014-07-31"),
              ElementsAre("PAPER 2014-03-01..2014-07-31 RUNNING -> RENEW_PAPER"));
}

TEST(PaperTimerTest, ACertificateOfAnotherCityIsNone) {
  Household household = CertificateHolder("2014-12-31");
  household.Paper(2, v1::MATERIAL_KIND_DIBAO_CERTIFICATE, "2014-03-01", "2015-12-31")
      .set_issuer("宁波市民政局");
  EXPECT_THAT(household.Timers(kCertificate, "2014-06-01"),
              ElementsAre("PAPER 2014-03-01..2014-12-31 RUNNING -> RENEW_PAPER"));
  household.Paper(3, v1::MATERIAL_KIND_DIBAO_CERTIFICATE, "2014-03-01", "2015-06-30")
      .set_issuer("杭州市民政局");
  EXPECT_THAT(household.Timers(kCertificate, "2014-06-01"),
              ElementsAre("PAPER 2014-03-01..2015-06-30 RUNNING -> RENEW_PAPER"));
}

TEST(PaperTimerTest, CertificateUntilTheEndingOfTheArchive) {
  Household household = CertificateHolder("2014-12-31");
  EXPECT_THAT(household.Says("2014-11-30"), IsEmpty());
  EXPECT_THAT(household.Says("2014-12-01"),
              ElementsAre("R21 PAPER_EXPIRES 2014-12-31 -> RENEW_PAPER"));
  household.End(v1::ARCHIVE_STATUS_DEREGISTERED, "2014-12-20");
  EXPECT_EQ(household.Timers(kCertificate, "2014-12-19").size(), 1u);
  EXPECT_THAT(household.Timers(kCertificate, "2014-12-20"), IsEmpty());
  EXPECT_THAT(household.Says("2014-12-20"), IsEmpty());
}

constexpr v1::TimerKind kPosting = v1::TIMER_KIND_POSTING;

v1::Posting& Post(Household& household, int id, const std::string& from, const std::string& until) {
  v1::Posting& posting = *household.archive().add_postings();
  posting.set_id(sample::Uuid(id));
  posting.set_posted_from(from);
  posting.set_posted_until(until);
  return posting;
}

TEST(PostingTimerTest, SevenDaysBothEndsCounted) {
  Household household("2014-03-01");
  Post(household, 1, "2014-03-03", "2014-03-09");
  EXPECT_THAT(household.Timers(kPosting, "2014-03-02"), IsEmpty());
  for (const char* today : {"2014-03-03", "2014-03-09"}) {
    EXPECT_THAT(household.Timers(kPosting, today),
                ElementsAre("POSTING 2014-03-03..2014-03-09 RUNNING -> AWAIT_END_OF_POSTING"));
  }
  EXPECT_THAT(household.Timers(kPosting, "2014-03-10"),
              ElementsAre("POSTING 2014-03-03..2014-03-09 MET on 2014-03-09 -> ISSUE_CERTIFICATE"));
  EXPECT_THAT(household.Says("2014-03-10"), IsEmpty());
  // One that came too early does not serve (CheckPublicNotice).
  household.Paper(3, v1::MATERIAL_KIND_PUBLICITY_CERTIFICATE, "2014-03-09", "");
  // A certificate that came on the 11th is held from then on.
  household.Paper(2, v1::MATERIAL_KIND_PUBLICITY_CERTIFICATE, "2014-03-11", "");
  EXPECT_THAT(household.Timers(kPosting, "2014-03-10"),
              ElementsAre("POSTING 2014-03-03..2014-03-09 MET on 2014-03-09 -> ISSUE_CERTIFICATE"));
  EXPECT_THAT(household.Timers(kPosting, "2014-03-11"),
              ElementsAre("POSTING 2014-03-03..2014-03-09 MET on 2014-03-09"));
}

TEST(PostingTimerTest, ShorterAndLonger) {
  Household household("2014-02-01");
  Post(household, 1, "2014-02-24", "2014-03-01");  // six days
  for (const char* today : {"2014-03-01", "2014-03-02"}) {
    EXPECT_THAT(household.Timers(kPosting, today),
                ElementsAre("POSTING 2014-02-24..2014-03-02 RUNNING -> POST"));
  }
  EXPECT_THAT(household.Timers(kPosting, "2014-03-03"),
              ElementsAre("POSTING 2014-02-24..2014-03-02 OVERDUE -> POST"));
  EXPECT_THAT(household.Says("2014-03-03"), IsEmpty());  // CheckPublicNotice does
  // The latest one counts.
  Post(household, 2, "2014-03-04", "2014-03-14");
  EXPECT_THAT(household.Timers(kPosting, "2014-03-14"),
              ElementsAre("POSTING 2014-03-04..2014-03-14 RUNNING -> AWAIT_END_OF_POSTING"));
  EXPECT_THAT(household.Timers(kPosting, "2014-03-15"),
              ElementsAre("POSTING 2014-03-04..2014-03-14 MET on 2014-03-14 -> ISSUE_CERTIFICATE"));
}

TEST(PostingTimerTest, NoCertificateWhileAnObjectionIsOpen) {
  Household household("2014-03-01");
  Post(household, 1, "2014-03-03", "2014-03-09");
  v1::Objection& objection = *household.archive().add_objections();
  objection.set_id(sample::Uuid(2));
  objection.set_posting_id(sample::Uuid(1));
  objection.set_raised_on("2014-03-09");
  objection.set_addressee(v1::OBJECTION_ADDRESSEE_CITY);
  objection.set_state(v1::OBJECTION_STATE_OPEN);
  EXPECT_THAT(household.Timers(kPosting, "2014-03-10"),
              ElementsAre("POSTING 2014-03-03..2014-03-09 MET on 2014-03-09 -> ANSWER_OBJECTION"));
  household.End(v1::ARCHIVE_STATUS_MERGED, "2014-03-12");
  EXPECT_THAT(household.Timers(kPosting, "2014-03-12"), IsEmpty());
}

}  // namespace
}  // namespace bangfu::domain
