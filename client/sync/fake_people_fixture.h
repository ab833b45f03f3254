#ifndef BANGFU_CLIENT_SYNC_FAKE_PEOPLE_FIXTURE_H_
#define BANGFU_CLIENT_SYNC_FAKE_PEOPLE_FIXTURE_H_

#include <map>
#include <string>
#include <vector>

#include "client/transport/identity_link.h"

namespace bangfu::client {

// The calls of people that a sync makes; every other one is not there.
class FakePeople final : public IdentityLink {
 public:
  absl::Status ReportReads(const v1::ReportReadsRequest& request) override {
    if (!reachable) return absl::UnavailableError("down");
    reports.push_back(request);
    return absl::OkStatus();
  }
  absl::StatusOr<v1::ListConflictsResponse> ListConflicts(
      const OnBehalf& who, const v1::ListConflictsRequest& request) override {
    if (who.session != reader) return absl::PermissionDeniedError("no");
    v1::ListConflictsResponse page;
    for (const auto& [id, conflict] : conflicts) {
      if (conflict.state() == request.state()) page.add_conflicts()->set_id(id);
    }
    return page;
  }
  absl::StatusOr<v1::GetConflictResponse> GetConflict(
      const OnBehalf& who, const v1::GetConflictRequest& request) override {
    if (who.session != reader) return absl::PermissionDeniedError("no");
    const auto found = conflicts.find(request.id());
    if (found == conflicts.end()) return absl::NotFoundError("no such entry");
    reasons.push_back(request.unmask_reason());
    v1::GetConflictResponse response;
    *response.mutable_conflict() = found->second;
    return response;
  }

#define BANGFU_NOT_THERE(Method)                                                           \
  absl::StatusOr<v1::Method##Response> Method(const OnBehalf&, const v1::Method##Request&) \
      override {                                                                           \
    return absl::UnimplementedError(#Method);                                              \
  }
  BANGFU_NOT_THERE(SignIn)
  BANGFU_NOT_THERE(CreateAccount)
  BANGFU_NOT_THERE(UpdateAccount)
  BANGFU_NOT_THERE(ResetCredentials)
  BANGFU_NOT_THERE(ListAccounts)
  BANGFU_NOT_THERE(IssueCertificate)
  BANGFU_NOT_THERE(InviteNode)
  BANGFU_NOT_THERE(ListEnrollments)
  BANGFU_NOT_THERE(DecideEnrollment)
  BANGFU_NOT_THERE(ListAudit)
  BANGFU_NOT_THERE(ReplaceOrgTree)
  BANGFU_NOT_THERE(GetArchive)
  BANGFU_NOT_THERE(ListArchives)
  BANGFU_NOT_THERE(PreviewMove)
#undef BANGFU_NOT_THERE
  absl::Status SignOut(const OnBehalf&) override { return absl::UnimplementedError("SignOut"); }
  absl::Status ChangePassword(const OnBehalf&, const v1::ChangePasswordRequest&) override {
    return absl::UnimplementedError("ChangePassword");
  }
  absl::Status RevokeNode(const OnBehalf&, const v1::RevokeNodeRequest&) override {
    return absl::UnimplementedError("RevokeNode");
  }
  absl::StatusOr<v1::RenewCertificateResponse> RenewCertificate(
      const v1::RenewCertificateRequest&) override {
    return absl::UnimplementedError("RenewCertificate");
  }

  bool reachable = true;
  std::string reader;  // session that may read the conflict log
  std::map<std::string, v1::Conflict> conflicts;
  std::vector<v1::ReportReadsRequest> reports;
  std::vector<std::string> reasons;
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_SYNC_FAKE_PEOPLE_FIXTURE_H_
