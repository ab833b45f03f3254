#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "server/identity/local_authority_fixture.h"
#include "server/identity/token_keys.h"

namespace bangfu::server {
namespace {

constexpr char kId[] = "zhang.san";
constexpr char kWrong[] = "typed-in-the-wrong-place-1949";

class AuthorityAuditTest : public LocalAuthorityTest {
 protected:
  const Asker desk_ = AuthorityHarness::AtDesk(kUnitOrg);
};

TEST_F(AuthorityAuditTest, EverySignInMakesAnEntry) {
  const Secrets secrets = city_.Account(kId, kUnitOrg);
  const auto last = [&](const absl::Status&) { return LastEntry(); };
  v1::AuditEntry entry = last(city_.SignIn(desk_, secrets, "000000").status());
  EXPECT_EQ(entry.action(), v1::ACTION_SIGN_IN);
  EXPECT_EQ(entry.result(), v1::AUDIT_RESULT_FAILED);
  EXPECT_EQ(entry.reason(), "WRONG_CREDENTIALS");
  EXPECT_EQ(entry.person_id(), "") << "it is not known who tried";
  EXPECT_EQ(entry.objects(0).id(), kId);
  EXPECT_EQ(entry.node(), desk_.desk);
  EXPECT_EQ(entry.peer(), desk_.peer);
  EXPECT_EQ(entry.time().seconds(), absl::ToUnixSeconds(city_.clock.Now()));
  entry = last(city_.SignInStatus(desk_, secrets));
  EXPECT_EQ(entry.result(), v1::AUDIT_RESULT_DONE);
  EXPECT_EQ(entry.person_id(), kId);
  EXPECT_EQ(entry.reason(), "");
  for (int i = 0; i < limits::kMaxSignInFailures; ++i) {
    city_.SignIn(desk_, secrets, "000000").IgnoreError();
  }
  entry = last(city_.SignInStatus(desk_, secrets));
  EXPECT_EQ(entry.reason(), "LOCKED_OUT");
  EXPECT_EQ(entry.objects(0).id(), kId);
}

TEST_F(AuthorityAuditTest, NothingHappensThatCannotBeEntered) {
  const Secrets secrets = city_.Account(kId, kUnitOrg);
  const PeopleBook before = city_.Book();
  const Asker in = city_.As(desk_, kId);
  audit_.FailWith(absl::UnavailableError("no disk"));
  EXPECT_EQ(city_.SignInStatus(desk_, secrets).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(city_.authority->SignOut(in).code(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(
      city_.Create(AuthorityHarness::Operator(), "li.si", kUnitOrg, {v1::ROLE_HANDLER}).ok());
  EXPECT_EQ(city_.Create(desk_, "li.si", kUnitOrg, {v1::ROLE_HANDLER}).status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(city_.Book().version(), before.version());
  audit_.FailWith(absl::OkStatus());
  EXPECT_TRUE(city_.SignInStatus(desk_, secrets).ok()) << "the code was not used up";
}

// Everything that leaves the authority but answers that are meant to hold a secret.
TEST_F(AuthorityAuditTest, NoSecretIsInAnyEntryOrMessage) {
  std::string said;
  const auto hear = [&said](const absl::Status& status) { said += status.ToString() + "\n"; };
  Secrets secrets = city_.FirstAccount(kId, kUnitOrg);
  const std::string first_password = secrets.password;
  const std::string own = "a very own password 42";
  const std::string code = city_.CodeOf(secrets);
  hear(city_.SignIn(desk_, secrets, code).status());
  hear(city_.SignIn(desk_, secrets, code, "short-1").status());
  const auto in = city_.SignIn(desk_, secrets, code, own);
  ASSERT_TRUE(in.ok()) << in.status();
  hear(city_.SignIn(desk_, secrets, code).status());
  secrets.password = own;
  hear(city_.SignIn(desk_, secrets, code).status());
  // The password in the field of the account, well-formed as one and not.
  Secrets misplaced = secrets;
  misplaced.id = kWrong;
  hear(city_.SignInStatus(desk_, misplaced));
  misplaced.id = own;
  hear(city_.SignInStatus(desk_, misplaced));
  Asker asker = city_.As(desk_, kId);
  asker.session = in->session();
  v1::ChangePasswordRequest change;
  change.set_password("an old password 7");
  change.set_totp_code(city_.CodeOf(secrets));
  change.set_new_password("a new password 8");
  hear(city_.authority->ChangePassword(asker, change));
  const auto reset = city_.Reset(AuthorityHarness::Operator(), kId);
  hear(city_.Reset(asker, kId).status());
  hear(city_.Create(asker, kWrong, kUnitOrg, {v1::ROLE_HANDLER}).status());
  hear(city_.authority->SignOut(asker));
  for (const v1::AuditEntry& entry : audit_.entries()) said += entry.ShortDebugString() + "\n";

  const StoredAccount stored = **store_.GetAccount(kId);
  const StoredTokenKey key = store_.LoadTokenKeys()->front();
  const std::vector<std::string> kept = {
      first_password, own, "short-1", kWrong, "an old password 7", "a new password 8", code,
      in->session(), reset->credentials().first_password(), reset->credentials().totp_secret(),
      stored.password_hash, key.private_key_pem, TotpSecretText(secrets.totp_secret).value(),
      // A part of the session is one, too.
      in->session().substr(in->session().rfind('.') + 1)};
  for (size_t i = 0; i < kept.size(); ++i) {
    EXPECT_FALSE(absl::StrContains(said, kept[i])) << "secret number " << i;
  }
  EXPECT_TRUE(absl::StrContains(said, "WRONG_CREDENTIALS"));
}

TEST_F(AuthorityAuditTest, KeysOfSessionsAreMadeAheadAndKeptUntilNothingIsSignedWithThem) {
  TokenKeys keys(store_, city_.clock, Principal{"city", kCityOrg});
  const std::string first = keys.Current()->key.key_id();
  EXPECT_EQ(LastEntry().action(), v1::ACTION_ROTATE_KEYS);
  EXPECT_EQ(LastEntry().objects(0).id(), first);
  city_.clock.Advance(kTokenKeyAge - absl::Milliseconds(1));
  EXPECT_EQ(keys.Current()->key.key_id(), first);
  EXPECT_EQ(store_.LoadTokenKeys()->size(), 1u);
  city_.clock.Advance(absl::Milliseconds(1));
  EXPECT_EQ(keys.Current()->key.key_id(), first) << "the next one is not known everywhere yet";
  ASSERT_EQ(store_.LoadTokenKeys()->size(), 2u);
  const std::string second = store_.LoadTokenKeys()->front().key.key_id();
  city_.clock.Advance(kTokenKeyLead - absl::Milliseconds(1));
  EXPECT_EQ(keys.Current()->key.key_id(), first);
  city_.clock.Advance(absl::Milliseconds(1));
  EXPECT_EQ(keys.Current()->key.key_id(), second);
  EXPECT_NE(city_.Book().FindTokenKey(first), nullptr) << "for sessions that it has signed";
  city_.clock.Advance(kTokenKeyAge);
  EXPECT_EQ(keys.Current()->key.key_id(), second);
  EXPECT_EQ(city_.Book().FindTokenKey(first), nullptr);
  EXPECT_NE(city_.Book().FindTokenKey(second), nullptr);
}

TEST_F(AuthorityAuditTest, SessionsOutliveTheChangeOfKeys) {
  const Secrets secrets = city_.Account(kId, kUnitOrg);
  city_.clock.Advance(kTokenKeyAge + kTokenKeyLead - absl::Hours(1));
  const auto in = city_.SignIn(desk_, secrets);
  ASSERT_TRUE(in.ok()) << in.status();
  city_.clock.Advance(absl::Hours(4));
  ASSERT_TRUE(city_.authority->KeepTokenKeys().ok());
  const auto later = city_.SignIn(desk_, secrets);
  ASSERT_TRUE(later.ok()) << later.status();
  for (const std::string& session : {in->session(), later->session()}) {
    EXPECT_TRUE(VerifySession(city_.Book(), session, desk_.desk, city_.clock.Now()).ok());
  }
}

// Lets something happen between the check of a password and the change of the account.
class InterruptedIdentityStore final : public MemoryIdentityStore {
 public:
  using MemoryIdentityStore::MemoryIdentityStore;
  absl::Status ChangeAccount(
      absl::string_view person_id,
      absl::FunctionRef<absl::Status(std::optional<StoredAccount>& account, v1::AuditEntry& audit)>
          change) override {
    if (const auto happens = std::exchange(before_change, nullptr)) happens();
    return MemoryIdentityStore::ChangeAccount(person_id, change);
  }
  std::function<void()> before_change;
};

TEST(ChangeBetween, APasswordThatWasReplacedMeanwhileIsWrong) {
  MemoryAuditStore audit;
  InterruptedIdentityStore store(audit);
  AuthorityHarness city(store, audit);
  const Secrets secrets = city.FirstAccount(kId, kUnitOrg);
  // Only the password is another one then; the code goes on being right.
  store.before_change = [&] {
    const absl::Status replaced = store.ChangeAccount(
        kId, [&](std::optional<StoredAccount>& account, v1::AuditEntry&) -> absl::Status {
          account->password_hash = "$argon2id$another";
          return absl::OkStatus();
        });
    EXPECT_TRUE(replaced.ok()) << replaced;
  };
  EXPECT_EQ(ReasonOf(city.SignInStatus(AuthorityHarness::AtDesk(kUnitOrg), secrets)),
            v1::ERROR_REASON_WRONG_CREDENTIALS);
}

// Holds everybody who reads an account until it is opened.
class SlowIdentityStore final : public MemoryIdentityStore {
 public:
  using MemoryIdentityStore::MemoryIdentityStore;
  absl::StatusOr<std::optional<StoredAccount>> GetAccount(absl::string_view id) override {
    std::unique_lock<std::mutex> lock(gate_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    return MemoryIdentityStore::GetAccount(id);
  }
  void AwaitWaiting(int count) {
    std::unique_lock<std::mutex> lock(gate_);
    changed_.wait(lock, [&] { return waiting_ >= count; });
  }
  void Open() {
    const std::lock_guard<std::mutex> lock(gate_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex gate_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

TEST(SignInsAtOnce, WhoComesThirdIsToldToComeBack) {
  MemoryAuditStore audit;
  SlowIdentityStore store(audit);
  AuthorityHarness city(store, audit);
  const Asker desk = AuthorityHarness::AtDesk(kUnitOrg);
  const Secrets nobody{"nobody", "some password", ""};
  std::vector<std::thread> at_work;
  for (int i = 0; i < limits::kMaxSignInsAtOnce; ++i) {
    at_work.emplace_back([&] {
      EXPECT_EQ(ReasonOf(city.SignIn(desk, nobody, "000000").status()),
                v1::ERROR_REASON_WRONG_CREDENTIALS);
    });
  }
  store.AwaitWaiting(limits::kMaxSignInsAtOnce);
  const absl::Status third = city.SignIn(desk, nobody, "000000").status();
  const auto reset = city.Create(AuthorityHarness::Operator(), kId, kUnitOrg, {v1::ROLE_HANDLER});
  store.Open();
  for (std::thread& thread : at_work) thread.join();
  EXPECT_EQ(third.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(third), v1::ERROR_REASON_QUOTA_EXCEEDED);
  EXPECT_TRUE(third.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
  EXPECT_EQ(reset.status(), third) << "first passwords are hashed too";
  EXPECT_EQ(ReasonOf(city.SignIn(desk, nobody, "000000").status()),
            v1::ERROR_REASON_WRONG_CREDENTIALS);
}

}  // namespace
}  // namespace bangfu::server
