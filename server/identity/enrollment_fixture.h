#ifndef BANGFU_SERVER_IDENTITY_ENROLLMENT_FIXTURE_H_
#define BANGFU_SERVER_IDENTITY_ENROLLMENT_FIXTURE_H_

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "base/error.h"
#include "server/authz/orgs_fixture.h"
#include "server/identity/certificate_desk.h"
#include "server/identity/enrollment_desk.h"
#include "server/identity/identity_store_fixture.h"
#include "server/identity/node_description.h"
#include "server/tls/bundle.h"
#include "server/tls/node_key.h"

namespace bangfu::server {

// The machine's clock, which can be set forward.
class ForwardClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::Now() + absl::Seconds(ahead_seconds.load()); }
  std::atomic<int64_t> ahead_seconds{0};
};

// An authority that knows certificates only.
class CertificatesOnly final : public IdentityAuthority {
 public:
  explicit CertificatesOnly(CertificateIssuer& issuer) : issuer_(issuer) {}

  absl::StatusOr<v1::SignInResponse> SignIn(const Asker&, const v1::SignInRequest&) override {
    return None();
  }
  absl::Status SignOut(const Asker&) override { return None(); }
  absl::Status ChangePassword(const Asker&, const v1::ChangePasswordRequest&) override {
    return None();
  }
  absl::StatusOr<v1::CreateAccountResponse> CreateAccount(
      const Asker&, const v1::CreateAccountRequest&) override {
    return None();
  }
  absl::StatusOr<v1::UpdateAccountResponse> UpdateAccount(
      const Asker&, const v1::UpdateAccountRequest&) override {
    return None();
  }
  absl::StatusOr<v1::ResetCredentialsResponse> ResetCredentials(
      const Asker&, const v1::ResetCredentialsRequest&) override {
    return None();
  }
  absl::StatusOr<v1::ListAccountsResponse> ListAccounts(const Asker&,
                                                        const v1::ListAccountsRequest&) override {
    return None();
  }
  absl::StatusOr<v1::IssueCertificateResponse> IssueCertificate(
      const Asker& asker, const v1::IssueCertificateRequest& request) override {
    if (!away.ok()) return away;
    return issuer_.IssueCertificate(asker, request);
  }
  absl::Status RevokeNode(const Asker& asker, const v1::RevokeNodeRequest& request) override {
    return issuer_.RevokeNode(asker, request);
  }

  absl::Status away;  // why the root cannot be asked

 private:
  static absl::Status None() { return absl::UnimplementedError("certificates only"); }
  CertificateIssuer& issuer_;
};

inline Principal ServerOf(const std::string& org, const std::string& name = "server") {
  Principal node{name, org};
  node.serial = "0123";
  node.issued = absl::Now() - absl::Hours(1);
  return node;
}

inline Asker AskerAt(const Principal& node) {
  Asker asker;
  asker.node = node;
  asker.desk = node.Key();
  asker.peer = "ipv4:192.0.2.7:5000";
  return asker;
}

inline Asker OperatorOf(const Principal& node) {
  Asker asker = AskerAt(node);
  asker.is_operator = true;
  return asker;
}

// Somebody of `org` with `role` at a desk of that org.
inline Asker PersonOf(const std::string& org, v1::Role role) {
  Principal desk = ServerOf(org, "desk");
  desk.kind = v1::NODE_KIND_DESK;
  Asker asker = AskerAt(desk);
  v1::Person person;
  person.set_id("someone");
  person.set_org(org);
  person.add_roles(role);
  asker.person = person;
  asker.session = "a session";
  return asker;
}

inline v1::NodeDescription Describe(const std::string& org, const std::string& name,
                                    v1::NodeKind kind = v1::NODE_KIND_SERVER,
                                    const std::vector<std::string>& dns_names = {}) {
  v1::NodeDescription node;
  node.set_org(org);
  node.set_node(name);
  node.set_kind(kind);
  for (const std::string& dns_name : dns_names) node.add_dns_names(dns_name);
  return node;
}

// The root's desks over a store in memory, with an authority in a folder.
class EnrollmentTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
    const absl::Status made = InitAuthority(folder_ + "/ca", "test", absl::Now());
    ASSERT_TRUE(made.ok()) << made;
    certificates_ = std::make_unique<CertificateDesk>(
        store_, audit_, Current(), clock_,
        CertificateDesk::Options{root_, folder_ + "/ca", [] {
                                   CertificateFacts own;
                                   own.dns_names = {"city.example"};
                                   own.ip_addresses = {"192.0.2.1"};
                                   return own;
                                 }});
    authority_ = std::make_unique<CertificatesOnly>(*certificates_);
    desk_ = std::make_unique<EnrollmentDesk>(
        store_, audit_, *authority_, Current(), clock_,
        EnrollmentDesk::Options{root_, "city.example:7444", [] { return "authorities"; }});
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  CurrentStanding Current() {
    return [this]() -> absl::StatusOr<Standing> {
      auto directory = store_.LoadDirectory();
      if (!directory.ok()) return directory.status();
      return Standing{orgs_, std::make_shared<const PeopleBook>(*std::move(directory))};
    };
  }

  static v1::IssueCertificateRequest IssueFor(const v1::NodeDescription& node,
                                              const std::string& approved_by = "someone") {
    v1::IssueCertificateRequest request;
    *request.mutable_node() = node;
    request.set_csr_pem(MakeNodeKey().value().csr_pem);
    request.set_approved_by(approved_by);
    return request;
  }

  absl::Status Revoke(const Asker& asker, const std::string& node, const std::string& serial = "") {
    v1::RevokeNodeRequest request;
    request.set_node(node);
    request.set_serial(serial);
    request.set_reason("lost");
    return certificates_->RevokeNode(asker, request);
  }

  v1::AuditEntry LastEntry() const {
    const auto entries = audit_.entries();
    return entries.empty() ? v1::AuditEntry() : entries.back();
  }

  std::string folder_ = ::testing::TempDir() + "bangfu_enrollment_XXXXXX";
  ForwardClock clock_;
  const Principal root_ = ServerOf(kCityOrg, "city");
  const std::shared_ptr<const domain::OrgTree> orgs_ =
      std::make_shared<const domain::OrgTree>(HangzhouOrgs());
  MemoryAuditStore audit_;
  MemoryIdentityStore store_{audit_};
  std::unique_ptr<CertificateDesk> certificates_;
  std::unique_ptr<CertificatesOnly> authority_;
  std::unique_ptr<EnrollmentDesk> desk_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_ENROLLMENT_FIXTURE_H_
