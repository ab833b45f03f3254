#include "server/tls/node_identity.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace bangfu::server {
namespace {

std::string OrgOfDepth(size_t depth) {
  return absl::StrJoin(std::vector<std::string>(depth, "a"), ".");
}

TEST(NodeIdentityTest, UriAndIdentityAreTheSame) {
  const std::string label(kMaxIdentityLabelBytes, 'z');
  for (const NodeIdentity& identity :
       {NodeIdentity{"hz", "city"}, NodeIdentity{"hz.fuyang", "fuyang-1"}, NodeIdentity{"0_", "_-"},
        NodeIdentity{OrgOfDepth(kMaxOrgLabels), "n"}, NodeIdentity{label, label}}) {
    const std::string uri = FormatNodeUri(identity);
    const auto parsed = ParseNodeUri(uri);
    ASSERT_TRUE(parsed.ok()) << uri << ": " << parsed.status();
    EXPECT_EQ(*parsed, identity) << uri;
  }
  EXPECT_EQ(FormatNodeUri({"hz.fuyang", "fuyang-1"}), "bangfu://node/hz.fuyang/fuyang-1");
  const NodeIdentity desk{"hz.fuyang", "desk-1", NodeKind::kDesk};
  EXPECT_EQ(FormatNodeUri(desk), "bangfu://desk/hz.fuyang/desk-1");
  EXPECT_EQ(*ParseNodeUri("bangfu://desk/hz.fuyang/desk-1"), desk);
}

TEST(NodeIdentityTest, AnythingElseIsRefused) {
  const std::string too_long(kMaxIdentityLabelBytes + 1, 'z');
  const std::string bad_uris[] = {
      "",
      "bangfu://node/",
      "bangfu://node//",
      "bangfu://node/hz",
      "bangfu://node/hz/",
      "bangfu://node//n",
      "bangfu://node/hz/n/",
      "bangfu://node/hz/n/m",
      "bangfu://node/hz/n?x",
      "bangfu://node/hz/n#x",
      "bangfu://node:1/hz/n",
      "bangfu://person/hz/n",
      "bangfu://desks/hz/n",
      "bangfu://Desk/hz/n",
      "bangfu://desk/hz/n/",
      "bangfu:///hz/n",
      "BANGFU://node/hz/n",
      "bangfu://Node/hz/n",
      "https://node/hz/n",
      " bangfu://node/hz/n",
      "bangfu://node/hz/n ",
      "bangfu://node/HZ/n",
      "bangfu://node/hz/N",
      "bangfu://node/hz%2e/n",
      "bangfu://node/.hz/n",
      "bangfu://node/hz./n",
      "bangfu://node/hz..fuyang/n",
      "bangfu://node/hz/n.m",
      "bangfu://node/hz.fu-yang/n",
      "bangfu://node/杭州/n",
      std::string("bangfu://node/hz/n\0", 19),
      std::string("bangfu://node/hz\0/n", 19),
      absl::StrCat("bangfu://node/hz/", too_long),
      absl::StrCat("bangfu://node/", too_long, "/n"),
      absl::StrCat("bangfu://node/", OrgOfDepth(kMaxOrgLabels + 1), "/n"),
  };
  for (const std::string& uri : bad_uris) {
    EXPECT_EQ(ParseNodeUri(uri).status().code(), absl::StatusCode::kInvalidArgument) << uri;
  }
}

}  // namespace
}  // namespace bangfu::server
