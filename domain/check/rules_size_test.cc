#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/limits.h"
#include "domain/check/evaluate.h"
#include "domain/check/rectification.h"
#include "domain/notice/notice_sheet.h"
#include "domain/policy/policy.h"
#include "domain/policy/policy_file.h"
#include "domain/rules/org_tree.h"
#include "domain/rules/sample_archive.h"
#include "domain/timers/timers.h"
#include "gtest/gtest.h"

// Records of the largest size that a node takes, made to be slow: a rule that holds everything
// against everything in them takes half a minute.
namespace bangfu::domain {
namespace {

constexpr absl::CivilDay kToday(2014, 5, 1);
constexpr absl::Duration kEnough = absl::Seconds(20);  // with sanitizers on a busy machine

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

// With a short id, so that there is room for many.
v1::Member& AddMember(v1::Archive& archive) {
  v1::Member& member = *archive.add_members();
  member.set_id(absl::StrCat(archive.members_size()));
  return member;
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

TEST(RulesOnLargestRecordTest, MembersAndRowsOnPaper) {
  v1::Archive archive = Established();
  FillTo(limits::kMaxRecordBytes / 2, archive, [&] { AddMember(archive).set_name("王小明"); });
  FillTo(limits::kMaxRecordBytes, archive, [&] {
    v1::PaperValue& value = *archive.add_paper_values();
    value.set_member_row(archive.paper_values_size());
    value.set_field("name");
    value.set_text("李大");
  });
  ExpectQuick(archive);
}

}  // namespace
}  // namespace bangfu::domain
