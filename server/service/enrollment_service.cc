#include "server/service/enrollment_service.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/auth_context.h>

#include <string>
#include <utility>

#include "server/identity/node_description.h"
#include "server/service/asker.h"
#include "server/service/call.h"

namespace bangfu::server {
namespace {

template <typename Response>
absl::Status Take(absl::StatusOr<Response> result, Response& response) {
  if (result.ok()) response = *std::move(result);
  return result.status();
}

// The node itself asks the node above for what it has checked.
Asker NodeItself(const Node& node) {
  Asker asker;
  asker.node = node.self;
  asker.desk = node.self.Key();
  asker.is_operator = true;
  return asker;
}

// What the root enters by itself, a node below it enters here.
void EnterHandedOn(const Node& node, v1::Action action, absl::string_view object,
                   absl::string_view org, absl::string_view reason, Call& call) {
  if (!node.has_upstream) return;
  call.read.set_action(action);
  call.read.set_stated_reason(std::string(reason));
  v1::AuditObject& added = *call.read.add_objects();
  added.set_id(std::string(object));
  added.set_org(std::string(org));
}

absl::StatusOr<CertificateFacts> FactsOfCaller(const Call& call) {
  const auto certificates =
      call.context.auth_context()->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (certificates.empty()) return NotPermitted();
  return FactsOfCertificate(
      absl::string_view(certificates.front().data(), certificates.front().size()));
}

absl::Status HandleRenew(Node& node, Call& call, const v1::RenewCertificateRequest& request,
                         v1::RenewCertificateResponse& response) {
  const absl::StatusOr<CertificateFacts> facts = FactsOfCaller(call);
  if (!facts.ok()) return facts.status();
  v1::IssueCertificateRequest issue;
  *issue.mutable_node() = DescriptionOf(*facts);
  issue.set_csr_pem(request.csr_pem());
  EnterHandedOn(node, v1::ACTION_ENROLL, call.principal.Key(), call.principal.org, "", call);
  auto issued = node.authority.IssueCertificate(
      node.has_upstream ? NodeItself(node) : AskerOf(node, call), issue);
  if (!issued.ok()) return issued.status();
  response.set_certificate_pem(issued->certificate_pem());
  response.set_ca_pem(issued->ca_pem());
  return absl::OkStatus();
}

absl::Status HandleIssue(Node& node, Call& call, const v1::IssueCertificateRequest& request,
                         v1::IssueCertificateResponse& response) {
  EnterHandedOn(node, v1::ACTION_ENROLL, KeyOf(request.node()), request.node().org(), "", call);
  // A desk approves nobody; a server those of its subtree.
  if (call.principal.kind != v1::NODE_KIND_SERVER ||
      !domain::IsWithin(request.node().org(), call.principal.org)) {
    call.read.set_action(v1::ACTION_ENROLL);
    return NotPermitted();
  }
  return Take(node.authority.IssueCertificate(
                  node.has_upstream ? NodeItself(node) : AskerOf(node, call), request),
              response);
}

absl::Status HandleRevoke(Node& node, Call& call, const v1::RevokeNodeRequest& request) {
  const absl::string_view org = request.node();
  EnterHandedOn(node, v1::ACTION_MANAGE_NODES, request.node(), org.substr(0, org.find('/')),
                request.reason(), call);
  return node.authority.RevokeNode(AskerOf(node, call), request);
}

}  // namespace

grpc::Status EnrollmentService::RenewCertificate(grpc::ServerContext* context,
                                                 const v1::RenewCertificateRequest* request,
                                                 v1::RenewCertificateResponse* response) {
  static constexpr Method kMethod{"RenewCertificate", v1::ACTION_ENROLL, Audience::kEveryNode,
                                  false};
  return Answer(node_, *context, kMethod,
                [&](Call& call) { return HandleRenew(node_, call, *request, *response); });
}

grpc::Status EnrollmentService::IssueCertificate(grpc::ServerContext* context,
                                                 const v1::IssueCertificateRequest* request,
                                                 v1::IssueCertificateResponse* response) {
  static constexpr Method kMethod{"IssueCertificate", v1::ACTION_ENROLL, Audience::kEveryNode,
                                  false};
  return Answer(node_, *context, kMethod,
                [&](Call& call) { return HandleIssue(node_, call, *request, *response); });
}

grpc::Status EnrollmentService::InviteNode(grpc::ServerContext* context,
                                           const v1::InviteNodeRequest* request,
                                           v1::InviteNodeResponse* response) {
  static constexpr Method kMethod{"InviteNode", v1::ACTION_MANAGE_NODES, Audience::kEveryNode,
                                  false};
  return Answer(node_, *context, kMethod, [&](Call& call) {
    return Take(desk_.Invite(AskerOf(node_, call), *request), *response);
  });
}

grpc::Status EnrollmentService::ListEnrollments(grpc::ServerContext* context,
                                                const v1::ListEnrollmentsRequest* request,
                                                v1::ListEnrollmentsResponse* response) {
  static constexpr Method kMethod{"ListEnrollments", v1::ACTION_MANAGE_NODES, Audience::kEveryNode,
                                  true};
  return Answer(node_, *context, kMethod, [&](Call& call) {
    return Take(desk_.List(AskerOf(node_, call), *request), *response);
  });
}

grpc::Status EnrollmentService::DecideEnrollment(grpc::ServerContext* context,
                                                 const v1::DecideEnrollmentRequest* request,
                                                 v1::DecideEnrollmentResponse* response) {
  static constexpr Method kMethod{"DecideEnrollment", v1::ACTION_MANAGE_NODES, Audience::kEveryNode,
                                  false};
  return Answer(node_, *context, kMethod, [&](Call& call) {
    return Take(desk_.Decide(AskerOf(node_, call), *request), *response);
  });
}

grpc::Status EnrollmentService::RevokeNode(grpc::ServerContext* context,
                                           const v1::RevokeNodeRequest* request,
                                           v1::RevokeNodeResponse*) {
  static constexpr Method kMethod{"RevokeNode", v1::ACTION_MANAGE_NODES, Audience::kEveryNode,
                                  false};
  return Answer(node_, *context, kMethod,
                [&](Call& call) { return HandleRevoke(node_, call, *request); });
}

}  // namespace bangfu::server
