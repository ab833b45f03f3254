#include "server/identity/password.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "base/error.h"
#include "base/limits.h"

namespace bangfu::server {
namespace {

constexpr PasswordCost kCheap{8, 1, 1};
constexpr char kPassword[] = "correct horse 电池";

PasswordHasher Hasher(const PasswordCost& cost = kCheap) {
  auto hasher = PasswordHasher::Create(cost);
  EXPECT_TRUE(hasher.ok()) << hasher.status();
  return *std::move(hasher);
}

TEST(PasswordHasher, TakesThePasswordAndNoOther) {
  const PasswordHasher hasher = Hasher();
  const auto hash = hasher.Hash(kPassword);
  ASSERT_TRUE(hash.ok()) << hash.status();
  EXPECT_TRUE(*hasher.Verify(kPassword, *hash));
  for (const std::string& other :
       {std::string(), std::string("correct horse 电"), std::string(kPassword) + " ",
        std::string(kPassword) + '\0', std::string("Correct horse 电池")}) {
    EXPECT_FALSE(*hasher.Verify(other, *hash));
  }
}

TEST(PasswordHasher, HashIsAPhcStringWithSaltOfItsOwn) {
  const PasswordHasher hasher = Hasher();
  const auto hash = hasher.Hash(kPassword);
  ASSERT_TRUE(hash.ok()) << hash.status();
  EXPECT_TRUE(absl::StartsWith(*hash, "$argon2id$v=19$m=8,t=1,p=1$")) << *hash;
  EXPECT_EQ(hash->find('\0'), std::string::npos);
  EXPECT_NE(*hash, *hasher.Hash(kPassword));
}

TEST(PasswordHasher, CostByDefaultIsTheSecondRecommendation) {
  const auto hash = Hasher(PasswordCost()).Hash(kPassword);
  ASSERT_TRUE(hash.ok()) << hash.status();
  EXPECT_TRUE(absl::StartsWith(*hash, "$argon2id$v=19$m=65536,t=3,p=1$")) << *hash;
}

TEST(PasswordHasher, VerifiesHashesOfAnotherCost) {
  const auto hash = Hasher(PasswordCost{16, 2, 1}).Hash(kPassword);
  EXPECT_TRUE(*Hasher().Verify(kPassword, *hash));
}

TEST(PasswordHasher, NobodyHasAPassword) {
  const PasswordHasher hasher = Hasher();
  EXPECT_FALSE(*hasher.Verify("", ""));
  EXPECT_FALSE(*hasher.Verify(kPassword, ""));
}

TEST(PasswordHasher, DamagedHashIsAnErrorWithoutTheHash) {
  const auto verified = Hasher().Verify(kPassword, "$argon2id$v=19$damaged");
  EXPECT_EQ(verified.status().code(), absl::StatusCode::kInternal);
  EXPECT_FALSE(absl::StrContains(verified.status().ToString(), "damaged$"));
  EXPECT_FALSE(absl::StrContains(verified.status().ToString(), kPassword));
}

void ExpectRefused(const std::string& password, const std::string& person_id = "zhang.san") {
  const absl::Status status = CheckNewPassword(password, person_id);
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_BAD_REQUEST);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  if (password.empty()) return;
  EXPECT_FALSE(absl::StrContains(status.ToString(), password));
}

TEST(PasswordPolicy, LengthIsCountedInCharacters) {
  EXPECT_TRUE(CheckNewPassword("abcdefghij", "zhang.san").ok());
  ExpectRefused("abcdefghi");
  EXPECT_TRUE(CheckNewPassword("春眠不觉晓处处闻啼鸟", "zhang.san").ok());
  ExpectRefused("春眠不觉晓处处闻啼");
  ExpectRefused("");
}

TEST(PasswordPolicy, AtMostSoManyBytes) {
  std::string longest;
  while (longest.size() < static_cast<size_t>(limits::kMaxPasswordBytes)) {
    longest.push_back(static_cast<char>('a' + longest.size() % 26));
  }
  EXPECT_TRUE(CheckNewPassword(longest, "zhang.san").ok());
  ExpectRefused(longest + "a");
}

TEST(PasswordPolicy, NoRepeatedFewAndNothingThatIsNoText) {
  ExpectRefused("1111111111");
  ExpectRefused("12341234123412");
  EXPECT_TRUE(CheckNewPassword("1234512345", "zhang.san").ok());
  ExpectRefused("abcdefghij\n");
  ExpectRefused("abcdefghij\xff");
}

TEST(PasswordPolicy, NotTheAccount) {
  ExpectRefused("zhang.sanzhang", "zhang.sanzhang");
  ExpectRefused("ZHANG.SANzhang", "zhang.sanzhang");
  ExpectRefused("zhang.san2013");
  EXPECT_TRUE(CheckNewPassword("zhang.san and ten more", "zhang.san").ok());
}

TEST(FirstPassword, ReadableRandomAndGood) {
  std::set<std::string> made;
  std::set<char> letters;
  for (int i = 0; i < 200; ++i) {
    const auto password = MakeFirstPassword();
    ASSERT_TRUE(password.ok()) << password.status();
    EXPECT_EQ(password->size(), 19u);
    EXPECT_TRUE(CheckNewPassword(*password, "zhang.san").ok()) << "of 200";
    EXPECT_EQ(password->find_first_of("01ilo"), std::string::npos);
    EXPECT_EQ((*password)[4], '-');
    made.insert(*password);
    letters.insert(password->begin(), password->end());
  }
  EXPECT_EQ(made.size(), 200u);
  EXPECT_EQ(letters.size(), 32u);  // all 31, and the hyphen
}

}  // namespace
}  // namespace bangfu::server
