#include "tests/support/test_database.h"

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <memory>
#include <pqxx/pqxx>
#include <random>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/cluster/private_cluster.h"
#include "tests/support/temp_folder.h"

namespace bangfu::server {
namespace {

// Several nodes, each with a pool of its own, share the cluster.
constexpr unsigned kMaxConnections = 300;
constexpr unsigned kMaxPreparedTransactions = 8;

// The cluster of this test binary, and the folder it lives in.
struct BinaryCluster {
  TempFolder folder;
  absl::StatusOr<std::unique_ptr<PrivateCluster>> cluster = StartIn(folder);

  static absl::StatusOr<std::unique_ptr<PrivateCluster>> StartIn(const TempFolder& folder) {
    PrivateClusterOptions options;
    options.data_dir = folder.path();
    options.durable = false;
    options.max_connections = kMaxConnections;
    options.max_prepared_transactions = kMaxPreparedTransactions;
    return PrivateCluster::Start(options);
  }
};

absl::StatusOr<std::string> ClusterAddress() {
  const char* const shared = std::getenv(kTestClusterVariable);
  if (shared != nullptr && *shared != '\0') return std::string(shared);
  // Lives until the binary exits: starting one costs a second.
  static BinaryCluster own;
  if (!own.cluster.ok()) return own.cluster.status();
  return (*own.cluster)->connection_string();
}

// Runs one statement on the database at `address`, outside a transaction.
absl::Status Run(const std::string& address, const std::string& statement) {
  try {
    pqxx::connection connection(address);
    pqxx::nontransaction session(connection);
    session.exec(statement);
    return absl::OkStatus();
  } catch (const std::exception& error) {
    return absl::UnavailableError(
        absl::StrCat("测试数据库不可用 / the test cluster cannot be used: ", error.what()));
  }
}

std::string NewName() {
  std::random_device random;
  const uint64_t number = (static_cast<uint64_t>(random()) << 32) | random();
  return absl::StrCat("test_", getpid(), "_", absl::Hex(number));
}

}  // namespace

std::string AddressOfDatabase(absl::string_view address, absl::string_view database) {
  // libpq takes the last of several: query parameters after the path, later keywords.
  if (!absl::StartsWith(address, "postgres://") && !absl::StartsWith(address, "postgresql://")) {
    return absl::StrCat(address, " dbname=", database);
  }
  return absl::StrCat(address, absl::StrContains(address, "?") ? "&" : "?", "dbname=", database);
}

absl::StatusOr<TestDatabase> TestDatabase::Create() {
  absl::StatusOr<std::string> cluster = ClusterAddress();
  if (!cluster.ok()) return cluster.status();
  const std::string name = NewName();
  const absl::Status created = Run(*cluster, absl::StrCat("CREATE DATABASE ", name));
  if (!created.ok()) return created;
  return TestDatabase(*std::move(cluster), name);
}

absl::StatusOr<TestDatabase> TestDatabase::CopyOf(const TestDatabase& original) {
  const std::string name = NewName();
  const absl::Status created = Run(
      original.cluster_,
      absl::StrCat("CREATE DATABASE ", name, " TEMPLATE ", original.name_, " STRATEGY file_copy"));
  if (!created.ok()) return created;
  return TestDatabase(original.cluster_, name);
}

TestDatabase::TestDatabase(std::string cluster, std::string name)
    : cluster_(std::move(cluster)),
      name_(std::move(name)),
      connection_string_(AddressOfDatabase(cluster_, name_)) {}

TestDatabase::TestDatabase(TestDatabase&& other) noexcept
    : cluster_(std::move(other.cluster_)),
      name_(std::exchange(other.name_, std::string())),
      connection_string_(std::move(other.connection_string_)) {}

TestDatabase& TestDatabase::operator=(TestDatabase&& other) noexcept {
  if (this != &other) {
    Drop();
    cluster_ = std::move(other.cluster_);
    name_ = std::exchange(other.name_, std::string());
    connection_string_ = std::move(other.connection_string_);
  }
  return *this;
}

TestDatabase::~TestDatabase() { Drop(); }

void TestDatabase::Drop() {
  if (name_.empty()) return;
  // FORCE disconnects pools that a test has not closed. A database that stays is no test failure.
  Run(cluster_, absl::StrCat("DROP DATABASE IF EXISTS ", name_, " WITH (FORCE)")).IgnoreError();
  // Roles of a migrated database outlive it; a copy of it may still use them.
  Run(cluster_, absl::StrCat("DROP ROLE IF EXISTS bangfu_node_", name_, ", bangfu_reader_", name_))
      .IgnoreError();
}

}  // namespace bangfu::server
