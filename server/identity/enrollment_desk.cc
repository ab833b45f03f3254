#include "server/identity/enrollment_desk.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "server/identity/account_rights.h"
#include "server/identity/enrollment_code.h"
#include "server/identity/enrollment_errors.h"
#include "server/identity/identity_errors.h"
#include "server/identity/node_description.h"

namespace bangfu::server {
namespace {

constexpr size_t kMaxReasonBytes = 4 * limits::kMaxCharactersOfReason;  // UTF-8
constexpr int kMaxNamePages = 100;  // of limits::kMaxPageSize enrollments, of one org

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds());
}

// Enrollments are not asked to be changed by this.
absl::Status LookedOnly() { return absl::CancelledError(); }

// nullopt is what its life says when the request says nothing.
absl::StatusOr<absl::Duration> CodeLifeOf(const v1::InviteNodeRequest& request) {
  if (!request.has_code_life()) return limits::kEnrollmentCodeLife;
  const absl::Duration life = absl::Seconds(request.code_life().seconds());
  if (life <= absl::ZeroDuration() || life > limits::kMaxEnrollmentCodeLife) {
    return BadEnrollmentField(
        "code_life", {"入网码的有效期须在 30 天以内。", "A code can be used for 30 days at most."});
  }
  return life;
}

// Whether the name of the enrollment's node cannot be given to another one.
bool HoldsName(const PeopleBook& people, const v1::Enrollment& enrollment, absl::Time now) {
  switch (enrollment.state()) {
    case v1::ENROLLMENT_STATE_INVITED:
      return now < TimeOf(enrollment.code_expire_time());
    case v1::ENROLLMENT_STATE_REQUESTED:
      return now < TimeOf(enrollment.code_expire_time()) + kMaxEnrollmentWait;
    case v1::ENROLLMENT_STATE_APPROVED: {
      Principal node{enrollment.node().node(), enrollment.node().org()};
      node.serial = enrollment.serial();
      node.issued = TimeOf(enrollment.certificate_expire_time()) - limits::kCertificateLife;
      return !people.IsRevoked(node);
    }
    default:
      return false;
  }
}

}  // namespace

EnrollmentDesk::EnrollmentDesk(IdentityStore& store, AuditStore& audit,
                               IdentityAuthority& authority, CurrentStanding current,
                               const Clock& clock, Options options)
    : store_(store),
      audit_(audit),
      authority_(authority),
      current_(std::move(current)),
      clock_(clock),
      options_(std::move(options)),
      ids_([this] { return (uint64_t{random_()} << 32) | random_(); }) {}

absl::StatusOr<EnrollmentDesk::Managing> EnrollmentDesk::ManagingOf(const Asker& asker) const {
  Managing managing;
  absl::StatusOr<Standing> standing = current_();
  if (!standing.ok()) return standing.status();
  managing.standing = *std::move(standing);
  absl::StatusOr<std::string> scope =
      ManagedScope(managing.standing, asker, v1::ACTION_MANAGE_NODES);
  if (!scope.ok()) return scope.status();
  managing.scope = *std::move(scope);
  return managing;
}

bool EnrollmentDesk::MayManage(const Managing& managing, const Asker& asker,
                               absl::string_view org) const {
  return domain::IsWithin(org, options_.self.org) &&
         Manages(managing.standing, asker, v1::ACTION_MANAGE_NODES, managing.scope, org);
}

absl::Status EnrollmentDesk::Refuse(const Asker& asker, const NodeAct& act,
                                    const absl::Status& refusal) {
  const absl::Status entered = audit_.Append({EntryOf(asker, act, refusal, clock_.Now())});
  return entered.ok() ? refusal : entered;
}

// ---- Inviting.

absl::StatusOr<v1::InviteNodeResponse> EnrollmentDesk::Invite(
    const Asker& asker, const v1::InviteNodeRequest& request) {
  NodeAct act;
  absl::StatusOr<v1::InviteNodeResponse> made = MakeInvitation(asker, request, act);
  if (made.ok()) return made;
  return Refuse(asker, act, made.status());
}

absl::StatusOr<v1::InviteNodeResponse> EnrollmentDesk::MakeInvitation(
    const Asker& asker, const v1::InviteNodeRequest& request, NodeAct& act) {
  const absl::Time now = clock_.Now();
  const absl::StatusOr<Managing> managing = ManagingOf(asker);
  if (!managing.ok()) return managing.status();
  if (const auto wanted = CertificateRequestFor(request.node(), now); !wanted.ok()) {
    return wanted.status();
  }
  act.node = KeyOf(request.node());
  act.org = request.node().org();
  if (!MayManage(*managing, asker, act.org)) return MayNotManage();
  const absl::StatusOr<absl::Duration> life = CodeLifeOf(request);
  if (!life.ok()) return life.status();
  const absl::StatusOr<std::string> code = MakeEnrollmentCode();
  if (!code.ok()) return code.status();
  absl::StatusOr<std::string> hash = HashOfEnrollmentCode(*code);
  if (!hash.ok()) return hash.status();

  const std::lock_guard<std::mutex> lock(inviting_);
  const absl::Status free = CheckNameIsFree(*managing->standing.people, request.node());
  if (!free.ok()) return free;
  StoredEnrollment stored;
  stored.code_hash = *std::move(hash);
  v1::Enrollment& enrollment = stored.enrollment;
  enrollment.set_id(ids_.Next(now));
  *enrollment.mutable_node() = request.node();
  enrollment.set_state(v1::ENROLLMENT_STATE_INVITED);
  enrollment.set_invited_by(asker.Name());
  enrollment.mutable_code_expire_time()->set_seconds(absl::ToUnixSeconds(now + *life));
  act.enrollment = enrollment.id();
  const absl::Status added =
      store_.AddEnrollment(stored, EntryOf(asker, act, absl::OkStatus(), now));
  if (!added.ok()) return added;
  v1::InviteNodeResponse response;
  *response.mutable_enrollment() = enrollment;
  response.set_code(*code);
  response.set_address(options_.address);
  if (options_.ca_pem) response.set_ca_pem(options_.ca_pem());
  return response;
}

absl::Status EnrollmentDesk::CheckNameIsFree(const PeopleBook& people,
                                             const v1::NodeDescription& node) {
  if (KeyOf(node) == options_.self.Key()) return NodeExists();
  const absl::Time now = clock_.Now();
  std::string before;
  for (int page = 0; page < kMaxNamePages; ++page) {
    const auto found = store_.ListEnrollments(node.org(), v1::ENROLLMENT_STATE_UNSPECIFIED, before,
                                              limits::kMaxPageSize);
    if (!found.ok()) return found.status();
    for (const StoredEnrollment& other : *found) {
      if (KeyOf(other.enrollment.node()) == KeyOf(node) &&
          HoldsName(people, other.enrollment, now)) {
        return NodeExists();
      }
    }
    if (static_cast<int>(found->size()) < limits::kMaxPageSize) return absl::OkStatus();
    before = found->back().enrollment.id();
  }
  return absl::OkStatus();
}

// ---- Deciding.

absl::StatusOr<v1::ListEnrollmentsResponse> EnrollmentDesk::List(
    const Asker& asker, const v1::ListEnrollmentsRequest& request) {
  const absl::StatusOr<Managing> managing = ManagingOf(asker);
  if (!managing.ok()) return Refuse(asker, NodeAct{}, managing.status());
  if (!request.page_token().empty() && !domain::IsUuid(request.page_token())) {
    return BadPageOfEnrollments();
  }
  const int size = request.page_size() <= 0 ? limits::kDefaultPageSize
                                            : std::min(request.page_size(), limits::kMaxPageSize);
  const auto found =
      store_.ListEnrollments(managing->scope, request.state(), request.page_token(), size);
  if (!found.ok()) return found.status();
  v1::ListEnrollmentsResponse response;
  for (const StoredEnrollment& stored : *found) *response.add_enrollments() = stored.enrollment;
  if (static_cast<int>(found->size()) == size) {
    response.set_next_page_token(found->back().enrollment.id());
  }
  return response;
}

absl::StatusOr<v1::DecideEnrollmentResponse> EnrollmentDesk::Decide(
    const Asker& asker, const v1::DecideEnrollmentRequest& request) {
  NodeAct act;
  act.stated_reason = request.reason();
  if (request.reason().size() > kMaxReasonBytes || (!request.approve() && request.reason().empty()))
    return ReasonRequired();
  if (!domain::IsUuid(request.id())) return Refuse(asker, act, NoSuchEnrollment());
  absl::StatusOr<v1::Enrollment> decided =
      request.approve()
          ? Approve(asker, request.id(), act)
          : ChangeManaged(asker, request.id(), act, [&](StoredEnrollment& stored) {
              if (stored.enrollment.state() == v1::ENROLLMENT_STATE_REJECTED) return LookedOnly();
              if (stored.enrollment.state() == v1::ENROLLMENT_STATE_APPROVED) {
                return BadEnrollmentField("id", {"该节点已获准入网；如须停用，请吊销节点。",
                                                 "The node is in already; revoke it to end that."});
              }
              stored.enrollment.set_state(v1::ENROLLMENT_STATE_REJECTED);
              stored.enrollment.set_decided_by(asker.Name());
              return absl::OkStatus();
            });
  if (!decided.ok()) return decided.status();
  v1::DecideEnrollmentResponse response;
  *response.mutable_enrollment() = *std::move(decided);
  return response;
}

absl::StatusOr<v1::Enrollment> EnrollmentDesk::ChangeManaged(
    const Asker& asker, absl::string_view id, NodeAct act,
    absl::FunctionRef<absl::Status(StoredEnrollment& enrollment)> change) {
  const absl::StatusOr<Managing> managing = ManagingOf(asker);
  if (!managing.ok()) return Refuse(asker, act, managing.status());
  v1::Enrollment result;
  bool looked_only = false;
  const absl::Status changed =
      store_.ChangeEnrollment(IdentityStore::EnrollmentKey::kId, id,
                              [&](std::optional<StoredEnrollment>& stored, v1::AuditEntry& audit) {
                                looked_only = false;  // the transaction may run again
                                NodeAct done = act;
                                done.enrollment = std::string(id);
                                absl::Status outcome = NoSuchEnrollment();
                                if (stored) {
                                  done.node = KeyOf(stored->enrollment.node());
                                  done.org = stored->enrollment.node().org();
                                  if (MayManage(*managing, asker, done.org))
                                    outcome = change(*stored);
                                  done.serial = stored->enrollment.serial();
                                  result = stored->enrollment;
                                }
                                looked_only = absl::IsCancelled(outcome);
                                if (!looked_only)
                                  audit = EntryOf(asker, done, outcome, clock_.Now());
                                return outcome;
                              });
  if (!changed.ok() && !looked_only) return changed;
  return result;
}

absl::StatusOr<v1::Enrollment> EnrollmentDesk::Approve(const Asker& asker, absl::string_view id,
                                                       NodeAct act) {
  const absl::Time now = clock_.Now();
  StoredEnrollment asked;
  const auto check = [&](const StoredEnrollment& stored) {
    const v1::Enrollment& enrollment = stored.enrollment;
    if (enrollment.state() != v1::ENROLLMENT_STATE_REQUESTED) {
      return BadEnrollmentField("id", {"该节点尚未申请入网，或邀请已撤回。",
                                       "The node has not asked yet, or was told no."});
    }
    if (now >= TimeOf(enrollment.code_expire_time()) + kMaxEnrollmentWait) {
      return BadEnrollmentField("id", {"入网申请搁置太久，已失效；请重新邀请。",
                                       "The request has waited too long; invite the node anew."});
    }
    return absl::OkStatus();
  };
  // The root is asked between two transactions: nothing is locked meanwhile.
  const absl::StatusOr<v1::Enrollment> before =
      ChangeManaged(asker, id, act, [&](StoredEnrollment& stored) {
        asked = stored;
        if (stored.enrollment.state() == v1::ENROLLMENT_STATE_APPROVED) return LookedOnly();
        const absl::Status checked = check(stored);
        return checked.ok() ? LookedOnly() : checked;
      });
  if (!before.ok() || before->state() == v1::ENROLLMENT_STATE_APPROVED) return before;
  v1::IssueCertificateRequest issue;
  *issue.mutable_node() = before->node();
  issue.set_csr_pem(asked.csr_pem);
  issue.set_approved_by(asker.Name());
  const auto issued = authority_.IssueCertificate(asker, issue);
  if (!issued.ok()) {
    act.node = KeyOf(before->node());
    act.org = before->node().org();
    act.enrollment = std::string(id);
    return Refuse(asker, act, issued.status());
  }
  const auto facts = FactsOfCertificate(issued->certificate_pem());
  if (!facts.ok()) return facts.status();
  return ChangeManaged(asker, id, act, [&](StoredEnrollment& stored) {
    if (stored.enrollment.state() == v1::ENROLLMENT_STATE_APPROVED) return LookedOnly();
    if (const absl::Status checked = check(stored); !checked.ok()) return checked;
    stored.certificate_pem = issued->certificate_pem();
    stored.ca_pem = issued->ca_pem();
    stored.enrollment.set_state(v1::ENROLLMENT_STATE_APPROVED);
    stored.enrollment.set_decided_by(asker.Name());
    stored.enrollment.set_serial(facts->serial);
    stored.enrollment.mutable_certificate_expire_time()->set_seconds(
        absl::ToUnixSeconds(facts->not_after));
    return absl::OkStatus();
  });
}

}  // namespace bangfu::server
