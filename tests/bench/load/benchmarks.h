#ifndef BANGFU_TESTS_BENCH_LOAD_BENCHMARKS_H_
#define BANGFU_TESTS_BENCH_LOAD_BENCHMARKS_H_

#include "tests/bench/load/measurement.h"

// One function a benchmark, each in the file of its name; what they measure is in
// tests/bench/README.md.
namespace bangfu::bench {

void PushBulk(const LoadOptions& options, Measurements& measurements);
void PushUpdate(const LoadOptions& options, Measurements& measurements);
void PushSingle(const LoadOptions& options, Measurements& measurements);
void Fairness(const LoadOptions& options, Measurements& measurements);
void List(const LoadOptions& options, Measurements& measurements);
void Sweep(const LoadOptions& options, Measurements& measurements);
void Sequencer(const LoadOptions& options, Measurements& measurements);
void WatchFanout(const LoadOptions& options, Measurements& measurements);
void PullInitial(const LoadOptions& options, Measurements& measurements);
void PullDelta(const LoadOptions& options, Measurements& measurements);
void Memory(const LoadOptions& options, Measurements& measurements);
void PeerLogical(const LoadOptions& options, Measurements& measurements);
void PeerCouch(const LoadOptions& options, Measurements& measurements);

}  // namespace bangfu::bench

#endif  // BANGFU_TESTS_BENCH_LOAD_BENCHMARKS_H_
