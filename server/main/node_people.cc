#include "server/main/node_people.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/audit/audit_head_file.h"
#include "server/identity/certificate_renewal.h"
#include "server/main/opened_store.h"
#include "server/upstream/relayed_authority.h"

namespace bangfu::server {

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
  desk.address = EnrollmentAddress(parts.options, parts.bundle.Current()->facts);
  desk.ca_pem = [&bundle = parts.bundle] { return bundle.Current()->ca_pem; };
  people->enrollment_ = std::make_unique<EnrollmentDesk>(
      parts.store.identity(), parts.store.audit(), *people->authority_, people->current_,
      parts.clock, std::move(desk));
  people->chainer_ = std::make_unique<AuditChainer>(
      parts.store.audit(), AuditChain(parts.master_key.Derive(kAuditKeyPurpose)),
      absl::StrCat(parts.options.data_dir, "/", kAuditHeadFile),
      [&log = parts.log](const absl::Status& status) { log.Error("audit_chain", status); });
  if (parts.parent != nullptr || !parts.options.ca.empty()) {
    people->keeper_ = std::make_unique<CertificateKeeper>(
        parts.options.tls, parts.clock,
        RenewThrough(*people->authority_, parts.self, parts.bundle));
  }
  people->thread_ = std::thread([raw = people.get(), &log = parts.log] { raw->KeepKeys(log); });
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
  desk.own = [&bundle = parts.bundle] { return bundle.Current()->facts; };
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

void NodePeople::KeepKeys(EventLog& log) {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!stop_) {
    lock.unlock();
    if (local_ != nullptr) {
      if (absl::Status status = local_->KeepTokenKeys(); !status.ok())
        log.Error("session_keys", status);
    }
    if (keeper_ != nullptr) {
      const auto renewed = keeper_->RenewIfDue();
      if (!renewed.ok()) log.Error("certificate_renewal", renewed.status());
      if (renewed.ok() && *renewed) log.Info("certificate_renewed");
    }
    lock.lock();
    stopped_.wait_for(lock, absl::ToChronoNanoseconds(kKeepInterval), [this] { return stop_; });
  }
}

NodePeople::~NodePeople() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace bangfu::server
