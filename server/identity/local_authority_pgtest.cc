// What the memory of the other tests cannot show: the same authority on PostgreSQL.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "server/identity/local_authority_fixture.h"
#include "server/store/postgres/store_fixture.h"

namespace bangfu::server {
namespace {

constexpr char kId[] = "zhang.san";

class LocalAuthorityStoreTest : public StoreFixture {
 protected:
  void SetUp() override {
    StoreFixture::SetUp();
    city_ = std::make_unique<AuthorityHarness>(store_->identity(), store_->audit());
  }

  std::vector<v1::AuditEntry> Entries() {
    const auto chained =
        store_->audit().Chain(1000, [](const AuditHead&, absl::string_view) { return "h"; });
    EXPECT_TRUE(chained.ok()) << chained.status();
    std::vector<v1::AuditEntry> entries;
    const auto read = store_->audit().Read(0, 1000);
    EXPECT_TRUE(read.ok()) << read.status();
    for (const v1::ChainedAuditEntry& chained_entry : *read) {
      EXPECT_TRUE(entries.emplace_back().ParseFromString(chained_entry.entry()));
    }
    return entries;
  }

  const Asker desk_ = AuthorityHarness::AtDesk(kUnitOrg);
  std::unique_ptr<AuthorityHarness> city_;
};

TEST_F(LocalAuthorityStoreTest, FromTheFirstPasswordToTheEnd) {
  const Secrets secrets = city_->Account(kId, kUnitOrg);
  const auto in = city_->SignIn(desk_, secrets);
  ASSERT_TRUE(in.ok()) << in.status();
  const auto good = [&] {
    return VerifySession(city_->Book(), in->session(), desk_.desk, city_->clock.Now()).ok();
  };
  EXPECT_TRUE(good());
  EXPECT_FALSE(city_->SignIn(desk_, secrets).ok()) << "the same code";
  v1::Person person = city_->PersonOf(kId);
  person.set_disabled(true);
  ASSERT_TRUE(city_->Update(AuthorityHarness::Operator(), person).ok());
  EXPECT_FALSE(good());
  const std::vector<v1::AuditEntry> entries = Entries();
  std::vector<std::string> told;
  for (const v1::AuditEntry& entry : entries) {
    told.push_back(absl::StrCat(v1::Action_Name(entry.action()), " ", entry.reason()));
  }
  EXPECT_EQ(told,
            (std::vector<std::string>{
                "ACTION_MANAGE_ACCOUNTS ", "ACTION_ROTATE_KEYS ", "ACTION_SIGN_IN ",
                "ACTION_SIGN_IN ", "ACTION_SIGN_IN WRONG_CREDENTIALS", "ACTION_MANAGE_ACCOUNTS "}));
}

TEST_F(LocalAuthorityStoreTest, LockOutAndItsEndAreKept) {
  const Secrets secrets = city_->Account(kId, kUnitOrg);
  for (int i = 0; i < limits::kMaxSignInFailures; ++i) {
    city_->SignIn(desk_, secrets, "000000").IgnoreError();
  }
  EXPECT_EQ(ReasonOf(city_->SignInStatus(desk_, secrets)), v1::ERROR_REASON_LOCKED_OUT);
  // Another process with the same database.
  AuthorityHarness restarted(store_->identity(), store_->audit());
  restarted.clock.Advance(city_->clock.Now() - restarted.clock.Now());
  restarted.clock.Advance(limits::kLockOut - absl::Milliseconds(1));
  EXPECT_EQ(ReasonOf(restarted.SignInStatus(desk_, secrets)), v1::ERROR_REASON_LOCKED_OUT);
  restarted.clock.Advance(absl::Milliseconds(1));
  EXPECT_TRUE(restarted.SignInStatus(desk_, secrets).ok());
}

TEST_F(LocalAuthorityStoreTest, TriesForWhatIsNoAccountAreEnteredWithoutTheName) {
  for (const std::string& id : {std::string("nobody"), std::string("a\0b", 3),
                                std::string("\xff\xfe"), std::string("x' OR ''='")}) {
    const Secrets secrets{id, "some password", ""};
    EXPECT_EQ(ReasonOf(city_->SignIn(desk_, secrets, "000000").status()),
              v1::ERROR_REASON_WRONG_CREDENTIALS);
    EXPECT_EQ(Entries().back().reason(), "WRONG_CREDENTIALS");
    EXPECT_EQ(Entries().back().objects_size(), 0);
  }
}

TEST_F(LocalAuthorityStoreTest, OneCodeOpensOneSessionInWhicheverProcess) {
  const Secrets secrets = city_->Account(kId, kUnitOrg);
  AuthorityHarness other(store_->identity(), store_->audit());
  other.clock.Advance(city_->clock.Now() - other.clock.Now());
  const std::string code = city_->CodeOf(secrets);
  std::atomic<int> opened{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      if ((i % 2 == 0 ? *city_ : other).SignIn(desk_, secrets, code).ok()) ++opened;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(opened, 1);
}

TEST_F(LocalAuthorityStoreTest, OneOfManyMakesTheAccount) {
  std::atomic<int> made{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      const auto account =
          city_->Create(AuthorityHarness::Operator(), kId, kUnitOrg, {v1::ROLE_HANDLER});
      if (account.ok()) {
        ++made;
      } else {
        EXPECT_EQ(ReasonOf(account.status()), v1::ERROR_REASON_ALREADY_EXISTS) << account.status();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made, 1);
}

TEST_F(LocalAuthorityStoreTest, KeysChangeWithTheirAge) {
  const std::string first = [&] {
    EXPECT_TRUE(city_->authority->KeepTokenKeys().ok());
    return city_->Book().proto().token_keys(0).key_id();
  }();
  for (const absl::Duration age : {kTokenKeyAge, kTokenKeyAge}) {
    city_->clock.Advance(age);
    ASSERT_TRUE(city_->authority->KeepTokenKeys().ok());
    EXPECT_EQ(city_->Book().proto().token_keys_size(), 2);
  }
  EXPECT_EQ(city_->Book().FindTokenKey(first), nullptr);
}

}  // namespace
}  // namespace bangfu::server
