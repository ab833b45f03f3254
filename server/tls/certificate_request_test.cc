#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "base/limits.h"
#include "server/tls/authority_test_fixture.h"
#include "server/tls/bundle.h"
#include "server/tls/node_key.h"
#include "server/tls/openssl_handles.h"
#include "server/tls/pem.h"

namespace bangfu::server {
namespace {

using ::testing::ElementsAre;
using ::testing::MatchesRegex;

class CertificateRequestTest : public AuthorityTest {
 protected:
  // A request of `key` that asks for these extensions, in OpenSSL's configuration syntax.
  static std::string RequestWith(EVP_PKEY* key,
                                 const std::vector<std::pair<int, const char*>>& extensions,
                                 const EVP_MD* digest = EVP_sha256()) {
    const CertificateRequestHandle request(X509_REQ_new());
    X509_REQ_set_version(request.get(), X509_REQ_VERSION_1);
    X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>("city"), -1, -1, 0);
    X509_REQ_set_pubkey(request.get(), key);
    STACK_OF(X509_EXTENSION)* list = sk_X509_EXTENSION_new_null();
    for (const auto& [nid, value] : extensions) {
      sk_X509_EXTENSION_push(list, X509V3_EXT_conf_nid(nullptr, nullptr, nid, value));
    }
    if (!extensions.empty()) X509_REQ_add_extensions(request.get(), list);
    sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
    EXPECT_GT(X509_REQ_sign(request.get(), key, digest), 0);
    return CertificateRequestToPem(*request).value();
  }

  absl::StatusOr<SignedCertificate> Sign(const std::string& csr) const {
    return SignCsr(Path("ca"), csr, Request());
  }

  static CertificateHandle Parsed(const std::string& pem) {
    return std::move(ParseCertificates(pem, "test").value().front());
  }
};

TEST_F(CertificateRequestTest, AKeyGetsTheCertificateThatWasApproved) {
  const NodeKey key = MakeNodeKey().value();
  NodeCertificateRequest request = Request();
  request.kind = NodeKind::kDesk;
  const auto result = SignCsr(Path("ca"), key.csr_pem, request);
  ASSERT_TRUE(result.ok()) << result.status();
  const auto bundle =
      CheckBundle({result->ca_pem, result->certificate_pem, key.key_pem}, "test", now_);
  ASSERT_TRUE(bundle.ok()) << bundle.status();
  EXPECT_EQ(bundle->identity, (NodeIdentity{"hz.fuyang", "fuyang-1", NodeKind::kDesk}));
  EXPECT_EQ(bundle->facts.issued, now_);
  EXPECT_EQ(bundle->facts.not_before, now_ - kClockAllowance);
  EXPECT_THAT(bundle->facts.dns_names, ElementsAre("fuyang.example", "*.fuyang.example"));
  EXPECT_THAT(bundle->facts.ip_addresses, ElementsAre("192.0.2.7", "2001:db8::7"));
  EXPECT_THAT(bundle->facts.serial, MatchesRegex("([0-9a-f][0-9a-f])+"));
  EXPECT_EQ(bundle->facts.serial, result->facts.serial);
}

TEST_F(CertificateRequestTest, ADeskIsAClientOnly) {
  NodeCertificateRequest request = Request();
  request.kind = NodeKind::kDesk;
  const auto result = SignCsr(Path("ca"), MakeNodeKey().value().csr_pem, request);
  ASSERT_TRUE(result.ok()) << result.status();
  const CertificateHandle certificate = Parsed(result->certificate_pem);
  EXPECT_EQ(X509_get_extended_key_usage(certificate.get()), uint32_t{XKU_SSL_CLIENT});
}

TEST_F(CertificateRequestTest, NothingButTheKeyIsTaken) {
  const KeyHandle key(EVP_EC_gen("P-384"));
  const std::string csr = RequestWith(
      key.get(), {{NID_basic_constraints, "critical,CA:TRUE"},
                  {NID_key_usage, "critical,keyCertSign,cRLSign"},
                  {NID_ext_key_usage, "serverAuth,codeSigning"},
                  {NID_subject_alt_name, "URI:bangfu://node/hz/city,DNS:city.example"}});
  const auto result = Sign(csr);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->facts.identity, (NodeIdentity{"hz.fuyang", "fuyang-1"}));
  EXPECT_THAT(result->facts.dns_names, ElementsAre("fuyang.example", "*.fuyang.example"));
  const CertificateHandle certificate = Parsed(result->certificate_pem);
  EXPECT_EQ(X509_check_ca(certificate.get()), 0);
  EXPECT_EQ(X509_get_key_usage(certificate.get()), uint32_t{KU_DIGITAL_SIGNATURE});
  EXPECT_EQ(X509_get_extended_key_usage(certificate.get()),
            uint32_t{XKU_SSL_SERVER} | uint32_t{XKU_SSL_CLIENT});
  std::array<char, 64> name = {};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name.data(),
                            name.size());
  EXPECT_STREQ(name.data(), "fuyang-1");
  EXPECT_EQ(EVP_PKEY_eq(X509_get0_pubkey(certificate.get()), key.get()), 1);
}

TEST_F(CertificateRequestTest, StrongKeysOnly) {
  const KeyHandle rsa_good(EVP_RSA_gen(3072));
  const KeyHandle rsa_weak(EVP_RSA_gen(2048));
  const KeyHandle curve_weak(EVP_EC_gen("P-224"));
  const KeyHandle curve_other(EVP_EC_gen("secp256k1"));
  const KeyHandle edwards(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  EXPECT_TRUE(Sign(RequestWith(rsa_good.get(), {})).ok());
  for (EVP_PKEY* const weak : {rsa_weak.get(), curve_weak.get(), curve_other.get()}) {
    EXPECT_EQ(Sign(RequestWith(weak, {})).status().code(), absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(Sign(RequestWith(edwards.get(), {}, nullptr)).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(CertificateRequestTest, ACurveIsNamed) {
  const KeyHandle key(EVP_EC_gen("P-256"));
  ASSERT_EQ(EVP_PKEY_set_utf8_string_param(key.get(), "encoding", "explicit"), 1);
  EXPECT_EQ(Sign(RequestWith(key.get(), {})).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(CertificateRequestTest, WhoeverAsksHoldsTheKey) {
  const KeyHandle key(EVP_EC_gen("P-256"));
  EXPECT_EQ(Sign(RequestWith(key.get(), {}, EVP_sha1())).status().code(),
            absl::StatusCode::kInvalidArgument);
  // What was signed is another by one letter.
  const std::string good = RequestWith(key.get(), {});
  unsigned char* der = nullptr;
  const int size = i2d_X509_REQ(ParseCertificateRequest(good).value().get(), &der);
  std::string bytes(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  ASSERT_NE(bytes.find("city"), std::string::npos);
  bytes[bytes.find("city")] = 'k';
  const auto* in = reinterpret_cast<const unsigned char*>(bytes.data());
  const CertificateRequestHandle tampered(d2i_X509_REQ(nullptr, &in, size));
  ASSERT_NE(tampered, nullptr);
  EXPECT_EQ(Sign(CertificateRequestToPem(*tampered).value()).status().code(),
            absl::StatusCode::kInvalidArgument);
  const KeyHandle stolen(EVP_EC_gen("P-256"));
  const CertificateRequestHandle swapped = ParseCertificateRequest(good).value();
  X509_REQ_set_pubkey(swapped.get(), stolen.get());
  EXPECT_EQ(Sign(CertificateRequestToPem(*swapped).value()).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(CertificateRequestTest, SizeAndFormHaveLimits) {
  const std::string good = MakeNodeKey().value().csr_pem;
  EXPECT_TRUE(Sign(good).ok());
  EXPECT_EQ(
      Sign(std::string(static_cast<size_t>(limits::kMaxCsrBytes), ' ') + good).status().code(),
      absl::StatusCode::kInvalidArgument);
  for (const std::string& bad : {std::string(), std::string("x"), good.substr(0, good.size() / 2),
                                 Read("ca/ca.pem"), Read("ca/ca.key"), std::string(100, '\0')}) {
    EXPECT_EQ(Sign(bad).status().code(), absl::StatusCode::kInvalidArgument) << bad.size();
  }
}

TEST_F(CertificateRequestTest, AFingerprintIsOfTheKey) {
  const NodeKey key = MakeNodeKey().value();
  EXPECT_THAT(key.fingerprint, MatchesRegex("([0-9a-f]{4} ){15}[0-9a-f]{4}"));
  const NodeKey again = NodeKeyOf(key.key_pem).value();
  EXPECT_EQ(again.fingerprint, key.fingerprint);
  EXPECT_EQ(CheckCertificateRequest(again.csr_pem).value().fingerprint, key.fingerprint);
  EXPECT_NE(MakeNodeKey().value().fingerprint, key.fingerprint);
}

}  // namespace
}  // namespace bangfu::server
