#ifndef BANGFU_DOMAIN_LIFE_STEP_SAMPLE_H_
#define BANGFU_DOMAIN_LIFE_STEP_SAMPLE_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/change.pb.h"
#include "domain/life/step_check.h"
#include "domain/policy/policy.h"
#include "domain/rules/org_tree.h"
#include "domain/rules/sample_archive.h"

// A small city, steps of its people, and archives in each status; for tests only.
namespace bangfu::domain::steps {

inline constexpr char kUnion[] = "hz.gongye";
inline constexpr char kUnit[] = "hz.gongye.xiangjiao";
inline constexpr char kCenter[] = "hz.fuwu";

inline OrgTree Orgs() {
  v1::OrgTree tree;
  const auto add = [&tree](const char* id, v1::OrgKind kind) {
    v1::Org& org = *tree.add_orgs();
    org.set_id(id);
    org.set_kind(kind);
  };
  add("hz", v1::ORG_KIND_CITY);
  add(kCenter, v1::ORG_KIND_SERVICE_CENTER);
  add(kUnion, v1::ORG_KIND_INDUSTRY);
  add(kUnit, v1::ORG_KIND_ENTERPRISE);
  add("hz.gongye.jichuang", v1::ORG_KIND_ENTERPRISE);
  add("hz.jiaoyu", v1::ORG_KIND_INDUSTRY);
  return *OrgTree::Build(tree);
}

inline v1::Change By(const std::string& person, const std::string& org) {
  v1::Change change;
  change.set_change_id(sample::Uuid(7));
  change.set_record_type(v1::RECORD_TYPE_ARCHIVE);
  change.set_record_id(sample::kArchiveId);
  change.mutable_actor()->set_person_id(person);
  change.mutable_actor()->set_person_name(absl::StrCat("李", person));
  change.mutable_actor()->set_org(org);
  change.mutable_entry_time()->set_seconds(1394420400);
  return change;
}

inline v1::Change Submit(const std::string& person, const std::string& org) {
  v1::Change change = By(person, org);
  change.mutable_submit()->set_opinion("情况属实");
  return change;
}

inline v1::Change Review(const std::string& person, const std::string& org) {
  v1::Change change = By(person, org);
  change.mutable_review()->set_opinion("同意");
  return change;
}

inline v1::Change Approve(const std::string& person, const std::string& org,
                          v1::HardshipCategory category = v1::HARDSHIP_CATEGORY_OTHER) {
  v1::Change change = By(person, org);
  change.mutable_approve()->set_determined_category(category);
  change.mutable_approve()->set_opinion("准予建档");
  return change;
}

inline v1::Change Return(const std::string& person, const std::string& org) {
  v1::Change change = By(person, org);
  change.mutable_return_()->set_reason("请补充收入证明");
  return change;
}

inline v1::Change Report(const std::string& person, const std::string& org) {
  v1::Change change = By(person, org);
  change.mutable_report()->set_package("2014-0007");
  return change;
}

inline v1::Change Withdraw(const std::string& person, const std::string& org,
                           v1::WithdrawalBasis basis = v1::WITHDRAWAL_BASIS_OTHER) {
  v1::Change change = By(person, org);
  change.mutable_withdraw()->set_basis(basis);
  if (basis == v1::WITHDRAWAL_BASIS_OTHER) {
    change.mutable_withdraw()->set_reason("已不在杭州居住");
  }
  return change;
}

inline v1::Change Deregister(const std::string& person, const std::string& org) {
  v1::Change change = By(person, org);
  change.mutable_deregister()->set_reason("走访发现已不符合条件");
  return change;
}

inline v1::Change MergeInto(const std::string& person, const std::string& org) {
  v1::Change change = By(person, org);
  change.mutable_merge_into()->set_archive_id(sample::Uuid(99));
  return change;
}

inline constexpr char kReportId[] = "01900000-0000-7000-8000-000000000c01";

inline v1::Change DecideCause(const std::string& person, const std::string& org,
                              v1::YesNo qualifies = v1::YES_NO_YES) {
  v1::Change change = By(person, org);
  change.mutable_decide_cause()->set_cause_report_id(kReportId);
  change.mutable_decide_cause()->set_qualifies(qualifies);
  return change;
}

// A complete draft.
inline v1::Archive Draft() {
  v1::Archive archive = sample::Staff();
  sample::AddDueMaterials(archive, archive.claimed_category());
  return archive;
}

inline v1::Archive In(v1::ArchiveStatus status) {
  v1::Archive archive = Draft();
  archive.set_status(status);
  archive.mutable_handling()->set_person_id("handler");
  if (status != v1::ARCHIVE_STATUS_SUBMITTED) archive.mutable_review()->set_person_id("reviewer");
  return archive;
}

// An established temporary family that reported a new cause.
inline v1::Archive Temporary() {
  v1::Archive archive = In(v1::ARCHIVE_STATUS_ESTABLISHED);
  archive.set_number("工业橡胶20130006");
  archive.set_established_on("2013-08-31");
  archive.set_claimed_category(v1::HARDSHIP_CATEGORY_TEMPORARY);
  archive.set_determined_category(v1::HARDSHIP_CATEGORY_TEMPORARY);
  v1::CauseReport& report = *archive.add_cause_reports();
  report.set_id(kReportId);
  report.set_reported_on("2014-03-01");
  report.set_cause(v1::HARDSHIP_CAUSE_OWN_ILLNESS);
  return archive;
}

// What CheckStep says, in short.
inline std::vector<std::string> Check(const v1::Archive& archive, const v1::Change& change,
                                      absl::CivilDay today = sample::kToday) {
  const OrgTree orgs = Orgs();
  const PolicyBook policy;
  Case c;
  c.archive = &archive;
  return sample::Short(CheckStep(c, change, {orgs, policy, today}));
}

}  // namespace bangfu::domain::steps

#endif  // BANGFU_DOMAIN_LIFE_STEP_SAMPLE_H_
