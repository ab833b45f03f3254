#include "server/tls/credential_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace bangfu::server {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class CredentialFolderTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(mkdtemp(base_.data()), nullptr); }
  void TearDown() override { std::filesystem::remove_all(base_); }

  std::vector<std::string> NamesIn(const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  static mode_t ModeOf(const std::string& path) {
    struct stat info;
    return stat(path.c_str(), &info) == 0 ? info.st_mode & 07777u : 0;
  }

  const std::vector<CredentialFile> files_ = {{"node.key", "secret", true},
                                              {"node.pem", "public", false}};
  std::string base_ = "/tmp/bangfu-test-XXXXXX";
};

TEST_F(CredentialFolderTest, WritesAllFilesWithTheirModes) {
  const mode_t before = umask(0);
  for (const char* const name : {"/a", "/missing/parent/b/"}) {
    const std::string folder = base_ + name;
    const absl::Status status = PublishFolder(folder, files_);
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(ModeOf(folder), 0700u);
    EXPECT_EQ(ModeOf(folder + "/node.key"), 0600u);
    EXPECT_EQ(ModeOf(folder + "/node.pem"), 0644u);
    EXPECT_EQ(ReadCredential(folder, "node.key").value(), "secret");
    EXPECT_EQ(ReadCredential(folder, "node.pem").value(), "public");
  }
  umask(before);
  EXPECT_THAT(NamesIn(base_), UnorderedElementsAre("a", "missing"));
}

TEST_F(CredentialFolderTest, EmptyFolderIsFilled) {
  std::filesystem::create_directory(base_ + "/a");
  EXPECT_TRUE(PublishFolder(base_ + "/a", files_).ok());
  EXPECT_THAT(NamesIn(base_ + "/a"), UnorderedElementsAre("node.key", "node.pem"));
}

TEST_F(CredentialFolderTest, NothingIsOverwritten) {
  std::filesystem::create_directory(base_ + "/a");
  std::ofstream(base_ + "/a/other") << "keep me";
  std::ofstream(base_ + "/file") << "keep me";
  for (const char* const name : {"/a", "/a/", "/file"}) {
    EXPECT_EQ(PublishFolder(base_ + name, files_).code(), absl::StatusCode::kAlreadyExists) << name;
  }
  EXPECT_THAT(NamesIn(base_ + "/a"), UnorderedElementsAre("other"));
  EXPECT_THAT(NamesIn(base_), UnorderedElementsAre("a", "file")) << "no half folder stays";
}

TEST_F(CredentialFolderTest, NoFolderNameIsRefused) {
  EXPECT_EQ(PublishFolder("", files_).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(PublishFolder("/", files_).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(CredentialFolderTest, FailedWriteLeavesNothing) {
  // The second file has the name of the first, as a write that fails half way.
  const auto status = PublishFolder(base_ + "/a", {{"x", "1", false}, {"x", "2", false}});
  EXPECT_FALSE(status.ok());
  EXPECT_TRUE(NamesIn(base_).empty());
}

TEST_F(CredentialFolderTest, ReadNamesTheFileThatIsMissing) {
  const auto content = ReadCredential(base_, "ca.pem");
  EXPECT_EQ(content.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(content.status().message()), HasSubstr(base_ + "/ca.pem"));
}

TEST_F(CredentialFolderTest, ReadHasALimit) {
  std::ofstream(base_ + "/full") << std::string(kMaxCredentialBytes, 'x');
  std::ofstream(base_ + "/over") << std::string(kMaxCredentialBytes + 1, 'x');
  std::ofstream(base_ + "/empty") << "";
  std::filesystem::create_directory(base_ + "/folder");
  EXPECT_EQ(ReadCredential(base_, "full").value().size(), kMaxCredentialBytes);
  for (const char* const name : {"over", "empty", "folder"}) {
    EXPECT_EQ(ReadCredential(base_, name).status().code(), absl::StatusCode::kInvalidArgument)
        << name;
  }
}

}  // namespace
}  // namespace bangfu::server
