#ifndef BANGFU_TESTS_CHAOS_RAW_LINE_H_
#define BANGFU_TESTS_CHAOS_RAW_LINE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "bangfu/v1/sync_service.grpc.pb.h"
#include "tests/chaos/scenario.h"

namespace bangfu::chaos {

// Calls of a desk as a program of another version would make them: nothing is checked or tried
// again.
class RawLine {
 public:
  // How much of a stream comes before it is read.
  enum class Window { kGrowing, kSmall };

  RawLine(World& world, const std::string& node, const std::string& org, const std::string& server,
          Window window = Window::kGrowing);

  absl::StatusOr<v1::HandshakeResponse> Handshake(const v1::HandshakeRequest& request);
  absl::StatusOr<v1::Outcome> Push(const v1::Change& change);
  v1::SyncService::Stub& stub() { return *stub_; }

 private:
  const std::string session_;  // of the handler
  std::unique_ptr<v1::SyncService::Stub> stub_;
};

}  // namespace bangfu::chaos

#endif  // BANGFU_TESTS_CHAOS_RAW_LINE_H_
