#include "domain/notice/public_notice.h"

#include <string>
#include <utility>
#include <vector>

#include "domain/rules/sample_archive.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using absl::CivilDay;
using sample::Short;
using sample::Uuid;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr CivilDay kAfterwards(2014, 12, 31);

std::string Posting(int number, const char* field) {
  return "postings[" + Uuid(number) + "]." + field;
}

std::string Objection(const char* field) { return "objections[" + Uuid(70) + "]." + field; }

std::string Certificate() { return "materials[" + Uuid(90) + "].received_on"; }

v1::Posting& Post(v1::Archive& archive, int number, const char* from, const char* until) {
  v1::Posting& posting = *archive.add_postings();
  posting.set_id(Uuid(number));
  posting.set_posted_from(from);
  posting.set_posted_until(until);
  return posting;
}

// Posted from 3 to 9 March, the shortest time.
v1::Archive Posted() {
  v1::Archive archive = sample::Staff();
  Post(archive, 50, "2014-03-03", "2014-03-09");
  return archive;
}

v1::Objection& Object(v1::Archive& archive, const char* raised_on, v1::ObjectionState state,
                      const char* resolved_on = "", int posting = 50) {
  v1::Objection& objection = *archive.add_objections();
  objection.set_id(Uuid(70));
  objection.set_posting_id(Uuid(posting));
  objection.set_raised_on(raised_on);
  objection.set_state(state);
  objection.set_resolved_on(resolved_on);
  return objection;
}

void HoldCertificate(v1::Archive& archive, const char* received_on, int number = 90) {
  v1::Material& material = *archive.add_materials();
  material.set_id(Uuid(number));
  material.set_kind(v1::MATERIAL_KIND_PUBLICITY_CERTIFICATE);
  material.set_received_on(received_on);
}

std::vector<std::string> Hindrances(const v1::Archive& archive, CivilDay today) {
  const CertificateVerdict verdict = MayIssueCertificate(archive, today);
  EXPECT_EQ(verdict.may_issue, verdict.hindrances.empty());
  return Short(verdict.hindrances);
}

std::vector<std::string> Lines(const v1::Archive& archive, CivilDay today) {
  return Short(CheckPublicNotice(archive, today));
}

TEST(MayIssueCertificateTest, OnlyAfterTheLastDay) {
  const v1::Archive archive = Posted();
  const std::string not_over = "E CERTIFICATE_TOO_EARLY " + Posting(50, "posted_until") + " R92";
  for (const CivilDay day : {CivilDay(2014, 3, 2), CivilDay(2014, 3, 3), CivilDay(2014, 3, 9)}) {
    EXPECT_THAT(Hindrances(archive, day), ElementsAre(not_over)) << day;
    EXPECT_EQ(MayIssueCertificate(archive, day).first_possible, CivilDay(2014, 3, 10));
  }
  EXPECT_THAT(Hindrances(archive, CivilDay(2014, 3, 10)), IsEmpty());
  EXPECT_EQ(MayIssueCertificate(archive, CivilDay(2014, 3, 10)).first_possible,
            CivilDay(2014, 3, 10));
  EXPECT_EQ(MayIssueCertificate(archive, CivilDay(2014, 3, 10)).posting, &archive.postings(0));
}

TEST(MayIssueCertificateTest, TheMessageNamesTheDay) {
  const CertificateVerdict verdict = MayIssueCertificate(Posted(), CivilDay(2014, 3, 5));
  ASSERT_EQ(verdict.hindrances.size(), 1);
  EXPECT_THAT(verdict.hindrances[0].message_zh(), HasSubstr("2014-03-10起"));
  EXPECT_THAT(verdict.hindrances[0].message_en(), HasSubstr("2014-03-10"));
  EXPECT_EQ(verdict.hindrances[0].next_action(), v1::NEXT_ACTION_AWAIT_END_OF_POSTING);
}

TEST(MayIssueCertificateTest, SevenDaysBothEndsCounted) {
  struct Example {
    const char* from;
    const char* until;
    bool long_enough;
  };
  for (const auto& [from, until, long_enough] : {
           Example{"2014-03-03", "2014-03-08", false},
           Example{"2014-03-03", "2014-03-09", true},
           Example{"2014-03-03", "2014-03-10", true},
           Example{"2014-02-25", "2014-03-02", false},
           Example{"2014-02-25", "2014-03-03", true},
           Example{"2012-02-25", "2012-03-01", false},  // leap year
           Example{"2012-02-25", "2012-03-02", true},
           Example{"2013-12-29", "2014-01-03", false},
           Example{"2013-12-29", "2014-01-04", true},
           Example{"2014-03-09", "2014-03-03", false},
           Example{"2014-03-03", "", false},
           Example{"", "2014-03-09", false},
       }) {
    v1::Archive archive;
    Post(archive, 50, from, until);
    const CertificateVerdict verdict = MayIssueCertificate(archive, kAfterwards);
    EXPECT_EQ(verdict.may_issue, long_enough) << from << " " << until;
    EXPECT_EQ(verdict.first_possible.has_value(), long_enough) << from << " " << until;
    if (long_enough) continue;
    EXPECT_THAT(Short(verdict.hindrances),
                ElementsAre("E POSTING_TOO_SHORT " + Posting(50, "posted_until") + " R91 / " +
                            Posting(50, "posted_from")));
  }
}

TEST(MayIssueCertificateTest, NothingPosted) {
  const CertificateVerdict verdict = MayIssueCertificate(sample::Staff(), kAfterwards);
  EXPECT_EQ(verdict.posting, nullptr);
  EXPECT_THAT(Short(verdict.hindrances), ElementsAre("E CERTIFICATE_TOO_EARLY postings R91"));
  EXPECT_EQ(verdict.hindrances[0].next_action(), v1::NEXT_ACTION_POST);
}

TEST(MayIssueCertificateTest, ObjectionByStateAndDay) {
  struct Example {
    const char* raised_on;
    v1::ObjectionState state;
    bool stands;
    const char* rule;
    v1::NextAction next_action;
  };
  for (const auto& [raised_on, state, stands, rule, next_action] : {
           Example{"2014-03-03", v1::OBJECTION_STATE_OPEN, true, "R92",
                   v1::NEXT_ACTION_ANSWER_OBJECTION},
           Example{"2014-03-09", v1::OBJECTION_STATE_OPEN, true, "R92",
                   v1::NEXT_ACTION_ANSWER_OBJECTION},
           Example{"2014-03-10", v1::OBJECTION_STATE_OPEN, false, "", {}},  // a complaint
           Example{"2014-03-09", v1::OBJECTION_STATE_UNSPECIFIED, true, "R92",
                   v1::NEXT_ACTION_ANSWER_OBJECTION},
           Example{"2014-03-09", v1::OBJECTION_STATE_UPHELD, true, "R92", v1::NEXT_ACTION_POST},
           Example{"2014-03-10", v1::OBJECTION_STATE_UPHELD, false, "", {}},
           Example{"2014-03-09", v1::OBJECTION_STATE_REJECTED, true, "A25", v1::NEXT_ACTION_POST},
           Example{"2014-03-10", v1::OBJECTION_STATE_REJECTED, false, "", {}},
           Example{"2014-03-09", v1::OBJECTION_STATE_RETRACTED, false, "", {}},
           Example{"", v1::OBJECTION_STATE_OPEN, true, "R92", v1::NEXT_ACTION_ANSWER_OBJECTION},
       }) {
    v1::Archive archive = Posted();
    Object(archive, raised_on, state);
    const CertificateVerdict verdict = MayIssueCertificate(archive, kAfterwards);
    EXPECT_EQ(verdict.may_issue, !stands) << raised_on << " " << state;
    EXPECT_EQ(verdict.first_possible.has_value(), !stands) << raised_on << " " << state;
    if (!stands) continue;
    EXPECT_THAT(Short(verdict.hindrances),
                ElementsAre("E OBJECTION_STANDS " + Objection("state") + " " + rule +
                            " / postings[" + Uuid(50) + "]"));
    EXPECT_EQ(verdict.hindrances[0].next_action(), next_action);
  }
}

TEST(MayIssueCertificateTest, RejectedNeedsAResolutionOrANewPosting) {
  v1::Archive archive = Posted();
  v1::Objection& objection =
      Object(archive, "2014-03-05", v1::OBJECTION_STATE_REJECTED, "2014-03-08");
  EXPECT_FALSE(MayIssueCertificate(archive, kAfterwards).may_issue);
  objection.set_center_resolution("　 ");
  EXPECT_FALSE(MayIssueCertificate(archive, kAfterwards).may_issue);
  objection.set_center_resolution("异议不属实");
  EXPECT_TRUE(MayIssueCertificate(archive, kAfterwards).may_issue);
  // The center's resolution is about objections that were rejected.
  objection.set_state(v1::OBJECTION_STATE_UPHELD);
  EXPECT_FALSE(MayIssueCertificate(archive, kAfterwards).may_issue);

  objection.clear_center_resolution();
  for (const v1::ObjectionState state :
       {v1::OBJECTION_STATE_REJECTED, v1::OBJECTION_STATE_UPHELD}) {
    archive = Posted();
    Object(archive, "2014-03-05", state, "2014-03-08");
    v1::Archive too_early = archive;
    Post(too_early, 51, "2014-03-05", "2014-03-11");  // begins before the objection is over
    EXPECT_FALSE(MayIssueCertificate(too_early, kAfterwards).may_issue) << state;
    Post(archive, 51, "2014-03-06", "2014-03-12");
    EXPECT_TRUE(MayIssueCertificate(archive, kAfterwards).may_issue) << state;
    EXPECT_EQ(MayIssueCertificate(archive, kAfterwards).first_possible, CivilDay(2014, 3, 13));
  }
}

TEST(MayIssueCertificateTest, ANewPostingDoesNotAnswerAnOpenObjection) {
  v1::Archive archive = Posted();
  Object(archive, "2014-03-05", v1::OBJECTION_STATE_OPEN);
  Post(archive, 51, "2014-03-20", "2014-03-26");
  EXPECT_FALSE(MayIssueCertificate(archive, kAfterwards).may_issue);
}

TEST(MayIssueCertificateTest, AsOfAnyDay) {
  v1::Archive archive = Posted();
  Object(archive, "2014-03-09", v1::OBJECTION_STATE_RETRACTED, "2014-03-15");
  // Not raised yet: only the posting is not over.
  EXPECT_THAT(Hindrances(archive, CivilDay(2014, 3, 8)),
              ElementsAre("E CERTIFICATE_TOO_EARLY " + Posting(50, "posted_until") + " R92"));
  // Raised, not resolved yet.
  const std::string stands =
      "E OBJECTION_STANDS " + Objection("state") + " R92 / postings[" + Uuid(50) + "]";
  EXPECT_THAT(
      Hindrances(archive, CivilDay(2014, 3, 9)),
      ElementsAre(stands, "E CERTIFICATE_TOO_EARLY " + Posting(50, "posted_until") + " R92"));
  EXPECT_THAT(Hindrances(archive, CivilDay(2014, 3, 14)), ElementsAre(stands));
  EXPECT_THAT(Hindrances(archive, CivilDay(2014, 3, 15)), IsEmpty());
}

TEST(MayIssueCertificateTest, ThePostingThatBeganLastCounts) {
  v1::Archive archive = Posted();
  Post(archive, 49, "2014-03-20", "2014-03-26");
  const v1::Posting* first = &archive.postings(0);
  const v1::Posting* second = &archive.postings(1);
  EXPECT_EQ(MayIssueCertificate(archive, CivilDay(2014, 3, 1)).posting, first);
  EXPECT_EQ(MayIssueCertificate(archive, CivilDay(2014, 3, 19)).posting, first);
  EXPECT_TRUE(MayIssueCertificate(archive, CivilDay(2014, 3, 19)).may_issue);
  EXPECT_EQ(MayIssueCertificate(archive, CivilDay(2014, 3, 20)).posting, second);
  EXPECT_FALSE(MayIssueCertificate(archive, CivilDay(2014, 3, 26)).may_issue);
  EXPECT_TRUE(MayIssueCertificate(archive, CivilDay(2014, 3, 27)).may_issue);
}

TEST(CheckPublicNoticeTest, NothingRecordedNothingToSay) {
  v1::Archive archive = sample::Staff();
  HoldCertificate(archive, "2014-03-01");
  EXPECT_THAT(Lines(archive, kAfterwards), IsEmpty());
}

TEST(CheckPublicNoticeTest, PostingNotOverWithoutCertificateIsInOrder) {
  EXPECT_THAT(Lines(Posted(), CivilDay(2014, 3, 5)), IsEmpty());
}

TEST(CheckPublicNoticeTest, PostingByItself) {
  struct Example {
    const char* until;
    const char* code;  // nullptr: in order, or said by CheckRequired
  };
  for (const auto& [until, code] :
       {Example{"2014-03-02", "DATE_ORDER"}, Example{"2014-03-03", "POSTING_TOO_SHORT"},
        Example{"2014-03-08", "POSTING_TOO_SHORT"}, Example{"2014-03-09", nullptr},
        Example{"", nullptr}}) {
    v1::Archive archive;
    Post(archive, 50, "2014-03-03", until);
    for (const CivilDay today : {CivilDay(2014, 3, 2), kAfterwards}) {
      const Findings findings = CheckPublicNotice(archive, today);
      if (code == nullptr) {
        EXPECT_THAT(Short(findings), IsEmpty()) << until;
        continue;
      }
      EXPECT_THAT(Short(findings),
                  ElementsAre("E " + std::string(code) + " " + Posting(50, "posted_until") +
                              " R91 / " + Posting(50, "posted_from")));
      if (findings[0].code() != v1::FINDING_CODE_POSTING_TOO_SHORT) continue;
      EXPECT_THAT(findings[0].message_zh(), HasSubstr("2014-03-09"));
    }
  }
}

TEST(CheckPublicNoticeTest, PostingAgainCuresOneThatWasTooShort) {
  v1::Archive archive;
  Post(archive, 50, "2014-03-03", "2014-03-05");
  const std::string too_short =
      "E POSTING_TOO_SHORT " + Posting(50, "posted_until") + " R91 / " + Posting(50, "posted_from");
  Post(archive, 51, "2014-03-10", "2014-03-16");
  EXPECT_THAT(Lines(archive, CivilDay(2014, 3, 9)), ElementsAre(too_short));
  EXPECT_THAT(Lines(archive, CivilDay(2014, 3, 10)), IsEmpty());
  HoldCertificate(archive, "2014-03-17");
  EXPECT_THAT(Lines(archive, kAfterwards), IsEmpty());
  // A mistaken day stays one.
  archive.mutable_postings(0)->set_posted_until("2014-03-02");
  EXPECT_THAT(Lines(archive, kAfterwards),
              ElementsAre("E DATE_ORDER " + Posting(50, "posted_until") + " R91 / " +
                          Posting(50, "posted_from")));
}

TEST(AfterPostingTest, SaysWhatTheCheckOfTheNoticeSays) {
  v1::Archive archive = Posted();
  EXPECT_EQ(AfterPosting(sample::Staff(), kAfterwards), v1::NEXT_ACTION_POST);
  EXPECT_EQ(AfterPosting(archive, CivilDay(2014, 3, 9)), v1::NEXT_ACTION_AWAIT_END_OF_POSTING);
  EXPECT_EQ(AfterPosting(archive, CivilDay(2014, 3, 10)), v1::NEXT_ACTION_ISSUE_CERTIFICATE);
  HoldCertificate(archive, "2014-03-09");  // too early
  EXPECT_EQ(AfterPosting(archive, kAfterwards), v1::NEXT_ACTION_ISSUE_CERTIFICATE);
  EXPECT_EQ(CheckPublicNotice(archive, kAfterwards)[0].next_action(),
            v1::NEXT_ACTION_ISSUE_CERTIFICATE);
  HoldCertificate(archive, "2014-03-10", 91);
  EXPECT_EQ(AfterPosting(archive, kAfterwards), v1::NEXT_ACTION_UNSPECIFIED);
  Object(archive, "2014-03-05", v1::OBJECTION_STATE_OPEN);
  EXPECT_EQ(AfterPosting(archive, kAfterwards), v1::NEXT_ACTION_ANSWER_OBJECTION);
}

TEST(CheckPublicNoticeTest, ObjectionByItself) {
  struct Example {
    const char* raised_on;
    const char* resolved_on;
    int posting;
    std::vector<std::string> lines;
  };
  const std::string unknown = "E NOT_FOUND " + Objection("posting_id") + " R99 / postings";
  const std::string before =
      "E DATE_ORDER " + Objection("raised_on") + " R99 / " + Posting(50, "posted_from");
  const std::string backwards =
      "E DATE_ORDER " + Objection("resolved_on") + " R99 / " + Objection("raised_on");
  for (const auto& [raised_on, resolved_on, posting, lines] : {
           Example{"2014-03-03", "2014-03-03", 50, {}}, Example{"2014-03-02", "", 50, {before}},
           Example{"2014-03-05", "2014-03-04", 50, {backwards}},
           Example{"2014-03-02", "2014-03-01", 50, {before, backwards}},
           Example{"2014-03-05", "", 51, {unknown}},
           Example{"2015-03-05", "2015-03-04", 51, {}},  // not known yet
       }) {
    v1::Archive archive = Posted();
    Object(archive, raised_on, v1::OBJECTION_STATE_OPEN, resolved_on, posting);
    EXPECT_EQ(Lines(archive, kAfterwards), lines) << raised_on;
  }
}

TEST(CheckPublicNoticeTest, ObjectionWithoutAnyPosting) {
  v1::Archive archive = sample::Staff();
  Object(archive, "2014-03-05", v1::OBJECTION_STATE_OPEN);
  EXPECT_THAT(Lines(archive, kAfterwards),
              ElementsAre("E NOT_FOUND " + Objection("posting_id") + " R99 / postings"));
}

TEST(CheckPublicNoticeTest, CertificateByDay) {
  const std::string too_early =
      "E CERTIFICATE_TOO_EARLY " + Certificate() + " R92 / " + Posting(50, "posted_until");
  v1::Archive archive = Posted();
  HoldCertificate(archive, "2014-03-09");
  EXPECT_THAT(Lines(archive, kAfterwards), ElementsAre(too_early));
  EXPECT_THAT(Lines(archive, CivilDay(2014, 3, 9)), ElementsAre(too_early));
  EXPECT_THAT(Lines(archive, CivilDay(2014, 3, 8)), IsEmpty());  // not received yet

  archive = Posted();
  HoldCertificate(archive, "2014-03-10");
  EXPECT_THAT(Lines(archive, kAfterwards), IsEmpty());
  EXPECT_THAT(Lines(archive, CivilDay(2014, 3, 10)), IsEmpty());

  // Of several the latest counts.
  HoldCertificate(archive, "2014-03-05", 91);
  EXPECT_THAT(Lines(archive, kAfterwards), IsEmpty());
}

TEST(CheckPublicNoticeTest, CertificateWhileAnObjectionStands) {
  v1::Archive archive = Posted();
  HoldCertificate(archive, "2014-03-12");
  Object(archive, "2014-03-05", v1::OBJECTION_STATE_UPHELD, "2014-03-08");
  EXPECT_THAT(Lines(archive, kAfterwards),
              ElementsAre("E OBJECTION_STANDS " + Objection("state") + " R92 / " + Certificate()));
}

TEST(CheckPublicNoticeTest, CertificateFromBeforeAnObjectionWasSettled) {
  for (const auto& [received_on, in_order] :
       {std::pair("2014-03-14", false), std::pair("2014-03-15", true)}) {
    v1::Archive archive = Posted();
    HoldCertificate(archive, received_on);
    Object(archive, "2014-03-05", v1::OBJECTION_STATE_RETRACTED, "2014-03-15");
    EXPECT_EQ(CheckPublicNotice(archive, kAfterwards).empty(), in_order) << received_on;
  }
}

TEST(CheckPublicNoticeTest, CertificateOnAPostingThatIsTooShortIsSaidOnce) {
  v1::Archive archive;
  Post(archive, 50, "2014-03-03", "2014-03-08");
  HoldCertificate(archive, "2014-03-12");
  EXPECT_THAT(Lines(archive, kAfterwards),
              ElementsAre("E POSTING_TOO_SHORT " + Posting(50, "posted_until") + " R91 / " +
                          Posting(50, "posted_from")));
}

TEST(CheckPublicNoticeTest, OldCertificateDoesNotServeANewPosting) {
  v1::Archive archive = Posted();
  HoldCertificate(archive, "2014-03-12");
  Post(archive, 51, "2014-04-01", "2014-04-07");
  const std::string too_early =
      "E CERTIFICATE_TOO_EARLY " + Certificate() + " R92 / " + Posting(51, "posted_until");
  EXPECT_THAT(Lines(archive, CivilDay(2014, 3, 31)), IsEmpty());
  EXPECT_THAT(Lines(archive, CivilDay(2014, 4, 3)), ElementsAre(too_early));
  EXPECT_THAT(Lines(archive, CivilDay(2014, 4, 8)), ElementsAre(too_early));
}

TEST(CheckPublicNoticeTest, OrderOfListsDoesNotMatter) {
  v1::Archive archive = Posted();
  Post(archive, 51, "2014-04-01", "2014-04-03");
  Object(archive, "2014-03-05", v1::OBJECTION_STATE_OPEN);
  HoldCertificate(archive, "2014-03-12");
  const std::vector<std::string> lines = Lines(archive, kAfterwards);
  EXPECT_EQ(lines.size(), 2);
  archive.mutable_postings()->SwapElements(0, 1);
  EXPECT_EQ(Lines(archive, kAfterwards), lines);
}

}  // namespace
}  // namespace bangfu::domain
