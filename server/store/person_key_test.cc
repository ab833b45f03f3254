#include "server/store/person_key.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>
#include <vector>

#include "domain/text/uuid.h"

namespace bangfu::server {
namespace {

constexpr char kIdentityNumber[] = "11010519491231002X";  // example of GB 11643

class PersonKeyTest : public testing::Test {
 protected:
  PersonKeyTest() {
    folder_ = testing::TempDir() + "person_key_XXXXXX";
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
  }
  ~PersonKeyTest() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return folder_ + "/person.key"; }

  void WriteFile(size_t bytes, mode_t mode) {
    std::ofstream(path(), std::ios::binary) << std::string(bytes, 'k');
    ASSERT_EQ(chmod(path().c_str(), mode), 0);
  }

  std::string folder_;
};

// RFC 4231, test case 2.
TEST_F(PersonKeyTest, IsTheFirstHalfOfHmacSha256) {
  EXPECT_EQ(PersonKeyer("Jefe").Key("what do ya want for nothing?"),
            "5bdcc146-bf60-754e-6a04-2426089575c7");
}

// One thread asks under several keys, in any order.
TEST_F(PersonKeyTest, AKeyDoesNotDependOnThoseBefore) {
  const PersonKeyer jefe("Jefe"), other("other"), empty("");
  const std::string first = empty.Key(kIdentityNumber);
  const std::string second = other.Key(kIdentityNumber);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(jefe.Key("what do ya want for nothing?"), "5bdcc146-bf60-754e-6a04-2426089575c7");
    EXPECT_EQ(jefe.Key("what do ya want for nothing?"), "5bdcc146-bf60-754e-6a04-2426089575c7");
    EXPECT_EQ(empty.Key(kIdentityNumber), first);
    EXPECT_EQ(other.Key(kIdentityNumber), second);
  }
  EXPECT_NE(first, second);
}

TEST_F(PersonKeyTest, ANewKeyIsKeptAndPrivate) {
  const absl::StatusOr<PersonKeyer> first = PersonKeyer::Open(path());
  ASSERT_TRUE(first.ok()) << first.status();
  struct stat state;
  ASSERT_EQ(stat(path().c_str(), &state), 0);
  EXPECT_EQ(state.st_mode & 0777, 0600u);
  EXPECT_EQ(state.st_size, 32);
  const absl::StatusOr<PersonKeyer> second = PersonKeyer::Open(path());
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(first->Key(kIdentityNumber), second->Key(kIdentityNumber));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(PersonKeyTest, TheFingerprintTellsKeysApart) {
  EXPECT_EQ(PersonKeyer("a").Fingerprint(), PersonKeyer("a").Fingerprint());
  EXPECT_NE(PersonKeyer("a").Fingerprint(), PersonKeyer("b").Fingerprint());
  EXPECT_EQ(PersonKeyer("a").Fingerprint().size(), 64u);
}

TEST_F(PersonKeyTest, TwoNodesHaveDifferentKeys) {
  const absl::StatusOr<PersonKeyer> first = PersonKeyer::Open(path());
  const absl::StatusOr<PersonKeyer> other = PersonKeyer::Open(path() + "2");
  ASSERT_TRUE(first.ok() && other.ok());
  EXPECT_NE(first->Key(kIdentityNumber), other->Key(kIdentityNumber));
}

TEST_F(PersonKeyTest, ServersThatStartTogetherAgree) {
  std::vector<std::string> keys(8);
  std::vector<std::thread> threads;
  for (std::string& key : keys) {
    threads.emplace_back([this, &key] {
      const absl::StatusOr<PersonKeyer> keyer = PersonKeyer::Open(path());
      key = keyer.ok() ? keyer->Key(kIdentityNumber) : std::string(keyer.status().message());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), 1u);
  EXPECT_TRUE(domain::IsUuid(keys[0])) << keys[0];
}

TEST_F(PersonKeyTest, RefusesAKeyOfAnotherLength) {
  for (const size_t bytes : {0u, 31u, 33u}) {
    WriteFile(bytes, 0600);
    EXPECT_EQ(PersonKeyer::Open(path()).status().code(), absl::StatusCode::kFailedPrecondition)
        << bytes;
  }
  WriteFile(32, 0600);
  EXPECT_TRUE(PersonKeyer::Open(path()).ok());
}

TEST_F(PersonKeyTest, RefusesAKeyThatOthersCanRead) {
  for (const mode_t mode : {0640u, 0604u, 0610u}) {
    WriteFile(32, mode);
    EXPECT_EQ(PersonKeyer::Open(path()).status().code(), absl::StatusCode::kFailedPrecondition)
        << mode;
  }
}

TEST_F(PersonKeyTest, NeverFollowsALinkAndNamesTheFolderThatLacks) {
  WriteFile(32, 0600);
  std::filesystem::create_symlink(path(), folder_ + "/link");
  EXPECT_FALSE(PersonKeyer::Open(folder_ + "/link").ok());
  EXPECT_EQ(PersonKeyer::Open(folder_ + "/none/person.key").status().code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace bangfu::server
