#ifndef BANGFU_TESTS_SIM_RNG_H_
#define BANGFU_TESTS_SIM_RNG_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"

namespace bangfu::sim {

// Numbers that follow from a seed alone, the same on every machine (SplitMix64, Steele, Lea, Flood:
// Fast splittable pseudorandom number generators, OOPSLA 2014).
class Rng {
 public:
  explicit Rng(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  // 0 … end - 1; 0 when `end` is not positive.
  int Below(int end) {
    return end <= 0 ? 0 : static_cast<int>(Next() % static_cast<uint64_t>(end));
  }
  int Between(int first, int last) { return first + Below(last - first + 1); }
  bool OneIn(int n) { return Below(n) == 0; }
  template <typename T>
  const T& Pick(const std::vector<T>& from) {
    return from[static_cast<size_t>(Below(static_cast<int>(from.size())))];
  }
  // A random UUID (version 4).
  std::string Uuid() {
    const uint64_t high = Next();
    const uint64_t low = Next();
    return absl::StrFormat("%08x-%04x-4%03x-%04x-%012x", high >> 32, (high >> 16) & 0xffff,
                           high & 0xfff, 0x8000 | ((low >> 48) & 0x3fff), low & 0xffffffffffffULL);
  }

 private:
  uint64_t state_;
};

}  // namespace bangfu::sim

#endif  // BANGFU_TESTS_SIM_RNG_H_
