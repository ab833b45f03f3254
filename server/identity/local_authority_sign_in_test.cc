#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "google/rpc/error_details.pb.h"
#include "server/identity/local_authority_fixture.h"

namespace bangfu::server {
namespace {

constexpr char kId[] = "zhang.san";
constexpr char kNewPassword[] = "a password of one's own";

int64_t RetrySeconds(const absl::Status& status) {
  google::rpc::RetryInfo retry;
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.RetryInfo");
  if (!payload || !retry.ParseFromString(std::string(*payload))) return -1;
  return retry.retry_delay().seconds();
}

class SignInTest : public LocalAuthorityTest {
 protected:
  // One wrong try; the reason that it got.
  v1::ErrorReason WrongTry(Secrets secrets) {
    secrets.password = "not the right password";
    return ReasonOf(city_.SignInStatus(desk_, secrets));
  }
  StoredAccount Stored() { return **store_.GetAccount(kId); }

  const Asker desk_ = AuthorityHarness::AtDesk(kUnitOrg);
};

TEST_F(SignInTest, SessionIsOfThePersonAtThisDesk) {
  const Secrets secrets = city_.Account(kId, kUnitOrg);
  const auto in = city_.SignIn(desk_, secrets);
  ASSERT_TRUE(in.ok()) << in.status();
  EXPECT_EQ(in->person().id(), kId);
  EXPECT_EQ(in->expire_time().seconds(),
            absl::ToUnixSeconds(city_.clock.Now() + limits::kSessionLife));
  const auto person = VerifySession(city_.Book(), in->session(), desk_.desk, city_.clock.Now());
  ASSERT_TRUE(person.ok()) << person.status();
  EXPECT_EQ(person->id(), kId);
  EXPECT_FALSE(
      VerifySession(city_.Book(), in->session(), "hz.gongye/desk", city_.clock.Now()).ok());
}

TEST_F(SignInTest, RelayedSessionIsOfTheDeskBehindTheServer) {
  const Secrets secrets = city_.Account(kId, kUnitOrg);
  const auto in = city_.SignIn(AuthorityHarness::ByServer(kUnionOrg, desk_.desk), secrets);
  ASSERT_TRUE(in.ok()) << in.status();
  EXPECT_TRUE(VerifySession(city_.Book(), in->session(), desk_.desk, city_.clock.Now()).ok());
  EXPECT_EQ(LastEntry().node(), desk_.desk);
  EXPECT_EQ(LastEntry().objects(1).id(), "hz.gongye/server");
}

TEST_F(SignInTest, FirstPasswordOpensNothingButItsReplacement) {
  Secrets secrets = city_.FirstAccount(kId, kUnitOrg);
  const absl::Status refused = city_.SignInStatus(desk_, secrets);
  EXPECT_EQ(ReasonOf(refused), v1::ERROR_REASON_NEW_PASSWORD_REQUIRED);
  EXPECT_EQ(refused.code(), absl::StatusCode::kPermissionDenied);
  // With the same code: it has opened nothing.
  const auto in = city_.SignIn(desk_, secrets, city_.CodeOf(secrets), kNewPassword);
  ASSERT_TRUE(in.ok()) << in.status();
  EXPECT_TRUE(VerifySession(city_.Book(), in->session(), desk_.desk, city_.clock.Now()).ok());
  city_.NextStep();
  EXPECT_EQ(ReasonOf(city_.SignInStatus(desk_, secrets)), v1::ERROR_REASON_WRONG_CREDENTIALS);
  secrets.password = kNewPassword;
  EXPECT_TRUE(city_.SignInStatus(desk_, secrets).ok());
}

TEST_F(SignInTest, NewPasswordsKeepThePolicy) {
  const Secrets secrets = city_.FirstAccount(kId, kUnitOrg);
  for (const std::string& bad : {std::string("short"), secrets.password}) {
    const auto in = city_.SignIn(desk_, secrets, city_.CodeOf(secrets), bad);
    EXPECT_EQ(ReasonOf(in.status()), v1::ERROR_REASON_BAD_REQUEST);
  }
  EXPECT_TRUE(Stored().first_password);
}

TEST_F(SignInTest, OnlyAFirstPasswordIsReplacedAtTheSignIn) {
  const Secrets secrets = city_.Account(kId, kUnitOrg);
  const auto in = city_.SignIn(desk_, secrets, city_.CodeOf(secrets), kNewPassword);
  EXPECT_EQ(ReasonOf(in.status()), v1::ERROR_REASON_BAD_REQUEST);
  EXPECT_TRUE(city_.SignInStatus(desk_, secrets).ok()) << "the old one is still right";
}

TEST_F(SignInTest, WrongAccountPasswordCodeAndDeskReadAlike) {
  const Secrets right = city_.Account(kId, kUnitOrg);
  const Secrets disabled = city_.Account("li.si", kUnitOrg);
  v1::Person person = city_.PersonOf("li.si");
  person.set_disabled(true);
  ASSERT_TRUE(city_.Update(AuthorityHarness::Operator(), person).ok());
  Secrets no_such = right;
  no_such.id = "nobody";
  Secrets no_account = right;
  no_account.id = "NOT an account\n";
  Secrets no_password = right;
  no_password.password = "not the right password";
  const absl::Status status = city_.SignInStatus(desk_, no_such);
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_WRONG_CREDENTIALS);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(city_.SignInStatus(desk_, no_account), status);
  EXPECT_EQ(city_.SignInStatus(desk_, no_password), status);
  EXPECT_EQ(city_.SignInStatus(desk_, disabled), status);
  EXPECT_EQ(city_.SignIn(desk_, right, "000000").status(), status);
  EXPECT_EQ(city_.SignIn(desk_, right, "").status(), status);
  EXPECT_EQ(city_.SignInStatus(AuthorityHarness::AtDesk(kOtherUnionOrg), right), status);
  EXPECT_TRUE(city_.SignInStatus(desk_, right).ok());
}

TEST_F(SignInTest, DesksSignInPeopleOfTheirScope) {
  const Secrets of_unit = city_.Account(kId, kUnitOrg);
  const Secrets of_center = city_.Account("center.clerk", kCenterOrg);
  const auto may = [&](const Asker& asker, const Secrets& secrets) {
    city_.NextStep();
    return city_.SignInStatus(asker, secrets).ok();
  };
  EXPECT_TRUE(may(AuthorityHarness::AtDesk(kUnionOrg), of_unit));
  EXPECT_TRUE(may(AuthorityHarness::AtDesk(kCenterOrg), of_unit)) << "the city reads all";
  EXPECT_FALSE(may(AuthorityHarness::AtDesk(kSiblingOrg), of_unit));
  EXPECT_FALSE(may(AuthorityHarness::AtDesk(kUnitOrg), of_center)) << "guessing from below";
  EXPECT_TRUE(may(AuthorityHarness::AtDesk(kCenterOrg), of_center));
}

TEST_F(SignInTest, ServersSpeakForDesksAndPeopleBelowThem) {
  const Secrets of_unit = city_.Account(kId, kUnitOrg);
  const Secrets of_center = city_.Account("center.clerk", kCenterOrg);
  const auto may = [&](const std::string& server, const std::string& desk, const Secrets& secrets) {
    city_.NextStep();
    return city_.SignInStatus(AuthorityHarness::ByServer(server, desk), secrets).ok();
  };
  EXPECT_TRUE(may(kUnionOrg, "hz.gongye.xiangjiao/desk", of_unit));
  EXPECT_FALSE(may(kOtherUnionOrg, "hz.gongye.xiangjiao/desk", of_unit)) << "not its desk";
  EXPECT_FALSE(may(kOtherUnionOrg, "hz.fuyang/desk", of_unit)) << "not its person";
  EXPECT_FALSE(may(kUnionOrg, "hz.center/desk", of_center)) << "no desk of the city is below it";
  EXPECT_FALSE(may(kUnionOrg, "hz.gongye.sichou/desk", of_unit)) << "not the desk's person";
  EXPECT_FALSE(may(kUnionOrg, "hz.gongye2/desk", of_unit));
  EXPECT_FALSE(may(kUnionOrg, "hz.center/desk", of_unit)) << "nor a desk that reads more";
}

TEST_F(SignInTest, DesksSpeakForNoOtherDesk) {
  const Secrets secrets = city_.Account(kId, kUnitOrg);
  Asker asker = AuthorityHarness::AtDesk(kUnionOrg);
  asker.desk = "hz.gongye.xiangjiao/desk";
  EXPECT_EQ(ReasonOf(city_.SignInStatus(asker, secrets)), v1::ERROR_REASON_WRONG_CREDENTIALS);
}

TEST_F(SignInTest, NoCodeTwice) {
  const Secrets secrets = city_.Account(kId, kUnitOrg);
  const std::string code = city_.CodeOf(secrets);
  EXPECT_TRUE(city_.SignIn(desk_, secrets, code).ok());
  EXPECT_EQ(ReasonOf(city_.SignIn(desk_, secrets, code).status()),
            v1::ERROR_REASON_WRONG_CREDENTIALS);
  city_.NextStep();
  EXPECT_FALSE(city_.SignIn(desk_, secrets, code).ok()) << "within the skew, but used";
  EXPECT_TRUE(city_.SignIn(desk_, secrets).ok());
}

TEST_F(SignInTest, CodesOfOneStepBesideAreTaken) {
  const Secrets secrets = city_.Account(kId, kUnitOrg);
  city_.clock.Advance(absl::Minutes(5));
  const int64_t skews[] = {-2, 2, -1, 0, 1};  // each taken one is later than the one before
  for (const int64_t skew : skews) {
    const bool taken = city_.SignIn(desk_, secrets, city_.CodeOf(secrets, skew)).ok();
    EXPECT_EQ(taken, -1 <= skew && skew <= 1) << skew;
  }
}

TEST_F(SignInTest, FiveWrongTriesInARowLock) {
  const Secrets secrets = city_.Account(kId, kUnitOrg);
  for (int i = 0; i < limits::kMaxSignInFailures; ++i) {
    EXPECT_EQ(WrongTry(secrets), v1::ERROR_REASON_WRONG_CREDENTIALS) << i;
  }
  const absl::Status locked = city_.SignInStatus(desk_, secrets);
  EXPECT_EQ(ReasonOf(locked), v1::ERROR_REASON_LOCKED_OUT) << "with the right ones";
  EXPECT_EQ(locked.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(RetrySeconds(locked), absl::ToInt64Seconds(limits::kLockOut));
  EXPECT_EQ(WrongTry(secrets), v1::ERROR_REASON_LOCKED_OUT);
}

TEST_F(SignInTest, FourDoNot) {
  const Secrets secrets = city_.Account(kId, kUnitOrg);
  for (int i = 1; i < limits::kMaxSignInFailures; ++i) WrongTry(secrets);
  EXPECT_TRUE(city_.SignInStatus(desk_, secrets).ok());
}

TEST_F(SignInTest, ARightSignInBeginsTheCountAnew) {
  const Secrets secrets = city_.Account(kId, kUnitOrg);
  for (int i = 1; i < limits::kMaxSignInFailures; ++i) WrongTry(secrets);
  ASSERT_TRUE(city_.SignInStatus(desk_, secrets).ok());
  city_.NextStep();
  for (int i = 1; i < limits::kMaxSignInFailures; ++i) WrongTry(secrets);
  EXPECT_TRUE(city_.SignInStatus(desk_, secrets).ok());
}

TEST_F(SignInTest, WrongCodesCountToo) {
  const Secrets secrets = city_.Account(kId, kUnitOrg);
  for (int i = 0; i < limits::kMaxSignInFailures; ++i) {
    EXPECT_FALSE(city_.SignIn(desk_, secrets, city_.CodeOf(secrets, 2)).ok());
  }
  EXPECT_EQ(ReasonOf(city_.SignInStatus(desk_, secrets)), v1::ERROR_REASON_LOCKED_OUT);
}

TEST_F(SignInTest, LockEndsAfterFifteenMinutesAndTriesDoNotMakeItLonger) {
  const Secrets secrets = city_.Account(kId, kUnitOrg);
  for (int i = 0; i < limits::kMaxSignInFailures; ++i) WrongTry(secrets);
  city_.clock.Advance(limits::kLockOut - absl::Milliseconds(1));
  const absl::Status still = city_.SignInStatus(desk_, secrets);
  EXPECT_EQ(ReasonOf(still), v1::ERROR_REASON_LOCKED_OUT);
  EXPECT_EQ(RetrySeconds(still), 1) << "rounded up";
  for (int i = 0; i < limits::kMaxSignInFailures; ++i) WrongTry(secrets);
  city_.clock.Advance(absl::Milliseconds(1));
  EXPECT_TRUE(city_.SignInStatus(desk_, secrets).ok());
}

TEST_F(SignInTest, AfterALockThereAreFiveTriesAgain) {
  const Secrets secrets = city_.Account(kId, kUnitOrg);
  for (int i = 0; i < limits::kMaxSignInFailures; ++i) WrongTry(secrets);
  city_.clock.Advance(limits::kLockOut);
  for (int i = 0; i < limits::kMaxSignInFailures; ++i) {
    EXPECT_EQ(WrongTry(secrets), v1::ERROR_REASON_WRONG_CREDENTIALS) << i;
  }
  EXPECT_EQ(WrongTry(secrets), v1::ERROR_REASON_LOCKED_OUT);
}

TEST_F(SignInTest, AccountsThatDoNotExistLockLikeThoseThatDo) {
  const Secrets nobody{"nobody", "some password", std::string(20, 'x')};
  for (int i = 0; i < limits::kMaxSignInFailures; ++i) {
    EXPECT_EQ(WrongTry(nobody), v1::ERROR_REASON_WRONG_CREDENTIALS) << i;
  }
  const absl::Status locked = city_.SignInStatus(desk_, nobody);
  EXPECT_EQ(ReasonOf(locked), v1::ERROR_REASON_LOCKED_OUT);
  const Secrets real = city_.Account(kId, kUnitOrg);
  for (int i = 0; i < limits::kMaxSignInFailures; ++i) WrongTry(real);
  city_.clock.Advance(-kTotpStep);  // the account was made one step later
  EXPECT_EQ(city_.SignInStatus(desk_, nobody).message(), locked.message());
  city_.clock.Advance(limits::kLockOut);
  EXPECT_EQ(WrongTry(nobody), v1::ERROR_REASON_WRONG_CREDENTIALS);
}

TEST_F(SignInTest, GuessesOfAnotherUnionLockNobodyHere) {
  const Secrets secrets = city_.Account(kId, kUnitOrg);
  const Asker stranger = AuthorityHarness::AtDesk(kOtherUnionOrg);
  for (int i = 0; i <= limits::kMaxSignInFailures; ++i) {
    EXPECT_FALSE(city_.SignIn(stranger, secrets, "000000").ok());
  }
  EXPECT_TRUE(city_.SignInStatus(desk_, secrets).ok());
}

TEST_F(SignInTest, TriesAtOnceAreCountedOneByOne) {
  const Secrets secrets = city_.Account(kId, kUnitOrg);
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 20; ++j) {
        if (WrongTry(secrets) == v1::ERROR_REASON_WRONG_CREDENTIALS) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, limits::kMaxSignInFailures);
}

TEST_F(SignInTest, OneCodeOpensOneSessionHoweverOftenItIsSent) {
  const Secrets secrets = city_.Account(kId, kUnitOrg);
  const std::string code = city_.CodeOf(secrets);
  std::vector<std::thread> threads;
  std::atomic<int> opened{0};
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      if (city_.SignIn(desk_, secrets, code).ok()) ++opened;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(opened, 1);
}

TEST_F(SignInTest, SignOutEndsAllSessions) {
  const Secrets secrets = city_.Account(kId, kUnitOrg);
  const std::string session = city_.SignIn(desk_, secrets)->session();
  EXPECT_TRUE(city_.authority->SignOut(city_.As(desk_, kId)).ok());
  EXPECT_FALSE(VerifySession(city_.Book(), session, desk_.desk, city_.clock.Now()).ok());
  EXPECT_EQ(ReasonOf(city_.authority->SignOut(desk_)), v1::ERROR_REASON_SIGN_IN_REQUIRED);
}

class ChangePasswordTest : public SignInTest {
 protected:
  absl::Status Change(const Asker& asker, const Secrets& secrets, const std::string& password) {
    v1::ChangePasswordRequest request;
    request.set_password(secrets.password);
    request.set_totp_code(city_.CodeOf(secrets));
    request.set_new_password(password);
    return city_.authority->ChangePassword(asker, request);
  }
};

TEST_F(ChangePasswordTest, ReplacesItAndEndsAllSessions) {
  Secrets secrets = city_.Account(kId, kUnitOrg);
  const std::string session = city_.SignIn(desk_, secrets)->session();
  city_.NextStep();
  const Asker asker = city_.As(desk_, kId);
  ASSERT_TRUE(Change(asker, secrets, kNewPassword).ok());
  EXPECT_FALSE(VerifySession(city_.Book(), session, desk_.desk, city_.clock.Now()).ok());
  city_.NextStep();
  EXPECT_FALSE(city_.SignInStatus(desk_, secrets).ok());
  secrets.password = kNewPassword;
  EXPECT_TRUE(city_.SignInStatus(desk_, secrets).ok());
  EXPECT_EQ(audit_.entries()[audit_.entries().size() - 3].action(), v1::ACTION_CHANGE_PASSWORD);
}

TEST_F(ChangePasswordTest, Refusals) {
  const Secrets secrets = city_.Account(kId, kUnitOrg);
  const Asker asker = city_.As(desk_, kId);
  EXPECT_EQ(ReasonOf(Change(desk_, secrets, kNewPassword)), v1::ERROR_REASON_SIGN_IN_REQUIRED);
  EXPECT_EQ(ReasonOf(Change(asker, secrets, "short")), v1::ERROR_REASON_BAD_REQUEST);
  EXPECT_EQ(ReasonOf(Change(asker, secrets, "")), v1::ERROR_REASON_BAD_REQUEST);
  EXPECT_EQ(ReasonOf(Change(asker, secrets, secrets.password)), v1::ERROR_REASON_BAD_REQUEST);
  Secrets wrong = secrets;
  wrong.password = "not the right password";
  for (int i = 0; i < limits::kMaxSignInFailures; ++i) {
    EXPECT_EQ(ReasonOf(Change(asker, wrong, kNewPassword)), v1::ERROR_REASON_WRONG_CREDENTIALS);
  }
  EXPECT_EQ(ReasonOf(Change(asker, secrets, kNewPassword)), v1::ERROR_REASON_LOCKED_OUT);
  EXPECT_EQ(ReasonOf(city_.SignInStatus(desk_, secrets)), v1::ERROR_REASON_LOCKED_OUT);
}

TEST_F(SignInTest, MoreThanTwoAtOnceAreToldToComeBack) {
  SignInSlots slots;
  std::vector<std::unique_ptr<SignInSlots::Slot>> taken;
  for (int i = 0; i < limits::kMaxSignInsAtOnce; ++i) {
    taken.push_back(std::make_unique<SignInSlots::Slot>(slots));
    EXPECT_TRUE(taken.back()->taken());
  }
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(SignInSlots::Slot(slots).taken());
  taken.pop_back();
  EXPECT_TRUE(SignInSlots::Slot(slots).taken());
}

}  // namespace
}  // namespace bangfu::server
