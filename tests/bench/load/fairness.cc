// A district pushes one new archive now and then, while an industry union uploads a million of
// them. The baseline is the same district at the same node while nobody uploads: the upload pauses
// for it again and again.

#include <grpcpp/client_context.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "bangfu/v1/sync_service.grpc.pb.h"
#include "base/limits.h"
#include "client/transport/grpc_line.h"
#include "client/transport/grpc_status.h"
#include "client/transport/grpc_streams.h"
#include "client/transport/retry_delay.h"
#include "tests/bench/load/benchmarks.h"
#include "tests/bench/load/city_node.h"
#include "tests/bench/load/families.h"
#include "tests/scenario/households.h"
#include "tests/scenario/must.h"

namespace bangfu::bench {
namespace {

constexpr int kUploaded = 1'000'000;
constexpr int kFirstProbe = 3'000'000;  // family; those of the upload have lower numbers
constexpr int kIdleProbes = 150;
constexpr absl::Duration kProbeInterval = absl::Milliseconds(100);
constexpr int kShortIdleProbes = 30;
constexpr absl::Duration kShortProbeInterval = absl::Milliseconds(30);

// The upload of the union's server: as many pushes at a time as it may have. It comes back when
// the node asks it to, as GrpcServerLink does, and counts how often that was.
class UnionUpload {
 public:
  explicit UnionUpload(CityNode& city)
      : world_(city.world()),
        line_(scenario::Must(
            client::GrpcLine::Open(
                city.node().address(),
                world_.CredentialsOf("upload", kUnion, scenario::NodeKind::kServer), std::nullopt),
            "line")),
        stub_(v1::SyncService::NewStub(line_->channel())) {}

  // Uploads archives until there are `end`. Returns when all were answered.
  void Until(int end) {
    std::vector<std::thread> threads;
    for (int i = 0; i < limits::kMaxPushesPerChild; ++i) {
      threads.emplace_back([this, end] {
        for (;;) {
          const int first = next_.fetch_add(limits::kMaxChangesPerPush);
          if (first >= end) return;
          // Made one push at a time: a million do not fit into memory.
          Push(first, std::min(limits::kMaxChangesPerPush, end - first));
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    next_ = end;
  }

  int64_t accepted() const { return accepted_; }
  int64_t waits() const { return waits_; }
  absl::Duration waited() const { return absl::Milliseconds(waited_ms_.load()); }
  int64_t refusals() const { return refusals_; }

 private:
  void Push(int first, int count) {
    v1::PushRequest request;
    for (v1::Change& change : Filings(world_, first, count, kUnionUnit))
      *request.add_changes() = std::move(change);
    for (;;) {
      grpc::ClientContext context;
      client::SetDeadline(context, limits::kCallTimeout);
      v1::PushResponse response;
      const grpc::Status status = stub_->Push(&context, request, &response);
      if (status.ok()) {
        for (const v1::Outcome& outcome : response.outcomes())
          accepted_ += outcome.verdict() == v1::VERDICT_ACCEPTED ? 1 : 0;
        Wait(client::BoundedWait(response.wait()), waits_);
        return;
      }
      const absl::Status refused = client::FromGrpcStatus(status);
      if (!client::MayPass(refused)) scenario::Must(refused, "upload");
      Wait(std::max(client::RetryDelayOf(refused), limits::kFirstBackoff), refusals_);
    }
  }

  void Wait(absl::Duration duration, std::atomic<int64_t>& count) {
    if (duration <= absl::ZeroDuration()) return;
    ++count;
    waited_ms_ += absl::ToInt64Milliseconds(duration);
    absl::SleepFor(duration);
  }

  scenario::World& world_;
  const std::unique_ptr<client::GrpcLine> line_;
  const std::unique_ptr<v1::SyncService::Stub> stub_;
  std::atomic<int> next_{0};
  std::atomic<int64_t> accepted_{0};
  std::atomic<int64_t> waits_{0};
  std::atomic<int64_t> refusals_{0};
  std::atomic<int64_t> waited_ms_{0};
};

// The district that has one archive to send, every so often.
class Probe {
 public:
  Probe(CityNode& city, absl::Duration interval)
      : world_(city.world()), line_(city.Line("fuyang", kDistrict)), interval_(interval) {
    scenario::Must(line_->Handshake({}).status(), "handshake");
  }

  // Milliseconds of each push, at least one, while `more` says so.
  std::vector<double> Times(absl::FunctionRef<bool(size_t done)> more) {
    std::vector<double> times;
    absl::Time due = absl::Now();
    do {
      absl::SleepFor(due - absl::Now());
      due = std::max(due + interval_, absl::Now());
      const std::vector<v1::Change> changes = {
          scenario::Filing(world_, Family(kFirstProbe + sent_++, kDistrictUnit))};
      const Stopwatch watch;
      const auto outcomes = scenario::Must(line_->Push(changes, {}), "push of a district");
      times.push_back(watch.Seconds() * 1e3);
      accepted_ += outcomes[0].verdict() == v1::VERDICT_ACCEPTED ? 1 : 0;
    } while (more(times.size()));
    return times;
  }

  int sent() const { return sent_; }
  int accepted() const { return accepted_; }

 private:
  scenario::World& world_;
  const std::unique_ptr<client::GrpcServerLink> line_;
  const absl::Duration interval_;
  int sent_ = 0;
  int accepted_ = 0;
};

}  // namespace

void Fairness(const LoadOptions& options, Measurements& measurements) {
  const int uploaded = options.Scaled(kUploaded);
  const size_t idle_probes = options.short_form ? kShortIdleProbes : kIdleProbes;
  CityNode city(options);
  UnionUpload upload(city);
  Probe district(city, options.short_form ? kShortProbeInterval : kProbeInterval);
  std::vector<double> rates, idle_medians, beside_medians, longest;
  size_t beside_probes = 0;
  for (int run = 0; run < options.runs; ++run) {
    city.AwaitQuiet();
    const std::vector<double> idle =
        district.Times([&](size_t done) { return done < idle_probes; });

    const int before = static_cast<int>(static_cast<int64_t>(uploaded) * run / options.runs);
    const int end = static_cast<int>(static_cast<int64_t>(uploaded) * (run + 1) / options.runs);
    std::atomic<bool> uploading{true};
    const Stopwatch watch;
    double seconds = 0;
    std::thread union_thread([&] {
      upload.Until(end);
      seconds = watch.Seconds();
      uploading = false;
    });
    const std::vector<double> beside = district.Times([&](size_t) { return uploading.load(); });
    union_thread.join();

    measurements.Add("fairness", Quantile(beside, 0.99), Quantile(idle, 0.99), "ms");
    rates.push_back((end - before) / seconds);
    idle_medians.push_back(Quantile(idle, 0.5));
    beside_medians.push_back(Quantile(beside, 0.5));
    longest.push_back(Quantile(beside, 1));
    beside_probes += beside.size();
  }
  city.AwaitQuiet();
  const int64_t stored = uploaded + district.sent();
  if (upload.accepted() != uploaded || district.accepted() != district.sent() ||
      city.Psql("SELECT count(*) FROM record") != absl::StrCat(stored, "\n") ||
      city.Psql("SELECT count(*) FROM feed WHERE kind = 1") != absl::StrCat(stored, "\n")) {
    measurements.Fail("fairness: not everything was taken");
  }
  measurements.Note(
      "fairness",
      absl::StrFormat("median idle %.1f ms, beside the upload %.1f ms, longest %.0f ms of %d "
                      "pushes; upload of %d: %.0f archives/s, asked to wait %d times (%.0f s of "
                      "two lines), refused %d times",
                      Quantile(idle_medians, 0.5), Quantile(beside_medians, 0.5),
                      Quantile(longest, 1), beside_probes, uploaded, Quantile(rates, 0.5),
                      upload.waits(), absl::ToDoubleSeconds(upload.waited()), upload.refusals()));
}

}  // namespace bangfu::bench
