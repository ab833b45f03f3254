#include "server/tls/bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/x509v3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "server/tls/authority_test_fixture.h"
#include "server/tls/openssl_handles.h"
#include "server/tls/pem.h"

namespace bangfu::server {
namespace {

using ::testing::HasSubstr;

constexpr uid_t kNobody = 65534;

class BundleTest : public AuthorityTest {
 protected:
  void SetUp() override {
    AuthorityTest::SetUp();
    NodeCertificateRequest request = Request();
    request.validity = absl::Hours(24);
    Issue(request, "node");
  }

  absl::Status LoadAt(absl::Time when) const { return LoadBundle(Path("node"), when).status(); }

  // A self-signed certificate with these alternative names, in OpenSSL's configuration syntax.
  static std::string CertificateWithNames(const char* names) {
    const CertificateHandle certificate(X509_new());
    const KeyHandle key(EVP_EC_gen("P-256"));
    X509_set_pubkey(certificate.get(), key.get());
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    if (names != nullptr) {
      const ExtensionHandle extension(
          X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names));
      X509_add_ext(certificate.get(), extension.get(), -1);
    }
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    return CertificateToPem(*certificate).value();
  }
};

TEST_F(BundleTest, HoldsTheFilesAndWhatTheySay) {
  const auto bundle = LoadBundle(Path("node"), now_);
  ASSERT_TRUE(bundle.ok()) << bundle.status();
  EXPECT_EQ(bundle->ca_pem, Read("ca/ca.pem"));
  EXPECT_EQ(bundle->cert_pem, Read("node/node.pem"));
  EXPECT_EQ(bundle->key_pem, Read("node/node.key"));
  EXPECT_EQ(bundle->identity, (NodeIdentity{"hz.fuyang", "fuyang-1"}));
  EXPECT_EQ(bundle->not_after, now_ + absl::Hours(24));
}

TEST_F(BundleTest, EachMissingFileIsNamed) {
  for (const char* const name : {"ca.pem", "node.pem", "node.key"}) {
    const std::string file = std::string("node/") + name;
    const std::string content = Read(file);
    std::filesystem::remove(Path(file));
    const absl::Status status = LoadAt(now_);
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
    EXPECT_THAT(std::string(status.message()), HasSubstr(Path(file)));
    EXPECT_THAT(TextOf(status).zh, HasSubstr(Path(file)));
    Write(file, content);
  }
  EXPECT_TRUE(LoadAt(now_).ok());
}

TEST_F(BundleTest, UnreadableFileIsNamed) {
  // In a child, because root may read everything and must become somebody else for good.
  std::filesystem::permissions(Path("node/node.key"), std::filesystem::perms::none);
  std::filesystem::permissions(Path("node"), std::filesystem::perms(0755));
  std::filesystem::permissions(Path("."), std::filesystem::perms(0755));
  const pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && setuid(kNobody) != 0) _exit(2);
    const absl::Status status = LoadAt(now_);
    _exit(status.code() == absl::StatusCode::kPermissionDenied &&
                  status.message().find("node.key") != absl::string_view::npos
              ? 0
              : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST_F(BundleTest, EachBrokenFileIsNamed) {
  for (const char* const name : {"ca.pem", "node.pem", "node.key"}) {
    const std::string file = std::string("node/") + name;
    const std::string content = Read(file);
    for (const std::string& broken :
         {content.substr(0, content.size() / 2), std::string("hello")}) {
      Write(file, broken);
      const absl::Status status = LoadAt(now_);
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << name;
      EXPECT_THAT(std::string(status.message()), HasSubstr(name));
      EXPECT_EQ(status.message().find("BEGIN"), absl::string_view::npos) << "no content in errors";
    }
    Write(file, content);
  }
}

TEST_F(BundleTest, BrokenSecondAuthorityIsNoticed) {
  Write("node/ca.pem", Read("ca/ca.pem") + Read("ca/ca.pem").substr(0, 100));
  EXPECT_EQ(LoadAt(now_).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(BundleTest, KeyOfAnotherCertificateIsRefused) {
  Issue(Request(), "other");
  Write("node/node.key", Read("other/node.key"));
  const absl::Status status = LoadAt(now_);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("does not match"));
}

TEST_F(BundleTest, ForeignAuthorityIsRefused) {
  // The same name, another key.
  ASSERT_TRUE(InitAuthority(Path("foreign"), "杭州市总工会", now_).ok());
  Write("node/ca.pem", Read("foreign/ca.pem"));
  const absl::Status status = LoadAt(now_);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("not signed"));
}

TEST_F(BundleTest, OldAndNewAuthorityMayStandTogether) {
  ASSERT_TRUE(InitAuthority(Path("next"), "杭州市总工会", now_).ok());
  Write("node/ca.pem", Read("next/ca.pem") + Read("ca/ca.pem"));
  EXPECT_TRUE(LoadAt(now_).ok());
}

TEST_F(BundleTest, NodeMayNotSignForAnother) {
  // A node that puts its own certificate in the place of the authority.
  Write("node/ca.pem", Read("node/node.pem"));
  EXPECT_EQ(LoadAt(now_).code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(BundleTest, ValidityHasTwoEnds) {
  EXPECT_TRUE(LoadAt(now_ - kClockAllowance).ok());
  const absl::Status early = LoadAt(now_ - kClockAllowance - absl::Seconds(1));
  EXPECT_EQ(early.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(early.message()), HasSubstr("check the clock"));
  const absl::Time last = now_ + absl::Hours(24);
  EXPECT_TRUE(LoadAt(last - absl::Seconds(1)).ok());
  const absl::Status late = LoadAt(last);
  EXPECT_EQ(late.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(late.message()), HasSubstr("expired on 2014-03-04"));
}

TEST_F(BundleTest, IdentityNeedsExactlyOneNodeUri) {
  const auto one =
      IdentityOfCertificate(CertificateWithNames("URI:https://x.example,URI:bangfu://node/hz/n"));
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_EQ(*one, (NodeIdentity{"hz", "n"}));
  for (const char* const names :
       {static_cast<const char*>(nullptr), "DNS:n.example", "URI:https://x.example",
        "URI:bangfu://node/hz/n,URI:bangfu://node/hz/m", "URI:bangfu://node/hz/N",
        "URI:BANGFU://node/hz/n", "DNS:bangfu.example,email:bangfu://node/hz/n"}) {
    EXPECT_EQ(IdentityOfCertificate(CertificateWithNames(names)).status().code(),
              absl::StatusCode::kInvalidArgument)
        << (names == nullptr ? "no names" : names);
  }
  EXPECT_EQ(IdentityOfCertificate("").status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace bangfu::server
