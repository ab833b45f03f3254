#ifndef BANGFU_SERVER_SYNC_SYNC_FIXTURE_H_
#define BANGFU_SERVER_SYNC_SYNC_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/change.pb.h"
#include "base/clock.h"
#include "domain/policy/policy.h"
#include "domain/rules/sample_archive.h"
#include "server/authz/orgs_fixture.h"
#include "server/store/postgres/master_key_fixture.h"
#include "server/store/postgres/migrator.h"
#include "server/store/postgres/postgres_store.h"
#include "server/sync/conflict_entry.h"
#include "server/sync/parent.h"
#include "server/sync/pull.h"
#include "server/sync/push.h"
#include "tests/support/people.h"
#include "tests/support/test_database.h"

namespace bangfu::v1 {
// How tests show an outcome. GCC 12 takes the printer of GoogleTest for an overflow (-Wrestrict).
inline void PrintTo(const Outcome& outcome, std::ostream* stream) {
  *stream << outcome.ShortDebugString();
}
}  // namespace bangfu::v1

// Nodes with a database of their own, fictional households, and changes of their people.
namespace bangfu::server {

class SettableClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::FromUnixSeconds(seconds_); }
  void Set(const std::string& rfc3339) {
    absl::Time time;
    std::string error;
    ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, rfc3339, &time, &error)) << error;
    seconds_ = absl::ToUnixSeconds(time);
  }
  void Advance(absl::Duration duration) { seconds_ += absl::ToInt64Seconds(duration); }

 private:
  std::atomic<int64_t> seconds_{1394424000};  // 2014-03-10T12:00:00+08:00
};

// ---- People, by office and org.
inline v1::Actor ActorOf(const std::string& office, const std::string& org) {
  v1::Actor actor;
  actor.set_person_id(AccountOf(office, org));
  actor.set_person_name(kPersonName);
  actor.set_org(org);
  return actor;
}
inline v1::Actor Handler(const std::string& org = kUnitOrg) { return ActorOf("handler", org); }
inline v1::Actor Reviewer(const std::string& org = kUnionOrg) { return ActorOf("reviewer", org); }
inline v1::Actor Approver() { return ActorOf("approver", kCenterOrg); }
inline v1::Actor Reporter() { return ActorOf("reporter", kCenterOrg); }

// ---- Households. Of every number another family, ready to be submitted.
inline std::string ArchiveId(int number) { return domain::sample::Uuid(number * 10); }
inline std::string WifeId(int number) { return domain::sample::Uuid(number * 10 + 1); }

// Identity number of the applicant (person 0), the wife (1) or the son (2), number below 400.
inline std::string PersonOf(int number, int person) {
  static constexpr const char* kStems[] = {"33010219700501", "33010219720601", "33010220040301"};
  return domain::sample::Number(
      absl::StrFormat("%s%03d", kStems[person], 2 * number + (person == 1 ? 0 : 1)));
}

inline v1::Archive Household(int number, const std::string& unit = kUnitOrg) {
  v1::Archive archive = domain::sample::Staff();
  archive.set_id(ArchiveId(number));
  archive.set_unit(unit);
  archive.set_identity_number(PersonOf(number, 0));
  for (int i = 0; i < 2; ++i) {
    v1::Member& member = *archive.mutable_members(i);
    member.set_id(domain::sample::Uuid(number * 10 + 1 + i));
    member.set_identity_number(PersonOf(number, 1 + i));
  }
  domain::sample::AddDueMaterials(archive, archive.claimed_category());
  return archive;
}

// ---- Changes.
class ChangeMaker {
 public:
  v1::Change By(const v1::Actor& actor, const std::string& record_id) {
    v1::Change change;
    change.set_change_id(absl::StrFormat("01910000-0000-7000-8000-%012d", ++last_));
    change.set_record_type(v1::RECORD_TYPE_ARCHIVE);
    change.set_record_id(record_id);
    *change.mutable_actor() = actor;
    change.mutable_entry_time()->set_seconds(1394420400);  // 2014-03-10T11:00:00+08:00
    change.set_origin_node("desktop");
    return change;
  }

  // Without fields: a creation.
  v1::Change Put(const v1::Actor& actor, const google::protobuf::Message& record,
                 const std::string& id, int64_t base = 0,
                 const std::vector<std::string>& fields = {}) {
    v1::Change change = By(actor, id);
    change.set_base_revision(base);
    change.mutable_put()->set_record(record.SerializeAsString());
    for (const std::string& field : fields) change.mutable_put()->add_changed_fields(field);
    return change;
  }
  v1::Change Put(const v1::Actor& actor, const v1::Archive& archive, int64_t base = 0,
                 const std::vector<std::string>& fields = {}) {
    return Put(actor, archive, archive.id(), base, fields);
  }

  v1::Change Submit(const v1::Actor& actor, const std::string& id) {
    v1::Change change = By(actor, id);
    change.mutable_submit()->set_opinion("情况属实");
    return change;
  }
  v1::Change Review(const v1::Actor& actor, const std::string& id) {
    v1::Change change = By(actor, id);
    change.mutable_review()->set_opinion("同意");
    return change;
  }
  v1::Change Approve(const v1::Actor& actor, const std::string& id,
                     v1::HardshipCategory category = v1::HARDSHIP_CATEGORY_OTHER) {
    v1::Change change = By(actor, id);
    change.mutable_approve()->set_determined_category(category);
    return change;
  }
  v1::Change Return(const v1::Actor& actor, const std::string& id) {
    v1::Change change = By(actor, id);
    change.mutable_return_()->set_reason("请补充收入证明");
    return change;
  }

  v1::Change Report(const v1::Actor& actor, const std::string& id,
                    const std::string& package = "2014-0001") {
    v1::Change change = By(actor, id);
    change.mutable_report()->set_package(package);
    return change;
  }
  v1::Change Withdraw(const v1::Actor& actor, const std::string& id, v1::WithdrawalBasis basis) {
    v1::Change change = By(actor, id);
    change.mutable_withdraw()->set_basis(basis);
    if (basis == v1::WITHDRAWAL_BASIS_OTHER) change.mutable_withdraw()->set_reason("已迁出本市");
    return change;
  }
  v1::Change Deregister(const v1::Actor& actor, const std::string& id) {
    v1::Change change = By(actor, id);
    change.mutable_deregister()->set_reason("走访发现已不符合条件");
    return change;
  }
  v1::Change MergeInto(const v1::Actor& actor, const std::string& id, const std::string& target) {
    v1::Change change = By(actor, id);
    change.mutable_merge_into()->set_archive_id(target);
    return change;
  }
  v1::Change DecideCause(const v1::Actor& actor, const std::string& id, const std::string& report,
                         v1::YesNo qualifies) {
    v1::Change change = By(actor, id);
    change.mutable_decide_cause()->set_cause_report_id(report);
    change.mutable_decide_cause()->set_qualifies(qualifies);
    return change;
  }

  // The way of a good archive from filing to before its approval.
  std::vector<v1::Change> UntilReviewed(const v1::Archive& archive) {
    return {Put(Handler(archive.unit()), archive), Submit(Handler(archive.unit()), archive.id()),
            Review(Reviewer(archive.unit().substr(0, archive.unit().rfind('.'))), archive.id())};
  }
  std::vector<v1::Change> UntilApproved(const v1::Archive& archive) {
    std::vector<v1::Change> changes = UntilReviewed(archive);
    changes.push_back(Approve(Approver(), archive.id()));
    return changes;
  }

 private:
  std::atomic<int> last_{0};
};

// ---- A node: its database, and the three ways into it.
class TestNode {
 public:
  TestNode(const Clock& clock, NodeRole role) {
    absl::StatusOr<TestDatabase> database = TestDatabase::Create();
    EXPECT_TRUE(database.ok()) << database.status();
    if (!database.ok()) return;
    database_.emplace(*std::move(database));
    const absl::Status migrated = Migrate(database_->connection_string());
    EXPECT_TRUE(migrated.ok()) << migrated;
    PostgresOptions options;
    options.connection_string = database_->connection_string();
    options.master_key = TestMasterKey();
    auto store = PostgresStore::Open(options);
    EXPECT_TRUE(store.ok()) << store.status();
    if (!store.ok()) return;
    store_ = *std::move(store);
    const PersonKeyer keyer("a key for tests");
    if (role.self.node.empty()) {
      role.self =
          role.has_upstream ? Principal{"district", kUnionOrg} : Principal{"city", kCityOrg};
    }
    push_ = std::make_unique<PushHandler>(*store_, clock, keyer, role);
    parent_ = std::make_unique<ParentSync>(*store_, clock, keyer);
  }

  PostgresStore& store() { return *store_; }
  const std::string& connection_string() const { return database_->connection_string(); }
  ParentSync& parent() { return *parent_; }
  // Takes a page of the parent's feed, about whose records nothing is known.
  absl::Status ApplyBatch(const v1::PullResponse& batch,
                          ParentSync::Feed feed = ParentSync::Feed::kNext) {
    std::vector<ParentPage> pages;
    pages.push_back(parent_->Prepare(batch, Expected::kKnown));
    return parent_->ApplyPages(pages, feed);
  }
  const domain::OrgTree& orgs() const { return orgs_; }
  const PeopleBook& people() const { return people_; }
  // Another edition of the directory, by which the node goes from now on.
  void UsePeople(const v1::Directory& directory) { people_ = PeopleBook(directory); }

  absl::StatusOr<std::vector<v1::Outcome>> TryPush(const std::string& org,
                                                   const std::vector<v1::Change>& changes,
                                                   const std::vector<v1::Reoffer>& reoffers = {}) {
    return push_->Push(NodeOf(org), orgs_, policy_, people_, changes, reoffers);
  }
  // One change of a child that says more of itself.
  v1::Outcome PushAs(const Principal& principal, const v1::Change& change,
                     const std::vector<v1::Reoffer>& reoffers = {}) {
    auto outcomes = push_->Push(principal, orgs_, policy_, people_, {change}, reoffers);
    EXPECT_TRUE(outcomes.ok() && outcomes->size() == 1) << outcomes.status();
    return outcomes.ok() && outcomes->size() == 1 ? outcomes->front() : v1::Outcome();
  }
  std::vector<v1::Outcome> Push(const std::string& org, const std::vector<v1::Change>& changes) {
    auto outcomes = TryPush(org, changes);
    EXPECT_TRUE(outcomes.ok()) << outcomes.status();
    std::vector<v1::Outcome> result = outcomes.value_or(std::vector<v1::Outcome>());
    EXPECT_EQ(result.size(), changes.size());
    result.resize(changes.size());
    return result;
  }
  v1::Outcome Push(const std::string& org, const v1::Change& change) {
    return Push(org, std::vector<v1::Change>{change})[0];
  }
  // Everything must be taken as it is.
  void MustPush(const std::string& org, const std::vector<v1::Change>& changes) {
    for (const v1::Outcome& outcome : Push(org, changes)) {
      ASSERT_EQ(outcome.verdict(), v1::VERDICT_ACCEPTED) << outcome.ShortDebugString();
    }
  }

  std::optional<StoredRecord> Stored(const std::string& id) {
    auto record = store_->GetRecord(kCityOrg, id);
    EXPECT_TRUE(record.ok()) << record.status();
    return record.ok() ? *record : std::nullopt;
  }
  v1::Archive Archive(const std::string& id) {
    const std::optional<StoredRecord> record = Stored(id);
    v1::Archive archive;
    EXPECT_TRUE(record.has_value() && archive.ParseFromString(record->body)) << id;
    return archive;
  }
  int64_t RevisionOf(const std::string& id) {
    const std::optional<StoredRecord> record = Stored(id);
    return record ? record->revision : 0;
  }

  // The conflict log, newest first.
  std::vector<v1::Conflict> Conflicts() {
    ConflictQuery query;
    query.scope = kCityOrg;
    query.limit = 100;
    auto page = store_->ListConflicts(query);
    EXPECT_TRUE(page.ok()) << page.status();
    return page.ok() ? page->conflicts : std::vector<v1::Conflict>();
  }

  // Moves everything that is committed into the feed.
  void Sequence() {
    auto session = store_->OpenSequencer();
    ASSERT_TRUE(session.ok()) << session.status();
    ASSERT_TRUE((*session)->Lead().value_or(false));
    while ((*session)->Sequence(1000).value_or(0) > 0) {
    }
  }

  absl::StatusOr<v1::PullResponse> Pull(const std::string& org, const std::string& cursor = "",
                                        int max_records = 0) {
    return ReadBatch(*store_, orgs_, NodeOf(org), cursor, max_records);
  }

 private:
  std::optional<TestDatabase> database_;
  std::unique_ptr<PostgresStore> store_;
  const domain::OrgTree orgs_ = HangzhouOrgs();
  const domain::PolicyBook policy_;
  PeopleBook people_ = PeopleOf(orgs_.proto());
  std::unique_ptr<PushHandler> push_;
  std::unique_ptr<ParentSync> parent_;
};

// Codes of findings with their fields, "BAD_PHONE phone".
inline std::vector<std::string> Codes(const v1::Outcome& outcome) {
  std::vector<std::string> codes;
  for (const v1::Finding& finding : outcome.findings()) {
    const std::string name = v1::FindingCode_Name(finding.code());
    codes.push_back(absl::StrCat(name.substr(sizeof("FINDING_CODE_") - 1),
                                 finding.field().empty() ? "" : " ", finding.field()));
  }
  return codes;
}

// "phone: base/ours/theirs", "-" for an empty side.
inline std::vector<std::string> Sides(
    const google::protobuf::RepeatedPtrField<v1::FieldConflict>& fields) {
  std::vector<std::string> lines;
  for (const v1::FieldConflict& field : fields) {
    lines.push_back(absl::StrCat(field.field(), ": ", field.has_base() ? field.base() : "-", "/",
                                 field.has_ours() ? field.ours() : "-", "/",
                                 field.has_theirs() ? field.theirs() : "-"));
  }
  return lines;
}

MATCHER_P(HasVerdict, verdict, "") {
  *result_listener << arg.ShortDebugString();
  return arg.verdict() == verdict;
}

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_SYNC_FIXTURE_H_
