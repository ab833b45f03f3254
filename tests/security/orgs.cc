#include "tests/security/orgs.h"

#include <google/protobuf/util/json_util.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

namespace bangfu::security {

void Must(const absl::Status& status, absl::string_view what) {
  if (status.ok()) return;
  std::cerr << what << ": " << status << std::endl;
  std::abort();
}

domain::OrgTree ShippedOrgs() {
  std::ifstream file(kOrgFile);
  const std::string json{std::istreambuf_iterator<char>(file), {}};
  v1::OrgTree tree;
  if (!google::protobuf::util::JsonStringToMessage(json, &tree).ok())
    Must(absl::NotFoundError(kOrgFile), "org tree");
  return Must(domain::OrgTree::Build(tree), "org tree");
}

}  // namespace bangfu::security
