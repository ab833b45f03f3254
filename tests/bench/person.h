#ifndef BANGFU_TESTS_BENCH_PERSON_H_
#define BANGFU_TESTS_BENCH_PERSON_H_

#include <string>

namespace bangfu::bench {

// What identifies fictional people, from a number.
std::string Name(int number);
// Identity number of a person born in `year` or soon after, another for each `number` below 10
// million.
std::string IdentityNumber(int number, int year, bool male);
std::string BankCard(int number);

}  // namespace bangfu::bench

#endif  // BANGFU_TESTS_BENCH_PERSON_H_
