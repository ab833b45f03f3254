#ifndef BANGFU_TESTS_BENCH_LOAD_COPY_SCRIPT_H_
#define BANGFU_TESTS_BENCH_LOAD_COPY_SCRIPT_H_

#include <string>
#include <vector>

#include "tests/bench/load/city_node.h"

namespace bangfu::bench {

// Rows that a query gives at the city, for a table of another database.
struct CopiedRows {
  std::string table;  // and its columns, when these are not all
  std::string rows;   // the query
  std::string then;   // a statement after them, "" for none
};

// Writes a script for psql: `head`, then the rows with COPY, in their order, in so many
// transactions, each with its part of every table.
void WriteBatchScript(const CityNode& city, const std::string& head,
                      const std::vector<CopiedRows>& tables, int commits, const std::string& path);

// Writes a script for psql that brings the rows of pushed archives, as they stand in the tables of
// the city, into the same tables of another database with COPY, in so many transactions: records,
// history, answers, persons, feed, audit chain.
void WriteCopyScript(const CityNode& city, int commits, const std::string& path);

// Brings the same rows, and the conflict log, into another database with the same schema, and
// vacuums and analyses it, so that nothing of this is done later by itself.
void CopyRows(const CityNode& city, const std::string& address);

}  // namespace bangfu::bench

#endif  // BANGFU_TESTS_BENCH_LOAD_COPY_SCRIPT_H_
