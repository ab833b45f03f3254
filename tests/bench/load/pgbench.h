#ifndef BANGFU_TESTS_BENCH_LOAD_PGBENCH_H_
#define BANGFU_TESTS_BENCH_LOAD_PGBENCH_H_

#include <string>
#include <utility>
#include <vector>

namespace bangfu::bench {

// What pgbench runs, with prepared statements.
struct PgbenchRun {
  std::string address;  // of the database, for libpq
  std::string script;   // its path
  std::vector<std::pair<std::string, std::string>> variables;
  std::string folder;  // empty, for its log
  int clients = 1;
  int transactions = 0;  // of each client
  int warm_up = 0;       // of them, that are not measured
  double rate = 0;       // a second of each client, at random distances
};

// Runs it; milliseconds of each transaction from its first statement to the end of its last, of all
// clients. Ends the program when it fails.
std::vector<double> PgbenchTimes(const PgbenchRun& run);

}  // namespace bangfu::bench

#endif  // BANGFU_TESTS_BENCH_LOAD_PGBENCH_H_
