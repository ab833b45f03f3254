#ifndef BANGFU_TESTS_BENCH_LOAD_SINGLE_PUSH_SCRIPT_H_
#define BANGFU_TESTS_BENCH_LOAD_SINGLE_PUSH_SCRIPT_H_

#include <string>
#include <utility>
#include <vector>

#include "tests/bench/load/city_node.h"

namespace bangfu::bench {

// The statements of one push of one new archive, bare: for pgbench, without anybody who receives,
// checks, merges and seals.
struct SinglePushScript {
  std::string text;
  // What the rows hold, of the same sizes as after a real push. The caller adds `clients`, how many
  // there are, and `first`, the number of the first archive, above those of all runs before.
  std::vector<std::pair<std::string, std::string>> variables;
};

// Of the archive that was pushed last, and alone.
SinglePushScript ScriptOfSinglePush(const CityNode& city, const std::string& archive_id);

}  // namespace bangfu::bench

#endif  // BANGFU_TESTS_BENCH_LOAD_SINGLE_PUSH_SCRIPT_H_
