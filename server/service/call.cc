#include "server/service/call.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/auth_context.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/limits.h"
#include "server/service/status_mapping.h"
#include "server/tls/node_identity.h"

namespace bangfu::server {
namespace {

absl::Status UnknownNode(absl::string_view node) {
  return ErrorBuilder(
             absl::StatusCode::kUnauthenticated, v1::ERROR_REASON_UNKNOWN_NODE,
             {"证书所属单位不在本市组织字典中；请联系市总工会重新签发证书。",
              "The certificate names no org of this city; ask the city union for a new one."})
      .With("node", node)
      .Build();
}

absl::Status NotBelow(const Principal& self, absl::string_view org) {
  return ErrorBuilder(absl::StatusCode::kUnauthenticated, v1::ERROR_REASON_UNKNOWN_NODE,
                      {absl::StrCat("证书所属单位 ", org, " 不在本节点 ", self.org,
                                    " 之下；请连接本单位所属的节点。"),
                       absl::StrCat("The certificate's org ", org, " is not below this node's, ",
                                    self.org, "; connect to the node above it.")})
      .With("node", self.node)
      .Build();
}

}  // namespace

absl::StatusOr<Principal> CallerOf(const Node& node, const grpc::ServerContextBase& context,
                                   const domain::OrgTree& orgs) {
  const auto auth = context.auth_context();
  if (auth == nullptr || !auth->IsPeerAuthenticated()) return UnknownNode("");
  for (const grpc::string_ref& uri : auth->FindPropertyValues(GRPC_PEER_URI_PROPERTY_NAME)) {
    auto identity = ParseNodeUri(absl::string_view(uri.data(), uri.size()));
    if (!identity.ok()) continue;
    if (orgs.Find(identity->org) == nullptr) return UnknownNode(identity->node);
    if (!domain::IsWithin(identity->org, node.self.org)) return NotBelow(node.self, identity->org);
    return Principal{identity->node, identity->org};
  }
  return UnknownNode("");
}

void LogCall(Node& node, absl::string_view method, absl::string_view caller, absl::Time start,
             const absl::Status& status) {
  const std::string milliseconds = absl::StrCat(absl::ToInt64Milliseconds(absl::Now() - start));
  if (status.ok()) {
    node.log.Info(
        "call",
        {{"method", std::string(method)}, {"caller", std::string(caller)}, {"ms", milliseconds}});
  } else {
    node.log.Error(
        "call", status,
        {{"method", std::string(method)}, {"caller", std::string(caller)}, {"ms", milliseconds}});
  }
}

grpc::Status Answer(Node& node, grpc::ServerContext& context, absl::string_view method,
                    absl::FunctionRef<absl::Status(Call& call)> handler) {
  const absl::Time start = absl::Now();
  std::string caller = "?";
  absl::Status status;
  if (node.draining) {
    status = ShuttingDown();
  } else {
    const std::shared_ptr<const domain::OrgTree> orgs = node.orgs.Tree();
    auto principal = CallerOf(node, context, *orgs);
    if (principal.ok()) {
      caller = principal->Key();
      Call call{std::move(*principal), orgs, context};
      status = handler(call);
    } else {
      status = principal.status();
    }
  }
  LogCall(node, method, caller, start, status);
  return ToGrpc(status);
}

absl::Status ShuttingDown() {
  return ErrorBuilder(absl::StatusCode::kUnavailable, v1::ERROR_REASON_SHUTTING_DOWN,
                      {"节点正在停止；请稍后重试。", "The node is shutting down; retry later."})
      .RetryAfter(limits::kDrainTimeout)
      .Build();
}

int PageSize(int requested) {
  return requested <= 0 ? limits::kDefaultPageSize : std::min(requested, limits::kMaxPageSize);
}

absl::Status BadField(absl::string_view field, absl::string_view zh, absl::string_view en) {
  return ErrorBuilder(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_BAD_REQUEST,
                      {std::string(zh), std::string(en)})
      .Field(field, en)
      .Build();
}

absl::Status NotFoundInScope() {
  return ErrorBuilder(absl::StatusCode::kNotFound, v1::ERROR_REASON_NOT_FOUND,
                      {"在您的管辖范围内没有这条记录。", "No such record in your scope."})
      .Build();
}

absl::Status BadPageToken() {
  return ErrorBuilder(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_BAD_PAGE_TOKEN,
                      {"翻页标记无效；请从第一页开始。",
                       "The page token is not one of this method; start at the first page."})
      .Build();
}

}  // namespace bangfu::server
