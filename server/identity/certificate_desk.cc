#include "server/identity/certificate_desk.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/limits.h"
#include "domain/rules/org_tree.h"
#include "server/identity/account_rights.h"
#include "server/identity/identity_errors.h"
#include "server/identity/node_description.h"
#include "server/tls/node_identity.h"

namespace bangfu::server {
namespace {

constexpr size_t kMaxReasonBytes = 4 * limits::kMaxCharactersOfReason;  // UTF-8
constexpr size_t kMaxSerialDigits = 40;                                 // RFC 5280: 20 octets

absl::Status CertificateRevoked() {
  return ErrorBuilder(absl::StatusCode::kUnauthenticated, v1::ERROR_REASON_CERTIFICATE_REVOKED,
                      {"本节点的证书已吊销；请联系上级管理员重新入网。",
                       "The certificate of this node was revoked; ask the administrator above for "
                       "a new invitation."})
      .Build();
}

absl::Status BadRevocation(absl::string_view field, const Text& text) {
  return ErrorBuilder(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_BAD_REQUEST, text)
      .Field(field, text.en)
      .Build();
}

absl::Status NoAuthority() {
  return UserError(absl::StatusCode::kFailedPrecondition,
                   {"本节点没有证书机构目录，不能签发证书；请在市级节点以 --ca 指定。",
                    "This node has no folder of the authority and signs no certificates; start the "
                    "city's node with --ca."});
}

bool IsOwn(const Principal& asker, const v1::NodeDescription& node) {
  return asker.org == node.org() && asker.node == node.node() && asker.kind == node.kind();
}

// As the other side of a line compares names.
bool HasName(const std::vector<std::string>& names, const std::string& name) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& own) { return absl::EqualsIgnoreCase(own, name); });
}

// Names by which every machine means itself (RFC 6761, 6.3; RFC 1122, 3.2.1.3; RFC 4291, 2.5.3).
bool IsLoopback(const std::string& name) {
  return absl::EqualsIgnoreCase(name, "localhost") || absl::StartsWith(name, "127.") ||
         name == "::1";
}

// Whether the certificate would let another node pass for the root.
bool TakesNameOf(const CertificateFacts& root, const NodeCertificateRequest& request) {
  const auto is_taken = [&](const std::string& name) {
    return !IsLoopback(name) && (HasName(root.dns_names, name) || HasName(root.ip_addresses, name));
  };
  return std::any_of(request.dns_names.begin(), request.dns_names.end(), is_taken) ||
         std::any_of(request.ip_addresses.begin(), request.ip_addresses.end(), is_taken);
}

bool WasJustRevoked(const PeopleBook& people, const std::string& node, absl::Time now) {
  for (const v1::RevokedNode& revoked : people.proto().revoked_nodes()) {
    const absl::Time time = absl::FromUnixSeconds(revoked.revoked_time().seconds());
    if (revoked.node() == node && now - time < kRevocationSettles) return true;
  }
  return false;
}

}  // namespace

CertificateDesk::CertificateDesk(IdentityStore& store, AuditStore& audit, CurrentStanding current,
                                 const Clock& clock, Options options)
    : store_(store),
      audit_(audit),
      current_(std::move(current)),
      clock_(clock),
      options_(std::move(options)) {}

absl::Status CertificateDesk::Enter(const Asker& asker, const NodeAct& act,
                                    const absl::Status& outcome) {
  const absl::Status entered = audit_.Append({EntryOf(asker, act, outcome, clock_.Now())});
  return entered.ok() ? outcome : entered;
}

absl::Status CertificateDesk::MayIssue(const Asker& asker,
                                       const v1::IssueCertificateRequest& request) const {
  const absl::StatusOr<Standing> standing = current_();
  if (!standing.ok()) return standing.status();
  if (standing->people->IsRevoked(asker.node)) return CertificateRevoked();
  const v1::NodeDescription& node = request.node();
  const bool is_renewal = request.approved_by().empty();
  if (is_renewal && WasJustRevoked(*standing->people, KeyOf(node), clock_.Now())) {
    return CertificateRevoked();
  }
  if (standing->orgs->Find(node.org()) == nullptr) return MayNotManage();
  if (is_renewal && !IsRelayed(asker) && IsOwn(asker.node, node)) return absl::OkStatus();
  const absl::StatusOr<std::string> scope = ManagedScope(*standing, asker, v1::ACTION_MANAGE_NODES);
  if (!scope.ok()) return scope.status();
  return Manages(*standing, asker, v1::ACTION_MANAGE_NODES, *scope, node.org()) ? absl::OkStatus()
                                                                                : MayNotManage();
}

absl::StatusOr<v1::IssueCertificateResponse> CertificateDesk::IssueCertificate(
    const Asker& asker, const v1::IssueCertificateRequest& request) {
  const v1::NodeDescription& node = request.node();
  const absl::Time now = clock_.Now();
  const bool is_root = node.org() == options_.self.org && node.node() == options_.self.node;
  const absl::StatusOr<NodeCertificateRequest> wanted =
      CertificateRequestFor(node, now, is_root ? Wildcards::kAllowed : Wildcards::kRefused);
  if (!wanted.ok()) return wanted.status();
  NodeAct act{v1::ACTION_ENROLL, KeyOf(node), node.org(), {}, {}, {}};
  absl::Status allowed = MayIssue(asker, request);
  if (allowed.ok() && !is_root && options_.own && TakesNameOf(options_.own(), *wanted)) {
    allowed = MayNotManage();
  }
  if (!allowed.ok()) return Enter(asker, act, allowed);
  if (options_.ca_dir.empty()) return Enter(asker, act, NoAuthority());
  const absl::StatusOr<SignedCertificate> result =
      SignCsr(options_.ca_dir, request.csr_pem(), *wanted);
  if (!result.ok()) return Enter(asker, act, result.status());
  act.serial = result->facts.serial;
  if (const absl::Status entered = Enter(asker, act, absl::OkStatus()); !entered.ok()) {
    return entered;
  }
  v1::IssueCertificateResponse response;
  response.set_certificate_pem(result->certificate_pem);
  response.set_ca_pem(result->ca_pem);
  return response;
}

absl::StatusOr<v1::RevokedNode> CertificateDesk::Revocation(const Asker& asker,
                                                            const v1::RevokeNodeRequest& request,
                                                            NodeAct& act) const {
  const std::vector<std::string> parts = absl::StrSplit(request.node(), '/');
  if (parts.size() != 2 || !CheckNodeIdentity({parts[0], parts[1]}).ok()) {
    return BadRevocation("node", {"节点须写作 机构路径/节点名，例如 hz.fuyang/fuyang-1。",
                                  "A node is named org path/name, for example "
                                  "hz.fuyang/fuyang-1."});
  }
  act.node = request.node();
  act.org = parts[0];
  std::string serial = absl::AsciiStrToLower(request.serial());
  if (serial.size() % 2 != 0) serial.insert(serial.begin(), '0');  // as in CertificateFacts
  if (serial.size() > kMaxSerialDigits ||
      !std::all_of(serial.begin(), serial.end(), absl::ascii_isxdigit)) {
    return BadRevocation("serial",
                         {"证书序列号为十六进制数字。", "A serial number is hexadecimal digits."});
  }
  act.serial = serial;
  const absl::StatusOr<Standing> standing = current_();
  if (!standing.ok()) return standing.status();
  if (standing->people->IsRevoked(asker.node)) return CertificateRevoked();
  const absl::StatusOr<std::string> scope = ManagedScope(*standing, asker, v1::ACTION_MANAGE_NODES);
  if (!scope.ok()) return scope.status();
  // Also of an org that is gone: its certificates may still be about.
  const bool managed = domain::IsWithin(act.org, *scope) &&
                       (standing->orgs->Find(act.org) == nullptr ||
                        Manages(*standing, asker, v1::ACTION_MANAGE_NODES, *scope, act.org));
  if (!managed) return MayNotManage();
  if (request.reason().empty() || request.reason().size() > kMaxReasonBytes) {
    return ReasonRequired();
  }
  act.stated_reason = request.reason();
  const bool is_callers =
      request.node() == asker.node.Key() && (serial.empty() || serial == asker.node.serial);
  if (is_callers || (serial.empty() && request.node() == options_.self.Key())) {
    return BadRevocation("node", {"不能吊销正在使用的本节点证书，也不能吊销整个市级节点。",
                                  "Neither the certificate of the call itself nor all of the "
                                  "city's node can be revoked."});
  }
  v1::RevokedNode revoked;
  revoked.set_node(request.node());
  revoked.set_serial(serial);
  revoked.mutable_revoked_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
  revoked.set_reason(request.reason());
  return revoked;
}

absl::Status CertificateDesk::RevokeNode(const Asker& asker, const v1::RevokeNodeRequest& request) {
  NodeAct act;
  const absl::StatusOr<v1::RevokedNode> revoked = Revocation(asker, request, act);
  if (!revoked.ok()) return Enter(asker, act, revoked.status());
  const absl::Status stored =
      store_.RevokeNode(*revoked, EntryOf(asker, act, absl::OkStatus(), clock_.Now()));
  if (!stored.ok()) return stored;
  // Makes it known to whoever watches; it holds already, so a failure here is none of the call.
  (void)current_();
  return absl::OkStatus();
}

}  // namespace bangfu::server
