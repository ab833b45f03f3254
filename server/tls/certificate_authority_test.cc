#include "server/tls/certificate_authority.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>
#include <sys/stat.h>

#include <functional>
#include <set>

#include "absl/strings/str_cat.h"
#include "server/tls/authority_test_fixture.h"
#include "server/tls/bundle.h"
#include "server/tls/openssl_handles.h"
#include "server/tls/pem.h"

namespace bangfu::server {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class CertificateAuthorityTest : public AuthorityTest {
 protected:
  CertificateHandle Certificate(const std::string& file) const {
    auto certificates = ParseCertificates(Read(file), file);
    EXPECT_TRUE(certificates.ok()) << certificates.status();
    return certificates.ok() ? std::move(certificates->front()) : nullptr;
  }

  // OpenSSL's verdict, X509_V_OK or a reason, as a TLS peer with `authority` would come to it.
  int Verify(const std::string& bundle, const std::string& authority, int purpose,
             absl::Time when) const {
    const CertificateHandle ca = Certificate(authority);
    const CertificateHandle node = Certificate(bundle + "/node.pem");
    const StoreHandle store(X509_STORE_new());
    const StoreContextHandle context(X509_STORE_CTX_new());
    X509_STORE_add_cert(store.get(), ca.get());
    X509_STORE_CTX_init(context.get(), store.get(), node.get(), nullptr);
    X509_STORE_CTX_set_purpose(context.get(), purpose);
    X509_STORE_CTX_set_time(context.get(), 0, absl::ToTimeT(when));
    X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_X509_STRICT);
    X509_verify_cert(context.get());
    return X509_STORE_CTX_get_error(context.get());
  }
};

TEST_F(CertificateAuthorityTest, PeersAcceptTheChain) {
  Issue(Request(), "node");
  EXPECT_EQ(Verify("node", "ca/ca.pem", X509_PURPOSE_SSL_SERVER, now_), X509_V_OK);
  EXPECT_EQ(Verify("node", "ca/ca.pem", X509_PURPOSE_SSL_CLIENT, now_), X509_V_OK);
  EXPECT_EQ(Verify("node", "node/ca.pem", X509_PURPOSE_SSL_CLIENT, now_), X509_V_OK);
}

TEST_F(CertificateAuthorityTest, PeersOfAnotherAuthorityDoNot) {
  ASSERT_TRUE(InitAuthority(Path("other"), "杭州市总工会", now_).ok());
  Issue(Request(), "node");
  EXPECT_NE(Verify("node", "other/ca.pem", X509_PURPOSE_SSL_SERVER, now_), X509_V_OK);
}

TEST_F(CertificateAuthorityTest, ValidityHasTwoEnds) {
  NodeCertificateRequest request = Request();
  request.validity = absl::Hours(24);
  Issue(request, "node");
  const auto verdict = [&](absl::Time when) {
    return Verify("node", "ca/ca.pem", X509_PURPOSE_SSL_SERVER, when);
  };
  EXPECT_EQ(verdict(now_ - kClockAllowance), X509_V_OK);
  EXPECT_EQ(verdict(now_ - kClockAllowance - absl::Seconds(1)), X509_V_ERR_CERT_NOT_YET_VALID);
  EXPECT_EQ(verdict(now_ + absl::Hours(24) - absl::Seconds(1)), X509_V_OK);
  EXPECT_EQ(verdict(now_ + absl::Hours(24)), X509_V_ERR_CERT_HAS_EXPIRED);
}

TEST_F(CertificateAuthorityTest, RoleLimitsTheUse) {
  NodeCertificateRequest request = Request();
  request.role = CertificateRole::kServer;
  Issue(request, "server");
  EXPECT_EQ(Verify("server", "ca/ca.pem", X509_PURPOSE_SSL_SERVER, now_), X509_V_OK);
  EXPECT_EQ(Verify("server", "ca/ca.pem", X509_PURPOSE_SSL_CLIENT, now_),
            X509_V_ERR_INVALID_PURPOSE);
  request.role = CertificateRole::kClient;
  Issue(request, "client");
  EXPECT_EQ(Verify("client", "ca/ca.pem", X509_PURPOSE_SSL_CLIENT, now_), X509_V_OK);
  EXPECT_EQ(Verify("client", "ca/ca.pem", X509_PURPOSE_SSL_SERVER, now_),
            X509_V_ERR_INVALID_PURPOSE);
}

TEST_F(CertificateAuthorityTest, CertificateNamesTheNodeAndItsHosts) {
  Issue(Request(), "node");
  const auto identity = IdentityOfCertificate(Read("node/node.pem"));
  ASSERT_TRUE(identity.ok()) << identity.status();
  EXPECT_EQ(*identity, (NodeIdentity{"hz.fuyang", "fuyang-1"}));
  const CertificateHandle node = Certificate("node/node.pem");
  const auto speaks_for = [&](const std::string& host) {
    return X509_check_host(node.get(), host.data(), host.size(), 0, nullptr) == 1;
  };
  EXPECT_TRUE(speaks_for("fuyang.example"));
  EXPECT_TRUE(speaks_for("a.fuyang.example"));
  EXPECT_FALSE(speaks_for("yuhang.example"));
  EXPECT_FALSE(speaks_for("fuyang-1")) << "the common name is no host name";
  EXPECT_EQ(X509_check_ip_asc(node.get(), "192.0.2.7", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(node.get(), "2001:db8::7", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(node.get(), "192.0.2.8", 0), 0);
}

TEST_F(CertificateAuthorityTest, ExtensionsAreThere) {
  Issue(Request(), "node");
  const CertificateHandle node = Certificate("node/node.pem");
  const CertificateHandle ca = Certificate("ca/ca.pem");
  EXPECT_EQ(X509_check_ca(ca.get()), 1);
  EXPECT_EQ(X509_get_pathlen(ca.get()), 0);
  EXPECT_EQ(X509_check_ca(node.get()), 0);
  EXPECT_GE(X509_get_ext_by_NID(node.get(), NID_basic_constraints, -1), 0);
  ASSERT_NE(X509_get0_subject_key_id(node.get()), nullptr);
  ASSERT_NE(X509_get0_authority_key_id(node.get()), nullptr);
  EXPECT_EQ(ASN1_OCTET_STRING_cmp(X509_get0_authority_key_id(node.get()),
                                  X509_get0_subject_key_id(ca.get())),
            0);
  EXPECT_EQ(EVP_PKEY_get_bits(X509_get0_pubkey(node.get())), 256);
}

TEST_F(CertificateAuthorityTest, SerialNumbersAreLargeAndDiffer) {
  std::set<std::string> serials;
  int most_bits = 0;
  for (int i = 0; i < 8; ++i) {
    const std::string bundle = absl::StrCat("node", i);
    Issue(Request(), bundle);
    const CertificateHandle node = Certificate(bundle + "/node.pem");
    const BignumHandle serial(ASN1_INTEGER_to_BN(X509_get0_serialNumber(node.get()), nullptr));
    EXPECT_FALSE(BN_is_negative(serial.get()));
    EXPECT_LE(BN_num_bits(serial.get()), 128);
    most_bits = std::max(most_bits, BN_num_bits(serial.get()));
    char* const hex = BN_bn2hex(serial.get());
    serials.insert(hex);
    OPENSSL_free(hex);
  }
  EXPECT_EQ(serials.size(), 8u);
  EXPECT_GT(most_bits, 96);
}

TEST_F(CertificateAuthorityTest, KeysAreForTheOwnerOnly) {
  Issue(Request(), "node");
  for (const char* const key : {"ca/ca.key", "node/node.key"}) {
    struct stat info;
    ASSERT_EQ(stat(Path(key).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777u, 0600u) << key;
  }
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(Path("node"))) {
    names.push_back(entry.path().filename().string());
  }
  EXPECT_THAT(names, UnorderedElementsAre("ca.pem", "node.pem", "node.key"));
}

TEST_F(CertificateAuthorityTest, NothingIsOverwritten) {
  const std::string key = Read("ca/ca.key");
  EXPECT_EQ(InitAuthority(Path("ca"), "again", now_).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(Read("ca/ca.key"), key);
  Issue(Request(), "node");
  const std::string certificate = Read("node/node.pem");
  EXPECT_EQ(IssueCertificate(Path("ca"), Request(), Path("node")).code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(Read("node/node.pem"), certificate);
}

TEST_F(CertificateAuthorityTest, AuthorityNameHasLimits) {
  std::string longest;
  for (size_t i = 0; i < kMaxCommonNameCharacters; ++i) longest += "杭";
  EXPECT_TRUE(InitAuthority(Path("longest"), longest, now_).ok());
  for (const std::string& name : {std::string(), longest + "州", std::string("\xff\xfe")}) {
    EXPECT_EQ(InitAuthority(Path("bad"), name, now_).code(), absl::StatusCode::kInvalidArgument)
        << name;
  }
  EXPECT_FALSE(std::filesystem::exists(Path("bad")));
}

TEST_F(CertificateAuthorityTest, RequestAtItsLimitsIsGranted) {
  NodeCertificateRequest request = Request();
  request.validity = kMaxNodeValidity;
  request.ip_addresses.clear();
  const std::string label(kMaxDnsLabelBytes, 'd');
  request.dns_names = {label + "." + label + "." + label + "." + std::string(61, 'd')};
  ASSERT_EQ(request.dns_names.front().size(), kMaxDnsNameBytes);
  while (request.dns_names.size() < kMaxSubjectNames) request.dns_names.emplace_back("x.example");
  Issue(request, "large");
  request = Request();
  request.validity = kMinNodeValidity;
  request.dns_names.clear();
  request.ip_addresses.clear();
  Issue(request, "small");
}

TEST_F(CertificateAuthorityTest, BadRequestIsRefusedAndLeavesNothing) {
  using Change = std::function<void(NodeCertificateRequest&)>;
  const std::string label(kMaxDnsLabelBytes, 'd');
  const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'd');
  const Change changes[] = {
      [](auto& request) { request.org = ""; },
      [](auto& request) { request.org = "hz/fuyang"; },
      [](auto& request) { request.node_name = "Fuyang"; },
      [](auto& request) { request.dns_names = {""}; },
      [](auto& request) { request.dns_names = {"a,DNS:evil.example"}; },
      [](auto& request) { request.dns_names = {"a..b"}; },
      [](auto& request) { request.dns_names = {"-a.example"}; },
      [](auto& request) { request.dns_names = {"a.*.example"}; },
      [](auto& request) { request.dns_names = {"杭州.example"}; },
      [&](auto& request) { request.dns_names = {label + "d.example"}; },
      [&](auto& request) { request.dns_names = {longest + "d"}; },
      [](auto& request) { request.ip_addresses = {"192.0.2"}; },
      [](auto& request) { request.ip_addresses = {"192.0.2.7/24"}; },
      [](auto& request) { request.ip_addresses = {"fuyang.example"}; },
      [](auto& request) { request.dns_names.assign(kMaxSubjectNames - 1, "x.example"); },
      [](auto& request) { request.validity = kMaxNodeValidity + absl::Seconds(1); },
      [](auto& request) { request.validity = kMinNodeValidity - absl::Seconds(1); },
      [](auto& request) { request.validity = -absl::Hours(1); },
  };
  int number = 0;
  for (const Change& change : changes) {
    NodeCertificateRequest request = Request();
    change(request);
    EXPECT_EQ(IssueCertificate(Path("ca"), request, Path("bad")).code(),
              absl::StatusCode::kInvalidArgument)
        << "change " << number;
    EXPECT_FALSE(std::filesystem::exists(Path("bad"))) << "change " << number;
    ++number;
  }
}

TEST_F(CertificateAuthorityTest, CertificateNeverOutlivesItsAuthority) {
  NodeCertificateRequest request = Request();
  request.validity = absl::Hours(24);
  request.now = now_ + kAuthorityValidity - absl::Hours(24);
  Issue(request, "last");
  request.now += absl::Seconds(1);
  EXPECT_EQ(IssueCertificate(Path("ca"), request, Path("late")).code(),
            absl::StatusCode::kFailedPrecondition);
  request.now = now_ + kAuthorityValidity;
  EXPECT_EQ(IssueCertificate(Path("ca"), request, Path("late")).code(),
            absl::StatusCode::kFailedPrecondition);
  request.now = now_ - kClockAllowance - absl::Seconds(1);
  EXPECT_EQ(IssueCertificate(Path("ca"), request, Path("early")).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(CertificateAuthorityTest, DamagedAuthorityIsNamed) {
  const std::string key = Read("ca/ca.key");
  ASSERT_TRUE(InitAuthority(Path("other"), "other", now_).ok());
  Write("ca/ca.key", Read("other/ca.key"));
  EXPECT_EQ(IssueCertificate(Path("ca"), Request(), Path("node")).code(),
            absl::StatusCode::kFailedPrecondition);
  Write("ca/ca.key", key.substr(0, key.size() / 2));
  const absl::Status broken = IssueCertificate(Path("ca"), Request(), Path("node"));
  EXPECT_EQ(broken.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(broken.message()), HasSubstr("ca.key"));
  std::filesystem::remove(Path("ca/ca.key"));
  EXPECT_EQ(IssueCertificate(Path("ca"), Request(), Path("node")).code(),
            absl::StatusCode::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(Path("node")));
}

}  // namespace
}  // namespace bangfu::server
