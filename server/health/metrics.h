#ifndef BANGFU_SERVER_HEALTH_METRICS_H_
#define BANGFU_SERVER_HEALTH_METRICS_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "bangfu/v1/change.pb.h"
#include "bangfu/v1/sync_service.pb.h"

namespace prometheus {
class Collectable;
}

namespace bangfu::server {

// What a node counts, for Prometheus. Numbers only: labels are verdicts, calls and backlogs, never
// children, records or people. Thread-safe.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void CountPush();
  void CountChange(v1::Verdict verdict);
  void CountPull();
  // A call that was refused for its quota: "push", "pull", "watch".
  void CountRefused(absl::string_view call);
  void AddWatches(int count);  // negative: ended

  void SetFeed(int64_t head, int64_t unsequenced);
  void SetUpstreamPending(int64_t changes);
  void SetStalls(const std::vector<v1::Stall>& stalls);

  // For an exposer; lives as long as this.
  std::shared_ptr<prometheus::Collectable> collectable() const;

 private:
  struct Families;
  const std::unique_ptr<Families> families_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_HEALTH_METRICS_H_
