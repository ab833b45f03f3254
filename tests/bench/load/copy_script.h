#ifndef BANGFU_TESTS_BENCH_LOAD_COPY_SCRIPT_H_
#define BANGFU_TESTS_BENCH_LOAD_COPY_SCRIPT_H_

#include <string>

#include "tests/bench/load/city_node.h"

namespace bangfu::bench {

// Writes a script for psql that brings the rows of pushed archives, as they stand in the tables of
// the city, into the same tables of another database with COPY, in so many transactions: records,
// history, answers, persons, feed, audit chain.
void WriteCopyScript(const CityNode& city, int commits, const std::string& path);

}  // namespace bangfu::bench

#endif  // BANGFU_TESTS_BENCH_LOAD_COPY_SCRIPT_H_
