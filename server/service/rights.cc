#include "server/service/rights.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/auth_context.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/test_hooks.h"
#include "server/identity/session_tokens.h"
#include "server/service/node.h"
#include "server/tls/node_identity.h"

namespace bangfu::server {
namespace {

// As clients send them (RFC 6750); gRPC gives names in lower case.
constexpr char kSessionMetadata[] = "authorization";
constexpr absl::string_view kBearer = "Bearer ";
constexpr char kDeskMetadata[] = "bangfu-desk";

// No org has this path: labels of the dictionary do not begin with "_".
constexpr char kNoScope[] = "_nowhere";

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

// Empty when there is none, or more than one: then it is not clear whose the call is.
std::string MetadataOf(const grpc::ServerContextBase& context, const char* key) {
  const auto& metadata = context.client_metadata();
  const auto [begin, end] = metadata.equal_range(key);
  if (begin == end || std::next(begin) != end) return "";
  return {begin->second.data(), begin->second.size()};
}

std::string SessionOf(const grpc::ServerContextBase& context) {
  const std::string value = MetadataOf(context, kSessionMetadata);
  return absl::StartsWith(value, kBearer) ? value.substr(kBearer.size()) : "";
}

// A desk that a server names must be one of the server's own subtree.
absl::StatusOr<std::string> DeskOf(const grpc::ServerContextBase& context,
                                   const Principal& principal) {
  std::string desk = MetadataOf(context, kDeskMetadata);
  if (desk.empty()) return principal.Key();
  const size_t slash = desk.find('/');
  if (principal.kind != v1::NODE_KIND_SERVER || slash == std::string::npos) return NotPermitted();
  const NodeIdentity identity{desk.substr(0, slash), desk.substr(slash + 1)};
  if (!CheckNodeIdentity(identity).ok() || !domain::IsWithin(identity.org, principal.org))
    return NotPermitted();
  return desk;
}

bool SamePerson(const Rights& a, const Rights& b) {
  if (a.person.has_value() != b.person.has_value()) return false;
  if (!a.person) return true;
  // What a person may do depends on the whole tree, too.
  return a.orgs->version() == b.orgs->version() &&
         a.person->SerializeAsString() == b.person->SerializeAsString();
}

}  // namespace

std::string Rights::person_scope() const {
  const std::string org = person_reading_org();
  return org.empty() ? kNoScope : orgs->ReadScope(org);
}

std::string Rights::person_reading_org() const {
  if (!person) return "";
  const std::string of_node = scope();
  const std::string of_person = orgs->ReadScope(person->org());
  if (domain::IsWithin(of_person, of_node)) return person->org();
  return domain::IsWithin(of_node, of_person) ? principal.org : "";
}

absl::StatusOr<Principal> PrincipalOf(Node& node, const grpc::ServerContextBase& context) {
  const auto auth = context.auth_context();
  if (auth == nullptr || !auth->IsPeerAuthenticated()) return UnknownNode("");
  const auto certificates = auth->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (certificates.empty()) return UnknownNode("");
  auto principal = node.certificates.Find({certificates[0].data(), certificates[0].size()});
  if (!principal.ok()) return UnknownNode("");
  return principal;
}

absl::StatusOr<Rights> RightsBy(Node& node, const grpc::ServerContextBase& context,
                                Principal principal, std::shared_ptr<const domain::OrgTree> orgs,
                                std::shared_ptr<const PeopleBook> people) {
  if (orgs->Find(principal.org) == nullptr) return UnknownNode(principal.node);
  if (!domain::IsWithin(principal.org, node.self.org)) return NotBelow(node.self, principal.org);
  if (people->IsRevoked(principal)) return CertificateRevoked();
  auto desk = DeskOf(context, principal);
  if (!desk.ok()) return desk.status();
  Rights rights;
  rights.principal = std::move(principal);
  rights.orgs = std::move(orgs);
  rights.people = std::move(people);
  rights.desk = *std::move(desk);
  rights.session = SessionOf(context);
  rights.is_operator =
      rights.principal.kind == v1::NODE_KIND_SERVER && rights.principal.Key() == node.self.Key();
  if (!rights.session.empty()) {
    auto person =
        VerifySession(*rights.people, rights.session, rights.desk, node.security_clock.Now());
    if (person.ok()) rights.person = *std::move(person);
  }
  return rights;
}

absl::StatusOr<bool> ConfirmRights(Node& node, const grpc::ServerContextBase& context,
                                   Rights& rights) {
  if (BANGFU_SEEDED_BUG("skip_rights_confirmation")) return true;
  auto people = node.people.Refresh();
  if (!people.ok()) return people.status();
  auto orgs = node.orgs.Tree();
  if ((*people)->version() == rights.people->version() && orgs == rights.orgs) return true;
  auto present = RightsBy(node, context, rights.principal, std::move(orgs), *std::move(people));
  if (!present.ok()) return present.status();
  const bool same = present->scope() == rights.scope() && SamePerson(rights, *present);
  rights = *std::move(present);
  return same;
}

absl::Status RightsChange() {
  return ErrorBuilder(absl::StatusCode::kUnavailable, v1::ERROR_REASON_TRANSACTION_CONFLICT,
                      {"权限正在变更；请稍后重试。", "Rights are changing just now; retry."})
      .RetryAfter(limits::kFirstBackoff)
      .Build();
}

absl::Status CertificateRevoked() {
  return ErrorBuilder(absl::StatusCode::kUnauthenticated, v1::ERROR_REASON_CERTIFICATE_REVOKED,
                      {"本节点的证书已被吊销；请联系上级工会的管理员重新入网。",
                       "The certificate of this node was revoked; ask an administrator of the "
                       "union above to enroll it again."})
      .Build();
}

absl::Status SignInRequired() {
  return ErrorBuilder(absl::StatusCode::kUnauthenticated, v1::ERROR_REASON_SIGN_IN_REQUIRED,
                      {"请先登录；登录已结束时请重新登录。",
                       "Sign in first, or again when the session has ended."})
      .Build();
}

absl::Status NotPermitted() {
  return ErrorBuilder(absl::StatusCode::kPermissionDenied, v1::ERROR_REASON_NOT_PERMITTED,
                      {"您的角色或本节点无权进行此操作；如有需要请联系管理员。",
                       "Neither your roles nor this node allow this; ask an administrator."})
      .Build();
}

}  // namespace bangfu::server
