#ifndef BANGFU_SERVER_MAIN_METRICS_ENDPOINT_H_
#define BANGFU_SERVER_MAIN_METRICS_ENDPOINT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/health/metrics.h"

namespace prometheus {
class Exposer;
}

namespace bangfu::server {

// Serves the metrics at http://<address>/metrics as long as it lives. Without TLS and without
// asking who reads: the address should be one that only the operator's machines reach.
class MetricsEndpoint {
 public:
  // `address` is host:port; `metrics` outlives it. Errors: INVALID_ARGUMENT · UNAVAILABLE: the port
  // is taken
  static absl::StatusOr<std::unique_ptr<MetricsEndpoint>> Open(const std::string& address,
                                                               const Metrics& metrics);
  ~MetricsEndpoint();

 private:
  explicit MetricsEndpoint(std::unique_ptr<prometheus::Exposer> exposer);
  const std::unique_ptr<prometheus::Exposer> exposer_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_MAIN_METRICS_ENDPOINT_H_
