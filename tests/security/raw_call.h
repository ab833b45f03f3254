#ifndef BANGFU_TESTS_SECURITY_RAW_CALL_H_
#define BANGFU_TESTS_SECURITY_RAW_CALL_H_

#include <grpcpp/channel.h>
#include <grpcpp/support/status.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace bangfu::security {

// What came back of a call of any method.
struct RawAnswer {
  grpc::Status status;
  std::vector<std::string> messages;  // serialised; the first kMaxRawMessages of a stream
  std::string trailer;                // values of the trailing metadata
};

inline constexpr size_t kMaxRawMessages = 3;

// Sends bytes to "/bangfu.v1.SyncService/Push"; a stream is left after kMaxRawMessages, or when
// nothing comes for a while.
RawAnswer CallRaw(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                  const std::string& bytes, const std::map<std::string, std::string>& metadata);

}  // namespace bangfu::security

#endif  // BANGFU_TESTS_SECURITY_RAW_CALL_H_
