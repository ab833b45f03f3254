#include "server/tls/node_identity.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/error.h"

namespace bangfu::server {
namespace {

constexpr char kServerPrefix[] = "bangfu://node/";
constexpr char kDeskPrefix[] = "bangfu://desk/";

bool IsOrgLabel(absl::string_view text) {
  if (text.empty() || text.size() > kMaxIdentityLabelBytes) return false;
  for (const char c : text) {
    if (!absl::ascii_islower(c) && !absl::ascii_isdigit(c) && c != '_') return false;
  }
  return true;
}

// As an org label, and '-'.
bool IsNodeName(absl::string_view text) {
  return IsOrgLabel(absl::StrReplaceAll(text, {{"-", "_"}}));
}

}  // namespace

absl::Status CheckNodeIdentity(const NodeIdentity& identity) {
  const std::vector<absl::string_view> labels = absl::StrSplit(identity.org, '.');
  bool good = labels.size() <= kMaxOrgLabels;
  for (const absl::string_view label : labels) good = good && IsOrgLabel(label);
  if (!good) {
    return UserError(
        absl::StatusCode::kInvalidArgument,
        {absl::StrCat("机构路径须为 1 至 ", kMaxOrgLabels, " 段，以点分隔，每段 1 至 ",
                      kMaxIdentityLabelBytes, " 个小写字母、数字或下划线，例如 hz.fuyang"),
         absl::StrCat("an org path is 1 to ", kMaxOrgLabels,
                      " labels separated by dots, each 1 to ", kMaxIdentityLabelBytes,
                      " of a-z, 0-9 and '_', for example hz.fuyang")});
  }
  if (!IsNodeName(identity.node)) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {absl::StrCat("节点名须为 1 至 ", kMaxIdentityLabelBytes,
                                   " 个小写字母、数字、下划线或连字符，例如 fuyang-1"),
                      absl::StrCat("a node name is 1 to ", kMaxIdentityLabelBytes,
                                   " of a-z, 0-9, '_' and '-', for example fuyang-1")});
  }
  return absl::OkStatus();
}

std::string FormatNodeUri(const NodeIdentity& identity) {
  return absl::StrCat(identity.kind == NodeKind::kDesk ? kDeskPrefix : kServerPrefix, identity.org,
                      "/", identity.node);
}

absl::StatusOr<NodeIdentity> ParseNodeUri(absl::string_view uri) {
  const absl::Status malformed = UserError(
      absl::StatusCode::kInvalidArgument,
      {"节点标识须形如 bangfu://node/<机构路径>/<节点名> 或 bangfu://desk/<机构路径>/<节点名>",
       "a node URI has the form bangfu://node/<org path>/<node name> or "
       "bangfu://desk/<org path>/<node name>"});
  const bool is_server = absl::ConsumePrefix(&uri, kServerPrefix);
  if (!is_server && !absl::ConsumePrefix(&uri, kDeskPrefix)) return malformed;
  const std::vector<std::string> parts = absl::StrSplit(uri, '/');
  if (parts.size() != 2) return malformed;
  NodeIdentity identity;
  identity.org = parts[0];
  identity.node = parts[1];
  identity.kind = is_server ? NodeKind::kServer : NodeKind::kDesk;
  const absl::Status status = CheckNodeIdentity(identity);
  if (!status.ok()) return status;
  return identity;
}

}  // namespace bangfu::server
