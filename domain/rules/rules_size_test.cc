#include <cstdint>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/limits.h"
#include "domain/rules/evaluate.h"
#include "domain/rules/notice_sheet.h"
#include "domain/rules/org_tree.h"
#include "domain/rules/policy.h"
#include "domain/rules/policy_file.h"
#include "domain/rules/rectification.h"
#include "domain/rules/sample_archive.h"
#include "domain/rules/timers.h"
#include "gtest/gtest.h"

// Records of the largest size that a node takes, made to be slow: a rule that holds everything
// against everything in them takes half a minute.
namespace bangfu::domain {
namespace {

constexpr absl::CivilDay kToday(2014, 5, 1);
constexpr absl::Duration kEnough = absl::Seconds(10);  // with sanitizers on a busy machine

v1::Archive Established() {
  v1::Archive archive = sample::Staff();
  archive.set_status(v1::ARCHIVE_STATUS_ESTABLISHED);
  archive.set_filed_on("2013-02-01");
  archive.set_established_on("2013-02-10");
  archive.set_determined_category(v1::HARDSHIP_CATEGORY_TEMPORARY);
  return archive;
}

// Adds elements until `archive` has `bytes`; measured now and then only, which takes its time too.
template <typename Add>
void FillTo(int64_t bytes, v1::Archive& archive, const Add& add) {
  constexpr int kBlock = 256;  // elements
  while (static_cast<int64_t>(archive.ByteSizeLong()) < bytes) {
    for (int i = 0; i < kBlock; ++i) add();
  }
}

void ExpectQuick(const v1::Archive& archive) {
  const OrgTree orgs;
  const PolicyBook policy = PolicyBook::Build(DefaultPolicySet(), orgs).value();
  Case c;
  c.archive = &archive;
  const RuleContext context{orgs, policy, kToday};
  const absl::Time start = absl::Now();
  EXPECT_FALSE(Evaluate(c, context).empty());
  RectificationOf(c, context);
  TimersOf(c, context);
  CheckNoticeSheet(DeriveNoticeSheet(archive, orgs, {}, kToday), archive);
  EXPECT_LT(absl::Now() - start, kEnough);
}

TEST(RulesOnLargestRecordTest, MembersAndRowsByName) {
  v1::Archive archive = Established();
  FillTo(limits::kMaxRecordBytes / 2, archive, [&] {
    v1::Member& member = *archive.add_members();
    member.set_id(sample::Uuid(archive.members_size()));
    member.set_name("王小明");
  });
  FillTo(limits::kMaxRecordBytes, archive, [&] {
    v1::PaperValue& value = *archive.add_paper_values();
    value.set_member_row(archive.paper_values_size());
    value.set_field("name");
    value.set_text("李大");
  });
  ExpectQuick(archive);
}

TEST(RulesOnLargestRecordTest, MembersAndRowsByNumber) {
  v1::Archive archive = Established();
  FillTo(limits::kMaxRecordBytes / 2, archive, [&] {
    v1::Member& member = *archive.add_members();
    member.set_id(sample::Uuid(archive.members_size()));
    member.set_identity_number(sample::Number("33010219720601002"));
  });
  FillTo(limits::kMaxRecordBytes, archive, [&] {
    v1::PaperValue& value = *archive.add_paper_values();
    value.set_member_row(archive.paper_values_size());
    value.set_field("identity_number");
    value.set_text("１１０１０５１９４９１２３１００２X");
  });
  ExpectQuick(archive);
}

TEST(RulesOnLargestRecordTest, PostingsAndObjections) {
  v1::Archive archive = Established();
  FillTo(limits::kMaxRecordBytes / 2, archive, [&] { archive.add_postings(); });
  FillTo(limits::kMaxRecordBytes, archive, [&] {
    v1::Objection& objection = *archive.add_objections();
    objection.set_posting_id("x");
    objection.set_raised_on("2014-03-02");
  });
  ExpectQuick(archive);
}

}  // namespace
}  // namespace bangfu::domain
