#include "server/cluster/socket_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace bangfu::server {
namespace {

class SocketFolderTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(mkdtemp(base_.data()), nullptr); }
  void TearDown() override { std::filesystem::remove_all(base_); }

  static Account Self() {
    Account account;
    account.uid = geteuid();
    account.gid = getegid();
    return account;
  }

  std::string base_ = "/tmp/bangfu-test-XXXXXX";
};

TEST_F(SocketFolderTest, LiesInTheDataFolderUpToTheLimit) {
  const size_t room = kMaxSocketFolderBytes - std::string("/socket").size();
  const std::string longest = "/" + std::string(room - 1, 'd');
  EXPECT_EQ(SocketFolderFor(longest), longest + "/socket");
  EXPECT_EQ(SocketFolderFor(longest + "d"), "/tmp/" + ClusterNameFor(longest + "d"));
  EXPECT_EQ(SocketFolderFor("/srv/a,b"), "/tmp/" + ClusterNameFor("/srv/a,b"));
}

TEST_F(SocketFolderTest, NameIsStableAndTellsFoldersApart) {
  // FNV-1a of "a" as its authors publish it.
  EXPECT_EQ(ClusterNameFor("a"), "bangfu-af63dc4c8601ec8c");
  EXPECT_NE(ClusterNameFor("/srv/a"), ClusterNameFor("/srv/b"));
}

TEST_F(SocketFolderTest, IsMadeAndClosedToOthers) {
  const std::string folder = base_ + "/socket";
  EXPECT_TRUE(PrepareSocketFolder(folder, Self()).ok());
  ASSERT_EQ(chmod(folder.c_str(), 0777), 0);
  EXPECT_TRUE(PrepareSocketFolder(folder, Self()).ok());
  struct stat info;
  ASSERT_EQ(stat(folder.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777u, 0700u);
}

TEST_F(SocketFolderTest, SymbolicLinkAndFileAreRefused) {
  std::filesystem::create_directory(base_ + "/elsewhere");
  std::filesystem::create_directory_symlink(base_ + "/elsewhere", base_ + "/link");
  EXPECT_EQ(PrepareSocketFolder(base_ + "/link", Self()).code(),
            absl::StatusCode::kFailedPrecondition);
  ASSERT_EQ(mknod((base_ + "/file").c_str(), S_IFREG | 0600, 0), 0);
  EXPECT_EQ(PrepareSocketFolder(base_ + "/file", Self()).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(SocketFolderTest, FolderOfSomebodyElseIsRefused) {
  const std::string folder = base_ + "/socket";
  ASSERT_TRUE(PrepareSocketFolder(folder, Self()).ok());
  Account other = Self();
  other.uid = geteuid() + 1;
  EXPECT_EQ(PrepareSocketFolder(folder, other).code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(SocketFolderTest, MissingParentIsReported) {
  EXPECT_EQ(PrepareSocketFolder(base_ + "/none/socket", Self()).code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace bangfu::server
