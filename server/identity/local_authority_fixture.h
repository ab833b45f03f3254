#ifndef BANGFU_SERVER_IDENTITY_LOCAL_AUTHORITY_FIXTURE_H_
#define BANGFU_SERVER_IDENTITY_LOCAL_AUTHORITY_FIXTURE_H_

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "server/authz/orgs_fixture.h"
#include "server/identity/identity_store_fixture.h"
#include "server/identity/local_authority.h"
#include "server/identity/session_tokens.h"
#include "server/identity/totp.h"

namespace bangfu::server {

// The least that argon2id takes: tests are about what is done with a password, not its cost.
inline constexpr PasswordCost kCheapPasswords{8, 1, 1};

// A clock that stands still until it is set.
class StandingClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::FromUnixMillis(millis_); }
  void Advance(absl::Duration time) { millis_ += absl::ToInt64Milliseconds(time); }

 private:
  std::atomic<int64_t> millis_{absl::ToUnixMillis(absl::FromUnixSeconds(1'900'000'010))};
};

// Remembers what it was asked for.
class RecordedIssuer final : public CertificateIssuer {
 public:
  absl::StatusOr<v1::IssueCertificateResponse> IssueCertificate(
      const Asker& asker, const v1::IssueCertificateRequest& request) override {
    asked.push_back(absl::StrCat(asker.Name(), " issues ", request.node().node()));
    return v1::IssueCertificateResponse();
  }
  absl::Status RevokeNode(const Asker& asker, const v1::RevokeNodeRequest& request) override {
    asked.push_back(absl::StrCat(asker.Name(), " revokes ", request.node()));
    return absl::OkStatus();
  }
  std::vector<std::string> asked;
};

// What somebody at a desk knows.
struct Secrets {
  std::string id;
  std::string password;
  std::string totp_secret;  // bytes
};

// The authority of the city over an identity store.
class AuthorityHarness {
 public:
  AuthorityHarness(IdentityStore& store, AuditStore& audit) : store_(store) {
    auto made = LocalAuthority::Create(store, audit, issuer, [this] { return CurrentStandingOf(); },
                                       clock, {Principal{"city", kCityOrg}, kCheapPasswords});
    EXPECT_TRUE(made.ok()) << made.status();
    authority = *std::move(made);
  }

  PeopleBook Book() {
    auto directory = store_.LoadDirectory();
    EXPECT_TRUE(directory.ok()) << directory.status();
    return PeopleBook(directory.value_or(v1::Directory()));
  }

  // A call of a desk in its own name.
  static Asker AtDesk(const std::string& org, const std::string& name = "desk") {
    Asker asker;
    asker.node.org = org;
    asker.node.node = name;
    asker.node.kind = v1::NODE_KIND_DESK;
    asker.desk = asker.node.Key();
    asker.peer = "ipv4:192.0.2.7:5000";
    return asker;
  }
  // A call that a server hands on for a desk; its own, when there is no desk.
  static Asker ByServer(const std::string& server_org, const std::string& desk = "") {
    Asker asker = AtDesk(server_org, "server");
    asker.node.kind = v1::NODE_KIND_SERVER;
    if (!desk.empty()) asker.desk = desk;
    return asker;
  }
  static Asker Operator() {
    Asker asker = ByServer(kCityOrg);
    asker.node.node = "city";
    asker.desk = asker.node.Key();
    asker.is_operator = true;
    return asker;
  }
  // The same call with the session of a person, as a node finds it.
  Asker As(Asker asker, const std::string& person_id) {
    const PeopleBook book = Book();
    const v1::Person* person = book.Find(person_id);
    EXPECT_NE(person, nullptr) << person_id;
    if (person != nullptr) asker.person = *person;
    asker.session = "a session";
    return asker;
  }

  // The code of now, or of a step beside it.
  std::string CodeOf(const Secrets& secrets, int64_t steps = 0) {
    return TotpCode(secrets.totp_secret, TotpStepAt(clock.Now()) + steps).value_or("");
  }
  void NextStep() { clock.Advance(kTotpStep); }

  absl::StatusOr<v1::CreateAccountResponse> Create(const Asker& asker, const std::string& id,
                                                   const std::string& org,
                                                   std::vector<v1::Role> roles) {
    v1::CreateAccountRequest request;
    request.mutable_person()->set_id(id);
    request.mutable_person()->set_name("办理人");
    request.mutable_person()->set_org(org);
    for (const v1::Role role : roles) request.mutable_person()->add_roles(role);
    return authority->CreateAccount(asker, request);
  }
  static Secrets SecretsOf(const std::string& id, const v1::Credentials& credentials) {
    return {id, credentials.first_password(), SecretBytes(credentials.totp_secret())};
  }
  // An account of the city's operator that still has its first password.
  Secrets FirstAccount(const std::string& id, const std::string& org,
                       std::vector<v1::Role> roles = {v1::ROLE_HANDLER}) {
    const auto made = Create(Operator(), id, org, std::move(roles));
    EXPECT_TRUE(made.ok()) << made.status();
    return made.ok() ? SecretsOf(id, made->credentials()) : Secrets{id, "", ""};
  }
  // An account whose first password has been replaced.
  Secrets Account(const std::string& id, const std::string& org,
                  std::vector<v1::Role> roles = {v1::ROLE_HANDLER}) {
    Secrets secrets = FirstAccount(id, org, std::move(roles));
    const std::string password = absl::StrCat("an own password ", id.size());
    const auto in = SignIn(AtDesk(org), secrets, CodeOf(secrets), password);
    EXPECT_TRUE(in.ok()) << in.status();
    secrets.password = password;
    NextStep();
    return secrets;
  }

  absl::StatusOr<v1::SignInResponse> SignIn(const Asker& asker, const Secrets& secrets,
                                            const std::string& code,
                                            const std::string& new_password = "") {
    v1::SignInRequest request;
    request.set_person_id(secrets.id);
    request.set_password(secrets.password);
    request.set_totp_code(code);
    request.set_new_password(new_password);
    return authority->SignIn(asker, request);
  }
  // With the code of now.
  absl::StatusOr<v1::SignInResponse> SignIn(const Asker& asker, const Secrets& secrets) {
    return SignIn(asker, secrets, CodeOf(secrets));
  }
  absl::Status SignInStatus(const Asker& asker, const Secrets& secrets) {
    return SignIn(asker, secrets).status();
  }

  absl::StatusOr<v1::UpdateAccountResponse> Update(const Asker& asker, const v1::Person& person,
                                                   const std::string& reason = "岗位调整") {
    v1::UpdateAccountRequest request;
    *request.mutable_person() = person;
    request.set_reason(reason);
    return authority->UpdateAccount(asker, request);
  }
  absl::StatusOr<v1::ResetCredentialsResponse> Reset(const Asker& asker, const std::string& id,
                                                     const std::string& reason = "手机遗失") {
    v1::ResetCredentialsRequest request;
    request.set_person_id(id);
    request.set_reason(reason);
    return authority->ResetCredentials(asker, request);
  }
  v1::Person PersonOf(const std::string& id) {
    const PeopleBook book = Book();
    const v1::Person* person = book.Find(id);
    EXPECT_NE(person, nullptr) << id;
    return person == nullptr ? v1::Person() : *person;
  }

  StandingClock clock;
  RecordedIssuer issuer;
  std::unique_ptr<LocalAuthority> authority;

 private:
  // RFC 4648, 6: five bits a letter; the secrets of ours have no padding.
  static std::string SecretBytes(const std::string& base32) {
    std::string bytes;
    unsigned bits = 0;
    int count = 0;
    for (const char c : base32) {
      bits = (bits << 5) | static_cast<unsigned>(c >= 'A' ? c - 'A' : c - '2' + 26);
      count += 5;
      if (count < 8) continue;
      count -= 8;
      bytes.push_back(static_cast<char>((bits >> count) & 0xFF));
    }
    return bytes;
  }
  absl::StatusOr<Standing> CurrentStandingOf() {
    auto directory = store_.LoadDirectory();
    if (!directory.ok()) return directory.status();
    return Standing{orgs_, std::make_shared<const PeopleBook>(*std::move(directory))};
  }

  IdentityStore& store_;
  const std::shared_ptr<const domain::OrgTree> orgs_ =
      std::make_shared<const domain::OrgTree>(HangzhouOrgs());
};

// The authority over a store in memory.
class LocalAuthorityTest : public testing::Test {
 protected:
  v1::AuditEntry LastEntry() const {
    const auto entries = audit_.entries();
    return entries.empty() ? v1::AuditEntry() : entries.back();
  }

  MemoryAuditStore audit_;
  MemoryIdentityStore store_{audit_};
  AuthorityHarness city_{store_, audit_};
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_LOCAL_AUTHORITY_FIXTURE_H_
