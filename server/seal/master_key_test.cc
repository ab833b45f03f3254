#include "server/seal/master_key.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "server/seal/sealed_value.h"

namespace bangfu::server {
namespace {

std::string Key(char letter) { return std::string(kSealKeyBytes, letter); }

class MasterKeyTest : public testing::Test {
 protected:
  MasterKeyTest() {
    folder_ = testing::TempDir() + "master_key_XXXXXX";
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
  }
  ~MasterKeyTest() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return folder_ + "/keys/master.key"; }
  mode_t ModeOf(const std::string& path) {
    struct stat state = {};
    EXPECT_EQ(stat(path.c_str(), &state), 0);
    return state.st_mode & 0777;
  }

  std::string folder_;
};

TEST_F(MasterKeyTest, ANewOneIsKeptAndPrivate) {
  const auto first = MasterKey::Open(path());
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(ModeOf(path()), 0600u);
  EXPECT_EQ(ModeOf(folder_ + "/keys"), 0700u);
  EXPECT_EQ(std::filesystem::file_size(path()), kSealKeyBytes);
  const auto again = MasterKey::Open(path());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(*again->Unwrap(1, first->Wrap(1, Key('d'))), Key('d'));
}

TEST_F(MasterKeyTest, OneThatOthersMayReadIsRefused) {
  ASSERT_TRUE(MasterKey::Open(path()).ok());
  ASSERT_EQ(chmod(path().c_str(), 0640), 0);
  EXPECT_EQ(MasterKey::Open(path()).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(MasterKeyTest, OneOfAnotherLengthIsRefused) {
  EXPECT_EQ(MasterKey::FromBytes("short").status().code(), absl::StatusCode::kInvalidArgument);
  ASSERT_TRUE(MasterKey::Open(path()).ok());
  std::ofstream(path(), std::ios::app) << "x";
  EXPECT_EQ(MasterKey::Open(path()).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(MasterKeyTest, AnotherOneUnwrapsNothing) {
  const auto master = MasterKey::FromBytes(Key('a'));
  const auto other = MasterKey::FromBytes(Key('b'));
  const std::string wrapped = master->Wrap(1, Key('d'));
  const absl::Status refused = other->Unwrap(1, wrapped).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(TextOf(refused).en.find("--master-key"), std::string::npos);
  EXPECT_EQ(master->Unwrap(2, wrapped).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(wrapped.find(Key('d')), std::string::npos);
}

TEST_F(MasterKeyTest, DerivesAnotherKeyForEveryPurposeAndMaster) {
  const auto master = MasterKey::FromBytes(Key('a'));
  EXPECT_EQ(master->Derive("audit").size(), 32u);
  EXPECT_EQ(master->Derive("audit"), MasterKey::FromBytes(Key('a'))->Derive("audit"));
  EXPECT_NE(master->Derive("audit"), master->Derive("other"));
  EXPECT_NE(master->Derive("audit"), MasterKey::FromBytes(Key('b'))->Derive("audit"));
}

TEST_F(MasterKeyTest, ARenewedOneWrapsAnewAndDerivesTheSame) {
  const auto master = MasterKey::Open(path());
  ASSERT_TRUE(master.ok());
  const auto renewed = master->Renewed();
  ASSERT_TRUE(renewed.ok());
  const std::string next = folder_ + "/next.key";
  ASSERT_TRUE(renewed->Save(next).ok());
  EXPECT_EQ(ModeOf(next), 0600u);
  const auto read = MasterKey::Open(next);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->Derive("audit"), master->Derive("audit"));
  EXPECT_EQ(*read->Unwrap(1, renewed->Wrap(1, Key('d'))), Key('d'));
  EXPECT_FALSE(read->Unwrap(1, master->Wrap(1, Key('d'))).ok());
  EXPECT_FALSE(master->Unwrap(1, read->Wrap(1, Key('d'))).ok());
  // What is there is never overwritten.
  EXPECT_EQ(renewed->Save(next).code(), absl::StatusCode::kAlreadyExists);
}

}  // namespace
}  // namespace bangfu::server
