#ifndef BANGFU_SERVER_SERVICE_ENROLLMENT_SERVICE_H_
#define BANGFU_SERVER_SERVICE_ENROLLMENT_SERVICE_H_

#include "bangfu/v1/enrollment_service.grpc.pb.h"
#include "base/clock.h"
#include "server/identity/enrollment_desk.h"
#include "server/log/event_log.h"
#include "server/service/node.h"
#include "server/service/rate_limit.h"

namespace bangfu::server {

// The calls about nodes that need a certificate. Those that need none are not here: UNIMPLEMENTED.
class EnrollmentService final : public v1::EnrollmentService::Service {
 public:
  // Both outlive the service.
  EnrollmentService(Node& node, EnrollmentDesk& desk) : node_(node), desk_(desk) {}

  grpc::Status RenewCertificate(grpc::ServerContext* context,
                                const v1::RenewCertificateRequest* request,
                                v1::RenewCertificateResponse* response) override;
  grpc::Status IssueCertificate(grpc::ServerContext* context,
                                const v1::IssueCertificateRequest* request,
                                v1::IssueCertificateResponse* response) override;
  grpc::Status InviteNode(grpc::ServerContext* context, const v1::InviteNodeRequest* request,
                          v1::InviteNodeResponse* response) override;
  grpc::Status ListEnrollments(grpc::ServerContext* context,
                               const v1::ListEnrollmentsRequest* request,
                               v1::ListEnrollmentsResponse* response) override;
  grpc::Status DecideEnrollment(grpc::ServerContext* context,
                                const v1::DecideEnrollmentRequest* request,
                                v1::DecideEnrollmentResponse* response) override;
  grpc::Status RevokeNode(grpc::ServerContext* context, const v1::RevokeNodeRequest* request,
                          v1::RevokeNodeResponse* response) override;

 private:
  Node& node_;
  EnrollmentDesk& desk_;
};

// All callers without certificate together, so that many addresses cannot fill the audit log.
inline constexpr int kJoiningCallsPerMinute = 300;
// An office that sets up its desks at once; codes of 128 bits are not guessed by it.
inline constexpr int kJoiningBurst = 60;
inline constexpr Rate kJoiningRate{limits::kEnrollmentsPerMinute / 60.0, kJoiningBurst,
                                   "enrollments_per_minute"};
inline constexpr Rate kAllJoiningRate{kJoiningCallsPerMinute / 60.0, kJoiningCallsPerMinute,
                                      "enrollments_per_minute"};

// The two calls for those who have a code and no certificate yet, for the address for enrollment.
// Nothing else is answered there: UNIMPLEMENTED. Errors beside those of the desk:
// RESOURCE_EXHAUSTED QUOTA_EXCEEDED with RetryInfo: limits::kEnrollmentsPerMinute of one address
class JoiningService final : public v1::EnrollmentService::Service {
 public:
  // The clock is the machine's. All outlive the service.
  JoiningService(EnrollmentDesk& desk, const Clock& clock, EventLog& log)
      : desk_(desk), clock_(clock), log_(log) {}

  grpc::Status RequestEnrollment(grpc::ServerContext* context,
                                 const v1::RequestEnrollmentRequest* request,
                                 v1::RequestEnrollmentResponse* response) override;
  grpc::Status CollectCertificate(grpc::ServerContext* context,
                                  const v1::CollectCertificateRequest* request,
                                  v1::CollectCertificateResponse* response) override;

 private:
  absl::Status Admit(const grpc::ServerContext& context);
  grpc::Status Finish(absl::string_view method, absl::Time start, const absl::Status& status);

  EnrollmentDesk& desk_;
  const Clock& clock_;
  EventLog& log_;
  RateLimit of_address_{kJoiningRate};
  RateLimit of_all_{kAllJoiningRate};
};

// Whom a peer of gRPC ("ipv4:192.0.2.7:4711") stands for when calls are counted: the address, for
// IPv6 the network of 64 bits that one subscriber has.
std::string AddressToCount(absl::string_view peer);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_ENROLLMENT_SERVICE_H_
