#ifndef BANGFU_TESTS_BENCH_LOAD_REPLICA_SCRIPT_H_
#define BANGFU_TESTS_BENCH_LOAD_REPLICA_SCRIPT_H_

#include <cstdint>
#include <string>

// What the sqlite3 command line program needs to write the rows of a pulled replica as the replica
// writes them: same tables, indexes and durability, so many records in one transaction.
namespace bangfu::bench {

int64_t CountRows(const std::string& database, const std::string& table);

// Writes the rows of records and persons of `replica` as a script, with INSERTs of many rows.
void WriteReplicaScript(const std::string& replica, int records_per_transaction,
                        const std::string& script);

// Makes `database` anew with the tables of `replica`, unmeasured, and runs the script on it; the
// seconds that sqlite3 takes.
double FillReplica(const std::string& replica, const std::string& script,
                   const std::string& database);

// The same without any text to read: rows come from the attached replica. The least that a writer
// can take.
double CopyReplica(const std::string& replica, int records_per_transaction,
                   const std::string& database);

}  // namespace bangfu::bench

#endif  // BANGFU_TESTS_BENCH_LOAD_REPLICA_SCRIPT_H_
