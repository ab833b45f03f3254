#ifndef BANGFU_TESTS_FUZZ_CHECK_H_
#define BANGFU_TESTS_FUZZ_CHECK_H_

#include <cstdio>
#include <cstdlib>

// Ends the process when a property does not hold, which is what the fuzzer takes for a crash. The
// input is then in the file that the fuzzer saves.
#define FUZZ_CHECK(property)                                                             \
  do {                                                                                   \
    if (!(property)) {                                                                   \
      std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #property); \
      std::abort();                                                                      \
    }                                                                                    \
  } while (false)

#endif  // BANGFU_TESTS_FUZZ_CHECK_H_
