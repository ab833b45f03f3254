#include <thread>

#include "server/store/postgres/postgres_identity_store.h"
#include "server/store/postgres/store_fixture.h"

namespace bangfu::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kSecret[] = "a secret of twenty b";

v1::Person PersonOf(const std::string& id, const std::string& org) {
  v1::Person person;
  person.set_id(id);
  person.set_name("测试" + id);
  person.set_org(org);
  person.add_roles(v1::ROLE_HANDLER);
  person.set_sessions_version(1);
  return person;
}

v1::AuditEntry Act(v1::Action action) {
  v1::AuditEntry entry;
  entry.set_action(action);
  entry.set_org("hz");
  return entry;
}

class IdentityStoreTest : public StoreFixture {
 protected:
  PostgresIdentityStore& identity() { return store_->identity(); }

  int64_t Version() { return identity().DirectoryVersion().value_or(-1); }

  int64_t Audited() {
    const auto chained =
        store_->audit().Chain(1000, [](const AuditHead&, absl::string_view) { return "h"; });
    EXPECT_TRUE(chained.ok()) << chained.status();
    return chained.ok() ? chained->head.sequence : -1;
  }

  void Create(const std::string& id, const std::string& org) {
    const absl::Status created = identity().ChangeAccount(
        id, [&](std::optional<StoredAccount>& account, v1::AuditEntry& audit) {
          EXPECT_FALSE(account.has_value());
          account = StoredAccount{
              .person = PersonOf(id, org), .password_hash = "$argon2id$", .totp_secret = kSecret};
          audit = Act(v1::ACTION_MANAGE_ACCOUNTS);
          return absl::OkStatus();
        });
    ASSERT_TRUE(created.ok()) << created;
  }

  std::vector<std::string> Listed(absl::string_view scope, absl::string_view after = "",
                                  int limit = 10) {
    const auto accounts = identity().ListAccounts(scope, after, limit);
    EXPECT_TRUE(accounts.ok()) << accounts.status();
    std::vector<std::string> ids;
    if (accounts.ok())
      for (const StoredAccount& account : *accounts) ids.push_back(account.person.id());
    return ids;
  }
};

TEST_F(IdentityStoreTest, AnAccountIsKeptWithItsCredentialsSealed) {
  EXPECT_FALSE(identity().GetAccount("chen")->has_value());
  Create("chen", "hz.fuyang");
  const auto found = identity().GetAccount("chen");
  ASSERT_TRUE(found.ok() && found->has_value()) << found.status();
  EXPECT_EQ((*found)->person.SerializeAsString(),
            PersonOf("chen", "hz.fuyang").SerializeAsString());
  EXPECT_EQ((*found)->totp_secret, kSecret);
  EXPECT_EQ((*found)->password_hash, "$argon2id$");
  EXPECT_TRUE((*found)->first_password);
  EXPECT_EQ((*found)->locked_until, absl::InfinitePast());
  EXPECT_THAT(Sql("SELECT encode(totp_secret, 'escape') FROM account"), Not(HasSubstr("twenty")));
  // Bound to its place: the secret of one account does not open as that of another.
  Create("wu", "hz");
  Sql("UPDATE account SET totp_secret = (SELECT totp_secret FROM account WHERE person_id = 'chen') "
      "WHERE person_id = 'wu'");
  EXPECT_EQ(identity().GetAccount("wu").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_FALSE(identity().GetAccount(std::string("ch\0en", 5))->has_value());
}

TEST_F(IdentityStoreTest, OnlyWhatOthersMayKnowMakesANewDirectory) {
  EXPECT_EQ(Version(), 0);
  Create("chen", "hz.fuyang");
  EXPECT_EQ(Version(), 1);
  const absl::Time until = absl::FromUnixSeconds(1800000000);
  const auto change = [&](absl::FunctionRef<void(StoredAccount&)> alter) {
    const absl::Status changed = identity().ChangeAccount(
        "chen", [&](std::optional<StoredAccount>& account, v1::AuditEntry& audit) {
          alter(*account);
          audit = Act(v1::ACTION_SIGN_IN);
          return absl::OkStatus();
        });
    EXPECT_TRUE(changed.ok()) << changed;
  };
  change([&](StoredAccount& account) {
    account.failures = 5;
    account.locked_until = until;
    account.last_totp_step = 7;
  });
  EXPECT_EQ(Version(), 1);
  const StoredAccount locked = **identity().GetAccount("chen");
  EXPECT_EQ(locked.failures, 5);
  EXPECT_EQ(locked.locked_until, until);
  EXPECT_EQ(locked.last_totp_step, 7);
  change([](StoredAccount& account) { account.person.set_sessions_version(2); });
  EXPECT_EQ(Version(), 2);
  EXPECT_EQ(Audited(), 3);
  EXPECT_EQ(identity().LoadDirectory()->people(0).sessions_version(), 2);
}

TEST_F(IdentityStoreTest, ARefusedChangeLeavesItsEntryAlone) {
  Create("chen", "hz.fuyang");
  const auto refuse = [&](v1::Action action) {
    return identity().ChangeAccount(
        "chen", [&](std::optional<StoredAccount>& account, v1::AuditEntry& audit) {
          account->failures = 9;
          account->person.set_disabled(true);
          audit.set_action(action);
          return absl::PermissionDeniedError("no");
        });
  };
  EXPECT_EQ(refuse(v1::ACTION_MANAGE_ACCOUNTS).code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(Audited(), 2);
  EXPECT_EQ(refuse(v1::ACTION_UNSPECIFIED).code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(Audited(), 2);
  EXPECT_EQ((*identity().GetAccount("chen"))->failures, 0);
  EXPECT_EQ(Version(), 1);
}

TEST_F(IdentityStoreTest, ChangesOfOneAccountTakeTurnsAlsoBeforeItExists) {
  constexpr int kThreads = 6;
  constexpr int kEach = 10;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < kEach; ++n) {
        const absl::Status changed = identity().ChangeAccount(
            "chen", [&](std::optional<StoredAccount>& account, v1::AuditEntry& audit) {
              if (!account.has_value()) {
                account.emplace();
                account->person = PersonOf("chen", "hz");
                account->person.set_sessions_version(0);
              }
              ++account->failures;
              account->person.set_sessions_version(account->person.sessions_version() + 1);
              audit = Act(v1::ACTION_SIGN_IN);
              return absl::OkStatus();
            });
        EXPECT_TRUE(changed.ok()) << changed;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const StoredAccount account = **identity().GetAccount("chen");
  EXPECT_EQ(account.failures, kThreads * kEach);
  EXPECT_EQ(account.person.sessions_version(), kThreads * kEach);
  EXPECT_EQ(Version(), kThreads * kEach);
  EXPECT_EQ(Audited(), kThreads * kEach);
}

TEST_F(IdentityStoreTest, AccountsAreListedBySubtreeAndMoveWithTheirOrg) {
  Create("a", "hz.fuyang");
  Create("b", "hz.fuyang.lingqiao");
  Create("c", "hz.gongshu");
  EXPECT_THAT(Listed("hz"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(Listed("hz", "a", 1), ElementsAre("b"));
  EXPECT_THAT(Listed("hz.fuyang"), ElementsAre("a", "b"));
  EXPECT_THAT(Listed(""), IsEmpty());
  EXPECT_EQ(identity().MoveAccounts("hz.fuyang", "hz.linan").value_or(-1), 2);
  EXPECT_EQ(Version(), 4);
  EXPECT_THAT(Listed("hz.linan"), ElementsAre("a", "b"));
  EXPECT_EQ((*identity().GetAccount("b"))->person.org(), "hz.linan");
  EXPECT_EQ(identity().MoveAccounts("hz.fuyang", "hz.linan").value_or(-1), 0);
  EXPECT_EQ(Version(), 4);
  const absl::Status removed =
      identity().ChangeAccount("c", [](std::optional<StoredAccount>& account, v1::AuditEntry&) {
        account.reset();
        return absl::OkStatus();
      });
  EXPECT_TRUE(removed.ok()) << removed;
  EXPECT_THAT(Listed("hz"), ElementsAre("a", "b"));
  EXPECT_EQ(Version(), 5);
}

TEST_F(IdentityStoreTest, TheDirectoryOfTheParentReplacesTheOwn) {
  v1::Directory first;
  first.set_version(41);
  *first.add_people() = PersonOf("chen", "hz.fuyang");
  *first.add_people() = PersonOf("wu", "hz.fuyang");
  v1::RevokedNode& revoked = *first.add_revoked_nodes();
  revoked.set_node("hz.fuyang/desk");
  revoked.set_serial("0a");
  revoked.mutable_revoked_time()->set_seconds(1800000000);
  v1::TokenKey& key = *first.add_token_keys();
  key.set_key_id("k1");
  key.set_public_key_pem("-----BEGIN PUBLIC KEY-----");
  ASSERT_TRUE(identity().SaveDirectory(first).ok());
  EXPECT_EQ(identity().LoadDirectory()->SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(Version(), 41);

  v1::Directory same_version = first;
  same_version.clear_people();
  ASSERT_TRUE(identity().SaveDirectory(same_version).ok());
  EXPECT_EQ(identity().LoadDirectory()->SerializeAsString(), first.SerializeAsString());

  // A parent that was restored tells an older version; it is the authority all the same.
  v1::Directory second;
  second.set_version(40);
  *second.add_people() = PersonOf("wu", "hz.fuyang.lingqiao");
  ASSERT_TRUE(identity().SaveDirectory(second).ok());
  EXPECT_EQ(identity().LoadDirectory()->SerializeAsString(), second.SerializeAsString());
  EXPECT_THAT(*identity().LoadTokenKeys(), IsEmpty());
}

TEST_F(IdentityStoreTest, ARootTakesNoDirectory) {
  Create("chen", "hz.fuyang");
  v1::Directory directory;
  directory.set_version(9);
  EXPECT_EQ(identity().SaveDirectory(directory).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(identity().LoadDirectory()->people_size(), 1);
}

TEST_F(IdentityStoreTest, RevocationsStayAtTheirLatest) {
  v1::RevokedNode node;
  node.set_node("hz.fuyang/fuyang");
  node.mutable_revoked_time()->set_seconds(2000);
  ASSERT_TRUE(identity().RevokeNode(node, Act(v1::ACTION_MANAGE_NODES)).ok());
  node.mutable_revoked_time()->set_seconds(1000);
  ASSERT_TRUE(identity().RevokeNode(node, Act(v1::ACTION_MANAGE_NODES)).ok());
  const v1::Directory directory = *identity().LoadDirectory();
  ASSERT_EQ(directory.revoked_nodes_size(), 1);
  EXPECT_EQ(directory.revoked_nodes(0).revoked_time().seconds(), 2000);
  EXPECT_EQ(directory.version(), 2);
  EXPECT_EQ(Audited(), 2);
}

TEST_F(IdentityStoreTest, KeysOfSessionsAreSealedAndOldOnesGo) {
  const auto make_key = [](const std::string& id, int64_t seconds) {
    StoredTokenKey made;
    made.key.set_key_id(id);
    made.key.set_public_key_pem("public " + id);
    made.private_key_pem = "private " + id;
    made.created = absl::FromUnixSeconds(seconds);
    return made;
  };
  const v1::AuditEntry audit = Act(v1::ACTION_ROTATE_KEYS);
  ASSERT_TRUE(identity().AddTokenKey(make_key("k1", 1000), absl::InfinitePast(), audit).ok());
  ASSERT_TRUE(identity().AddTokenKey(make_key("k2", 2000), absl::InfinitePast(), audit).ok());
  std::vector<StoredTokenKey> keys = *identity().LoadTokenKeys();
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys[0].key.key_id(), "k2");
  EXPECT_EQ(keys[0].private_key_pem, "private k2");
  EXPECT_EQ(keys[0].created, absl::FromUnixSeconds(2000));
  EXPECT_THAT(Sql("SELECT string_agg(encode(private_key, 'escape'), ' ') FROM token_key"),
              Not(HasSubstr("private")));
  ASSERT_TRUE(
      identity().AddTokenKey(make_key("k3", 3000), absl::FromUnixSeconds(1500), audit).ok());
  const v1::Directory directory = *identity().LoadDirectory();
  ASSERT_EQ(directory.token_keys_size(), 2);
  EXPECT_EQ(directory.token_keys(0).key_id(), "k2");
  EXPECT_EQ(directory.token_keys(1).public_key_pem(), "public k3");
  EXPECT_EQ(directory.version(), 3);
}

TEST_F(IdentityStoreTest, EnrollmentsAreFoundByIdAndCode) {
  StoredEnrollment invited;
  for (int number = 1; number <= 3; ++number) {
    invited.enrollment.set_id(Id(number));
    invited.enrollment.mutable_node()->set_org(number == 3 ? "hz.gongshu" : "hz.fuyang");
    invited.enrollment.set_state(v1::ENROLLMENT_STATE_INVITED);
    invited.code_hash = absl::StrCat("hash", number);
    ASSERT_TRUE(identity().AddEnrollment(invited, Act(v1::ACTION_MANAGE_NODES)).ok());
  }
  const auto ids = [&](absl::string_view scope, v1::EnrollmentState state,
                       absl::string_view before) {
    std::vector<std::string> found;
    const auto enrollments = identity().ListEnrollments(scope, state, before, 10);
    EXPECT_TRUE(enrollments.ok()) << enrollments.status();
    for (const StoredEnrollment& enrollment : *enrollments)
      found.push_back(enrollment.enrollment.id());
    return found;
  };
  EXPECT_THAT(ids("hz", v1::ENROLLMENT_STATE_UNSPECIFIED, ""), ElementsAre(Id(3), Id(2), Id(1)));
  EXPECT_THAT(ids("hz.fuyang", v1::ENROLLMENT_STATE_INVITED, Id(2)), ElementsAre(Id(1)));

  const absl::Status asked = identity().ChangeEnrollment(
      IdentityStore::EnrollmentKey::kCodeHash, "hash2",
      [](std::optional<StoredEnrollment>& enrollment, v1::AuditEntry& audit) {
        EXPECT_EQ(enrollment->enrollment.id(), Id(2));
        enrollment->enrollment.set_state(v1::ENROLLMENT_STATE_REQUESTED);
        enrollment->csr_pem = "request";
        audit = Act(v1::ACTION_ENROLL);
        return absl::OkStatus();
      });
  EXPECT_TRUE(asked.ok()) << asked;
  EXPECT_THAT(ids("hz", v1::ENROLLMENT_STATE_REQUESTED, ""), ElementsAre(Id(2)));
  int absent = 0;
  for (const auto& [key, value] :
       {std::pair(IdentityStore::EnrollmentKey::kId, Id(9)),
        {IdentityStore::EnrollmentKey::kId, "no uuid"},
        {IdentityStore::EnrollmentKey::kCodeHash, ""},
        {IdentityStore::EnrollmentKey::kCodeHash, std::string("hash1\0", 6)}}) {
    const absl::Status none = identity().ChangeEnrollment(
        key, value, [&](std::optional<StoredEnrollment>& enrollment, v1::AuditEntry& audit) {
          if (!enrollment.has_value()) ++absent;
          audit = Act(v1::ACTION_ENROLL);
          return absl::NotFoundError("none");
        });
    EXPECT_EQ(none.code(), absl::StatusCode::kNotFound);
  }
  EXPECT_EQ(absent, 4);
  EXPECT_EQ(Audited(), 8);
}

}  // namespace
}  // namespace bangfu::server
