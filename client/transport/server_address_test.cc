#include "client/transport/server_address.h"

#include <gtest/gtest.h>

namespace bangfu::client {
namespace {

TEST(ServerAddressTest, ReadsHostAndPort) {
  EXPECT_EQ(ParseServerAddress("city.example:7443")->host, "city.example");
  EXPECT_EQ(ParseServerAddress("city.example:7443")->port, 7443);
  EXPECT_EQ(ParseServerAddress("192.0.2.7:1")->host, "192.0.2.7");
  EXPECT_EQ(ParseServerAddress("[2001:db8::7]:65535")->host, "2001:db8::7");
  EXPECT_EQ(ParseServerAddress("[2001:db8::7]:65535")->port, 65535);
}

TEST(ServerAddressTest, RefusesAnythingElse) {
  for (const char* text :
       {"", "city.example", "city.example:", ":7443", "city.example:0", "city.example:65536",
        "city.example:x", "2001:db8::7:443", "https://city.example:443", "dns:///city.example:443",
        "[::1:443", "::1]:443", "a b:443"}) {
    EXPECT_EQ(ParseServerAddress(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace bangfu::client
