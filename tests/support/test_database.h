#ifndef BANGFU_TESTS_SUPPORT_TEST_DATABASE_H_
#define BANGFU_TESTS_SUPPORT_TEST_DATABASE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bangfu::server {

// Environment variable with the address (libpq URI or keyword form) of a running PostgreSQL, whose
// user may create databases. When it is absent every test binary starts a cluster of its own, which
// takes about a second. Tests of prepared transactions need a few of
// max_prepared_transactions on it.
inline constexpr char kTestClusterVariable[] = "BANGFU_TEST_PG_URL";

// An empty database for one test or suite, dropped on destruction. The first one in a test binary
// starts the binary's cluster, in a temporary folder and without waiting for the disk; the cluster
// ends with the binary.
class TestDatabase {
 public:
  // A database with nothing in it but what PostgreSQL puts into every new one.
  //
  // Errors: those of PrivateCluster::Start; UNAVAILABLE the cluster cannot be used.
  static absl::StatusOr<TestDatabase> Create();

  // A copy of `original`, to which nobody may be connected meanwhile: a backup, or a new database
  // with the schema of a migrated one. Takes 40 ms, and more with its size. Errors: as Create.
  static absl::StatusOr<TestDatabase> CopyOf(const TestDatabase& original);

  TestDatabase(TestDatabase&& other) noexcept;
  TestDatabase& operator=(TestDatabase&& other) noexcept;
  ~TestDatabase();

  // For libpq and libpqxx; the form is that of kTestClusterVariable, else keywords.
  const std::string& connection_string() const { return connection_string_; }

  // Unique on the cluster, also among test binaries that run at the same time.
  const std::string& name() const { return name_; }

 private:
  TestDatabase(std::string cluster, std::string name);
  void Drop();

  std::string cluster_;  // address of a database that stays
  std::string name_;     // empty after a move
  std::string connection_string_;
};

// `address` (URI or keyword form) with its database replaced.
std::string AddressOfDatabase(absl::string_view address, absl::string_view database);

}  // namespace bangfu::server

#endif  // BANGFU_TESTS_SUPPORT_TEST_DATABASE_H_
