#include "server/cluster/postgres_binaries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace bangfu::server {
namespace {

using ::testing::HasSubstr;

class PostgresBinariesTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(mkdtemp(root_.data()), nullptr); }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void Install(const std::string& version, bool with_server = true) {
    const std::string bin = root_ + "/" + version + "/bin";
    std::filesystem::create_directories(bin);
    AddProgram(bin + "/initdb");
    if (with_server) AddProgram(bin + "/postgres");
  }

  static void AddProgram(const std::string& path) {
    std::ofstream(path) << "#!/bin/sh\n";
    ASSERT_EQ(chmod(path.c_str(), 0755), 0);
  }

  std::string root_ = "/tmp/bangfu-test-XXXXXX";
};

TEST_F(PostgresBinariesTest, NewestByNumberNotByText) {
  // Versions that this machine does not have, so that pg_config cannot answer instead.
  Install("99");
  Install("101");
  Install("102", /*with_server=*/false);
  Install("notes");
  const auto binaries = FindPostgresBinaries(std::nullopt, root_);
  ASSERT_TRUE(binaries.ok()) << binaries.status();
  EXPECT_EQ(binaries->folder, root_ + "/101/bin");
  EXPECT_EQ(binaries->major, 101);
}

TEST_F(PostgresBinariesTest, ExistingClusterGetsItsOwnVersion) {
  Install("99");
  Install("101");
  const auto binaries = FindPostgresBinaries(99, root_);
  ASSERT_TRUE(binaries.ok()) << binaries.status();
  EXPECT_EQ(binaries->folder, root_ + "/99/bin");
}

TEST_F(PostgresBinariesTest, MissingVersionNamesThePackage) {
  Install("101");
  const auto binaries = FindPostgresBinaries(98, root_);
  EXPECT_EQ(binaries.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(binaries.status().message()), HasSubstr("postgresql-98"));
}

}  // namespace
}  // namespace bangfu::server
