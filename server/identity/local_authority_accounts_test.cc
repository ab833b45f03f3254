#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/identity/local_authority_fixture.h"

namespace bangfu::server {
namespace {

constexpr char kId[] = "zhang.san";

class AccountsTest : public LocalAuthorityTest {
 protected:
  // Somebody who is signed in at a desk of their own org.
  Asker AdministratorOf(const std::string& org) {
    const std::string id = absl::StrCat("admin.", org);
    if (Book().Find(id) == nullptr) {
      EXPECT_TRUE(city_.Create(operator_, id, org, {v1::ROLE_ADMINISTRATOR}).ok());
    }
    return city_.As(AuthorityHarness::AtDesk(org), id);
  }
  PeopleBook Book() { return city_.Book(); }
  absl::StatusOr<v1::ListAccountsResponse> List(const Asker& asker, const std::string& org = "",
                                                int page_size = 0, const std::string& token = "") {
    v1::ListAccountsRequest request;
    request.set_org(org);
    request.set_page_size(page_size);
    request.set_page_token(token);
    return city_.authority->ListAccounts(asker, request);
  }
  v1::ErrorReason Creating(const Asker& asker, const std::string& id, const std::string& org) {
    return ReasonOf(city_.Create(asker, id, org, {v1::ROLE_HANDLER}).status());
  }
  // No act on accounts is permitted to the asker, and each refusal is entered.
  void ExpectNothing(const Asker& asker, v1::ErrorReason reason) {
    city_.Create(operator_, "somebody", asker.node.org, {v1::ROLE_HANDLER}).IgnoreError();
    const PeopleBook before = Book();
    const auto entries = audit_.entries().size();
    EXPECT_EQ(Creating(asker, "newcomer", asker.node.org), reason);
    EXPECT_EQ(ReasonOf(city_.Update(asker, *before.Find("somebody")).status()), reason);
    EXPECT_EQ(ReasonOf(city_.Reset(asker, "somebody").status()), reason);
    EXPECT_EQ(ReasonOf(List(asker).status()), reason);
    EXPECT_EQ(Book().version(), before.version());
    ASSERT_EQ(audit_.entries().size(), entries + 4);
    EXPECT_NE(LastEntry().result(), v1::AUDIT_RESULT_DONE);
    EXPECT_EQ(LastEntry().action(), v1::ACTION_MANAGE_ACCOUNTS);
  }

  const Asker operator_ = AuthorityHarness::Operator();
};

TEST_F(AccountsTest, MadeWithCredentialsThatAreShownOnce) {
  const auto made = city_.Create(operator_, kId, kUnitOrg, {v1::ROLE_HANDLER, v1::ROLE_REPORTER});
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->person().sessions_version(), 1);
  EXPECT_EQ(made->person().SerializeAsString(), city_.PersonOf(kId).SerializeAsString());
  const StoredAccount stored = **store_.GetAccount(kId);
  EXPECT_TRUE(stored.first_password);
  EXPECT_FALSE(absl::StrContains(stored.password_hash, made->credentials().first_password()));
  EXPECT_EQ(TotpSecretText(stored.totp_secret).value(), made->credentials().totp_secret());
  EXPECT_TRUE(absl::StrContains(made->credentials().totp_uri(), made->credentials().totp_secret()));
  const v1::AuditEntry entry = LastEntry();
  EXPECT_EQ(entry.action(), v1::ACTION_MANAGE_ACCOUNTS);
  EXPECT_EQ(entry.result(), v1::AUDIT_RESULT_DONE);
  EXPECT_EQ(entry.node(), "hz/city");
  EXPECT_EQ(entry.objects(0).id(), kId);
  EXPECT_EQ(entry.objects(0).action(), v1::ACTION_CREATE);
  EXPECT_EQ(entry.objects(0).org(), kUnitOrg);
}

TEST_F(AccountsTest, RequestChoosesOnlyWhoItIs) {
  v1::CreateAccountRequest request;
  v1::Person& person = *request.mutable_person();
  person.set_id(kId);
  person.set_name("张三");
  person.set_org(kUnitOrg);
  person.add_roles(v1::ROLE_HANDLER);
  person.set_disabled(true);
  person.set_sessions_version(99);
  const auto made = city_.authority->CreateAccount(operator_, request);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_FALSE(made->person().disabled());
  EXPECT_EQ(made->person().sessions_version(), 1);
}

TEST_F(AccountsTest, NameOfAnAccountIsUniqueInTheCity) {
  city_.FirstAccount(kId, kUnitOrg);
  const auto again = city_.Create(operator_, kId, kOtherUnitOrg, {v1::ROLE_HANDLER});
  EXPECT_EQ(again.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReasonOf(again.status()), v1::ERROR_REASON_ALREADY_EXISTS);
  EXPECT_EQ(city_.PersonOf(kId).org(), kUnitOrg);
  EXPECT_EQ(LastEntry().reason(), "ALREADY_EXISTS");
}

TEST_F(AccountsTest, MalformedAccountsAreRefused) {
  const auto status = [&](const std::string& id, const std::string& name,
                          const std::vector<int>& roles) {
    v1::CreateAccountRequest request;
    request.mutable_person()->set_id(id);
    request.mutable_person()->set_name(name);
    request.mutable_person()->set_org(kUnitOrg);
    for (const int role : roles) request.mutable_person()->add_roles(static_cast<v1::Role>(role));
    return city_.authority->CreateAccount(operator_, request).status();
  };
  const std::vector<int> handler{v1::ROLE_HANDLER};
  const std::string longest(static_cast<size_t>(limits::kMaxAccountCharacters), 'a');
  EXPECT_TRUE(status(longest, "张三", handler).ok());
  for (const std::string& id :
       {std::string(), longest + "a", std::string("Zhang"), std::string("zhang san"),
        std::string("张三"), std::string("a/b"), std::string("a\0b", 3), std::string("a%")}) {
    EXPECT_EQ(ReasonOf(status(id, "张三", handler)), v1::ERROR_REASON_BAD_REQUEST) << id;
  }
  std::string name;
  for (int i = 0; i < limits::kMaxCharactersOfName; ++i) name += "张";
  EXPECT_TRUE(status("long.name", name, handler).ok());
  for (const std::string& bad : {std::string(), name + "三", std::string(" 张三"),
                                 std::string("张三\n"), std::string("\xff")}) {
    EXPECT_EQ(ReasonOf(status(kId, bad, handler)), v1::ERROR_REASON_BAD_REQUEST);
  }
  for (const std::vector<int>& roles :
       {std::vector<int>{}, std::vector<int>{0}, std::vector<int>{99}, std::vector<int>{1, 1},
        std::vector<int>{1, 2, 3, 4, 5, 6, 6}}) {
    EXPECT_EQ(ReasonOf(status(kId, "张三", roles)), v1::ERROR_REASON_BAD_REQUEST);
  }
  EXPECT_TRUE(status(kId, "张三", {1, 2, 3, 4, 5, 6}).ok());
}

TEST_F(AccountsTest, OrgIsOneOfTheCity) {
  EXPECT_EQ(Creating(operator_, kId, "hz.nowhere"), v1::ERROR_REASON_NOT_FOUND);
  EXPECT_EQ(Creating(operator_, kId, ""), v1::ERROR_REASON_NOT_FOUND);
  EXPECT_EQ(Creating(operator_, kId, "hz.gongye.xiangjiao.none"), v1::ERROR_REASON_NOT_FOUND);
}

TEST_F(AccountsTest, AdministratorsKeepTheAccountsOfTheirSubtree) {
  const Asker admin = AdministratorOf(kUnionOrg);
  EXPECT_EQ(Creating(admin, "in.unit", kUnitOrg), v1::ERROR_REASON_UNSPECIFIED);
  EXPECT_EQ(Creating(admin, "in.union", kUnionOrg), v1::ERROR_REASON_UNSPECIFIED);
  EXPECT_EQ(LastEntry().person_id(), admin.person->id());
  EXPECT_EQ(LastEntry().org(), kUnionOrg);
  for (const char* org : {kCityOrg, kCenterOrg, kOtherUnionOrg, kOtherUnitOrg}) {
    EXPECT_EQ(Creating(admin, "elsewhere", org), v1::ERROR_REASON_NOT_FOUND) << org;
    EXPECT_EQ(LastEntry().result(), v1::AUDIT_RESULT_DENIED);
    EXPECT_EQ(LastEntry().reason(), "NOT_FOUND");
  }
  EXPECT_EQ(Book().Find("elsewhere"), nullptr);
}

TEST_F(AccountsTest, WhatIsOutOfScopeReadsAsAbsent) {
  const Asker admin = AdministratorOf(kUnionOrg);
  city_.FirstAccount(kId, kOtherUnitOrg);
  v1::Person absent = city_.PersonOf(kId);
  absent.set_id("nobody");
  EXPECT_EQ(city_.Update(admin, city_.PersonOf(kId)).status(),
            city_.Update(admin, absent).status());
  EXPECT_EQ(city_.Reset(admin, kId).status(), city_.Reset(admin, "nobody").status());
  EXPECT_EQ(ReasonOf(city_.Reset(admin, kId).status()), v1::ERROR_REASON_NOT_FOUND);
  EXPECT_EQ(ReasonOf(city_.Reset(admin, "NO ACCOUNT").status()), v1::ERROR_REASON_NOT_FOUND);
  EXPECT_EQ(List(admin, kOtherUnionOrg).status(), List(admin, "hz.nowhere").status());
  EXPECT_EQ(ReasonOf(List(admin, kCityOrg).status()), v1::ERROR_REASON_NOT_FOUND);
}

TEST_F(AccountsTest, NobodyElseKeepsAccounts) {
  for (const v1::Role role : {v1::ROLE_HANDLER, v1::ROLE_REVIEWER, v1::ROLE_APPROVER,
                              v1::ROLE_REPORTER, v1::ROLE_AUDITOR}) {
    SCOPED_TRACE(v1::Role_Name(role));
    const std::string id = absl::StrCat("person.", role);
    ASSERT_TRUE(city_.Create(operator_, id, kCityOrg, {role}).ok());
    ExpectNothing(city_.As(AuthorityHarness::AtDesk(kCityOrg), id), v1::ERROR_REASON_NOT_PERMITTED);
  }
}

TEST_F(AccountsTest, NoPersonNoAccounts) {
  ExpectNothing(AuthorityHarness::AtDesk(kCityOrg), v1::ERROR_REASON_SIGN_IN_REQUIRED);
  // A server with a session that is not good, and one that hands a call on without any.
  Asker with_session = AuthorityHarness::ByServer(kUnionOrg);
  with_session.session = "ended";
  ExpectNothing(with_session, v1::ERROR_REASON_SIGN_IN_REQUIRED);
  ExpectNothing(AuthorityHarness::ByServer(kUnionOrg, "hz.gongye.xiangjiao/desk"),
                v1::ERROR_REASON_SIGN_IN_REQUIRED);
}

TEST_F(AccountsTest, OperatorOfAServerBelowKeepsItsSubtree) {
  const Asker server = AuthorityHarness::ByServer(kUnionOrg);
  EXPECT_EQ(Creating(server, "in.unit", kUnitOrg), v1::ERROR_REASON_UNSPECIFIED);
  EXPECT_EQ(Creating(server, "elsewhere", kOtherUnitOrg), v1::ERROR_REASON_NOT_FOUND);
  EXPECT_EQ(Creating(server, "elsewhere", kCityOrg), v1::ERROR_REASON_NOT_FOUND);
}

TEST_F(AccountsTest, ServersHandOnNothingBeyondTheirSubtree) {
  const Asker city_admin = AdministratorOf(kCityOrg);
  Asker relayed = AuthorityHarness::ByServer(kUnionOrg, "hz.gongye/desk");
  relayed.person = city_admin.person;  // such a session would be a forgery, or stolen
  relayed.session = "a session";
  EXPECT_EQ(Creating(relayed, "elsewhere", kOtherUnitOrg), v1::ERROR_REASON_NOT_FOUND);
  EXPECT_EQ(Creating(relayed, "in.unit", kUnitOrg), v1::ERROR_REASON_UNSPECIFIED);
  relayed.desk = "hz.fuyang/desk";
  EXPECT_EQ(Creating(relayed, "in.unit2", kUnitOrg), v1::ERROR_REASON_NOT_PERMITTED);
  Asker stranger = AuthorityHarness::ByServer(kOtherUnionOrg, "hz.fuyang/desk");
  stranger.person = AdministratorOf(kUnionOrg).person;
  stranger.session = "a session";
  EXPECT_EQ(Creating(stranger, "in.unit3", kUnitOrg), v1::ERROR_REASON_NOT_PERMITTED);
}

TEST_F(AccountsTest, UpdateReplacesNameRolesAndState) {
  city_.FirstAccount(kId, kUnitOrg);
  v1::Person person = city_.PersonOf(kId);
  person.set_name("张三丰");
  person.clear_roles();
  person.add_roles(v1::ROLE_REVIEWER);
  person.set_sessions_version(50);
  const auto updated = city_.Update(AdministratorOf(kUnionOrg), person, "转岗");
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->person().SerializeAsString(), city_.PersonOf(kId).SerializeAsString());
  EXPECT_EQ(updated->person().name(), "张三丰");
  EXPECT_EQ(updated->person().roles_size(), 1);
  EXPECT_EQ(updated->person().roles(0), v1::ROLE_REVIEWER);
  EXPECT_EQ(updated->person().sessions_version(), 1) << "sessions go on, with other rights";
  EXPECT_EQ(LastEntry().stated_reason(), "转岗");
  EXPECT_EQ(LastEntry().objects(0).action(), v1::ACTION_EDIT);
}

TEST_F(AccountsTest, DisablingEndsSessionsForGood) {
  const Secrets secrets = city_.Account(kId, kUnitOrg);
  const Asker desk = AuthorityHarness::AtDesk(kUnitOrg);
  const std::string session = city_.SignIn(desk, secrets)->session();
  city_.NextStep();
  v1::Person person = city_.PersonOf(kId);
  person.set_disabled(true);
  ASSERT_TRUE(city_.Update(operator_, person).ok());
  const auto good = [&] {
    return VerifySession(Book(), session, desk.desk, city_.clock.Now()).ok();
  };
  EXPECT_FALSE(good());
  EXPECT_FALSE(city_.SignInStatus(desk, secrets).ok());
  person.set_disabled(false);
  ASSERT_TRUE(city_.Update(operator_, person).ok());
  EXPECT_FALSE(good()) << "the old session stays ended";
  EXPECT_TRUE(city_.SignInStatus(desk, secrets).ok());
}

TEST_F(AccountsTest, ReasonsAreNeeded) {
  city_.FirstAccount(kId, kUnitOrg);
  std::string too_long;
  for (int i = 0; i <= limits::kMaxCharactersOfReason; ++i) too_long += "因";
  for (const std::string& reason :
       {std::string(), std::string(" \n"), std::string("\xff"), too_long}) {
    EXPECT_EQ(ReasonOf(city_.Update(operator_, city_.PersonOf(kId), reason).status()),
              v1::ERROR_REASON_REASON_REQUIRED);
    EXPECT_EQ(ReasonOf(city_.Reset(operator_, kId, reason).status()),
              v1::ERROR_REASON_REASON_REQUIRED);
  }
}

TEST_F(AccountsTest, OrgNeverChanges) {
  city_.FirstAccount(kId, kUnitOrg);
  v1::Person person = city_.PersonOf(kId);
  person.set_org(kSiblingOrg);
  EXPECT_EQ(ReasonOf(city_.Update(operator_, person).status()), v1::ERROR_REASON_BAD_REQUEST);
  person.clear_org();
  EXPECT_TRUE(city_.Update(operator_, person).ok());
  EXPECT_EQ(city_.PersonOf(kId).org(), kUnitOrg);
}

TEST_F(AccountsTest, NobodyChangesTheirOwnRoles) {
  const Asker admin = AdministratorOf(kUnionOrg);
  v1::Person own = *admin.person;
  own.set_name("王管理");
  EXPECT_TRUE(city_.Update(admin, own).ok()) << "the name is not a right";
  own.add_roles(v1::ROLE_APPROVER);
  EXPECT_EQ(ReasonOf(city_.Update(admin, own).status()), v1::ERROR_REASON_NOT_PERMITTED);
  EXPECT_EQ(LastEntry().result(), v1::AUDIT_RESULT_DENIED);
  own = *admin.person;
  own.set_disabled(true);
  EXPECT_EQ(ReasonOf(city_.Update(admin, own).status()), v1::ERROR_REASON_NOT_PERMITTED);
  EXPECT_EQ(ReasonOf(city_.Reset(admin, admin.person->id()).status()),
            v1::ERROR_REASON_NOT_PERMITTED);
  EXPECT_EQ(city_.PersonOf(admin.person->id()).roles_size(), 1);
}

TEST_F(AccountsTest, TheCityKeepsAnAdministrator) {
  AdministratorOf(kUnionOrg);  // of a union only
  v1::Person last = *AdministratorOf(kCityOrg).person;
  v1::Person disabled = last;
  disabled.set_disabled(true);
  v1::Person other_role = last;
  other_role.set_roles(0, v1::ROLE_AUDITOR);
  EXPECT_EQ(ReasonOf(city_.Update(operator_, disabled).status()), v1::ERROR_REASON_NOT_PERMITTED);
  EXPECT_EQ(ReasonOf(city_.Update(operator_, other_role).status()), v1::ERROR_REASON_NOT_PERMITTED);
  ASSERT_TRUE(city_.Create(operator_, "second", kCityOrg, {v1::ROLE_ADMINISTRATOR}).ok());
  EXPECT_TRUE(city_.Update(operator_, disabled).ok());
  v1::Person second = city_.PersonOf("second");
  second.set_disabled(true);
  EXPECT_EQ(ReasonOf(city_.Update(operator_, second).status()), v1::ERROR_REASON_NOT_PERMITTED)
      << "the disabled one does not count";
}

TEST_F(AccountsTest, TheCityKeepsAnAdministratorWhenAllGoAtOnce) {
  constexpr int kAdministrators = 6;
  std::vector<std::thread> threads;
  for (int i = 0; i < kAdministrators; ++i) {
    ASSERT_TRUE(
        city_.Create(operator_, absl::StrCat("admin", i), kCityOrg, {v1::ROLE_ADMINISTRATOR}).ok());
  }
  std::atomic<int> refused{0};
  for (int i = 0; i < kAdministrators; ++i) {
    v1::Person person = city_.PersonOf(absl::StrCat("admin", i));
    person.set_disabled(true);
    threads.emplace_back([&, person] {
      if (!city_.Update(operator_, person).ok()) ++refused;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(refused, 1);
}

TEST_F(AccountsTest, ResetGivesNewCredentialsEndsSessionsAndTheLockOut) {
  const Secrets secrets = city_.Account(kId, kUnitOrg);
  const Asker desk = AuthorityHarness::AtDesk(kUnitOrg);
  const std::string session = city_.SignIn(desk, secrets)->session();
  for (int i = 0; i < limits::kMaxSignInFailures; ++i) {
    city_.SignIn(desk, secrets, "000000").IgnoreError();
  }
  const auto reset = city_.Reset(AdministratorOf(kUnionOrg), kId);
  ASSERT_TRUE(reset.ok()) << reset.status();
  EXPECT_EQ(LastEntry().objects(0).action(), v1::ACTION_CHANGE_PASSWORD);
  EXPECT_FALSE(VerifySession(Book(), session, desk.desk, city_.clock.Now()).ok());
  city_.NextStep();
  EXPECT_FALSE(city_.SignInStatus(desk, secrets).ok()) << "the old ones";
  const Secrets fresh = AuthorityHarness::SecretsOf(kId, reset->credentials());
  EXPECT_EQ(ReasonOf(city_.SignInStatus(desk, fresh)), v1::ERROR_REASON_NEW_PASSWORD_REQUIRED);
  EXPECT_TRUE(city_.SignIn(desk, fresh, city_.CodeOf(fresh), "a password of one's own").ok());
}

TEST_F(AccountsTest, ListedByIdInPagesWithWhatAdministratorsNeed) {
  for (const char* id : {"c", "a", "b"}) city_.FirstAccount(id, kUnitOrg);
  city_.FirstAccount("other", kOtherUnitOrg);
  const Secrets locked = city_.Account("locked", kUnionOrg);
  for (int i = 0; i < limits::kMaxSignInFailures; ++i) {
    city_.SignIn(AuthorityHarness::AtDesk(kUnionOrg), locked, "000000").IgnoreError();
  }
  const Asker admin = AdministratorOf(kUnionOrg);
  std::vector<std::string> ids;
  std::string token;
  int pages = 0;
  do {
    const auto page = List(admin, "", 2, token);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const v1::Account& account : page->accounts()) {
      ids.push_back(account.person().id());
      EXPECT_EQ(account.has_locked_until(), account.person().id() == "locked");
      EXPECT_EQ(account.first_password(), account.person().id() != "locked");
    }
    token = page->next_page_token();
  } while (!token.empty() && ++pages < 10);
  EXPECT_EQ(ids, (std::vector<std::string>{"a", "admin.hz.gongye", "b", "c", "locked"}));
  EXPECT_EQ(List(admin, kUnitOrg)->accounts_size(), 3);
  EXPECT_EQ(List(operator_)->accounts_size(), 6);
  EXPECT_EQ(ReasonOf(List(admin, "", 2, "NO TOKEN").status()), v1::ERROR_REASON_BAD_PAGE_TOKEN);
}

TEST_F(AccountsTest, CertificatesAreTheIssuersBusiness) {
  v1::IssueCertificateRequest issue;
  issue.mutable_node()->set_node("gongye");
  EXPECT_TRUE(city_.authority->IssueCertificate(operator_, issue).ok());
  v1::RevokeNodeRequest revoke;
  revoke.set_node("hz.gongye/gongye");
  EXPECT_TRUE(city_.authority->RevokeNode(operator_, revoke).ok());
  EXPECT_EQ(city_.issuer.asked,
            (std::vector<std::string>{"operator@hz/city issues gongye",
                                      "operator@hz/city revokes hz.gongye/gongye"}));
}

}  // namespace
}  // namespace bangfu::server
