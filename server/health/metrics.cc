#include "server/health/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"

namespace bangfu::server {
namespace {

using CounterFamily = prometheus::Family<prometheus::Counter>;
using GaugeFamily = prometheus::Family<prometheus::Gauge>;

// StallDetector's names; one that is not here appears with its first stall.
constexpr const char* kBacklogs[] = {"sequencer", "upstream_push", "upstream_pull"};

std::string LabelOf(v1::Verdict verdict) {
  const std::string name = v1::Verdict_Name(verdict);
  return absl::AsciiStrToLower(absl::StripPrefix(name, "VERDICT_"));
}

}  // namespace

struct Metrics::Families {
  CounterFamily& Counter(const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(*registry);
  }
  GaugeFamily& Gauge(const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(*registry);
  }

  const std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
  prometheus::Counter& pushes =
      Counter("bangfu_pushes_total", "Pushes that were answered.").Add({});
  CounterFamily& changes = Counter("bangfu_changes_total", "Changes by verdict.");
  prometheus::Counter& pulls = Counter("bangfu_pulls_total", "Pulls that were begun.").Add({});
  CounterFamily& refused = Counter("bangfu_refused_total", "Calls refused for their quota.");
  prometheus::Gauge& watches = Gauge("bangfu_watches", "Watches that are open.").Add({});
  prometheus::Gauge& head = Gauge("bangfu_feed_head", "Last number of the feed.").Add({});
  prometheus::Gauge& unsequenced =
      Gauge("bangfu_unsequenced", "Rows that wait for the sequencer.").Add({});
  prometheus::Gauge& upstream_pending =
      Gauge("bangfu_upstream_pending", "Changes that wait for the parent.").Add({});
  GaugeFamily& stalled = Gauge("bangfu_stalled", "Whether the backlog does not move.");
};

Metrics::Metrics() : families_(std::make_unique<Families>()) { SetStalls({}); }
Metrics::~Metrics() = default;

void Metrics::CountPush() { families_->pushes.Increment(); }

void Metrics::CountChange(v1::Verdict verdict) {
  families_->changes.Add({{"verdict", LabelOf(verdict)}}).Increment();
}

void Metrics::CountPull() { families_->pulls.Increment(); }

void Metrics::CountRefused(absl::string_view call) {
  families_->refused.Add({{"call", std::string(call)}}).Increment();
}

void Metrics::AddWatches(int count) { families_->watches.Increment(count); }

void Metrics::SetFeed(int64_t head, int64_t unsequenced) {
  families_->head.Set(static_cast<double>(head));
  families_->unsequenced.Set(static_cast<double>(unsequenced));
}

void Metrics::SetUpstreamPending(int64_t changes) {
  families_->upstream_pending.Set(static_cast<double>(changes));
}

void Metrics::SetStalls(const std::vector<v1::Stall>& stalls) {
  for (const char* backlog : kBacklogs) families_->stalled.Add({{"backlog", backlog}}).Set(0);
  for (const v1::Stall& stall : stalls)
    families_->stalled.Add({{"backlog", stall.backlog()}}).Set(1);
}

std::shared_ptr<prometheus::Collectable> Metrics::collectable() const {
  return families_->registry;
}

}  // namespace bangfu::server
