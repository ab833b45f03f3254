// The plan of every statement of this folder: which indexes it uses, and which tables it reads from
// end to end. A statement that takes another plan fails here, and so does a new one that nobody has
// named.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "base/limits.h"
#include "server/store/postgres/array_literal.h"
#include "server/store/postgres/audit_queries.h"
#include "server/store/postgres/digest_queries.h"
#include "server/store/postgres/feed_page.h"
#include "server/store/postgres/feed_queries.h"
#include "server/store/postgres/identity_queries.h"
#include "server/store/postgres/key_queries.h"
#include "server/store/postgres/queries.h"
#include "server/store/postgres/query_plan_fixture.h"
#include "server/store/postgres/reseal_queries.h"
#include "server/store/postgres/upstream_queries.h"

namespace bangfu::server {
namespace {

using Parameters = std::vector<std::string>;

constexpr char kTime[] = "2020-01-01";
// It reads no table, or only the index of a constraint while it inserts.
constexpr char kNothing[] = "";

// Constants that have no plan.
const std::set<std::string>& WithoutPlan() {
  static const auto* const names = new std::set<std::string>{
      // No statements.
      "kQueueChannel", "kFeedChannel", "kSequencerLock",
      // NOTIFY, LOCK TABLE, DO, SET.
      "kNotifyQueue", "kNotifyFeed", "kCommitWithoutWaiting", "kPageInOrder", "kFreezePrefixes",
      "kLockDataKeys", "kMakeRole",
      // Tables with their columns.
      "kRevisionRows", "kChangeRows", "kPersonRows", "kQueueRows", "kAuditRows",
      // Rights.
      "kJoinRoles", "kRevokeTable", "kGrantTable", "kGrantFunction", "kNodePolicy",
      "kReaderPolicy"};
  return *names;
}

class QueryPlanTest : public QueryPlanFixture {
 protected:
  // Fails unless the plan of the statement is one of those that `accesses` names, with " | "
  // between them.
  void Expect(As as, const char* name, const char* query, const Parameters& parameters,
              const std::string& accesses) {
    named_.insert(name);
    ExpectPlan(name, Explain(as, query, parameters), accesses);
  }

  // The same of a statement that is prepared: also of the plan that is for any parameters.
  void ExpectPrepared(As as, const char* name, const char* query, const Parameters& parameters,
                      const std::string& accesses) {
    Expect(as, name, query, parameters, accesses);
    const std::string plan = ExplainPrepared(as, query, parameters);
    ExpectPlan(name, plan, accesses);
    // The plan stays when the tables grow, until PostgreSQL has counted them.
    if (!filled_ && !absl::StrContains(accesses, "(all)")) {
      EXPECT_THAT(Accesses(plan), testing::Not(testing::HasSubstr("(all)"))) << name << "\n"
                                                                             << plan;
    }
  }

  void ExpectPlan(const char* name, const std::string& plan, const std::string& accesses) {
    if (!filled_)
      return;  // it may read small tables from end to end, with a plan that does not stay
    const std::vector<std::string> allowed = absl::StrSplit(accesses, " | ");
    EXPECT_THAT(allowed, testing::Contains(Accesses(plan))) << name << "\n" << plan;
  }

  void ExpectTransactions();
  void ExpectReads();
  void ExpectFeed();
  void ExpectDigests();
  void ExpectUpstream();
  void ExpectAudit();
  void ExpectIdentity();
  void ExpectSealing();

  const std::string batch_ = Ids(limits::kMaxChangesPerPush);
  const std::string bytes_ = absl::StrCat(kMaxFeedPageBytes);
  std::set<std::string> named_;
};

#define BANGFU_QUERY(name) #name, queries::name

void QueryPlanTest::ExpectTransactions() {
  const As node = As::kNode;
  ExpectPrepared(node, BANGFU_QUERY(kFindChanges), {batch_}, "change_log_pkey");
  ExpectPrepared(node, BANGFU_QUERY(kLockRecords), {batch_}, "record_pkey");
  for (const int size : {2, limits::kMaxChangesPerPush}) {
    ExpectPrepared(node, BANGFU_QUERY(kRevisionsSince), {Ids(size), Same(size, "1")},
                   "revision_pkey");
    ExpectPrepared(node, BANGFU_QUERY(kFindPersons), {Ids(size)},
                   "archive_person_pkey, record_pkey");
  }
  ExpectPrepared(node, BANGFU_QUERY(kChildrenOf), {Ids(20)}, "record_archive_id_id");
  ExpectPrepared(node, BANGFU_QUERY(kChildrenOf), {batch_}, "record_archive_id_id");
  ExpectPrepared(node, BANGFU_QUERY(kFindNumbers), {Names(2, "前缀")}, "record_number");
  ExpectPrepared(node, BANGFU_QUERY(kMakeCounters), {Names(20, "X"), Same(20, "2014")}, kNothing);
  // A new node has few counters, and never many.
  if (filled_) {
    ExpectPrepared(node, BANGFU_QUERY(kLockCounters), {Names(20, "X"), Same(20, "2014")},
                   "number_counter_pkey");
  }
  ExpectPrepared(node, BANGFU_QUERY(kLockConflicts), {Ids(20)}, "conflict_id_key");
  ExpectPrepared(node, BANGFU_QUERY(kLockConflictsOf), {Ids(20)}, "conflict_record");
  ExpectPrepared(node, BANGFU_QUERY(kFormerOrgs), {Ids(20)}, "record_former_org_pkey");
  Expect(node, BANGFU_QUERY(kRemoveRecords), {batch_}, "record_pkey");
  const int size = limits::kMaxChangesPerPush;
  const std::string ones = Same(size, "1");
  const std::string orgs = Same(size, "hz.d3.u103");
  const std::string hexes = Same(size, "00");
  const std::string times = Same(size, kTime);
  ExpectPrepared(node, BANGFU_QUERY(kWriteRecords),
                 {batch_, ones, orgs, batch_, ones, ones, ones, ones, ones, Names(size, "n"), times,
                  hexes, ones, ones, ones},
                 "record_pkey");
  Expect(node, BANGFU_QUERY(kWriteReceipts), {batch_, hexes, Same(size, "t")}, "change_log_pkey");
  Expect(node, BANGFU_QUERY(kWriteConflicts), {batch_, orgs, batch_, ones, hexes},
         "conflict_id_key");
  Expect(node, BANGFU_QUERY(kUpdateConflicts), {batch_, orgs, batch_, ones, hexes},
         "conflict_id_key");
  Expect(node, BANGFU_QUERY(kRemoveConflicts), {Ids(20)}, "conflict_id_key");
  Expect(node, BANGFU_QUERY(kRemovePersons), {batch_, batch_, batch_}, "archive_person_archive");
  Expect(node, BANGFU_QUERY(kWritePersons), {batch_, batch_}, "archive_person_pkey");
  Expect(node, BANGFU_QUERY(kWriteCounters), {Names(20, "X"), Same(20, "2014"), Same(20, "9")},
         "number_counter_pkey");
  Expect(node, BANGFU_QUERY(kWritePrefixes), {Names(20, "X"), Same(20, "hz")}, kNothing);
  Expect(node, BANGFU_QUERY(kForeignPrefix), {Names(20, "X"), Same(20, "hz")},
         "number_prefix_pkey");
  Expect(node, BANGFU_QUERY(kKeepPersonKey), {"f"}, "person_key_pkey");
  Expect(node, BANGFU_QUERY(kPersonKey), {}, "person_key (all)");
  Expect(node, BANGFU_QUERY(kLoadOrgTree), {}, "org_tree_pkey");
  Expect(node, BANGFU_QUERY(kListPrefixes), {}, "number_prefix_pkey");
  Expect(node, BANGFU_QUERY(kHandOnPrefix), {"X7", "hz"}, "number_prefix_pkey");
  Expect(node, BANGFU_QUERY(kSaveOrgTree), {"900", "00"}, "org_tree_pkey");
  Expect(node, BANGFU_QUERY(kLoadPolicySet), {}, "policy_set_pkey");
  Expect(node, BANGFU_QUERY(kSavePolicySet), {"900", "00"}, "policy_set_pkey");
}

void QueryPlanTest::ExpectReads() {
  const As reader = As::kReader;
  Expect(reader, BANGFU_QUERY(kGetRecord), {"hz.d3", Id(5)}, "record_pkey");
  Expect(reader, BANGFU_QUERY(kGetArchiveByNumber), {"hz.d3", "前缀7"}, "record_number");
  const As pager = As::kPager;
  // A unit; the city from its beginning, from some place on, what waits there; the events of an
  // archive.
  Expect(reader, BANGFU_QUERY(kListRecords), {"hz.d3.u103", "1", "0", "", "", "100"}, "record_org");
  for (const char* wide : {"hz", "hz.d3"}) {
    Expect(pager, BANGFU_QUERY(kListRecords), {wide, "1", "0", "", "", "100"}, "record_type_id");
    Expect(pager, BANGFU_QUERY(kListRecords), {wide, "1", "0", "", Id(9), "100"}, "record_type_id");
    Expect(pager, BANGFU_QUERY(kListRecords), {wide, "1", "3", "", "", "100"}, "record_waiting");
    Expect(pager, BANGFU_QUERY(kListRecords), {wide, "1", "3", "", Id(9), "100"}, "record_waiting");
    Expect(pager, BANGFU_QUERY(kListRecords), {wide, "2", "0", Id(7), "", "100"},
           "record_archive_id_id");
  }
  Expect(reader, BANGFU_QUERY(kGetConflict), {"hz", Id(7)}, "conflict_id_key");
  Expect(pager, BANGFU_QUERY(kListConflicts), {"hz", "", "0", "0", "100"}, "conflict_pkey");
  Expect(pager, BANGFU_QUERY(kListConflicts), {"hz", "", "0", "9000", "100"}, "conflict_pkey");
  Expect(pager, BANGFU_QUERY(kListConflicts), {"hz", Id(7), "0", "0", "100"}, "conflict_record");
  Expect(reader, BANGFU_QUERY(kListConflicts), {"hz.d3.u103", "", "0", "0", "100"}, "conflict_org");
}

void QueryPlanTest::ExpectFeed() {
  const As node = As::kNode;
  const As reader = As::kReader;
  const std::string page = "conflict_id_key, feed_pkey, feed_state (all), record_pkey";
  const std::string unit_page = "conflict_id_key, feed_org_seq, feed_state (all), record_pkey";
  // A unit and the city, each from the start and at the tail.
  const std::string unit = "hz.d3.u103", tail = "79990";
  ExpectPrepared(reader, BANGFU_QUERY(kReadFeed), {unit, "0", "200", bytes_}, unit_page);
  ExpectPrepared(reader, BANGFU_QUERY(kReadFeed), {unit, tail, "200", bytes_}, unit_page);
  ExpectPrepared(reader, BANGFU_QUERY(kReadWideFeed), {"hz", "0", "200", bytes_}, page);
  ExpectPrepared(reader, BANGFU_QUERY(kReadWideFeed), {"hz", tail, "200", bytes_}, page);
  const int size = limits::kMaxChangesPerPush;
  const std::string ones = Same(size, "1");
  Expect(node, BANGFU_QUERY(kWriteFormerOrgs), {batch_, Same(size, "hz")}, kNothing);
  Expect(node, BANGFU_QUERY(kTryLead), {queries::kSequencerLock}, kNothing);
  Expect(node, BANGFU_QUERY(kLockFeedState), {}, "feed_state (all)");
  Expect(node, BANGFU_QUERY(kSequence), {"80000", "100"}, "change_queue_pkey");
  Expect(node, BANGFU_QUERY(kSequence), {"80000", absl::StrCat(limits::kSequencerBatch)},
         "change_queue_pkey");
  Expect(node, BANGFU_QUERY(kAdvanceFeed), {"7"}, "feed_state (all)");
  // It stops at the rows that are to be counted.
  Expect(node, BANGFU_QUERY(kFeedState), {"1000"}, "change_queue (all), feed_state (all)");
  Expect(node, BANGFU_QUERY(kFeedHead), {}, "feed_state (all)");
  Expect(node, BANGFU_QUERY(kFeedNews), {"79000", "80000"}, "feed_pkey");
  Expect(node, BANGFU_QUERY(kCompactionState), {kTime}, "child (all), feed_state (all)");
  Expect(node, BANGFU_QUERY(kCompactFeed), {"1000", "80000", "1000"},
         "conflict_id_key, feed_entry, feed_pkey, record_pkey");
  Expect(node, BANGFU_QUERY(kNoteCompaction), {"1", "1"}, "feed_state (all)");
  Expect(node, BANGFU_QUERY(kBeginEpoch), {}, "feed_state (all)");
  Expect(node, BANGFU_QUERY(kMayIdentify), {}, kNothing);
  Expect(node, BANGFU_QUERY(kLockIdentity), {}, "feed_state (all)");
  Expect(As::kOperator, BANGFU_QUERY(kIdentity), {}, "pg_database (all)");
  Expect(node, BANGFU_QUERY(kWriteIdentity), {"1", "1", "1"}, "feed_state (all)");
  Expect(node, BANGFU_QUERY(kNoteChild), {"hz/n", "hz", kTime, "", "", "{}"},
         "child_pkey, feed_state (all)");
  Expect(node, BANGFU_QUERY(kListChildren), {"hz"},
         "child (all), feed_state (all) | child_pkey, feed_state (all)");
}

void QueryPlanTest::ExpectDigests() {
  const As reader = As::kReader;
  Expect(reader, BANGFU_QUERY(kDigestSums), {"hz.d3.u103", "f", "256", "{}"}, "record_org");
  Expect(reader, BANGFU_QUERY(kDigestSums), {"hz", "t", "1", "{256,257,258,259}"}, "record_bucket");
  // All records. Behind row-level security PostgreSQL expects few of them, so that it asks the
  // index.
  Expect(reader, BANGFU_QUERY(kDigestSums), {"hz", "f", "256", "{}"}, "record_org | record (all)");
  Expect(reader, BANGFU_QUERY(kDigestLeaves), {"hz", "f", "{256,257,258,259}"}, "record_bucket");
  Expect(reader, BANGFU_QUERY(kGetRecords), {"hz", batch_, bytes_}, "record_pkey");
  Expect(reader, BANGFU_QUERY(kFindRecords), {"hz", batch_}, "record_former_org_pkey, record_pkey");
  Expect(reader, BANGFU_QUERY(kCountByOrg), {"hz.d3.u103"}, "record_org");
  Expect(reader, BANGFU_QUERY(kCountByOrg), {"hz"}, "record_org | record (all)");
}

void QueryPlanTest::ExpectUpstream() {
  const As node = As::kNode;
  const int size = limits::kMaxChangesPerPush;
  const std::string hexes = Same(size, "00");
  Expect(node, BANGFU_QUERY(kWriteUpstream), {batch_, batch_, hexes}, kNothing);
  Expect(node, BANGFU_QUERY(kFinishUpstream), {Numbers(3)}, "upstream_queue_pkey");
  Expect(node, BANGFU_QUERY(kFinishUpstream), {Numbers(size)}, "upstream_queue_pkey");
  Expect(node, BANGFU_QUERY(kRefuseUpstream), {Numbers(size), hexes, Same(size, "t")},
         "upstream_queue_pkey");
  Expect(node, BANGFU_QUERY(kWriteUpstreamCursor), {"00"}, "upstream_state (all)");
  Expect(node, BANGFU_QUERY(kRequeueSent), {"100"}, "upstream_sent_pkey");
  // Nearly all rows.
  Expect(node, BANGFU_QUERY(kReofferWaiting), {}, "upstream_queue (all)");
  Expect(node, BANGFU_QUERY(kRequeueParked), {"100"}, "upstream_parked, upstream_queue_pkey");
  Expect(node, BANGFU_QUERY(kPurgeSent), {kTime, "100"},
         "upstream_sent_answered, upstream_sent_pkey");
  Expect(node, BANGFU_QUERY(kNoteUpstreamSync), {kTime}, "upstream_state (all)");
  Expect(node, BANGFU_QUERY(kNoteUpstreamVerified), {kTime}, "upstream_state (all)");
  ExpectPrepared(node, BANGFU_QUERY(kPendingUpstream), {Ids(20)}, "upstream_record");
  Expect(node, BANGFU_QUERY(kReadUpstream), {"100"}, "upstream_line");
  Expect(node, BANGFU_QUERY(kPendingRecords), {"100"}, "upstream_record");
  // It counts them.
  Expect(node, BANGFU_QUERY(kUpstreamState), {}, "upstream_queue (all), upstream_state (all)");
  Expect(node, BANGFU_QUERY(kTraceChanges), {batch_}, "change_log_pkey, upstream_change");
  Expect(node, BANGFU_QUERY(kUnsettledChanges), {"100"}, "change_log_unsettled");
}

void QueryPlanTest::ExpectAudit() {
  const As node = As::kNode;
  const int size = limits::kAuditChainBatch;
  const std::string hexes = Same(size, "00");
  const std::string ones = Same(size, "1");
  Expect(node, BANGFU_QUERY(kAppendAudit), {Same(20, "00"), Ids(20)}, kNothing);
  Expect(node, BANGFU_QUERY(kTryChain), {}, kNothing);
  Expect(node, BANGFU_QUERY(kAuditHead), {}, "audit_log_pkey");
  Expect(node, BANGFU_QUERY(kQueuedAudit), {absl::StrCat(size)}, "audit_queue_pkey");
  Expect(node, BANGFU_QUERY(kWriteAuditLog),
         {Numbers(size), hexes, hexes, Same(size, kTime), Names(size, "p"), Same(size, "hz"), ones},
         kNothing);
  Expect(node, BANGFU_QUERY(kWriteAuditMentions), {ones, Names(size, "p"), Numbers(size)},
         kNothing);
  Expect(node, BANGFU_QUERY(kForgetQueuedAudit), {Numbers(size)}, "audit_queue_pkey");
  Expect(node, BANGFU_QUERY(kReadAudit), {"19000", "500"}, "audit_log_pkey");
  Expect(node, BANGFU_QUERY(kListAudit), {"hz", "0", "0", "100"}, "audit_log_pkey");
  Expect(node, BANGFU_QUERY(kListAudit), {"hz.d3.u103", "0", "0", "100"}, "audit_log_org");
  Expect(node, BANGFU_QUERY(kListAudit), {"hz", "20", "0", "100"}, "audit_log_action");
  Expect(node, BANGFU_QUERY(kListAuditAbout), {"hz", "0", "0", "100", "1", "p7", ""},
         "audit_log_pkey, audit_mention_pkey");
  Expect(node, BANGFU_QUERY(kListAuditAbout), {"hz", "0", "15000", "100", "2", Id(7), "p7"},
         "audit_log_pkey, audit_mention_pkey");
}

void QueryPlanTest::ExpectIdentity() {
  const As node = As::kNode;
  ExpectPrepared(node, BANGFU_QUERY(kDirectoryVersion), {}, "directory_state (all)");
  Expect(node, BANGFU_QUERY(kLoadDirectory), {},
         "directory_state (all), person (all), revoked_node (all), token_key (all)");
  Expect(node, BANGFU_QUERY(kLockDirectory), {}, "directory_state (all)");
  Expect(node, BANGFU_QUERY(kNextDirectory), {}, "directory_state (all)");
  Expect(node, BANGFU_QUERY(kWriteDirectoryVersion), {"7"}, "directory_state (all)");
  Expect(node, BANGFU_QUERY(kHasAccounts), {}, "account (all)");
  // It compares every person with those that stay.
  Expect(node, BANGFU_QUERY(kRemoveOtherPeople), {Names(5000, "p")}, "person (all)");
  Expect(node, BANGFU_QUERY(kWritePeople), {Names(20, "p"), Same(20, "hz"), Same(20, "00")},
         "person_pkey");
  Expect(node, BANGFU_QUERY(kRemoveRevokedNodes), {}, "revoked_node (all)");
  Expect(node, BANGFU_QUERY(kWriteRevokedNodes),
         {Names(20, "n"), Same(20, ""), Same(20, kTime), Same(20, "00")}, "revoked_node_pkey");
  Expect(node, BANGFU_QUERY(kGetAccount), {"p7"}, "account_pkey, person_pkey");
  Expect(node, BANGFU_QUERY(kListAccounts), {"hz.d3.u103", "", "100"}, "account_pkey, person_org");
  Expect(node, BANGFU_QUERY(kListAccounts), {"hz", "", "100"}, "account_pkey, person_pkey");
  Expect(node, BANGFU_QUERY(kLockAccountId), {"p7"}, kNothing);
  Expect(node, BANGFU_QUERY(kLockAccount), {"p7"}, "account_pkey, person_pkey");
  Expect(node, BANGFU_QUERY(kWriteAccount), {"p7", "", "00", "f", "0", "", "0"}, "account_pkey");
  Expect(node, BANGFU_QUERY(kRemoveAccount), {"p7"}, "account_pkey");
  Expect(node, BANGFU_QUERY(kRemovePerson), {"p7"}, "person_pkey");
  Expect(node, BANGFU_QUERY(kLockPeopleOf), {"hz.d3.u103"}, "person_org");
  Expect(node, BANGFU_QUERY(kLoadTokenKeys), {}, "token_key (all)");
  Expect(node, BANGFU_QUERY(kWriteTokenKey), {"k", "", "", kTime}, kNothing);
  Expect(node, BANGFU_QUERY(kRemoveOldTokenKeys), {kTime}, "token_key (all)");
  Expect(node, BANGFU_QUERY(kRemoveTokenKeys), {}, "token_key (all)");
  Expect(node, BANGFU_QUERY(kListEnrollments), {"hz", "0", "", "100"}, "enrollment_pkey");
  Expect(node, BANGFU_QUERY(kLockEnrollment), {Id(7)}, "enrollment_pkey");
  Expect(node, BANGFU_QUERY(kLockEnrollmentByCode), {"c7"}, "enrollment_code");
  Expect(node, BANGFU_QUERY(kWriteEnrollment), {Id(7), "hz", "1", "c", "00", "", "", ""},
         "enrollment_pkey");
  Expect(node, BANGFU_QUERY(kRemoveEnrollment), {Id(7)}, "enrollment_pkey");
}

void QueryPlanTest::ExpectSealing() {
  const As node = As::kNode;
  const As owner = As::kOperator;
  const int size = 200;
  const std::string ids = Ids(size);
  const std::string numbers = Numbers(size);
  const std::string hexes = Same(size, "00");
  const Parameters first = {Id(0), "0", absl::StrCat(size), "1"};
  const Parameters write = {ids, numbers, hexes, hexes};
  Expect(node, BANGFU_QUERY(kTakeSealProgress), {"60 seconds"},
         "data_key (all), seal_progress (all)");
  Expect(node, BANGFU_QUERY(kBeginSealPass), {"1"}, "seal_progress (all)");
  Expect(node, BANGFU_QUERY(kNoteSealProgress), {"1", Id(7), "0", "1", "0", "f"},
         "seal_progress (all)");
  Expect(node, BANGFU_QUERY(kLookAtRecords), first, "record_pkey");
  Expect(node, BANGFU_QUERY(kLockSealedRecords), {ids, numbers}, "record_pkey");
  Expect(node, BANGFU_QUERY(kResealRecords), write, "record_pkey");
  Expect(node, BANGFU_QUERY(kLookAtRevisions), first, "revision_pkey");
  Expect(node, BANGFU_QUERY(kReadSealedRevisions), {ids, numbers}, "revision_pkey");
  Expect(node, BANGFU_QUERY(kResealRevisions), write, kNothing);
  Expect(node, BANGFU_QUERY(kLookAtConflicts), first, "conflict_pkey");
  Expect(node, BANGFU_QUERY(kLockSealedConflicts), {ids, numbers}, "conflict_pkey");
  Expect(node, BANGFU_QUERY(kResealConflicts), write, "conflict_pkey");
  Expect(node, BANGFU_QUERY(kLookAtUpstream), first, "upstream_queue_pkey");
  Expect(node, BANGFU_QUERY(kLockSealedUpstream), {ids, numbers}, "upstream_queue_pkey");
  Expect(node, BANGFU_QUERY(kResealUpstream), write, "upstream_queue_pkey");
  Expect(node, BANGFU_QUERY(kLookAtSent), first, "upstream_sent_pkey");
  Expect(node, BANGFU_QUERY(kLockSealedSent), {ids, numbers}, "upstream_sent_pkey");
  Expect(node, BANGFU_QUERY(kResealSent), write, "upstream_sent_pkey");
  // Few keys.
  Expect(node, BANGFU_QUERY(kListDataKeys), {}, "data_key (all)");
  Expect(node, BANGFU_QUERY(kMakeFirstDataKey), {"00"}, kNothing);
  Expect(owner, BANGFU_QUERY(kRetireDataKeys), {}, "data_key (all)");
  Expect(owner, BANGFU_QUERY(kAddDataKey), {"7", "00"}, kNothing);
  Expect(owner, BANGFU_QUERY(kRewrapDataKeys), {"{1}", "{00}"}, "data_key (all)");
  Expect(owner, BANGFU_QUERY(kDataKeyStatus), {}, "data_key (all)");
  Expect(owner, BANGFU_QUERY(kSealProgress), {}, "seal_progress (all)");
  Expect(owner, BANGFU_QUERY(kTakeRoleTurn), {}, kNothing);
  Expect(owner, BANGFU_QUERY(kNameRoles), {}, "pg_database (all), store_role_pkey");
  Expect(owner, BANGFU_QUERY(kStoreRoles), {},
         "pg_authid (all), pg_policy (all), store_role (all)");
  Expect(owner, BANGFU_QUERY(kNoteGrants), {""}, "store_role (all)");
  Expect(owner, BANGFU_QUERY(kSetScope), {"hz"}, kNothing);
}

#undef BANGFU_QUERY

// The constants of all headers of this folder that have queries.
std::set<std::string> ConstantsInHeaders() {
  static const std::regex constant("constexpr char (k\\w+)\\[\\]");
  std::set<std::string> names;
  const std::filesystem::path folder = BANGFU_SOURCE_DIR "/server/store/postgres";
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (!file.path().filename().string().ends_with("queries.h")) continue;
    std::ifstream stream(file.path());
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    for (std::sregex_iterator it(text.begin(), text.end(), constant), end; it != end; ++it)
      names.insert((*it)[1]);
  }
  return names;
}

TEST_F(QueryPlanTest, EveryStatementTakesItsPlan) {
  ExpectTransactions();
  ExpectReads();
  ExpectFeed();
  ExpectDigests();
  ExpectUpstream();
  ExpectAudit();
  ExpectIdentity();
  ExpectSealing();

  std::set<std::string> known = named_;
  known.insert(WithoutPlan().begin(), WithoutPlan().end());
  EXPECT_EQ(known, ConstantsInHeaders()) << "a statement without a plan here, or one that is gone";
}

class NewNodePlanTest : public QueryPlanTest {
 protected:
  NewNodePlanTest() { filled_ = false; }
};

TEST_F(NewNodePlanTest, PreparedStatementsOfTransactionsUseIndexesFromTheBeginning) {
  for (const char* cost : {"1.1", "4"}) {  // a private database's; PostgreSQL's own
    pqxx::nontransaction(*connection_).exec(absl::StrCat("SET random_page_cost = ", cost));
    ExpectTransactions();
  }
}

}  // namespace
}  // namespace bangfu::server
