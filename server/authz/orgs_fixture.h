#ifndef BANGFU_SERVER_AUTHZ_ORGS_FIXTURE_H_
#define BANGFU_SERVER_AUTHZ_ORGS_FIXTURE_H_

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "bangfu/v1/org.pb.h"
#include "domain/rules/org_tree.h"
#include "server/authz/principal.h"

// The dictionary of orgs that is shipped, and nodes of it.
namespace bangfu::server {

inline domain::OrgTree HangzhouOrgs() {
  std::ifstream file(BANGFU_SOURCE_DIR "/deploy/orgs.hangzhou.json");
  const std::string json{std::istreambuf_iterator<char>(file), {}};
  v1::OrgTree tree;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &tree).ok());
  absl::StatusOr<domain::OrgTree> built = domain::OrgTree::Build(tree);
  EXPECT_TRUE(built.ok()) << built.status();
  return built.ok() ? *std::move(built) : domain::OrgTree();
}

inline constexpr char kCityOrg[] = "hz";
inline constexpr char kCenterOrg[] = "hz.center";
inline constexpr char kDepartmentOrg[] = "hz.baozhang";
inline constexpr char kUnionOrg[] = "hz.gongye";
inline constexpr char kUnitOrg[] = "hz.gongye.xiangjiao";
inline constexpr char kSiblingOrg[] = "hz.gongye.sichou";
inline constexpr char kOtherUnionOrg[] = "hz.fuyang";
inline constexpr char kOtherUnitOrg[] = "hz.fuyang.fuchun";

inline Principal NodeOf(const std::string& org) { return {"node", org}; }

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_AUTHZ_ORGS_FIXTURE_H_
