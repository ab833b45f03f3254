#include "server/main/node_people.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/audit/audit_head_file.h"
#include "server/main/opened_store.h"
#include "server/tls/certificate_facts.h"
#include "server/upstream/relayed_authority.h"

namespace bangfu::server {
namespace {

// The node's own certificate was read when it started.
CertificateFacts OwnFacts(LiveBundle& bundle) {
  auto facts = FactsOfCertificate(bundle.Current()->cert_pem);
  return facts.ok() ? *std::move(facts) : CertificateFacts();
}

}  // namespace

std::string EnrollmentAddress(const NodeOptions& options, const CertificateFacts& own) {
  if (options.enroll_listen.empty()) return "";
  if (!options.enroll_address.empty()) return options.enroll_address;
  const std::string port = options.enroll_listen.substr(options.enroll_listen.rfind(':') + 1);
  if (!own.dns_names.empty()) return absl::StrCat(own.dns_names.front(), ":", port);
  if (!own.ip_addresses.empty()) return absl::StrCat(own.ip_addresses.front(), ":", port);
  return options.enroll_listen;
}

NodePeople::NodePeople(const Parts& parts)
    : directory_(parts.store.identity()),
      current_([this, &orgs = parts.orgs]() -> absl::StatusOr<Standing> {
        auto people = directory_.Refresh();
        if (!people.ok()) return people.status();
        return Standing{orgs.Tree(), *std::move(people)};
      }) {}

absl::StatusOr<std::unique_ptr<NodePeople>> NodePeople::Open(const Parts& parts) {
  std::unique_ptr<NodePeople> people(new NodePeople(parts));
  if (auto book = people->directory_.Refresh(); !book.ok()) return book.status();
  if (absl::Status status = people->MakeAuthority(parts); !status.ok()) return status;
  EnrollmentDesk::Options desk;
  desk.self = parts.self;
  desk.address = EnrollmentAddress(parts.options, OwnFacts(parts.bundle));
  desk.ca_pem = [&bundle = parts.bundle] { return bundle.Current()->ca_pem; };
  people->enrollment_ = std::make_unique<EnrollmentDesk>(
      parts.store.identity(), parts.store.audit(), *people->authority_, people->current_,
      parts.clock, std::move(desk));
  people->chainer_ = std::make_unique<AuditChainer>(
      parts.store.audit(), AuditChain(parts.master_key.Derive(kAuditKeyPurpose)),
      absl::StrCat(parts.options.data_dir, "/", kAuditHeadFile),
      [&log = parts.log](const absl::Status& status) { log.Error("audit_chain", status); });
  return people;
}

absl::Status NodePeople::MakeAuthority(const Parts& parts) {
  if (parts.parent != nullptr) {
    authority_ = std::make_unique<RelayedAuthority>(*parts.parent, parts.self);
    return absl::OkStatus();
  }
  CertificateDesk::Options desk;
  desk.self = parts.self;
  desk.ca_dir = parts.options.ca;
  desk.own = [&bundle = parts.bundle] { return OwnFacts(bundle); };
  certificates_ = std::make_unique<CertificateDesk>(parts.store.identity(), parts.store.audit(),
                                                    current_, parts.clock, std::move(desk));
  LocalAuthority::Options options;
  options.self = parts.self;
  auto local = LocalAuthority::Create(parts.store.identity(), parts.store.audit(), *certificates_,
                                      current_, parts.clock, options);
  if (!local.ok()) return local.status();
  local_ = local->get();
  authority_ = *std::move(local);
  return local_->KeepTokenKeys();
}

absl::Status NodePeople::Keep() {
  return local_ == nullptr ? absl::OkStatus() : local_->KeepTokenKeys();
}

}  // namespace bangfu::server
