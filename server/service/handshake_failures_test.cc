#include "server/service/handshake_failures.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace bangfu::server {
namespace {

// As gRPC 1.51 writes them.
std::string Begins(const std::string& handshake, const std::string& endpoint) {
  return absl::StrCat(
      "handshake_manager 0x", handshake, ": error=OK shutdown=0 index=0, args={endpoint=", endpoint,
      ", args={grpc.primary_user_agent=grpc-c++/1.51.1}, read_buffer=0x7f (length=0), "
      "exit_early=0}");
}
std::string Ends(const std::string& handshake, const std::string& error) {
  return absl::StrCat("handshake_manager 0x", handshake,
                      ": handshaking complete -- scheduling on_handshake_done with error=", error);
}
constexpr char kNoCertificate[] =
    "UNKNOWN:Ssl handshake failed: SSL_ERROR_SSL: error:0A0000C7:SSL routines::peer did not return "
    "a certificate {file:\"./src/core/lib/security/transport/security_handshaker.cc\", "
    "tsi_code:10}";

class HandshakeFailuresTest : public ::testing::Test {
 protected:
  void Fail(const std::string& handshake, const std::string& endpoint) {
    failures_.Read(Begins(handshake, absl::StrCat("0x", endpoint)));
    failures_.Read(Ends(handshake, kNoCertificate));
  }

  HandshakeFailures failures_;
  const absl::Time now_ = absl::FromUnixSeconds(1'900'000'000);
};

TEST_F(HandshakeFailuresTest, ToldWithTheReason) {
  failures_.Read(Begins("a1", "0x10"));
  failures_.Read(Begins("a2", "0x20"));
  failures_.Read("handshake_manager 0xa1: calling handshaker security [0x7f] at index 0");
  failures_.Read(Ends("a2", kNoCertificate));
  failures_.Read(Ends("a1", "OK"));
  const auto told = failures_.Take(now_);
  ASSERT_EQ(told.failures.size(), 1u);
  EXPECT_EQ(told.failures[0].reason, "peer did not return a certificate");
  EXPECT_EQ(told.more, 0);
  EXPECT_TRUE(failures_.Take(now_).failures.empty());
}

TEST_F(HandshakeFailuresTest, OwnConnectionsAndProbesAreNone) {
  failures_.Read(Begins("a1", "(nil)"));  // this program opens one
  failures_.Read(Ends("a1", kNoCertificate));
  failures_.Read(Begins("a2", "0x20"));
  failures_.Read(Ends("a2", "UNAVAILABLE:Handshake read failed {referenced_errors:Socket closed}"));
  failures_.Read(Ends("a3", kNoCertificate));  // never seen to begin
  failures_.Read("handshake_manager 0x");
  failures_.Read("");
  const auto told = failures_.Take(now_);
  EXPECT_TRUE(told.failures.empty());
  EXPECT_EQ(told.more, 0);
}

TEST_F(HandshakeFailuresTest, AFloodIsCounted) {
  for (int i = 0; i < 3 * kMaxToldHandshakeFailures; ++i) Fail("a1", "10");
  auto told = failures_.Take(now_);
  EXPECT_EQ(told.failures.size(), size_t{kMaxToldHandshakeFailures});
  EXPECT_EQ(told.more, 2 * kMaxToldHandshakeFailures);
  Fail("a1", "10");
  told = failures_.Take(now_ + absl::Seconds(30));
  EXPECT_TRUE(told.failures.empty());
  EXPECT_EQ(told.more, 0);
  told = failures_.Take(now_ + absl::Minutes(1));
  EXPECT_TRUE(told.failures.empty());
  EXPECT_EQ(told.more, 1);
  Fail("a1", "10");
  EXPECT_EQ(failures_.Take(now_ + absl::Minutes(1)).failures.size(), 1u);
}

}  // namespace
}  // namespace bangfu::server
