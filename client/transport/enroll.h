#ifndef BANGFU_CLIENT_TRANSPORT_ENROLL_H_
#define BANGFU_CLIENT_TRANSPORT_ENROLL_H_

#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "bangfu/v1/enrollment_service.pb.h"

// How a node joins, server or desk: with an invitation it makes a key, asks, and gets its
// certificate when somebody has approved (docs/identity.md, "Joining").
namespace bangfu::client {

// An invitation is the answer to InviteNode, kept as a file (JSON, mode 0600) until it is used: it
// holds the one-time code. Larger files are none.
inline constexpr int kMaxInvitationBytes = 256 * 1024;

// ALREADY_EXISTS: nothing is overwritten.
absl::Status WriteInvitation(const std::string& path, const v1::InviteNodeResponse& invitation);
// NOT_FOUND; INVALID_ARGUMENT: no invitation, or one without address, code or authorities.
absl::StatusOr<v1::InviteNodeResponse> ReadInvitation(const std::string& path);

// How often a waiting node asks; below limits::kEnrollmentsPerMinute.
inline constexpr absl::Duration kJoinPollInterval = absl::Seconds(10);

struct JoinOptions {
  std::string tls_dir;                         // gets ca.pem, node.pem, node.key
  absl::Duration wait = absl::ZeroDuration();  // for somebody's approval
  absl::Duration poll_interval = kJoinPollInterval;
  std::optional<std::string> name_override{};  // name in the server's certificate, for tests
};

enum class JoinResult {
  kJoined,   // the bundle is in its folder
  kWaiting,  // nobody has approved yet: join again to go on
};

// Joins with the invitation. Until it is approved the key waits in the folder <tls_dir>.joining, so
// that joining again goes on with it; `on_asked` gets the enrollment, whose key_fingerprint (made
// here, from the own key) the person who approves compares. The server must have a certificate of
// an authority in the invitation.
//
// Errors: ALREADY_EXISTS the folder holds a bundle already · PERMISSION_DENIED BAD_ENROLLMENT_CODE,
//         or somebody said no · UNAVAILABLE the server cannot be reached at the first try ·
//         FAILED_PRECONDITION the certificate is not what was asked for
absl::StatusOr<JoinResult> Join(const v1::InviteNodeResponse& invitation,
                                const JoinOptions& options,
                                absl::FunctionRef<void(const v1::Enrollment&)> on_asked);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_TRANSPORT_ENROLL_H_
