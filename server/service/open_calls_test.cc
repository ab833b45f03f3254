#include "server/service/open_calls.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace bangfu::server {
namespace {

const absl::Time kIssued = absl::FromUnixSeconds(1700000000);

Principal NodeWith(const std::string& name, const std::string& serial) {
  Principal principal{name, "hz.gongye"};
  principal.serial = serial;
  principal.issued = kIssued;
  return principal;
}

PeopleBook WithRevoked(const std::string& node, const std::string& serial) {
  v1::Directory directory;
  v1::RevokedNode& revoked = *directory.add_revoked_nodes();
  revoked.set_node(node);
  revoked.set_serial(serial);
  revoked.mutable_revoked_time()->set_seconds(absl::ToUnixSeconds(kIssued) + 1);
  return PeopleBook(directory);
}

TEST(OpenCallsTest, OnlyCallsByRevokedCertificatesEnd) {
  OpenCalls calls;
  int first = 0;
  int renewed = 0;
  int other = 0;
  const auto of_first = calls.Enter(NodeWith("desk", "01"), [&] { ++first; });
  const auto of_renewed = calls.Enter(NodeWith("desk", "02"), [&] { ++renewed; });
  const auto of_other = calls.Enter(NodeWith("other", "03"), [&] { ++other; });
  EXPECT_EQ(calls.EndRevoked(WithRevoked("hz.gongye/desk", "01")), 1);
  EXPECT_EQ(first, 1);
  EXPECT_EQ(renewed + other, 0);
  // All of a node until then.
  EXPECT_EQ(calls.EndRevoked(WithRevoked("hz.gongye/desk", "")), 2);
  EXPECT_EQ(renewed, 1);
  EXPECT_EQ(other, 0);
}

TEST(OpenCallsTest, ACallThatIsOverIsNotEnded) {
  OpenCalls calls;
  int ended = 0;
  std::optional<OpenCalls::Ticket> ticket(calls.Enter(NodeWith("desk", "01"), [&] { ++ended; }));
  EXPECT_EQ(calls.open(), 1);
  ticket.reset();
  EXPECT_EQ(calls.open(), 0);
  EXPECT_EQ(calls.EndRevoked(WithRevoked("hz.gongye/desk", "")), 0);
  EXPECT_EQ(ended, 0);
}

}  // namespace
}  // namespace bangfu::server
