#include "server/tls/certificate_keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/limits.h"
#include "server/tls/authority_test_fixture.h"
#include "server/tls/credential_folder.h"
#include "server/tls/live_bundle.h"
#include "server/tls/node_key.h"

namespace bangfu::server {
namespace {

class SetClock final : public Clock {
 public:
  absl::Time Now() const override { return now; }
  absl::Time now;
};

class CertificateKeeperTest : public AuthorityTest {
 protected:
  void SetUp() override {
    AuthorityTest::SetUp();
    clock_.now = now_;
    Issue(RequestAt(now_), "node");
  }

  NodeCertificateRequest RequestAt(absl::Time now) const {
    NodeCertificateRequest request = Request();
    request.validity = absl::Hours(24 * 90);
    request.now = now;
    return request;
  }

  CertificateKeeper::Renew SignedBy(const std::string& ca, const std::string& node = "fuyang-1") {
    return [this, ca, node](const std::string& csr) -> absl::StatusOr<CertificateKeeper::Renewed> {
      ++asked_;
      NodeCertificateRequest request = RequestAt(clock_.now);
      request.node_name = node;
      auto result = SignCsr(Path(ca), csr, request);
      if (!result.ok()) return result.status();
      return CertificateKeeper::Renewed{result->certificate_pem, result->ca_pem};
    };
  }

  TlsBundle Bundle() const {
    auto bundle = LoadBundle(Path("node"), clock_.now);
    EXPECT_TRUE(bundle.ok()) << bundle.status();
    return bundle.value_or(TlsBundle());
  }

  SetClock clock_;
  int asked_ = 0;
};

TEST_F(CertificateKeeperTest, RenewsAfterTwoThirdsOfTheLifeWithANewKey) {
  CertificateKeeper keeper(Path("node"), clock_, SignedBy("ca"));
  const TlsBundle old = Bundle();
  clock_.now = now_ + absl::Hours(24 * 60) - absl::Seconds(1);
  EXPECT_EQ(*keeper.RenewIfDue(), false);
  EXPECT_EQ(asked_, 0);
  clock_.now = now_ + absl::Hours(24 * 60);
  const auto renewed = keeper.RenewIfDue();
  ASSERT_TRUE(renewed.ok()) << renewed.status();
  EXPECT_TRUE(*renewed);
  const TlsBundle fresh = Bundle();
  EXPECT_NE(fresh.key_pem, old.key_pem);
  EXPECT_NE(fresh.facts.serial, old.facts.serial);
  EXPECT_EQ(fresh.facts.issued, clock_.now);
  EXPECT_EQ(*keeper.RenewIfDue(), false);
  EXPECT_EQ(asked_, 1);
}

TEST_F(CertificateKeeperTest, AFailureIsTriedAgainLater) {
  CertificateKeeper keeper(Path("node"), clock_, [&](const std::string&) {
    ++asked_;
    return absl::StatusOr<CertificateKeeper::Renewed>(absl::UnavailableError("away"));
  });
  const std::string before = Read("node/node.pem");
  clock_.now = now_ + absl::Hours(24 * 70);
  EXPECT_EQ(keeper.RenewIfDue().status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(*keeper.RenewIfDue(), false);
  EXPECT_EQ(asked_, 1);
  clock_.now += kRenewalRetry;
  EXPECT_EQ(keeper.RenewIfDue().status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(asked_, 2);
  EXPECT_EQ(Read("node/node.pem"), before);
}

TEST_F(CertificateKeeperTest, AnAnswerForAnotherNodeOrFromAnotherAuthorityIsNotTaken) {
  ASSERT_TRUE(InitAuthority(Path("other"), "other", now_).ok());
  const std::string before = Read("node/node.pem");
  clock_.now = now_ + absl::Hours(24 * 70);
  for (const auto& renew : {SignedBy("other"), SignedBy("ca", "fuyang-2")}) {
    CertificateKeeper keeper(Path("node"), clock_, renew);
    EXPECT_EQ(keeper.RenewIfDue().status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(Read("node/node.pem"), before);
    EXPECT_EQ(Read("node/ca.pem"), Read("ca/ca.pem"));
  }
  // A certificate for a key that is not ours.
  CertificateKeeper keeper(Path("node"), clock_, [&](const std::string&) {
    return SignedBy("ca")(MakeNodeKey().value().csr_pem);
  });
  EXPECT_EQ(keeper.RenewIfDue().status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(CertificateKeeperTest, AnAuthorityComesBeforeItsCertificates) {
  ASSERT_TRUE(InitAuthority(Path("other"), "next", now_).ok());
  Write("node/ca.pem", Read("ca/ca.pem") + Read("other/ca.pem"));
  clock_.now = now_ + absl::Hours(24 * 70);
  CertificateKeeper keeper(Path("node"), clock_, SignedBy("other"));
  const auto renewed = keeper.RenewIfDue();
  ASSERT_TRUE(renewed.ok()) << renewed.status();
  EXPECT_EQ(Bundle().ca_pem, Read("other/ca.pem"));
}

TEST_F(CertificateKeeperTest, ARunningNodeSeesWhatIsGoodAndItsOwn) {
  LiveBundle live(Path("node"), Bundle(), clock_);
  const std::string first = live.Current()->cert_pem;
  const auto replace_with = [&](const NodeCertificateRequest& request) {
    const NodeKey key = MakeNodeKey().value();
    const auto result = SignCsr(Path("ca"), key.csr_pem, request).value();
    ASSERT_TRUE(
        ReplaceBundle(Path("node"), {result.ca_pem, result.certificate_pem, key.key_pem}).ok());
    clock_.now += kBundleLookInterval;
  };
  replace_with(RequestAt(now_));
  const std::string second = live.Current()->cert_pem;
  EXPECT_NE(second, first);
  NodeCertificateRequest other = RequestAt(now_);
  other.node_name = "fuyang-2";
  replace_with(other);
  EXPECT_EQ(live.Current()->cert_pem, second);
  Write("node/node.pem", "nothing");
  clock_.now += kBundleLookInterval;
  EXPECT_EQ(live.Current()->cert_pem, second);
}

// Whatever moment a replacement breaks off at, the bundle is the old or the new one, and the next
// replacement works.
TEST_F(CertificateKeeperTest, ABundleIsWholeAfterACrashAtAnyStep) {
  const NodeKey key = MakeNodeKey().value();
  const auto result = SignCsr(Path("ca"), key.csr_pem, RequestAt(now_)).value();
  const std::vector<std::pair<std::string, std::string>> files = {
      {kNodeKeyFile, key.key_pem},
      {kNodeCertificateFile, result.certificate_pem},
      {kAuthorityCertificateFile, result.ca_pem}};
  const auto next = [](const std::string& name) { return "node/" + name + kUnfinishedSuffix; };
  // Steps 1 to 3 write the files beside, 4 to 6 rename them.
  for (size_t steps = 0; steps <= 2 * files.size(); ++steps) {
    std::filesystem::remove_all(Path("node"));
    Issue(RequestAt(now_), "node");
    const std::string old = Read("node/node.pem");
    for (size_t step = 0; step < steps; ++step) {
      const auto& [name, content] = files[step % files.size()];
      if (step < files.size()) {
        Write(next(name), content);
      } else {
        std::filesystem::rename(Path(next(name)), Path("node/" + name));
      }
    }
    const TlsBundle seen = Bundle();
    EXPECT_EQ(seen.cert_pem, steps > files.size() ? result.certificate_pem : old) << steps;
    // A second try that fails before its first rename loses nothing of what the first one had.
    EXPECT_FALSE(ReplaceFiles(Path("node"), {{kNodeKeyFile, "k", true},
                                             {kNodeCertificateFile, "c", false},
                                             {kAuthorityCertificateFile, "a", false},
                                             {"no/where", "", false}})
                     .ok());
    EXPECT_EQ(Bundle().cert_pem, seen.cert_pem) << steps;
    const NodeKey later = MakeNodeKey().value();
    const auto latest = SignCsr(Path("ca"), later.csr_pem, RequestAt(now_)).value();
    ASSERT_TRUE(
        ReplaceBundle(Path("node"), {latest.ca_pem, latest.certificate_pem, later.key_pem}).ok());
    EXPECT_EQ(Bundle().cert_pem, latest.certificate_pem) << steps;
    EXPECT_FALSE(HasUnfinishedFile(Path("node"), kAuthorityCertificateFile)) << steps;
  }
}

TEST_F(CertificateKeeperTest, AReaderBesideReplacementsSeesPairs) {
  std::vector<NewBundle> bundles;
  for (int i = 0; i < 4; ++i) {
    const NodeKey key = MakeNodeKey().value();
    const auto result = SignCsr(Path("ca"), key.csr_pem, RequestAt(now_)).value();
    bundles.push_back({result.ca_pem, result.certificate_pem, key.key_pem});
  }
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int i = 0; i < 15; ++i) {
      EXPECT_TRUE(ReplaceBundle(Path("node"), bundles[static_cast<size_t>(i) % 4]).ok());
      absl::SleepFor(absl::Milliseconds(200));  // a reader meets one replacement, not two
    }
    done = true;
  });
  int reads = 0;
  while (!done) {
    const auto bundle = LoadBundle(Path("node"), now_);
    EXPECT_TRUE(bundle.ok()) << bundle.status() << " at read " << reads;
    ++reads;
  }
  writer.join();
  EXPECT_GT(reads, 0);
}

}  // namespace
}  // namespace bangfu::server
