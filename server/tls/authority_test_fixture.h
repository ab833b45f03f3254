#ifndef BANGFU_SERVER_TLS_AUTHORITY_TEST_FIXTURE_H_
#define BANGFU_SERVER_TLS_AUTHORITY_TEST_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/time/time.h"
#include "server/tls/certificate_authority.h"

namespace bangfu::server {

// A temporary folder with an authority in <base>/ca, made at now_.
class AuthorityTest : public ::testing::Test {
 protected:
  const absl::Time now_ = absl::FromCivil(absl::CivilSecond(2014, 3, 3, 8), absl::UTCTimeZone());

  void SetUp() override {
    ASSERT_NE(mkdtemp(base_.data()), nullptr);
    const absl::Status made = InitAuthority(Path("ca"), "杭州市总工会", now_);
    ASSERT_TRUE(made.ok()) << made;
  }
  void TearDown() override { std::filesystem::remove_all(base_); }

  std::string Path(const std::string& name) const { return base_ + "/" + name; }

  std::string Read(const std::string& name) const {
    std::ifstream file(Path(name));
    return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }

  void Write(const std::string& name, const std::string& content) const {
    std::ofstream(Path(name), std::ios::trunc) << content;
  }

  NodeCertificateRequest Request() const {
    NodeCertificateRequest request;
    request.node_name = "fuyang-1";
    request.org = "hz.fuyang";
    request.dns_names = {"fuyang.example", "*.fuyang.example"};
    request.ip_addresses = {"192.0.2.7", "2001:db8::7"};
    request.now = now_;
    return request;
  }

  void Issue(const NodeCertificateRequest& request, const std::string& bundle,
             const std::string& authority = "ca") const {
    const absl::Status issued = IssueCertificate(Path(authority), request, Path(bundle));
    ASSERT_TRUE(issued.ok()) << issued;
  }

 private:
  std::string base_ = "/tmp/bangfu-test-XXXXXX";
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_TLS_AUTHORITY_TEST_FIXTURE_H_
